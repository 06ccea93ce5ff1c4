"""A clock opened to its days: why it is due when it is due. Pure over the row; no statement runs here."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from workflow.calendar import ZONE, Calendar
from workflow.calendars import calendar_in_force, calendar_named, version_number
from workflow.clocks import ClockState, Unit
from workflow.models import Clock
from workflow.time_left import TimeLeft, date_text, is_provisional, time_left

BAR = 300  # the width of the bar in its own units
LONGEST = 40  # working days; a longer count is told in words, not drawn
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


def shown(row: Clock, *, now: datetime) -> ShownClock:
    """The clock with its badge, how much of it is used, and its explanation by the calendar it was counted with."""
    clock = row.state
    calendar = calendar_named(clock.calendar)
    provisional = clock.running and is_provisional(clock, calendar_in_force())
    weeks = _weeks(clock, now=now, calendar=calendar) if clock.running and clock.limit.unit == Unit.WORKING_DAY else []
    used = _used(clock, now=now, calendar=calendar) if clock.running else None
    return ShownClock(
        label=clock.kind.label,
        limit=clock.limit.text(),
        left=replace(_badge(clock, now=now, calendar=calendar), provisional=provisional),
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        used=used,
        used_words=_("已用 %(share)s%%") % {"share": round(used * 100 / BAR)} if used is not None else "",
        sentences=_sentences(clock, now=now, provisional=provisional),
        caption=_caption(clock) if weeks else "",
        weeks=weeks,
    )


def _badge(clock: ClockState, *, now: datetime, calendar: Calendar) -> TimeLeft:
    if clock.stopped_at is not None:
        if clock.in_time:
            return TimeLeft(_("按时"), "green", "done")
        return TimeLeft(_late_words(clock.stopped_at - clock.due_at), "red", "alert")
    if clock.held:
        return TimeLeft(_("已提交结果，等待审签"), "grey", "pause")
    days = clock.limit.amount if clock.limit.unit == Unit.WORKING_DAY else None
    return time_left(now=now, due_at=clock.due_at, since=clock.started_at, working_days=days, calendar=calendar)


def _late_words(late: timedelta) -> str:
    if late.days:
        return ngettext("超期 %(n)s 天完成", "超期 %(n)s 天完成", late.days) % {"n": late.days}
    hours = late.seconds // 3600
    if hours:
        return ngettext("超期 %(n)s 小时完成", "超期 %(n)s 小时完成", hours) % {"n": hours}
    return _("超期不到 1 小时完成")


def _used(clock: ClockState, *, now: datetime, calendar: Calendar) -> int:
    """How much of the working time from start to due is gone, in units of the bar."""
    whole = calendar.working_seconds_between(clock.started_at, clock.due_at)
    gone = calendar.working_seconds_between(clock.started_at, min(now, clock.due_at))
    return BAR * gone // whole if whole else BAR


def _sentences(clock: ClockState, *, now: datetime, provisional: bool) -> list[str]:
    words = {
        "start": date_text(clock.started_at, now),
        "due": date_text(clock.due_at, now),
        "limit": clock.limit.text(),
        "policy": clock.policy.rpartition("/")[2],
        "calendar": version_number(clock.calendar),
    }
    match clock.limit.unit:
        case Unit.WORKING_DAY:
            how = _("%(start)s 起算，当天不计；数满 %(limit)s为 %(due)s。")
        case Unit.WORKING_HOUR:
            how = _("%(start)s 起算，只计工作日 08:30—12:00 和 14:30—17:30；数满 %(limit)s为 %(due)s。")
        case Unit.NATURAL_DAY:
            how = _("%(start)s 起算，当天不计，休息日也计入；数满 %(limit)s，到期日遇休息日顺延，为 %(due)s。")
        case _:
            how = _("%(start)s 起算，按钟点连续计算；数满 %(limit)s为 %(due)s。")
    sentences = [how % words, _("规则：时限规则第 %(policy)s 版 · 工作日历第 %(calendar)s 版") % words]
    if provisional:
        sentences.append(_("经过的年份有尚未公布放假安排的，先按周一至周五计算，到期日为暂定。"))
    return sentences


def _due_day(clock: ClockState) -> date:
    return (clock.due_at - timedelta(microseconds=1)).astimezone(ZONE).date()


def _caption(clock: ClockState) -> str:
    first, last = clock.started_at.astimezone(ZONE).date(), _due_day(clock)
    months = [dateformat.format(day, pgettext("date pattern", "Y年n月")) for day in (first, last)]
    return "—".join(dict.fromkeys(months))


def _weeks(clock: ClockState, *, now: datetime, calendar: Calendar) -> list[list[Day]]:
    """Whole weeks, Monday first, from the start to the due day, with the working days counted."""
    if clock.limit.amount > LONGEST:
        return []
    start, due, today = clock.started_at.astimezone(ZONE).date(), _due_day(clock), now.astimezone(ZONE).date()
    day, end = start - _DAY * start.weekday(), due + _DAY * (6 - due.weekday())
    cells = []
    while day <= end:
        cells.append(_cell(day, start=start, due=due, today=today, calendar=calendar))
        day += _DAY
    return [cells[i : i + 7] for i in range(0, len(cells), 7)]


def _cell(day: date, *, start: date, due: date, today: date, calendar: Calendar) -> Day:
    number = f"{day.month}/{day.day}" if day.day == 1 else str(day.day)
    words, look = "", ""
    if day == start:
        words, look = _("起算"), "s"
    elif day == due:
        words, look = _("到期"), "due"
    elif not calendar.is_working_day(day):
        words, look = _("休"), "w"
    elif start < day < due:
        words, look = str(calendar.working_days_between(start, day)), "c" if day <= today else "f"
    return Day(number, words, f"{look} today".strip() if day == today else look)
