"""The running clocks of one subject, loaded once, changed by one move, and written back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q, QuerySet

from foundation.insertion import insert
from foundation.models import Policy
from foundation.prepared import Prepared
from workflow.calendar import Calendar
from workflow.calendars import version_number
from workflow.clocks import ClockKind, ClockState, Effect, Limits, apply, remind_on_days, replaced
from workflow.clocks.reminders import next_reminder
from workflow.models import Clock
from workflow.models.clocks import columns_of
from workflow.versions import policy_named


def due_of(subject_kind: str, subject_id: int, kind: ClockKind) -> datetime | None:
    """When the running clock of this kind is due; None when none runs. One statement."""
    running = Clock.objects.filter(subject_kind=subject_kind, subject_id=subject_id, kind=kind, stopped_at=None)
    return running.values_list("due_at", flat=True).first()


def _of(subject_kind: str, subject_id: int, which: Q) -> QuerySet[Clock]:
    return Clock.objects.filter(which, subject_kind=subject_kind, subject_id=subject_id).order_by("started_seq")


_RUNNING = Prepared(partial(_of, which=Q(stopped_at=None)), subject_kind=str, subject_id=int)


@dataclass
class ClockBook:
    """The rows of the clocks that run, by kind. The caller holds the lock on the subject."""

    subject_kind: str
    subject_id: int
    rows: dict[ClockKind, Clock]

    @classmethod
    def of(cls, subject_kind: str, subject_id: int, *, reopened: Collection[ClockKind] = ()) -> "ClockBook":
        """Load them, and the last clock of each kind that is to be reopened; one statement."""
        if reopened:
            rows = list(_of(subject_kind, subject_id, Q(stopped_at=None) | Q(kind__in=reopened)))
        else:
            rows = _RUNNING.rows(subject_kind=subject_kind, subject_id=subject_id)
        return cls(subject_kind, subject_id, {ClockKind(row.kind): row for row in rows})

    @property
    def states(self) -> dict[ClockKind, ClockState]:
        return {kind: row.state for kind, row in self.rows.items()}

    def keep(
        self,
        effects: Iterable[Effect],
        *,
        at: datetime,
        written_at: datetime,
        limits: Limits,
        policy: Policy,
        calendar: Calendar,
        seq: int,
    ) -> list[ClockState]:
        """The rows say what the effects make of the clocks, which are given back as they stand.

        Policy and calendar are those in force: a clock that starts takes them, a running one keeps its own.
        """
        before = self.states
        after = apply(
            before,
            effects,
            at=at,
            written_at=written_at,
            limits=limits,
            policy=policy.label,
            calendar=calendar,
            seq=seq,
        )
        for clock in replaced(before, after, at=at):
            self._change(self.rows[clock.kind], clock, policy, calendar, now=written_at)
        started = []
        for kind, clock in after.items():
            if kind not in before or clock.started_seq != before[kind].started_seq:
                row = Clock.of(self.subject_kind, self.subject_id, clock)
                self._note(row, clock, policy, calendar, now=written_at)
                started.append(row)
            elif clock != before[kind]:
                self._change(self.rows[kind], clock, policy, calendar, now=written_at)
        insert(started)
        return list(after.values())

    def _change(self, row: Clock, clock: ClockState, policy: Policy, calendar: Calendar, *, now: datetime) -> None:
        old = columns_of(row.state)
        row.take(clock)
        changed = [name for name, value in columns_of(clock).items() if old[name] != value]
        noted = row.next_reminder_at, row.calendar_seen
        self._note(row, clock, policy, calendar, now=now)
        if (row.next_reminder_at, row.calendar_seen) != noted:
            changed += ["next_reminder_at", "calendar_seen"]
        row.save(update_fields=changed)

    def _note(self, row: Clock, clock: ClockState, policy: Policy, calendar: Calendar, *, now: datetime) -> None:
        """When the tick has to look at this clock again. Reminders whose time had come before `now` are not sent."""
        own = policy if clock.policy == policy.label else policy_named(clock.policy)
        reminder = next_reminder(clock, calendar, remind_on_days(own.data, clock.kind), after=now)
        row.next_reminder_at = reminder.at if reminder else None
        if clock.calendar == calendar.version:  # its due date was computed with this very calendar
            row.calendar_seen = version_number(calendar.version)
