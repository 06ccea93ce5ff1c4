"""Who sees a demand: one table, read by the queryset here and by its inverse in queries/people.py."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.demands.enums import OF_DIALOGUE, CaseState, Origin
from parties.models import Membership, Organisation
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.models import Proposal

# Which column of a case names the organisation that sees it, by role (the page “visibility”). visible_to() and
# queries.viewers_of() both read this table, and SUPERVISES and CaseAccess beside it; nothing else decides.
SEEN_BY: dict[Role, str] = (
    dict.fromkeys(ENTERPRISE_ROLES, "enterprise_id")
    | dict.fromkeys(OFFICE_ROLES, "office_id")
    | dict.fromkeys(DEPARTMENT_ROLES, "lead_id")
)
# What an action item opened, or was tied to: “minutes that become supervised cases”. Whoever supervises at the office
# sees these of its demands, and no others.
OF_AN_ITEM = Q(origin=Origin.ACTION_ITEM) | Q(tied_to=Origin.ACTION_ITEM)
SUPERVISES: dict[Role, str] = {Role.SUPERVISOR: "office_id"}
# Who sees what was granted to their organisation: those who would see it if their organisation had the demand. A firm
# is never granted the demand of another one.
GRANTED_TO: frozenset[Role] = OFFICE_ROLES | DEPARTMENT_ROLES
# Who sees what was granted to them in person. Not those who see figures, rules or records alone, nor an agent, who
# sees what a mandate says.
GRANTED_IN_PERSON: frozenset[Role] = GRANTED_TO | {Role.SUPERVISOR, Role.LEADER, Role.LEADER_OFFICE}
# Who sees a case only while a proposal waits that they may decide: by role, the column and the moves (decision 0015).
SEEN_TO_DECIDE: dict[Role, tuple[str, tuple[str, ...]]] = {Role.SUPERVISOR: ("office_id", ("decline", "reclassify"))}
# The same, where the organisation asked is no column of the case: by move, the roles that may decide (transfer to
# another department, report to the city office).
SEEN_WHEN_ASKED: dict[str, frozenset[Role]] = {
    "transfer": frozenset({Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD}),
    "report_up": frozenset({Role.DISPATCHER, Role.ARBITRATOR}),
}
# The columns of a demand that any of this is read from, beside its state, of which it matters whether it is a draft.
DECIDING = ("origin", "tied_to", "pending_proposal", *sorted(set(SEEN_BY.values())))
# Whose a draft is, by where the demand comes from.
DRAFT_OF: dict[str, str] = {
    Origin.ENTERPRISE: "enterprise_id",
    Origin.INTAKE: "office_id",
    **dict.fromkeys(OF_DIALOGUE, "office_id"),
}


# The source of a row that lets in a department which has to do with an action item of the demand.
CO_HANDLER = "CO_HANDLER"


def drafts_of(column: str) -> list[str]:
    """The origins whose drafts the organisation in this column may see."""
    return [origin for origin, owner in DRAFT_OF.items() if owner == column]


def granted(actor: Actor, **which: Any) -> Any:
    """The live rows of CaseAccess that let this actor in, whole or in part, whichever their demand."""
    reader = Q(pk=None)
    if actor.role in GRANTED_TO:
        reader |= Q(organisation_id=actor.organisation_id)
    if actor.role in GRANTED_IN_PERSON:
        reader |= Q(user_id=actor.person_id)
    return _access().live(actor.now).filter(reader, effect="ALLOW", **which)


def granted_whole(actor: Actor, **which: Any) -> Any:
    """Those of them that open the whole demand."""
    return granted(actor, until_seq=None, **which).exclude(source=CO_HANDLER)


def _access() -> Any:
    return apps.get_model("demands", "CaseAccess").objects


def _to_decide(actor: Actor) -> Q:
    """The cases about which a proposal waits that this actor may decide, although their post does not see them."""
    place, moves = SEEN_TO_DECIDE.get(actor.role, ("", ())) if actor.role else ("", ())
    found = Q(**{place: actor.organisation_id}, pending_proposal__in=moves) if place else Q(pk=None)
    if asked := [move for move, roles in SEEN_WHEN_ASKED.items() if actor.role in roles]:
        waiting = Proposal.objects.pending().filter(decider_id=actor.organisation_id, subject_kind="case")
        found |= Q(pending_proposal__in=asked, pk__in=waiting.values("subject_id"))
    return found


def kept_from(actor: Actor) -> Any:
    """The keys of the demands that this person is to keep out of by name, or anybody they stand in for."""
    return _access().live(actor.now).filter(user_id__in=sorted(actor.persons), effect="DENY").values("case_id")


def own_firms(actor: Actor) -> Any:
    """The enterprises in which an official holds a post beside: their demands are kept from them (回避).

    Their keys; of whoever stands in for others a queryset of them, for those others may hold such a post.
    """
    if actor.role in ENTERPRISE_ROLES:
        return []
    if actor.on_behalf:
        posts = Membership.objects.in_force(actor.now.astimezone(ZONE).date())
        firms = posts.filter(user_id__in=sorted(actor.persons), organisation__kind=Organisation.Kind.ENTERPRISE)
        return firms.values("organisation_id")
    return sorted(
        {post.organisation_id for post in actor.posts if post.organisation_kind == Organisation.Kind.ENTERPRISE}
    )


def kept_from_here(actor: Actor) -> Any:
    """The keys of the demands that this person is to keep out of in the post they act in: nothing tells of them."""
    denied, firms = kept_from(actor), own_firms(actor)
    if firms == []:
        return denied
    cases = apps.get_model("demands", "Case").objects
    return cases.filter(Q(pk__in=denied) | Q(enterprise_id__in=firms)).values("pk")


class CaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The cases this actor may open whole; what detail, moves, API and print begin with.

        Those their organisation has by a column of the case (`at_hand`) and those granted by a live row of CaseAccess;
        never one that they are kept out of. A department that no longer has a demand is not among these readers: what
        it still sees is another, closed view (`left_by`).
        """
        if actor.is_system:
            return self
        also = Exists(granted_whole(actor, case_id=OuterRef("pk")))
        mine = self._theirs(actor) | _to_decide(actor) | (~Q(state=CaseState.DRAFT) & Q(also))
        return self._but_kept_out(actor).filter(mine)

    def at_hand(self, actor: Actor) -> Self:
        """Those that the actor's organisation itself has now: firm, office or lead. The lists of present work.

        Compiled from the literal id of the actor's post, so that every list reads its partial index in order.
        """
        return self if actor.is_system else self._but_kept_out(actor).filter(self._theirs(actor))

    def granted_to(self, actor: Actor) -> Self:
        """Those that the actor may open whole by a grant alone, at hand or not; the list 另行授权."""
        ids = granted_whole(actor).values("case_id")
        return self._but_kept_out(actor).filter(~Q(state=CaseState.DRAFT), pk__in=ids).exclude(self._theirs(actor))

    def left_by(self, actor: Actor) -> Self:
        """Those the department had and has no more, visible up to the end of its segment; the list 转出的."""
        rows = granted(actor, until_seq__isnull=False).values("case_id")
        whole = granted_whole(actor, case_id=OuterRef("pk"))
        return self._but_kept_out(actor).filter(pk__in=rows).exclude(self._theirs(actor)).exclude(Exists(whole))

    def shared_with(self, actor: Actor) -> Self:
        """Those of which the actor's department sees task and text alone, because it has to do with an action item."""
        rows = granted(actor, source=CO_HANDLER).values("case_id")
        whole = self._theirs(actor) | _to_decide(actor) | Q(Exists(granted_whole(actor, case_id=OuterRef("pk"))))
        return self._but_kept_out(actor).filter(~Q(state=CaseState.DRAFT), pk__in=rows).exclude(whole)

    def openable_by(self, actor: Actor) -> Self:
        """Those whose page opens for this actor, whole or in part: what links lead to."""
        if actor.is_system:
            return self
        also = Exists(granted(actor, case_id=OuterRef("pk")))
        return self._but_kept_out(actor).filter(
            self._theirs(actor) | _to_decide(actor) | (~Q(state=CaseState.DRAFT) & Q(also))
        )

    def _theirs(self, actor: Actor) -> Q:
        """What the table says of this actor's role. A draft exists for its author's organisation alone."""
        if actor.role in SUPERVISES:
            return Q(OF_AN_ITEM, ~Q(state=CaseState.DRAFT), **{SUPERVISES[actor.role]: actor.organisation_id})
        column = SEEN_BY.get(actor.role) if actor.role else None
        if column is None:
            return Q(pk=None)
        there = ~Q(state=CaseState.DRAFT) | Q(origin__in=drafts_of(column))
        return Q(there, **{column: actor.organisation_id})

    def _but_kept_out(self, actor: Actor) -> Self:
        """Without those that this person is to keep out of: by name, or because they hold a post in the firm."""
        found, firms = self.exclude(pk__in=kept_from(actor)), own_firms(actor)
        return found if firms == [] else found.exclude(enterprise_id__in=firms)

    def open(self) -> Self:
        """在办: somebody's turn. By the column that the partial indexes of the queues have as their condition; a
        constraint of the table says that it is filled in the OPEN_STATES and in no other."""
        return self.filter(turn_org__isnull=False)
