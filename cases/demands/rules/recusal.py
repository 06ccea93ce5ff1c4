"""Conflict of interest (回避): who may ask for it, who decides, and that the demand goes on without the person."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import CaseState
from cases.demands.rules.people import FIRM
from cases.demands.rules.texts import check_text
from foundation.errors import Refused
from parties.roles import OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.rules import Permission

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Membership, User

# Who stands in as handler when nobody acknowledged or the handler is to keep out, in this order (move 9 names the
# liaison): those who may name a handler, and where a department has none of them, a handler who then simply has it.
STANDS_IN = (Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.HANDLER)
RECUSES = frozenset({Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD, Role.DEPARTMENT_SECRETARY})
# A handler has the demand, and may still be needed for it: also after a withdrawal, which the firm can undo.
HANDLED = (
    CaseState.IN_PROGRESS,
    CaseState.WAIT_ENTERPRISE,
    CaseState.RESULT_REVIEW,
    CaseState.AWAIT_CONFIRM,
    CaseState.ENDED,
)
# A result is still to be signed.
UNSIGNED = (
    CaseState.DISPATCHED,
    CaseState.RETURN_REVIEW,
    CaseState.IN_PROGRESS,
    CaseState.WAIT_ENTERPRISE,
    CaseState.RESULT_REVIEW,
)

may_ask_recusal = Permission(FIRM, _("只有提出企业可以申请回避"))
may_recuse = Permission(
    {"office_id": OFFICE_ROLES, "lead_id": RECUSES},
    _("只有本办公室的受理员、派单员、裁决员和主办部门的联络员、负责人可以登记回避"),
)
may_lift_recusal = Permission({"office_id": OFFICE_ROLES}, _("只有平台办公室可以解除回避"))


def other_signer(usual: str, available: Collection[str]) -> str:
    """The role that signs because nobody of the usual one can; "" when somebody can, or nobody at all.

    For a party secretary who keeps out the deputy head signs, and for a deputy head the secretary.
    """
    other = Role.DEPUTY_HEAD if usual == Role.DEPARTMENT_SECRETARY else Role.DEPARTMENT_SECRETARY
    return str(other) if usual not in available and other in available else ""


def successor(case: "Case", posts: Sequence["Membership"]) -> "Membership | None":
    """Of those who still see the demand, the one who stands in as its handler; a signer only where nobody else can.

    Without that a deputy head could come to sign what they handled themselves.
    """
    here = [post for post in posts if post.organisation_id == case.lead_id and post.role in STANDS_IN]
    order = sorted(here, key=lambda post: (STANDS_IN.index(Role(post.role)), post.pk))
    signs = [post for post in posts if post.organisation_id == case.lead_id and post.role == case.usual_signer]
    free = [post for post in order if {post.user_id} != {other.user_id for other in signs}]
    return next(iter(free or order), None)


def signing_without(case: "Case", posts: Sequence["Membership"], handler_id: int | None) -> set[str]:
    """The roles in which somebody of these could sign a result of this handler."""
    signers = (Role.DEPUTY_HEAD, Role.DEPARTMENT_SECRETARY)
    return {
        post.role
        for post in posts
        if post.organisation_id == case.lead_id and post.role in signers and post.user_id != handler_id
    }


def check_ask_recusal(case: "Case", actor: Actor, *, name: str, unit: str, reason: str) -> None:
    check_text("name", name, least=2, most=40)
    if unit.strip():
        check_text("unit", unit, most=120)
    check_text("reason", reason, least=2, most=500)


def check_recuse(
    case: "Case",
    actor: Actor,
    *,
    person: "User",
    reason: str,
    posts: Sequence["Membership"],
    stands_in: "Membership | None",
    signs_instead: str,
) -> None:
    """The person is one whom this actor may name, and somebody is left for whatever the demand still needs.

    `posts` are those of everybody who sees it now; whoever does not yet see it, the office alone may name.
    """
    check_text("reason", reason, least=2, most=500)
    own = {post.organisation_id for post in posts if post.user_id == person.pk}
    if actor.role not in OFFICE_ROLES and case.lead_id not in own:
        raise Refused("person", _("只能登记本部门人员的回避"))
    left = [post for post in posts if post.user_id != person.pk]
    if case.handler_id == person.pk and case.state in HANDLED and stands_in is None:
        raise Refused("person", _("主办部门没有其他人可以接手，请先由部门增加承办人"))
    handler = stands_in.user_id if stands_in else case.handler_id
    signs = case.state in UNSIGNED and signing_without(case, posts, case.handler_id)
    if signs and not signing_without(case, left, handler):
        raise Refused("person", _("主办部门没有其他人可以审签，请先由部门增加审签人"))
    if case.turn_org_id == case.office_id and not any(
        post.organisation_id == case.office_id and post.role == case.turn_role for post in left
    ):
        raise Refused("person", _("本办公室没有其他人可以办理这一步，请先增加人员"))


def check_lift_recusal(
    case: "Case", actor: Actor, *, person: "User", reason: str, recused: Collection[int], signs_instead: str
) -> None:
    check_text("reason", reason, least=2, most=500)
    if person.pk not in recused:
        raise Refused("person", _("没有登记这个人的回避"))
