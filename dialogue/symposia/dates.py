"""The days of a meeting and of the month around it. Pure; every day is a local day. Source: the page “mission”.

Topics close on the 25th, the list of firms and the monthly progress on the 30th or the month's last day; of these
days one that is no working day moves to the working day before it.
"""

import calendar as months
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from workflow.calendar import ZONE, Calendar
from workflow.time_left import full_text

TOPICS_DAY, LIST_DAY = 25, 30
NOTICE_BEFORE = 3  # working days between notice and meeting
COMMENTS_IN = 2  # working days for those present to comment on a draft


def day_of_month(day: date, number: int) -> date:
    """The day with this number in the month of `day`, or the month's last day."""
    return day.replace(day=min(number, months.monthrange(day.year, day.month)[1]))


def on_or_before(day: date, calendar: Calendar) -> date:
    """The day itself when it is a working day, else the last working day before it."""
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def topics_close(month: date, calendar: Calendar) -> date:
    """The last day on which topics are taken up in the month of this day."""
    return on_or_before(day_of_month(month, TOPICS_DAY), calendar)


def firms_close(month: date, calendar: Calendar) -> date:
    """The day by which the list of firms is drawn up in the month of this day."""
    return on_or_before(day_of_month(month, LIST_DAY), calendar)


def progress_due(month: date, calendar: Calendar) -> date:
    """The day by which progress on open action items is reported in the month of this day."""
    return on_or_before(day_of_month(month, LIST_DAY), calendar)


def working_days_before(day: date, number: int, calendar: Calendar) -> date:
    """The working day from which `number` working days lie before `day`, that day itself not counted."""
    while number:
        day -= timedelta(days=1)
        number -= calendar.is_working_day(day)
    return day


def notice_by(held_on: date, calendar: Calendar) -> date:
    """The last day for the notice of a meeting on this day."""
    return working_days_before(held_on, NOTICE_BEFORE, calendar)


def first_report_after(day: date, calendar: Calendar) -> date:
    """The first day after this one by which progress is reported: of its month, else of the next."""
    due = progress_due(day, calendar)
    return due if due > day else progress_due(day_of_month(day, 31) + timedelta(days=1), calendar)


def reported(due_on: date | None, today: date, calendar: Calendar, *, late: bool) -> tuple[date, date]:
    """For which month a report made today is, as its first day, and the day of the next report.

    `due_on` is the day of the report that is due, None when none is. What is told again in a month, or before the first
    report is due, moves nothing; whoever missed several months reports for the last of them.
    """
    last = day_of_month(today, 31)
    if due_on is not None and due_on > last:
        return today.replace(day=1), due_on
    if late and progress_due(today, calendar) > today:
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1), first_report_after(today, calendar)
    return today.replace(day=1), first_report_after(last, calendar)


def proposed_days(held_on: date, today: date, calendar: Calendar) -> tuple[date, date]:
    """The days proposed for topics and for the list of firms of a meeting on `held_on`.

    The 25th and the 30th of the month before the meeting when these lie ahead, else the working day before the notice,
    but never a day that is over.
    """
    month = held_on.replace(day=1) - timedelta(days=1)
    late = max(today, working_days_before(notice_by(held_on, calendar), 1, calendar))
    topics, firms = topics_close(month, calendar), firms_close(month, calendar)
    topics_until = topics if topics > today else min(late, held_on)
    firms_until = firms if firms > today else min(late, held_on)
    return topics_until, max(topics_until, firms_until)  # who comes follows from what is talked about


def answer_day(held_on: date, today: date, calendar: Calendar) -> date:
    """The day proposed for the answers of those invited: the working day before the meeting, never one that is over."""
    return min(held_on, max(today, working_days_before(held_on, 1, calendar)))


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """“2026年11月23日 15:00 至 17:00”; the second day too when it is another."""
    first, last = starts_at.astimezone(ZONE), ends_at.astimezone(ZONE)
    until = last.strftime("%H:%M") if first.date() == last.date() else full_text(ends_at)
    return _("%(start)s 至 %(end)s") % {"start": full_text(starts_at), "end": until}
