"""Deadlines as they stand: one row per start of a clock, always what the events and the named versions give."""

from django.db import models
from django.db.models import Q

from workflow.clocks import ClockKind, ClockState, Limit, Unit


class Clock(models.Model):
    """One clock of one subject, from its start to its stop."""

    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    limit_amount = models.PositiveSmallIntegerField()
    limit_unit = models.CharField(max_length=12, choices=Unit.choices)
    limit_floor = models.PositiveSmallIntegerField(null=True)  # at least so many working days
    policy = models.CharField(max_length=40)
    calendar = models.CharField(max_length=120)
    held_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(stopped_at=None),
                name="one_running_clock_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=models.F("started_at")), name="clock_due_after_start"),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="clock_of_subject"),
            models.Index(fields=["due_at"], condition=Q(stopped_at=None), name="clock_running_by_due"),
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
            held_at=self.held_at,
            stopped_at=self.stopped_at,
        )

    @classmethod
    def of(cls, subject_kind: str, subject_id: int, state: ClockState) -> "Clock":
        """A new row for a clock that has just started."""
        return cls(
            subject_kind=subject_kind,
            subject_id=subject_id,
            kind=state.kind,
            started_at=state.started_at,
            due_at=state.due_at,
            limit_amount=state.limit.amount,
            limit_unit=state.limit.unit,
            limit_floor=state.limit.at_least_working_days,
            policy=state.policy,
            calendar=state.calendar,
            held_at=state.held_at,
            stopped_at=state.stopped_at,
        )
