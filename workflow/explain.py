"""Why a clock is due when it is: the days or hours counted, what pauses gave back, and by which versions.

Pure over the state of the clock and its calendar. Pages draw it and the API gives it as data, so both say the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.calendar import ZONE, Calendar
from workflow.calendars import version_number
from workflow.clocks import ClockState, Limit, Pause, Unit, amount_text, credited
from workflow.time_left import date_text, long_day

LONGEST = 400  # days; what takes longer is told in words alone
DAY_UNITS = (Unit.WORKING_DAY, Unit.NATURAL_DAY)
_DAY = timedelta(days=1)


class Counted(StrEnum):
    """How one day counts for a clock."""

    START = "start"  # the starting day, which is not counted
    COUNTED = "counted"
    EXTENSION = "extension"  # counted, beyond the limit itself
    CREDITED = "credited"  # given back because the clock stood still
    OFF = "off"  # not a working day, where only those count
    FLOOR = "floor"  # a working day beyond the count, because there must be at least so many of them
    ROLLED = "rolled"  # the count is full, but this is not a working day: the end moves on
    DUE = "due"


@dataclass(frozen=True)
class CountedDay:
    """One day between start and due; `n` is its place in the count, None where it does not count."""

    day: date
    how: Counted
    n: int | None
    working: bool


@dataclass(frozen=True)
class Credit:
    """What one pause gave back: days of a day clock, seconds of an hour clock."""

    since: datetime
    until: datetime
    amount: int


@dataclass(frozen=True)
class SetDate:
    """The day until which a clock runs because somebody set it: who, in the reader's words, and when that was."""

    day: date
    by: str
    at: datetime

    def text(self) -> str:
        """“到 2026年12月18日（鄂党纪要〔2026〕3号定）”, where otherwise the limit stands."""
        return _("到 %(day)s（%(by)s定）") % {"day": long_day(self.day), "by": self.by}


@dataclass(frozen=True)
class Explanation:
    """A due date taken apart. `days` is empty for clocks that count hours and for very long ones."""

    clock: ClockState
    days: list[CountedDay]
    credits: list[Credit]
    provisional: bool
    set_date: SetDate | None = None

    @property
    def limit(self) -> str:
        return limit_words(self.clock, self.set_date)


def limit_words(clock: ClockState, set_date: SetDate | None) -> str:
    """“15 个工作日”, or until when somebody has set it."""
    return set_date.text() if set_date else clock.limit.text()


def explain(
    clock: ClockState, calendar: Calendar, *, provisional: bool = False, set_date: SetDate | None = None
) -> Explanation:
    """The due date of this clock taken apart, by the calendar it was last computed with.

    What stood still before somebody set the date gave nothing back: that day holds as it is.
    """
    counted = clock if set_date is None else _since(clock, set_date.at, calendar)
    return Explanation(
        clock=clock,
        days=list(_days(counted, calendar)) if clock.limit.unit in DAY_UNITS else [],
        credits=[Credit(p.since, p.until, credited(clock.limit.unit, [p], calendar)) for p in counted.pauses],
        provisional=provisional,
        set_date=set_date,
    )


def _since(clock: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """The same clock without its pauses before `at`, their natural days in its limit (see the effect `Until`)."""
    later = tuple(pause for pause in clock.pauses if pause.since >= at)
    before = credited(Unit.NATURAL_DAY, (pause for pause in clock.pauses if pause.since < at), calendar)
    return replace(clock, pauses=later, limit=Limit(clock.limit.amount + before, clock.limit.unit))


def due_day(clock: ClockState) -> date:
    """The local day on which the clock is due; 24:00 belongs to the day it ends."""
    return (clock.due_at - timedelta(microseconds=1)).astimezone(ZONE).date()


def _days(clock: ClockState, calendar: Calendar) -> Iterator[CountedDay]:
    start, due = clock.started_at.astimezone(ZONE).date(), due_day(clock)
    if (due - start).days > LONGEST:
        return
    working_only, full, n = clock.limit.unit == Unit.WORKING_DAY, clock.limit.amount + clock.extension, 0
    yield CountedDay(start, Counted.START, None, calendar.is_working_day(start))
    day = start
    while day < due:
        day += _DAY
        working = calendar.is_working_day(day)
        counts = working or not working_only
        given = counts and any(_within(day, pause) for pause in clock.pauses)
        if counts and not given:
            n += 1
        if day == due:
            yield CountedDay(day, Counted.DUE, n if not given and n <= full else None, working)
        elif not counts:
            yield CountedDay(day, Counted.OFF, None, working)
        elif given:
            yield CountedDay(day, Counted.CREDITED, None, working)
        elif n > full:
            yield CountedDay(day, Counted.FLOOR if working else Counted.ROLLED, None, working)
        else:
            yield CountedDay(day, Counted.EXTENSION if n > clock.limit.amount else Counted.COUNTED, n, working)


def _within(day: date, pause: Pause) -> bool:
    """Whether a pause gives this day back: pause date < d ≤ resume date."""
    return pause.since.astimezone(ZONE).date() < day <= pause.until.astimezone(ZONE).date()


# --- in words ---


def sentences(explanation: Explanation, *, now: datetime) -> list[str]:
    """The explanation in the reader's language: how it was counted, what was added, by which versions."""
    clock = explanation.clock
    words = {
        "start": date_text(clock.started_at, now),
        "due": date_text(clock.due_at, now),
        "limit": clock.limit.text(),
        "policy": clock.policy.rpartition("/")[2],
        "calendar": version_number(clock.calendar),
    }
    set_date = explanation.set_date
    told = [_set_words(set_date) if set_date else _how(clock) % words]
    if any(one.how == Counted.FLOOR for one in explanation.days):
        told.append(_("其间至少要有 %(n)s 个工作日，不足的往后补足。") % {"n": clock.limit.at_least_working_days})
    told += [_credit_words(credit, clock.limit.unit, now) for credit in explanation.credits]
    if clock.extension:
        told.append(_("延期 %(more)s。") % {"more": amount_text(clock.extension, clock.limit.unit)})
    if clock.paused_at is not None:
        told.append(_("%(when)s 起暂停，恢复时按暂停的时间顺延。") % {"when": date_text(clock.paused_at, now)})
    if set_date:
        if due_day(clock) != set_date.day:
            told.append(_("遇休息日顺延，到期 %(due)s。") % words)
        told.append(_("定下的日期不按时限规则计算 · 工作日历第 %(calendar)s 版") % words)
    else:
        told.append(_("规则：时限规则第 %(policy)s 版 · 工作日历第 %(calendar)s 版") % words)
    if explanation.provisional:
        told.append(_("经过的年份有尚未公布放假安排的，先按周一至周五计算，到期日为暂定。"))
    return told


def _set_words(set_date: SetDate) -> str:
    words = {"by": set_date.by, "day": long_day(set_date.day)}
    return _("这一天由%(by)s定为 %(day)s，到当天结束为止。") % words


def _how(clock: ClockState) -> str:
    match clock.limit.unit:
        case Unit.WORKING_DAY:
            return _("%(start)s 起算，当天不计；数满 %(limit)s为 %(due)s。")
        case Unit.WORKING_HOUR:
            return _("%(start)s 起算，只计工作日 08:30—12:00 和 14:30—17:30；数满 %(limit)s为 %(due)s。")
        case Unit.NATURAL_DAY:
            return _("%(start)s 起算，当天不计，休息日也计入；数满 %(limit)s，到期日遇休息日顺延，为 %(due)s。")
        case _:
            return _("%(start)s 起算，按钟点连续计算；数满 %(limit)s为 %(due)s。")


def _credit_words(credit: Credit, unit: Unit, now: datetime) -> str:
    words = {
        "since": date_text(credit.since, now),
        "until": date_text(credit.until, now),
        "given": _given(credit.amount, unit),
    }
    return _("%(since)s 至 %(until)s 暂停，顺延 %(given)s。") % words


def _given(amount: int, unit: Unit) -> str:
    return amount_text(amount, unit) if unit in DAY_UNITS else duration_words(amount)


def duration_words(seconds: int) -> str:
    """“2 小时 5 分 7 秒”; parts that are nothing are left out, and no time at all is “0 秒”."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [
        ngettext("%(n)s 小时", "%(n)s 小时", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s 分", "%(n)s 分", minutes) % {"n": minutes} if minutes else "",
        ngettext("%(n)s 秒", "%(n)s 秒", left) % {"n": left} if left or not seconds else "",
    ]
    return " ".join(part for part in parts if part)
