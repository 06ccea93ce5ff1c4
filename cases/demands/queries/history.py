"""What happened to a demand: timeline, clocks, requests, and where its chain stands."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.models import Case, InfoRequest
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.models import Clock, Event
from workflow.shaped import Shaped
from workflow.timeline import clocks_of, last_of


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


# The fact of an event in which an origin says a date: one that it sets, and one that waits for a term.
DATES = {
    "open_from_origin": "due_on",
    "move_date_by_origin": "due_on",
    "tie_by_origin": "told_due_on",
    "untie_by_origin": "",
}


def told_last_by(case_id: int, kind: str, key: str) -> tuple[str | None, str] | None:
    """What this origin said last of the date of a demand, and by which paper; None when it never did, and again once it
    was untied. One statement."""
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, action__in=DATES)
    for action, text in events.order_by("-seq").values_list("action", "facts"):
        facts = json.loads(text)
        if (facts["origin_kind"], facts["origin_key"]) == (kind, key):
            return (facts[DATES[action]], facts["origin_document"]) if DATES[action] else None
    return None


def open_siblings(case_id: int, by: Actor) -> QuerySet[Case]:
    """Other open demands of the same firm that this actor may open: the possible duplicates of the one to be accepted.

    Those that lie with another office, and those that this person keeps out of, neither count nor show.
    """
    firm = Case.objects.filter(pk=case_id).values("enterprise_id")
    seen = Case.objects.visible_to(by).filter(enterprise_id__in=firm, state__in=OPEN_STATES)
    return seen.exclude(pk=case_id).order_by("-id")


def _siblings(by: Actor, *, case_id: int) -> QuerySet[Case, tuple[int]]:
    return open_siblings(case_id, by).values_list("pk")


_SIBLINGS = Shaped(_siblings, case_id=int)


def siblings_of(case_id: int, by: Actor) -> int:
    """How many they are. One statement."""
    return len(_SIBLINGS.rows(by, case_id=case_id))


def last_seen(case_ids: Collection[int], by: Actor) -> dict[int, int]:
    """By case: the sequence of its last event that is not kept from this actor's role; one statement."""
    return last_of(Case, case_ids, by)


def info_requests(case: Case) -> list[InfoRequest]:
    """What the firm was asked and what it answered, in order; no statement when it never was asked."""
    return list(case.info_requests.all()) if case.completion_asked_at or case.firm_asked else []


def clocks(case: Case) -> list[Clock]:
    """Every clock of a case, the running ones first by due date, then the stopped ones, newest first. One statement."""
    return clocks_of(case)


def bodies_of(case_id: int, action: str) -> list[dict[str, Any]]:
    """What the events of one action say, in order, as far as it is kept; one statement."""
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, action=action)
    return [json.loads(e.body.text) for e in events.select_related("body").order_by("seq") if hasattr(e, "body")]
