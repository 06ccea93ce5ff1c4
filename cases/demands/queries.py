"""Reads that span tables: who sees a case, its timeline, the boxes, and rows for lists. Fixed numbers of statements."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Func, Model, Q, QuerySet
from django.db.models.query import ModelIterable
from django.utils.translation import gettext as _

from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.models import Case, Category, DutyItem, InfoRequest, IntakeItem
from cases.demands.models.visibility import DRAFT_OF, SEEN_BY
from parties.models import Department, District, Enterprise, Membership, Organisation
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.clocks import ClockKind
from workflow.door import specs
from workflow.models import Clock, Event

# Whose turns a role takes: the firm's secretary may do what its staff may.
TURNS: dict[Role, tuple[str, ...]] = {
    Role.ENTERPRISE_SECRETARY: (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY),
}
# The columns of a list row; a list loads no text of a demand.
ROW = (
    "id",
    "public_id",
    "number",
    "state",
    "title",
    "klass",
    "urgent",
    "turn_role",
    "next_clock",
    "next_due_at",
    "next_since",
    "next_days",
    "submitted_at",
    "closed_at",
    "ended_at",
    "enterprise_id",
    "lead_id",
    "category_id",
    "district_id",
)


def viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders may open this case: the inverse of `Case.objects.visible_to`.

    One statement when evaluated. Both read SEEN_BY; a test compares them for every membership and case.
    """
    see = Q(pk=None)
    for column in sorted(set(SEEN_BY.values())):
        organisation = getattr(case, column)
        if organisation is None or (case.state == CaseState.DRAFT and DRAFT_OF[case.origin] != column):
            continue
        see |= Q(organisation_id=organisation, role__in=[r for r, c in SEEN_BY.items() if c == column])
    return Membership.objects.in_force(now.astimezone(ZONE).date()).filter(see)


def head_of(case_id: int) -> int:
    """The sequence of the last event: what a move of the system has seen."""
    return Case.objects.filter(pk=case_id).values_list("head_seq", flat=True).first() or 0


def over_before(moment: datetime, *, batch: int = 500) -> Iterator[int]:
    """The keys of demands that were closed or ended by a moment and wait for the archive; constant memory."""
    for state, column in ((CaseState.CLOSED, "closed_at"), (CaseState.ENDED, "ended_at")):
        last: tuple[datetime, int] | None = None
        while True:
            waiting = Case.objects.filter(state=state, **{f"{column}__lte": moment}).order_by(column, "pk")
            if last is not None:
                waiting = waiting.filter(**{f"{column}__gte": last[0]}).exclude(**{column: last[0], "pk__lte": last[1]})
            rows = list(waiting.values_list(column, "pk")[:batch])
            yield from (pk for _moment, pk in rows)
            if len(rows) < batch:
                break
            last = rows[-1]


def reminded_at(case_id: int, kind: ClockKind) -> datetime | None:
    """When the firm was last reminded of this running clock."""
    running = Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, kind=kind, stopped_at=None)
    return running.values_list("reminded_at", flat=True).first()


# Who stands in as handler when nobody acknowledged, in this order (move 9 names the liaison): those who may name a
# handler, and where a department has none of them, a handler who then simply has the demand.
STANDS_IN = (Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.HANDLER)


def stand_in(case_id: int, *, now: datetime) -> Membership | None:
    """The member of the lead department in office who stands in as handler; None when it has nobody."""
    lead = Case.objects.filter(pk=case_id).values("lead_id")
    posts = (
        Membership.objects.in_force(now.astimezone(ZONE).date())
        .filter(organisation_id__in=lead, role__in=STANDS_IN)
        .select_related("user")
        .order_by("pk")
    )
    return min(posts, key=lambda post: (STANDS_IN.index(Role(post.role)), post.pk), default=None)


@dataclass(frozen=True)
class Viewer:
    """One line of 谁能看到这件诉求."""

    organisation: str
    sees_notes: bool


def viewing_organisations(case: Case, *, now: datetime) -> list[Viewer]:
    """The organisations whose members see the case, the firm first, and whether they see internal notes."""
    rows = viewers_of(case, now=now).values_list("organisation_id", "organisation__name").distinct()
    return [
        Viewer(name, pk != case.enterprise_id)
        for pk, name in sorted(rows, key=lambda row: (row[0] != case.enterprise_id, row[0] != case.lead_id, row[0]))
    ]


def open_siblings(case_id: int) -> QuerySet[Case]:
    """Other open demands of the same firm: what intake must look at before accepting (possible duplicates)."""
    firm = Case.objects.filter(pk=case_id).values("enterprise_id")
    return Case.objects.filter(enterprise_id__in=firm, state__in=OPEN_STATES).exclude(pk=case_id).order_by("-id")


@dataclass(frozen=True)
class Line:
    """One event as the reader may see it."""

    seq: int
    action: str
    label: Any
    at: datetime
    who: str
    text: str
    note: str
    internal: bool
    body: dict[str, Any]


def timeline(case: Case, actor: Actor) -> list[Line]:
    """The events of a case, newest first; internal ones only for those who see notes. One statement."""
    events = (
        Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk).select_related("body").order_by("-seq")
    )
    known, firm = specs(Case), actor.role in ENTERPRISE_ROLES
    lines = []
    for event in events:
        spec = known[event.action]
        if firm and spec.internal:
            continue
        # A body may have been erased when its retention ended (decision 0002); the event itself stays.
        erased = not hasattr(event, "body")
        who, body = json.loads(event.actor), {"text": _("正文已销毁")} if erased else json.loads(event.body.text)
        lines.append(
            Line(
                event.seq,
                event.action,
                spec.label,
                event.at,
                f"{who['role_text']} · {who['organisation']}",
                body.get("text", ""),
                body.get("note", ""),
                spec.internal,
                body,
            )
        )
    return lines


def info_requests(case: Case) -> list[InfoRequest]:
    """What the firm was asked and what it answered, in order; no statement when it never was asked."""
    return list(case.info_requests.all()) if case.completion_asked_at or case.firm_asked else []


def clocks(case: Case) -> list[Clock]:
    """Every clock of a case, the running ones first by due date, then the stopped ones, newest first. One statement."""
    rows = list(Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk))
    return sorted(rows, key=lambda c: (c.stopped_at is not None, c.due_at if c.stopped_at is None else c.started_at))


# --- boxes and lists ---


def todo(actor: Actor) -> QuerySet[Case]:
    """待办: the turn is this post's; a handler's only for the cases in their own hands."""
    if actor.post is None:
        return Case.objects.none()
    mine = Case.objects.visible_to(actor).filter(
        turn_org_id=actor.organisation_id, turn_role__in=TURNS.get(actor.post.role, (actor.post.role,))
    )
    return mine.filter(handler_id=actor.user_id) if actor.role == Role.HANDLER else mine


def done(actor: Actor) -> QuerySet[Case]:
    """已办: this person moved it, and it is not waiting for them now."""
    handled = Event.objects.filter(user_id=actor.user_id, subject_kind=Case.ledger_kind).values("subject_id")
    waiting = todo(actor).values("pk")
    return Case.objects.visible_to(actor).filter(pk__in=handled).exclude(pk__in=waiting)


def mine(actor: Actor) -> QuerySet[Case]:
    """我发起: this person submitted or registered it."""
    return Case.objects.visible_to(actor).filter(opened_by_id=actor.user_id)


def unclaimed(actor: Actor) -> QuerySet[IntakeItem]:
    """待认领: messages of other channels that wait for an enterprise, oldest first."""
    return IntakeItem.objects.visible_to(actor).unclaimed()


def rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Only what a line of a list shows, in one statement: no text of a demand is loaded."""
    return _naming(cases.only(*ROW), "enterprise", "lead", "category", "district")


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a case page or a move form shows of the case row itself, in one statement."""
    named = cases.select_related("category", "district", "handler", "duty_item")
    return _naming(named, "enterprise", "office", "lead", "first_lead", "turn_org")


def _naming(cases: QuerySet[Case], *columns: str) -> QuerySet[Case]:
    """With what these columns refer to, as far as its name: looked up for the rows that are shown.

    Joins would do the same, but two for an organisation, since a firm and a department lie in two tables each: with a
    dozen of them the planner took 6 to 10 ms before it read anything.
    """
    named = cases.annotate(**{f"{NAME_OF}{column}": _name_of(column) for column in columns})
    named._iterable_class = _Named
    return named


NAME_OF = "_name_of_"
NAMED_BY: dict[str, type[Model]] = {"category": Category, "district": District}  # the others by Organisation


def _name_of(column: str) -> Func:
    model = NAMED_BY.get(column, Organisation)
    table, key = model._meta.db_table, model._meta.pk.column
    template = f"(SELECT named.name FROM {table} named WHERE named.{key} = %(expressions)s)"  # noqa: S608 (our tables)
    return Func(F(f"{column}_id"), template=template, output_field=CharField())


class _Named(ModelIterable):
    """Cases whose columns of `_naming` hold what they refer to with its name, and the rest of it when asked for."""

    def __iter__(self) -> Iterator[Case]:
        columns = [name.removeprefix(NAME_OF) for name in self.queryset.query.annotations if name.startswith(NAME_OF)]
        known: dict[tuple[str, Any], Model] = {}
        for case in super().__iter__():
            values, cache = case.__dict__, case._state.fields_cache
            for column in columns:
                name, pk = values.pop(f"{NAME_OF}{column}"), values[f"{column}_id"]
                if pk is not None and (column, pk) not in known:
                    model = NAMED_BY.get(column, Organisation)
                    known[column, pk] = model.from_db(self.queryset.db, [model._meta.pk.attname, "name"], [pk, name])
                cache[column] = known.get((column, pk))
            yield case


def duty_items(category_code: str | None = None) -> QuerySet[DutyItem]:
    """The duty list in force, with owners; two statements when evaluated."""
    items = DutyItem.objects.filter(active=True).prefetch_related("owners").select_related("category")
    return items.filter(category_id=category_code) if category_code else items


def handlers(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The handlers of the lead department who hold the post today."""
    return (
        Membership.objects.in_force(now.astimezone(ZONE).date())
        .filter(organisation_id=case.lead_id, role=Role.HANDLER)
        .select_related("user")
        .order_by("user__name")
    )


def enterprises_like(words: str, *, limit: int = 20) -> Iterable[Enterprise]:
    """At most `limit` enterprises whose name contains the words or whose credit code starts with them."""
    words = words.strip()
    if len(words) < 2:
        return []
    found = Enterprise.objects.filter(active=True).select_related("district")
    return list(
        found.filter(Q(name__icontains=words) | Q(credit_code__startswith=words.upper())).order_by("name")[:limit]
    )


def active_departments() -> QuerySet[Department]:
    return Department.objects.filter(active=True).order_by("code")
