"""A clock opened to its days: why it is due when it is due. Pure over the row; no statement runs here."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.demands.telling import standing
from workflow.calendar import ZONE, Calendar
from workflow.calendars import calendar_in_force, calendar_named
from workflow.clocks import ClockState, Unit
from workflow.explain import Counted, CountedDay, SetDate, due_day, explain, limit_words, sentences
from workflow.models import Clock
from workflow.time_left import TimeLeft, date_text, is_provisional, time_left

BAR = 300  # the width of the bar in its own units
LONGEST = 60  # days; a longer count is drawn on the page of the clock alone
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One cell of the calendar: the day, the words under it, and how it is drawn."""

    number: str
    words: str
    look: str


@dataclass(frozen=True)
class ShownClock:
    """One clock as the page shows it."""

    label: str
    limit: str
    left: TimeLeft
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    used: int | None
    used_words: str
    sentences: list[str]
    caption: str = ""
    weeks: list[list[Day]] = field(default_factory=list)
    url: str = ""  # of its own page
    ends: str = ""  # by when it is due, and when it stopped


def shown(
    row: Clock, *, now: datetime, explained: bool = True, set_date: SetDate | None = None, url: str = ""
) -> ShownClock:
    """The clock with its badge, how much of it is used, and its explanation by the calendar it was counted with.

    The page of a demand explains the running ones alone; those that stopped have a page of their own for it.
    """
    clock = row.state
    calendar = calendar_named(clock.calendar)
    provisional = clock.running and is_provisional(clock, calendar_in_force())
    why = explain(clock, calendar, provisional=provisional, set_date=set_date) if explained else None
    days = why.days if why and clock.running and len(why.days) <= LONGEST else []
    used = _used(clock, now=now, calendar=calendar) if clock.running else None
    return ShownClock(
        label=str(clock.kind.label),
        limit=limit_words(clock, set_date),
        left=replace(_badge(clock, now=now, calendar=calendar), provisional=provisional),
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        used=used,
        used_words=_("已用 %(share)s%%") % {"share": round(used * 100 / BAR)} if used is not None else "",
        sentences=sentences(why, now=now) if why else [],
        caption=_caption(clock) if days else "",
        weeks=weeks(days, now=now) if days else [],
        url=url,
        ends=_ends(clock, now=now),
    )


def _ends(clock: ClockState, *, now: datetime) -> str:
    due = date_text(clock.due_at, now)
    if clock.stopped_at is None:
        return _("%(due)s 到期") % {"due": due}
    return _("%(stopped)s，限 %(due)s") % {"stopped": date_text(clock.stopped_at, now), "due": due}


def _badge(clock: ClockState, *, now: datetime, calendar: Calendar) -> TimeLeft:
    words = standing(clock)
    if clock.stopped_at is not None:
        return TimeLeft(words, "green", "done") if clock.in_time else TimeLeft(words, "red", "alert")
    if words:
        return TimeLeft(words, "grey", "pause")
    days = clock.limit.amount if clock.limit.unit == Unit.WORKING_DAY else None
    return time_left(now=now, due_at=clock.due_at, since=clock.started_at, working_days=days, calendar=calendar)


def _used(clock: ClockState, *, now: datetime, calendar: Calendar) -> int:
    """How much of the working time from start to due is gone, in units of the bar."""
    whole = calendar.working_seconds_between(clock.started_at, clock.due_at)
    gone = calendar.working_seconds_between(clock.started_at, min(now, clock.due_at))
    return BAR * gone // whole if whole else BAR


def _caption(clock: ClockState) -> str:
    first, last = clock.started_at.astimezone(ZONE).date(), due_day(clock)
    months = [dateformat.format(day, pgettext("date pattern", "Y年n月")) for day in (first, last)]
    return "—".join(dict.fromkeys(months))


def weeks(days: list[CountedDay], *, now: datetime) -> list[list[Day]]:
    """Whole weeks, Monday first, from the start to the due day, with the days counted."""
    if not days:
        return []
    today = now.astimezone(ZONE).date()
    first, last = days[0].day, days[-1].day
    words = {
        Counted.START: _("起算"),
        Counted.DUE: _("到期"),
        Counted.OFF: _("休"),
        Counted.CREDITED: _("暂停"),
        Counted.ROLLED: _("顺延"),
        Counted.FLOOR: _("补足"),
    }
    before = [_outside(first - _DAY * n, today) for n in range(first.weekday(), 0, -1)]
    after = [_outside(last + _DAY * n, today) for n in range(1, 7 - last.weekday())]
    cells = [*before, *(_cell(one, today, words.get(one.how) or str(one.n)) for one in days), *after]
    return [cells[i : i + 7] for i in range(0, len(cells), 7)]


def _outside(day: date, today: date) -> Day:
    return Day(_number(day), "", "today" if day == today else "")


def _number(day: date) -> str:
    return f"{day.month}/{day.day}" if day.day == 1 else str(day.day)


# The names of their look in the style sheet; of every other day by whether it has come.
LOOKS = {Counted.START: "s", Counted.DUE: "due", Counted.OFF: "w", Counted.CREDITED: "p", Counted.ROLLED: "w"}


def _cell(one: CountedDay, today: date, words: str) -> Day:
    """What stands in one day of the calendar."""
    look = LOOKS.get(one.how) or ("c" if one.day <= today else "f")
    return Day(_number(one.day), words, f"{look} today" if one.day == today else look)
