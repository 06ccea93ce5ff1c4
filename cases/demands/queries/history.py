"""What happened to a demand: timeline, clocks, requests, and where its chain stands."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.models import Case, InfoRequest
from parties.models import User
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.door import event_label, hidden_from, is_internal, kept_from
from workflow.models import Clock, Event


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


def dated_last_by(case_id: int, kind: str, key: str) -> tuple[str | None, str] | None:
    """What this origin said last of the date of a demand, and by which paper; None when it never did. One statement."""
    actions = ("open_from_origin", "move_date_by_origin")
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, action__in=actions)
    for text in events.order_by("-seq").values_list("facts", flat=True):
        facts = json.loads(text)
        if (facts["origin_kind"], facts["origin_key"]) == (kind, key):
            return facts["due_on"], facts["origin_document"]
    return None


def open_siblings(case_id: int, by: Actor) -> QuerySet[Case]:
    """Other open demands of the same firm that this actor may open: the possible duplicates of the one to be accepted.

    Those that lie with another office, and those that this person keeps out of, neither count nor show.
    """
    firm = Case.objects.filter(pk=case_id).values("enterprise_id")
    seen = Case.objects.visible_to(by).filter(enterprise_id__in=firm, state__in=OPEN_STATES)
    return seen.exclude(pk=case_id).order_by("-id")


def last_seen(case_ids: Collection[int], by: Actor) -> dict[int, int]:
    """By case: the sequence of its last event that is not kept from this actor's role; one statement."""
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id__in=case_ids)
    seen = events.exclude(action__in=hidden_from(Case, by.role)).order_by()
    return dict(seen.values("subject_id").annotate(last=Max("seq")).values_list("subject_id", "last"))


@dataclass(frozen=True)
class Line:
    """One event as the reader may see it."""

    seq: int
    action: str
    label: Any
    at: datetime
    who: str
    text: str
    note: str  # what was said with it; of a move that took two people else why it was proposed, not for the firm
    internal: bool
    body: dict[str, Any]
    proposer: str = ""  # of a move that took two people; empty for the firm
    digest: str = ""  # the hash of the event, by which paper is tied to the chain


def timeline(case: Case, actor: Actor, *, until: int | None = None, outward: bool = False) -> list[Line]:
    """The events of a case, newest first, without those kept from this role, up to `until`. One statement.

    Who proposed a move that takes two people and why is nothing for the firm, nor for paper that goes out to it
    (`outward`, which has no internal events either).
    """
    events = (
        Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk).select_related("body").order_by("-seq")
    )
    if until is not None:
        events = events.filter(seq__lte=until)
    firm = outward or actor.role in ENTERPRISE_ROLES
    lines, names = [], stand_ins(events, named=not firm)
    for event in events:
        internal = is_internal(Case, event.action)
        if actor.role in kept_from(Case, event.action) or (outward and internal):
            continue
        # A body may have been erased when its retention ended (decision 0002); the event itself stays.
        erased = not hasattr(event, "body")
        who = json.loads(event.actor)
        body: dict[str, Any] = {"text": _("正文已销毁")} if erased else json.loads(event.body.text)
        proposal: dict[str, str] = {} if firm else body.get("proposal", {})
        lines.append(
            Line(
                event.seq,
                event.action,
                event_label(Case, event.action),
                event.at,
                f"{who['role_text']} · {case.organisation_shown(who, actor)}{names.get(event.pk, '')}",
                body.get("text", ""),
                body.get("note", "") or proposal.get("reason", ""),
                internal,
                body,
                proposal.get("proposer", ""),
                event.digest,
            )
        )
    return lines


def stand_ins(events: Iterable[Event], *, named: bool) -> dict[int, str]:
    """By event that was done in somebody's stead: “（C 代 A）”, as the people are called now; unnamed “（代）” alone.

    The ledger keeps their keys. One statement, and none when nobody stood in or nobody is to be named.
    """
    records = {event.pk: json.loads(event.actor) for event in events if '"on_behalf":[]' not in event.actor}
    pairs = {pk: (who["user_id"], who["on_behalf"][0]) for pk, who in records.items() if who.get("on_behalf")}
    if not named or not pairs:
        return dict.fromkeys(pairs, _("（代）"))
    people = dict(
        User.objects.filter(pk__in={user for pair in pairs.values() for user in pair}).values_list("pk", "name")
    )
    return {
        pk: _("（%(deputy)s 代 %(holder)s）") % {"deputy": people[who], "holder": people[holder]}
        if {who, holder} <= people.keys()
        else _("（代）")
        for pk, (who, holder) in pairs.items()
    }


def info_requests(case: Case) -> list[InfoRequest]:
    """What the firm was asked and what it answered, in order; no statement when it never was asked."""
    return list(case.info_requests.all()) if case.completion_asked_at or case.firm_asked else []


def clocks(case: Case) -> list[Clock]:
    """Every clock of a case, the running ones first by due date, then the stopped ones, newest first. One statement."""
    rows = list(Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk))
    return sorted(rows, key=lambda c: (c.stopped_at is not None, c.due_at if c.stopped_at is None else c.started_at))


def bodies_of(case_id: int, action: str) -> list[dict[str, Any]]:
    """What the events of one action say, in order, as far as it is kept; one statement."""
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, action=action)
    return [json.loads(e.body.text) for e in events.select_related("body").order_by("seq") if hasattr(e, "body")]
