"""Who is told of a demand: the people behind the names of audiences, as they are when the message is delivered."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from cases.demands import queries
from cases.demands.models import Case
from parties.models import Membership
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.models import Proposal, Verdict
from workflow.proposals import DECIDERS, PROPOSER, deciding_roles
from workflow.registry import Reached
from workflow.roster import outside_hours, shifts_at

FORMER = "former_lead"
# Audience → the column that names its organisation, and the roles in it.
OF: dict[str, tuple[str, frozenset[Role]]] = {
    "firm": ("enterprise_id", ENTERPRISE_ROLES),
    "handler": ("lead_id", frozenset({Role.HANDLER})),
    "liaison": ("lead_id", frozenset({Role.DEPARTMENT_LIAISON})),
    FORMER: ("former_lead_id", frozenset({Role.DEPARTMENT_LIAISON})),
    "deputy_head": ("lead_id", frozenset({Role.DEPUTY_HEAD})),
    "head": ("lead_id", frozenset({Role.DEPARTMENT_HEAD})),
    "secretary": ("lead_id", frozenset({Role.DEPARTMENT_SECRETARY})),
    "intake": ("office_id", frozenset({Role.INTAKE})),
    "dispatcher": ("office_id", frozenset({Role.DISPATCHER})),
    "arbitrator": ("office_id", frozenset({Role.ARBITRATOR})),
}
TURN = "turn"
OF_PROPOSALS = frozenset({DECIDERS, PROPOSER})
AUDIENCES = frozenset({TURN, queries.CO_HANDLERS, *OF_PROPOSALS, *OF})


def people(subject_id: int, audiences: Collection[str], now: datetime) -> Reached | None:
    """The posts to tell, two statements, and one more each about a proposal, of a former lead and of the departments
    that an action item names. Only those who may open the case now are in it, whole or, of the last two, in part.

    Urgent terms run by night too: outside working hours what is urgent goes to those on duty in the organisation, if
    anybody is, and to the whole audience otherwise. A handler is told of the cases in their own hands alone.
    """
    case = Case.objects.filter(pk=subject_id).first()
    if case is None:
        return None
    tasks = [name for name in audiences if name.partition(":")[0] == queries.CO_HANDLERS]
    of_tasks = _co_handlers(case, tasks, now)
    audiences = [name for name in audiences if name not in of_tasks]
    asked = OF_PROPOSALS.intersection(audiences)
    proposal = queries.last_proposal(case) if asked else None
    wanted = {name: _places(case, name) for name in audiences if name not in asked}
    if proposal is not None:
        wanted |= {name: _about(case, proposal, name) for name in asked}
    duty = case.urgent and outside_hours(now)
    offices = {wanted[name][0] for name in wanted if name not in asked} - {None, case.enterprise_id} if duty else set()
    roles = Q(pk=None)
    for org, names in wanted.values():
        roles |= Q(organisation_id=org, role__in=names)
    running = shifts_at(now).filter(organisation_id=OuterRef("organisation_id"), user_id=OuterRef("user_id"))

    def among(viewers: QuerySet[Membership]) -> list[Any]:
        here = viewers.annotate(watch=Exists(running)).filter(roles | Q(organisation_id__in=offices, watch=True))
        return list(here.select_related("user", "organisation").order_by("pk"))

    posts = among(queries.viewers_of(case, now=now))
    former = among(queries.former_viewers_of(case, now=now)) if wanted.get(FORMER, (None,))[0] else []
    found: dict[str, Sequence[Membership]] = {**of_tasks}
    for name, (org, names) in wanted.items():
        here = [post for post in (*posts, *(former if name == FORMER else ())) if post.organisation_id == org]
        if name in asked:
            found[name] = [post for post in here if post.role in names and _concerned(proposal, post, name)]
            continue
        watch = [post for post in here if post.watch] if org in offices else []
        found[name] = watch or [post for post in here if post.role in names and _theirs(case, post)]
    return Reached(reverse("demands:case", args=[case.public_id]), found)


def _co_handlers(case: Case, audiences: Collection[str], now: datetime) -> dict[str, list[Membership]]:
    """The liaison officers of departments that see task and text; one statement, none where no item is concerned."""
    if not audiences or not case.is_an_item:
        return {name: [] for name in audiences}
    posts = queries.co_handlers_of(case, now=now).filter(role=Role.DEPARTMENT_LIAISON)
    there = list(posts.select_related("user", "organisation").order_by("pk"))
    return {
        name: [post for post in there if name in (queries.CO_HANDLERS, queries.of_department(post.organisation_id))]
        for name in audiences
    }


def _places(case: Case, audience: str) -> tuple[int | None, frozenset[str]]:
    if audience != TURN:
        column, roles = OF[audience]
        return getattr(case, column), frozenset(roles)
    # Whoever may take the turn: the firm's secretary has the turns of its staff.
    takers = {role for role, turns in queries.TURNS.items() if case.turn_role in turns}
    return case.turn_org_id, frozenset({case.turn_role, *takers})


def _about(case: Case, proposal: Proposal, audience: str) -> tuple[int | None, frozenset[str]]:
    """Whoever may decide it, as long as it waits; or whoever made it, in any post of the organisation acted for."""
    if audience == PROPOSER:
        return proposal.organisation_id, frozenset(Role.values)
    if proposal.verdict != Verdict.PENDING:
        return None, frozenset()
    return proposal.decider_id, frozenset(deciding_roles(case, proposal.action, proposal.decider_id))


def _concerned(proposal: Proposal | None, post: Membership, audience: str) -> bool:
    assert proposal is not None
    return (post.user_id in proposal.makers) == (audience == PROPOSER)


def _theirs(case: Case, post: Membership) -> bool:
    return post.role != Role.HANDLER or post.user_id == case.handler_id
