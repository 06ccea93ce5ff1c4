"""Every clock once more from its events: what is stored must be what the events and the named versions give."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation.pulse import beat
from workflow import registry
from workflow.calendar import Calendar
from workflow.clocks import ClockKind, ClockState, Limits, Reopen, apply, decoded, replaced
from workflow.models import Clock, Event, Seal
from workflow.models.clocks import columns_of
from workflow.subject import Subject
from workflow.versions import calendar_named, policy_named

log = logging.getLogger(__name__)

PULSE = "replay"
# What a chain raises whose events do not fit together or name versions that are not there.
UNREADABLE = (ValueError, LookupError, ObjectDoesNotExist)


@dataclass(frozen=True)
class Recorded:
    """What an event says about clocks."""

    seq: int
    at: datetime
    effective_at: datetime
    policy: str
    calendar: str
    facts: Mapping[str, Any]

    @classmethod
    def of(cls, event: Event) -> "Recorded":
        return cls(event.seq, event.at, event.effective_at, event.policy, event.calendar, json.loads(event.facts))


LimitsOf = Callable[[str, Mapping[str, Any]], Limits]  # (name of the policy version, facts of the event)
CalendarOf = Callable[[str], Calendar]


def replay(history: Iterable[Recorded], *, limits_of: LimitsOf, calendar_of: CalendarOf) -> list[ClockState]:
    """Every clock that the events of one chain, in their order, ever started, as it stands after the last of them.

    Pure. In the order in which they started. Raises ValueError when an effect meets a clock that it does not fit.
    """
    current: dict[ClockKind, ClockState] = {}
    ended: list[ClockState] = []
    for event in history:
        effects = decoded(event.facts.get("clocks", ()))
        if not effects:
            continue
        reopened = {effect.kind for effect in effects if isinstance(effect, Reopen)}
        running = {kind: clock for kind, clock in current.items() if clock.running or kind in reopened}
        after = apply(
            running,
            effects,
            at=event.effective_at,
            written_at=event.at,
            limits=limits_of(event.policy, event.facts),
            policy=event.policy,
            calendar=calendar_of(event.calendar),
            seq=event.seq,
        )
        ended += replaced(running, after, at=event.effective_at)
        ended += [c for kind, c in current.items() if not c.running and kind in after and kind not in reopened]
        current |= after
    return sorted([*ended, *current.values()], key=lambda clock: (clock.started_seq, clock.kind.value))


@dataclass(frozen=True)
class Difference:
    """One column of one clock that is not what the events give. `stored` or `replayed` is None for a missing clock."""

    subject: str
    clock: str
    column: str
    stored: object
    replayed: object


@dataclass(frozen=True)
class Replayed:
    """What one step of replay_all() has been through."""

    subjects: int
    clocks: int
    differences: list[Difference]


def replay_all(
    models: Iterable[type[Subject]], *, batch: int = 500, only: Sequence[int] | None = None
) -> Iterator[Replayed]:
    """Every clock of these kinds of subject, `batch` subjects a step and in constant memory; `only` these keys.

    Moves may go on meanwhile: what looks different is compared a second time with its subject locked.
    """
    for model in models:
        rows = model._base_manager.order_by("pk")
        for rows_of in _batches(rows, batch) if only is None else _chosen(rows, only, batch):
            found = _compared(model, rows_of)
            suspects = sorted({pk for pk, _difference in found[1]})
            yield Replayed(len(rows_of), found[0], [d for pk in suspects for d in _compared_locked(model, pk)])


def _batches(rows: QuerySet[Any], batch: int) -> Iterator["RowsOf"]:
    after = -(2**63)
    while rows_of := _rows_of(rows.filter(pk__gt=after)[:batch]):
        yield rows_of
        after = max(rows_of)


def _chosen(rows: QuerySet[Any], keys: Sequence[int], batch: int) -> Iterator["RowsOf"]:
    for start in range(0, len(keys), batch):
        yield _rows_of(rows.filter(pk__in=keys[start : start + batch]))


def differences_of(model: type[Subject], pk: int) -> list[Difference]:
    """Where the clocks of one subject are not what its events give; the subject is locked meanwhile."""
    return _compared_locked(model, pk)


RowsOf = Mapping[int, tuple[str, datetime | None]]  # the state of each subject by its key, and when it is due next


def _rows_of(subjects: QuerySet[Any]) -> RowsOf:
    return {pk: (state, due) for pk, state, due in subjects.values_list("pk", "state", "next_due_at")}


def _compared(model: type[Subject], rows_of: RowsOf) -> tuple[int, list[tuple[int, Difference]]]:
    """How many clocks these subjects have, and every difference with the key of its subject."""
    which = {"subject_kind": model.ledger_kind, "subject_id__in": list(rows_of)}
    events = Event.objects.filter(**which).order_by("subject_id", "seq")
    rows: dict[int, dict[tuple[int, str], Clock]] = {}
    count = 0
    for row in Clock.objects.filter(**which):
        rows.setdefault(row.subject_id, {})[row.started_seq, row.kind] = row
        count += 1
    histories = {pk: map(Recorded.of, chain) for pk, chain in _chains(events)}
    found: list[tuple[int, Difference]] = []
    for pk in rows_of:
        subject = f"{model.ledger_kind}:{pk}"
        try:
            clocks = replay_events(model, histories.get(pk, ()))
        except UNREADABLE as error:
            found.append((pk, Difference(subject, "", "events", None, str(error) or type(error).__name__)))
            continue
        found += [(pk, d) for d in _differences(subject, clocks, rows.get(pk, {}))]
        state, next_due_at = rows_of[pk]
        first = model.first_clock(state, clocks)
        if first is None and state in model.own_days:
            continue
        if (first.due_at if first else None) != next_due_at:
            found.append((pk, Difference(subject, "", "next_due_at", next_due_at, first.due_at if first else None)))
    return count, found


def replay_events(model: type[Subject], history: Iterable[Recorded]) -> list[ClockState]:
    """Every clock of one chain, by the versions that its events name. Raises one of UNREADABLE."""
    return replay(
        history,
        limits_of=lambda label, facts: model.clock_limits(policy_named(label).data, facts),
        calendar_of=calendar_named,
    )


def _chains(events: Iterable[Event]) -> Iterator[tuple[int, list[Event]]]:
    for pk, chain in groupby(events, key=attrgetter("subject_id")):
        yield pk, list(chain)


def _compared_locked(model: type[Subject], pk: int) -> list[Difference]:
    with transaction.atomic():
        row = _rows_of(model._base_manager.select_for_update().filter(pk=pk))
        return [difference for _pk, difference in _compared(model, row)[1]]


def _differences(
    subject: str, clocks: Iterable[ClockState], rows: Mapping[tuple[int, str], Clock]
) -> Iterator[Difference]:
    left = dict(rows)
    for clock in clocks:
        name = f"{clock.kind.value}#{clock.started_seq}"
        row = left.pop((clock.started_seq, clock.kind.value), None)
        if row is None:
            yield Difference(subject, name, "", None, clock.due_at)
            continue
        wanted, stored = columns_of(clock), columns_of(row.state)
        for column, value in wanted.items():
            if stored[column] != value:
                yield Difference(subject, name, column, stored[column], value)
    for (seq, kind), row in left.items():
        yield Difference(subject, f"{kind}#{seq}", "", row.due_at, None)


def recent_keys(model: type[Subject], now: datetime, *, since: timedelta) -> list[int]:
    """The keys of the subjects with a running clock, and of those with an event since a seal at least `since` ago.

    Both are found by an index, and their number follows the work in hand and not the archive.
    """
    kind = model.ledger_kind
    running = Clock.objects.filter(subject_kind=kind, stopped_at=None).values_list("subject_id", flat=True)
    sealed = Seal.objects.filter(at__lte=now - since).order_by("-number").values_list("last_event", flat=True).first()
    moved = Event.objects.filter(pk__gt=sealed or 0, subject_kind=kind).values_list("subject_id", flat=True)
    return sorted({*running.iterator(), *moved.iterator()})


def replay_recent(now: datetime, *, since: timedelta = timedelta(days=2)) -> str:
    """Every clock of what is in hand or moved within `since` has been replayed, and the pulse says what came of it."""
    subjects = clocks = 0
    found: list[Difference] = []
    for model in registry.subject_models():
        if not issubclass(model, Subject):
            continue
        for step in replay_all([model], only=recent_keys(model, now, since=since)):
            subjects, clocks = subjects + step.subjects, clocks + step.clocks
            found += step.differences
    for one in found:
        log.error("clock %s of %s differs from its events in %s", one.clock, one.subject, one.column)
    words = _("%(subjects)s 个事项、%(clocks)s 个时限，%(faults)s 处不同") % {
        "subjects": subjects,
        "clocks": clocks,
        "faults": len(found),
    }
    beat(PULSE, at=now, ok=not found, detail=words)
    return words
