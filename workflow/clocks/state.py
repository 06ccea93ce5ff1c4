"""One clock as it stands, and when it is due: always computed from the start, so that it can be replayed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import assert_never

from workflow.calendar import ZONE, Calendar
from workflow.clocks.limits import ClockKind, Limit, Unit

HOUR = 3600  # seconds


@dataclass(frozen=True)
class Pause:
    """From when to when the clock stood still, because somebody else had to act first."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class ClockState:
    """One clock as it stands.

    `started_seq` is the event that started it, which names it within its chain. `policy` is the version it was started
    with, `calendar` the version its due date was last computed with. `extension` counts units of the limit. `breached`:
    the system acted because the time was over, so it counts as late although it ended at the very due moment.
    """

    kind: ClockKind
    started_at: datetime
    due_at: datetime
    limit: Limit
    policy: str
    calendar: str
    started_seq: int = 0
    pauses: tuple[Pause, ...] = ()
    extension: int = 0
    paused_at: datetime | None = None
    held_at: datetime | None = None
    stopped_at: datetime | None = None
    breached: bool = False

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    @property
    def held(self) -> bool:
        return self.running and self.held_at is not None

    @property
    def paused(self) -> bool:
        return self.running and self.paused_at is not None

    @property
    def counting(self) -> bool:
        """Whether its time goes on: it runs, is not held for a signature and not paused."""
        return self.running and self.held_at is None and self.paused_at is None

    @property
    def reopenable(self) -> bool:
        """Whether it was stopped by a move and not because its time was over."""
        return self.stopped_at is not None and not self.breached

    @property
    def in_time(self) -> bool | None:
        """Whether it ended by its due date; None while that is still open."""
        return None if self.stopped_at is None else self.stopped_at <= self.due_at and not self.breached

    def is_overdue(self, now: datetime) -> bool:
        """Whether somebody should be told that it is late: its time goes on, and the due date has passed."""
        return self.counting and now > self.due_at


def due_at(
    start: datetime, limit: Limit, calendar: Calendar, *, pauses: Iterable[Pause] = (), extension: int = 0
) -> datetime:
    """The moment until which, itself included, the limit is kept: start + limit + credits + extension.

    The starting day is not counted. 24:00 of a day is given as 00:00 of the next one, which is the same moment.
    `extension` counts units of the limit. Source: the page “case lifecycle”, “Counting”.
    """
    local = start.astimezone(ZONE)
    amount, credit = limit.amount + extension, credited(limit.unit, pauses, calendar)
    match limit.unit:
        case Unit.WORKING_HOUR:
            return calendar.add_working_seconds(local, amount * HOUR + credit)
        case Unit.HOUR:
            return local + timedelta(hours=amount, seconds=credit)
        case Unit.WORKING_DAY:
            return calendar.end_of_working_day(calendar.nth_working_day_after(local.date(), amount + credit))
        case Unit.NATURAL_DAY:
            last = local.date() + timedelta(days=amount + credit)
            if limit.at_least_working_days is not None:
                floor = limit.at_least_working_days + extension + credited(Unit.WORKING_DAY, pauses, calendar)
                last = max(last, calendar.nth_working_day_after(local.date(), floor))
            return _end_of(last if calendar.is_working_day(last) else calendar.nth_working_day_after(last, 1))
        case _:
            assert_never(limit.unit)


def credited(unit: Unit, pauses: Iterable[Pause], calendar: Calendar) -> int:
    """What pauses give back, in days of a day clock or in seconds of an hour clock.

    A clock in working days gets the working days d with pause date < d ≤ resume date, one in natural days all such
    days (docs/decisions/0013); an hour clock gets the exact seconds of the kind that it counts.
    """
    total = 0
    for pause in pauses:
        first, last = pause.since.astimezone(ZONE), pause.until.astimezone(ZONE)
        match unit:
            case Unit.WORKING_DAY:
                total += calendar.working_days_between(first.date(), last.date())
            case Unit.NATURAL_DAY:
                total += (last.date() - first.date()).days
            case Unit.WORKING_HOUR:
                total += calendar.working_seconds_between(first, last)
            case Unit.HOUR:
                total += max(0, (last - first) // timedelta(seconds=1))
            case _:
                assert_never(unit)
    return total


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def next_due(clocks: Iterable[ClockState]) -> ClockState | None:
    """The clock that somebody must meet first: its time goes on and it is due before the others."""
    waiting = [clock for clock in clocks if clock.counting]
    return min(waiting, key=lambda clock: (clock.due_at, clock.kind.value), default=None)
