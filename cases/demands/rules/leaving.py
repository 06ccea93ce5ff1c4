"""Nothing is left unowned: the demands of a handler whose post has ended go to another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import CaseState
from cases.demands.rules.recusal import STANDS_IN, successor
from foundation.errors import WrongMoment
from parties.roles import Role
from workflow.actor import Actor

if TYPE_CHECKING:
    from cases.demands.models import Case
    from parties.models import Membership

# A handler has the demand, and it is open.
IN_HAND = (CaseState.IN_PROGRESS, CaseState.WAIT_ENTERPRISE, CaseState.RESULT_REVIEW, CaseState.AWAIT_CONFIRM)


def heir(case: "Case", named: "Membership | None", posts: Sequence["Membership"]) -> "Membership | None":
    """Who has the demand when its handler is gone: who was named, if they may have it, else who stands in (move 9).

    `posts` are those that see the demand now, the present handler's aside. A handler of an earlier round may not
    have it again while there is another.
    """
    here = [post for post in posts if post.organisation_id == case.lead_id and post.role in STANDS_IN]
    chosen = next((post for post in here if named is not None and post.pk == named.pk), None)
    if chosen is not None and chosen.user_id in case.former_handlers:
        fresh = [p for p in here if p.role == Role.HANDLER and p.user_id not in case.former_handlers]
        chosen = min(fresh, key=lambda post: post.pk, default=chosen)
    return chosen or successor(case, posts)


def check_relieve_handler(
    case: "Case", actor: Actor, *, heir: "Membership | None", signs_instead: str, in_office: bool = False
) -> None:
    """`in_office`: the handler still holds the post, and nobody is leaving."""
    if in_office:
        raise WrongMoment(_("承办人仍然在任"))
    if heir is None:
        raise WrongMoment(_("主办部门没有其他人可以接手，请先由部门增加承办人"))
