"""Who sees a demand: one table, read by the queryset here and by its inverse in queries/people.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import Expression, F, Q

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
# 在办, by the column that the partial indexes of the queues have as their condition; a constraint of the table says
# that it is filled in the OPEN_STATES and in no other.
IS_OPEN = Q(turn_org_id__isnull=False)
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


class Access(Expression):
    """What live rows of CaseAccess say that meet a condition: the keys of their demands, for `__in`; or with `of`, a
    reference to a demand, whether there is one about it.

    Written out, because every list and counter asks it: put together by the ORM, the half dozen of one page took longer
    than anything else on it.
    """

    def __init__(self, now: datetime, condition: str, values: Sequence[Any], *, of: str = "", key: str = "case_id"):
        super().__init__(output_field=models.BooleanField() if of else models.BigIntegerField())
        self.now, self.condition, self.values, self.key = now, condition, values, key
        self.of: list[Any] = [F(of)] if of else []

    def get_source_expressions(self) -> list[Any]:
        return self.of

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.of = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not self.condition:
            raise EmptyResultSet
        now = connection.ops.adapt_datetimefield_value(self.now)
        where = (
            f"FROM {_access().model._meta.db_table} given WHERE {self.condition} AND given.valid_from <= %s"
            " AND (given.valid_to IS NULL OR given.valid_to > %s)"
        )
        if not self.of:
            return f"(SELECT given.{self.key} {where})", [*self.values, now, now]
        of, values = compiler.compile(self.of[0])
        return f"EXISTS (SELECT 1 {where} AND given.case_id = {of})", [*self.values, now, now, *values]


# What a grant opens: the demand whole, up to where the department lost it, or a task with the text of the demand.
WHOLE = f"given.effect = 'ALLOW' AND given.until_seq IS NULL AND given.source <> '{CO_HANDLER}'"
FORMER = "given.effect = 'ALLOW' AND given.until_seq IS NOT NULL"
TASK = f"given.effect = 'ALLOW' AND given.until_seq IS NULL AND given.source = '{CO_HANDLER}'"
ANY = "given.effect = 'ALLOW'"


def granted(actor: Actor, what: str, *, of: str = "", key: str = "case_id") -> Access:
    """The live rows of CaseAccess that let this actor in, whichever their demand, or to the one that `of` refers to."""
    ways: list[str] = []
    values: list[Any] = []
    if actor.role in GRANTED_TO:
        ways.append("given.organisation_id = %s")
        values.append(actor.organisation_id)
    if actor.role in GRANTED_IN_PERSON:
        ways.append("given.user_id = %s")
        values.append(actor.person_id)
    return Access(actor.now, f"{what} AND ({' OR '.join(ways)})" if ways else "", values, of=of, key=key)


def kept_from(actor: Actor) -> Access:
    """The keys of the demands that this person is to keep out of by name, or anybody they stand in for."""
    persons = sorted(actor.persons)
    places = ", ".join(["%s"] * len(persons))
    return Access(actor.now, f"given.effect = 'DENY' AND given.user_id IN ({places})" if persons else "", persons)


def granted_rows(actor: Actor, what: str) -> Any:
    """These rows themselves."""
    return _access().filter(pk__in=granted(actor, what, key="id"))


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


def _let_in(actor: Actor) -> Q:
    """Not those that this person is to keep out of: by name, or because they hold a post in the firm."""
    firms = own_firms(actor)
    let_in = ~Q(pk__in=kept_from(actor))
    return let_in if firms == [] else let_in & ~Q(enterprise_id__in=firms)


class CaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The cases this actor may open whole; what detail, moves, API and print begin with.

        Those their organisation has by a column of the case (`at_hand`) and those granted by a live row of CaseAccess;
        never one that they are kept out of. A department that no longer has a demand is not among these readers: what
        it still sees is another, closed view (`left_by`).
        """
        if actor.is_system:
            return self
        also = Q(granted(actor, WHOLE, of="pk"))
        mine = self._theirs(actor) | _to_decide(actor) | (~Q(state=CaseState.DRAFT) & also)
        return self.filter(_let_in(actor), mine)

    def at_hand(self, actor: Actor) -> Self:
        """Those that the actor's organisation itself has now: firm, office or lead. The lists of present work.

        Compiled from the literal id of the actor's post, so that every list reads its partial index in order.
        """
        return self if actor.is_system else self.filter(_let_in(actor), self._theirs(actor))

    def granted_to(self, actor: Actor) -> Self:
        """Those that the actor may open whole by a grant alone, at hand or not; the list 另行授权."""
        keys = granted(actor, WHOLE)
        return self.filter(_let_in(actor), ~Q(state=CaseState.DRAFT), ~self._theirs(actor), pk__in=keys)

    def left_by(self, actor: Actor) -> Self:
        """Those the department had and has no more, visible up to the end of its segment; the list 转出的."""
        whole = self._theirs(actor) | Q(granted(actor, WHOLE, of="pk"))
        return self.filter(_let_in(actor), ~whole, pk__in=granted(actor, FORMER))

    def shared_with(self, actor: Actor) -> Self:
        """Those of which the actor's department sees task and text alone, because it has to do with an action item."""
        whole = self._theirs(actor) | _to_decide(actor) | Q(granted(actor, WHOLE, of="pk"))
        return self.filter(_let_in(actor), ~Q(state=CaseState.DRAFT), ~whole, pk__in=granted(actor, TASK))

    def openable_by(self, actor: Actor) -> Self:
        """Those whose page opens for this actor, whole or in part: what links lead to."""
        if actor.is_system:
            return self
        also = Q(granted(actor, ANY, of="pk"))
        mine = self._theirs(actor) | _to_decide(actor) | (~Q(state=CaseState.DRAFT) & also)
        return self.filter(_let_in(actor), mine)

    def _theirs(self, actor: Actor) -> Q:
        """What the table says of this actor's role. A draft exists for its author's organisation alone."""
        if actor.role in SUPERVISES:
            return Q(OF_AN_ITEM, ~Q(state=CaseState.DRAFT), **{SUPERVISES[actor.role]: actor.organisation_id})
        column = SEEN_BY.get(actor.role) if actor.role else None
        if column is None:
            return Q(pk=None)
        there = ~Q(state=CaseState.DRAFT) | Q(origin__in=drafts_of(column))
        return Q(there, **{column: actor.organisation_id})

    def open(self) -> Self:
        """在办: somebody's turn."""
        return self.filter(IS_OPEN)
