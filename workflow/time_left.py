"""How a due date reads in a list: the words, the tint and the drawing of its badge.

Pure and cheap: a page shows dozens of them, so only the calendar's cached days are looked up. How a stopped or paused
clock reads is not said here; the badge of one follows from its verdict and not from the present time.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from django.utils import dateformat
from django.utils.translation import get_language, gettext, ngettext, pgettext

from workflow.calendar import ZONE, Calendar
from workflow.clocks import ClockState, Unit

Tone = Literal["blue", "amber", "red", "over", "grey", "green"]

# Working days from which a date says more than a number of days.
FAR_OFF = 20

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TimeLeft:
    """One badge. `tone` and `icon` are names of the style sheet and of the icon file.

    `provisional` says that the date was counted through a year whose notice is missing, and may still move.
    """

    words: str
    tone: Tone
    icon: str
    provisional: bool = False


def time_left(
    *,
    now: datetime,
    due_at: datetime,
    since: datetime | None = None,
    working_days: int | None = None,
    calendar: Calendar,
) -> TimeLeft:
    """The badge of a running clock.

    In this order: past due; due before the next working day opens (which is today, and what a natural-hour clock ends
    in the night or over a weekend); due on the next working day, or 80 % of the working seconds since `since` used up;
    a clock of `working_days`; far off; otherwise the days left. Whole units are rounded down, so that nobody is
    promised more time than there is. Without `since` the count is taken to begin now.
    """
    badge = _badge(now=now, due_at=due_at, since=since, working_days=working_days, calendar=calendar)
    may_move = calendar.is_provisional_span(min(since or now, due_at), due_at)
    return replace(badge, provisional=True) if may_move else badge


def _badge(
    *, now: datetime, due_at: datetime, since: datetime | None, working_days: int | None, calendar: Calendar
) -> TimeLeft:
    if now > due_at:
        return TimeLeft(_over(now - due_at), "over", "alert")
    today, last_day = now.astimezone(ZONE).date(), last_moment(due_at).date()
    if due_at <= calendar.start_of_working_day(calendar.nth_working_day_after(today, 1)):
        return TimeLeft(_left(due_at - now), "red", "clock")
    left = calendar.working_days_between(today, last_day)
    if left <= 1 or _nearly_used(now=now, due_at=due_at, since=since, calendar=calendar):
        return TimeLeft(_days_left(left), "amber", "clock")
    if since is not None and working_days is not None:
        passed = calendar.working_days_between(since.astimezone(ZONE).date(), today)
        # On the starting day, which is not counted, there is no first working day to speak of yet.
        if passed:
            words = gettext("第 %(n)s/%(m)s 个工作日") % {"n": passed, "m": working_days}
            return TimeLeft(words, "blue", "cal")
    elif left > FAR_OFF:
        return TimeLeft(gettext("%(date)s前") % {"date": _day_text(last_moment(due_at), now)}, "grey", "cal")
    return TimeLeft(_days_left(left), "blue", "cal")


def is_provisional(clock: ClockState, calendar: Calendar) -> bool:
    """Whether the due date of this clock may still move with a notice to come; natural hours ask no calendar."""
    return clock.limit.unit != Unit.HOUR and calendar.is_provisional_span(clock.started_at, clock.due_at)


def date_text(moment: datetime, now: datetime) -> str:
    """“11月27日 17:30”, with the year when it is not the present one; midnight reads as 24:00 of the day it ends."""
    local = last_moment(moment)
    clock = "24:00" if local < moment else local.strftime("%H:%M")
    return _date_and_time(get_language()) % {"date": _day_text(local, now), "time": clock}


@lru_cache(maxsize=8)
def _date_and_time(language: str | None) -> str:
    """A page says dozens of moments."""
    return gettext("%(date)s %(time)s")


def short_day(day: date) -> str:
    """“11月27日”. What is translated is the pattern, in the letters of Django's date filter, for months have names."""
    return dateformat.format(day, pgettext("date pattern", "n月j日"))


def long_day(day: date) -> str:
    """“2026年11月27日”."""
    return dateformat.format(day, pgettext("date pattern", "Y年n月j日"))


def full_text(moment: datetime) -> str:
    """“2026年11月27日 17:30”, for headers, receipts and whatever is printed; midnight as 24:00 of the day it ends."""
    local, pattern = last_moment(moment), pgettext("date pattern", "Y年n月j日 H:i")
    return dateformat.format(local, pattern if local == moment else pattern.replace("H:i", "24:00"))


def last_moment(moment: datetime) -> datetime:
    """The moment in ZONE, and 00:00 as the last instant of the day before, to which a due date at 24:00 belongs."""
    local = moment.astimezone(ZONE)
    return local - timedelta(microseconds=1) if local.time() == time.min else local


def _day_text(local: datetime, now: datetime) -> str:
    this_year = local.year == now.astimezone(ZONE).year
    return _day_in(get_language(), local.date(), this_year)


@lru_cache(maxsize=1000)
def _day_in(language: str | None, day: date, this_year: bool) -> str:
    """A page says the same few days over and over."""
    return short_day(day) if this_year else long_day(day)


def _nearly_used(*, now: datetime, due_at: datetime, since: datetime | None, calendar: Calendar) -> bool:
    if since is None:
        return False
    whole = calendar.working_seconds_between(since, due_at)
    return whole > 0 and calendar.working_seconds_between(since, now) * 100 >= whole * 80


def _over(past: timedelta) -> str:
    if past >= _DAY:
        days = past // _DAY
        return ngettext("超期 %(n)s 天", "超期 %(n)s 天", days) % {"n": days}
    if past >= _HOUR:
        hours = past // _HOUR
        return ngettext("超期 %(n)s 小时", "超期 %(n)s 小时", hours) % {"n": hours}
    minutes = past // _MINUTE
    if minutes:
        return ngettext("超期 %(n)s 分钟", "超期 %(n)s 分钟", minutes) % {"n": minutes}
    return gettext("超期不到 1 分钟")


def _left(rest: timedelta) -> str:
    if rest >= _HOUR:
        hours = rest // _HOUR
        return ngettext("还剩 %(n)s 小时", "还剩 %(n)s 小时", hours) % {"n": hours}
    minutes = rest // _MINUTE
    if minutes:
        return ngettext("还剩 %(n)s 分钟", "还剩 %(n)s 分钟", minutes) % {"n": minutes}
    return gettext("还剩不到 1 分钟")


def _days_left(days: int) -> str:
    return ngettext("还剩 %(n)s 个工作日", "还剩 %(n)s 个工作日", days) % {"n": days}
