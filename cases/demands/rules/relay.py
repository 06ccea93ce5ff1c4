"""Messages through the platform while the firm is hidden, and who may end the hiding.

Source: the page “visibility”, identity levels of a demand.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import Identity
from cases.demands.rules.people import FIRM
from cases.demands.rules.texts import check_text
from parties.roles import Role
from workflow.actor import Actor
from workflow.rules import Permission, condition, restriction

if TYPE_CHECKING:
    from cases.demands.models import Case

LONGEST_RELAYED = 1000


@restriction(_("签收后由本件承办人给企业转递消息"))
def may_write_to_the_firm(case: "Case", actor: Actor) -> bool:
    return actor.role == Role.DEPARTMENT_LIAISON or case.handler_id == actor.person_id


may_relay_to_firm = Permission(
    {"lead_id": frozenset({Role.DEPARTMENT_LIAISON, Role.HANDLER})},
    _("只有主办部门的联络员和承办人可以给企业转递消息"),
    (may_write_to_the_firm,),
)
may_relay_to_department = Permission(FIRM, _("只有提出企业可以给承办部门转递消息"))
may_reveal_firm = Permission(FIRM, _("只有提出企业可以公开自己的身份"))


@condition(_("本件企业身份已经公开，请直接联系"))
def firm_is_hidden(case: "Case") -> bool:
    return case.identity == Identity.HIDDEN


@condition(_("企业对承办部门隐名，请用“转递消息给企业”联系，第一条消息即为首联"))
def firm_can_be_called(case: "Case") -> bool:
    return case.identity != Identity.HIDDEN


@condition(_("首联是平台转递的消息，流转记录里有原文，不能标记未联系"))
def contact_was_not_relayed(case: "Case") -> bool:
    return not case.contact_relayed


def check_relay_to_firm(case: "Case", actor: Actor, *, text: str) -> None:
    check_text("text", text, least=2, most=LONGEST_RELAYED)


check_relay_to_department = check_relay_to_firm
