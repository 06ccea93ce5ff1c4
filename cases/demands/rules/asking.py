"""Submission, registration, completion and questions to the firm."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import Identity
from cases.demands.rules.people import FIRM, is_the_handler
from cases.demands.rules.texts import LONGEST_MESSAGE, LONGEST_TEXT, LONGEST_TITLE, SHORTEST_TEXT, check_text
from foundation.errors import Refused
from parties.roles import Role
from workflow.actor import Actor
from workflow.rules import Permission, condition

if TYPE_CHECKING:
    from cases.demands.models import Case

MOST_POINTS = 10  # of one request to the firm
MOST_ASKED = 2  # rounds of questions to the firm (move 17)
may_submit = Permission(FIRM, _("只有本企业可以提交"))
may_register = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有受理员可以登记外部渠道的诉求"), system=True)
may_ask_completion = Permission({"office_id": frozenset({Role.INTAKE})}, _("只有本办公室的受理员可以要求补正"))
may_complete = Permission(FIRM, _("只有提出企业可以补正"))


may_ask_firm = Permission(
    {"lead_id": frozenset({Role.HANDLER})}, _("只有主办部门的承办人可以请企业补充"), (is_the_handler,)
)

may_answer = Permission(FIRM, _("只有提出企业可以补充"))


@condition(_("已经要求补正过一次，请受理或者不予受理"))
def was_not_asked_to_complete(case: "Case") -> bool:
    return case.completion_asked_at is None


@condition(_("已经请企业补充过两次，请按现有情况办理"))
def may_be_asked_again(case: "Case") -> bool:
    return case.firm_asked < MOST_ASKED


def check_level(identity: str) -> None:
    """Asked before a demand is written down: the table takes no other level."""
    if identity not in Identity.values:
        raise Refused("identity", _("请选择身份公开程度"))


def check_submit(case: "Case", actor: Actor, *, number: str) -> None:
    check_text("title", case.title, most=LONGEST_TITLE)
    check_text("text", case.text, least=SHORTEST_TEXT)
    if not case.contact_phone.strip():
        sentence = _("请留一个联系电话，承办部门据此首联")
        if case.identity == Identity.HIDDEN:
            sentence = _("请留一个联系电话，只有平台办公室看得到")
        raise Refused("contact_phone", sentence)


def check_register(case: "Case", actor: Actor, *, number: str) -> None:
    check_text("text", case.text, most=LONGEST_MESSAGE)


def check_request_completion(case: "Case", actor: Actor, *, points: Sequence[str]) -> None:
    """Source: move 2, a list of what is missing."""
    if not points:
        raise Refused("points", _("请逐条写明要企业补什么"))
    if len(points) > MOST_POINTS:
        raise Refused("points", _("一次最多 %(n)s 条") % {"n": MOST_POINTS})
    for point in points:
        check_text("points", point, least=2, most=200)


check_ask_firm = check_request_completion


def check_complete(case: "Case", actor: Actor, *, answer: str) -> None:
    check_text("answer", answer, least=2, most=LONGEST_TEXT)


check_answer = check_complete
