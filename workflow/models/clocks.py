"""Deadlines as they stand: one row per start of a clock, always what the events and the named versions give."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from workflow.calendar import ZONE
from workflow.clocks import ClockKind, ClockState, Limit, Pause, Unit

# A clock whose time goes on: it runs, is not held for a signature and not paused.
COUNTING = Q(stopped_at=None, held_at=None, paused_at=None)


class Clock(models.Model):
    """One clock of one subject, from its start to its stop.

    The columns of the first block are a function of the events (`replay_clocks` compares them); `next_reminder_at`,
    `reminded_at` and `calendar_seen` only note how far the tick has come with it.
    """

    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    started_seq = models.PositiveIntegerField(default=0)  # the event that started it
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    limit_amount = models.PositiveSmallIntegerField()
    limit_unit = models.CharField(max_length=12, choices=Unit.choices)
    limit_floor = models.PositiveSmallIntegerField(null=True)  # at least so many working days
    policy = models.CharField(max_length=40)
    calendar = models.CharField(max_length=120)
    pauses = models.JSONField(default=list)  # [[from, to], …] as texts with their zone
    extension = models.PositiveSmallIntegerField(default=0)  # units of the limit
    paused_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    breached = models.BooleanField(default=False)

    next_reminder_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # when the last reminder was sent
    calendar_seen = models.PositiveIntegerField(default=0)  # the newest calendar version it was examined with

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(stopped_at=None),
                name="one_running_clock_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=models.F("started_at")), name="clock_due_after_start"),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(paused_at=None), name="clock_stopped_is_not_paused"
            ),
            models.CheckConstraint(condition=Q(held_at=None) | Q(paused_at=None), name="clock_held_or_paused"),
            models.CheckConstraint(
                condition=Q(breached=False) | Q(stopped_at__isnull=False), name="clock_breach_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="clock_of_subject"),
            models.Index(fields=["kind", "due_at", "id"], condition=COUNTING, name="clock_counting_by_due"),
            models.Index(
                fields=["next_reminder_at", "id"],
                condition=COUNTING & Q(next_reminder_at__isnull=False),
                name="clock_to_remind",
            ),
            models.Index(fields=["calendar_seen", "id"], condition=Q(stopped_at=None), name="clock_to_recompute"),
        ]

    @property
    def state(self) -> ClockState:
        """This row as the value that the pure functions of workflow.clocks take."""
        return ClockState(
            kind=ClockKind(self.kind),
            started_at=self.started_at,
            due_at=self.due_at,
            limit=Limit(self.limit_amount, Unit(self.limit_unit), self.limit_floor),
            policy=self.policy,
            calendar=self.calendar,
            started_seq=self.started_seq,
            pauses=tuple(Pause(*map(datetime.fromisoformat, pair)) for pair in self.pauses),
            extension=self.extension,
            paused_at=self.paused_at,
            held_at=self.held_at,
            stopped_at=self.stopped_at,
            breached=self.breached,
        )

    @classmethod
    def of(cls, subject_kind: str, subject_id: int, state: ClockState) -> "Clock":
        """A new row for a clock that has just started."""
        row = cls(subject_kind=subject_kind, subject_id=subject_id, kind=state.kind)
        row.take(state)
        return row

    def take(self, state: ClockState) -> None:
        """Make the columns say what the state says; the caller saves."""
        for name, value in columns_of(state).items():
            setattr(self, name, value)


def columns_of(state: ClockState) -> dict[str, Any]:
    """The columns of a clock that are a function of the events, by name."""
    return {
        "started_seq": state.started_seq,
        "started_at": state.started_at,
        "due_at": state.due_at,
        "limit_amount": state.limit.amount,
        "limit_unit": state.limit.unit,
        "limit_floor": state.limit.at_least_working_days,
        "policy": state.policy,
        "calendar": state.calendar,
        "pauses": [
            [moment.astimezone(ZONE).isoformat() for moment in (pause.since, pause.until)] for pause in state.pauses
        ],
        "extension": state.extension,
        "paused_at": state.paused_at,
        "held_at": state.held_at,
        "stopped_at": state.stopped_at,
        "breached": state.breached,
    }
