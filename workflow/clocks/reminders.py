"""When somebody is reminded of a running clock, before it is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.calendar import ZONE, Calendar
from workflow.clocks.state import ClockState

SHARES = (50, 80)  # percent of the time from start to due (case lifecycle, “Supervision ladder”)


@dataclass(frozen=True)
class Reminder:
    """One reminder: its name within its clock (“50”, “80”, “D3”), and when it is sent."""

    name: str
    at: datetime


def reminders(clock: ClockState, calendar: Calendar, days: Sequence[int] = ()) -> list[Reminder]:
    """The reminders of a clock in their order, all of them before it is due.

    On given days (move 28: day 3 and 6) at the hour the offices open; otherwise, and when none of these days lies
    before the due date, at 50 % and 80 % of the working seconds from start to due, or of all seconds for a clock that
    runs through the night.
    """
    start = clock.started_at.astimezone(ZONE).date()
    found = [Reminder(f"D{n}", calendar.start_of_working_day(start + timedelta(days=n))) for n in days]
    if not any(reminder.at < clock.due_at for reminder in found):
        whole = calendar.working_seconds_between(clock.started_at, clock.due_at)
        span = clock.due_at - clock.started_at
        found = [
            Reminder(
                str(share),
                calendar.add_working_seconds(clock.started_at, whole * share // 100)
                if whole
                else clock.started_at + span * share // 100,
            )
            for share in SHARES
        ]
    return [reminder for reminder in found if reminder.at < clock.due_at]


def next_reminder(
    clock: ClockState, calendar: Calendar, days: Sequence[int] = (), *, after: datetime | None = None
) -> Reminder | None:
    """The first reminder later than `after`; None when there is none or the clock's time does not go on."""
    if not clock.counting:
        return None
    ahead = (r for r in reminders(clock, calendar, days) if after is None or r.at > after)
    return min(ahead, key=lambda reminder: reminder.at, default=None)


def latest_reminder(
    clock: ClockState, calendar: Calendar, days: Sequence[int] = (), *, now: datetime
) -> Reminder | None:
    """The last reminder whose time has come: after a standstill this one is sent and the earlier ones are not."""
    past = (reminder for reminder in reminders(clock, calendar, days) if reminder.at <= now)
    return max(past, key=lambda reminder: reminder.at, default=None)
