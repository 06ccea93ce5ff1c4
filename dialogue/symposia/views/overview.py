"""The meetings that somebody may open: as a list, and as the days of a month."""

from calendar import Calendar as Weeks
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dialogue.symposia.forms.overview import FIRST_YEAR, LAST_YEAR, MeetingFilters, month_of
from dialogue.symposia.models import Meeting
from dialogue.symposia.queries.overview import Wishes, found
from dialogue.symposia.views import words
from dialogue.symposia.views.cadence import sees_cadence
from dialogue.symposia.views.planning import may_open
from foundation.counters import bounded_counts, counter_words
from foundation.keyset import keyset_page
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.time_left import TimeLeft

PAGE = 25
MOST = 300  # meetings of one month on the calendar


@dataclass(frozen=True)
class Row:
    """One meeting in a list."""

    meeting: Meeting
    badge: words.Badge
    left: TimeLeft | None
    host: str


def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings this person may open, as the address filters them, PAGE at a time; three statements."""
    actor = request.actor
    filters = MeetingFilters(actor, request.GET)
    meetings = found(actor, filters.wishes)
    page = keyset_page(meetings, after=request.GET.get("after", ""), size=PAGE)
    rows = [_row(meeting, actor) for meeting in page.rows]
    context = {
        "filters": filters,
        "faults": filters.faults,
        "all_filters": "all" in request.GET or bool(filters.faults),
        "asked": _asked(request),
        "total": counter_words(bounded_counts({"all": meetings})["all"]),
        "cadence": sees_cadence(actor),
        "may_open": may_open(actor),
        "rows": rows,
        "next": page.next,
        "first": page.first,
    }
    return render(request, "symposia/list.html", context)


def _row(meeting: Meeting, actor: Actor) -> Row:
    return Row(meeting, words.state_badge(meeting), words.left_for(meeting, actor), words.host_text(meeting))


def _asked(request: HttpRequest) -> str:
    """The query string of the list without its cursor."""
    return urlencode([(name, value) for name, value in request.GET.items() if name != "after"])


@dataclass(frozen=True)
class Day:
    """One day of the calendar; `off`: no working day, `made_up`: a weekend on which one works."""

    date: date
    here: bool  # of this month and not of one beside it
    today: bool
    off: bool
    made_up: bool
    meetings: list[tuple[Meeting, words.Badge]]


def month_page(request: HttpRequest) -> HttpResponse:
    """The days of a month with the meetings this person may open; days off as the calendar in force has them."""
    actor = request.actor
    today = actor.now.astimezone(ZONE).date()
    month = month_of(request.GET.get("month", "").strip()) or today.replace(day=1)
    meetings = list(found(actor, Wishes(month=month)).order_by("starts_at", "id")[: MOST + 1])
    context = {
        "month": month,
        "this_month": today.replace(day=1),
        "before": _other(month, -1),
        "after": _other(month, 1),
        "weeks": _weeks(month, today, meetings[:MOST]),
        "number": len(meetings[:MOST]),
        "more": len(meetings) > MOST,
        "cadence": sees_cadence(actor),
    }
    return render(request, "symposia/month.html", context)


def _other(month: date, way: int) -> date | None:
    """The first day of the month before (-1) or after (1); None beyond the years there are."""
    other = (month + timedelta(days=31 if way > 0 else -1)).replace(day=1)
    return other if FIRST_YEAR <= other.year <= LAST_YEAR else None


def _weeks(month: date, today: date, meetings: list[Meeting]) -> list[list[Day]]:
    """The weeks from Monday on that have a day of the month."""
    held: dict[date, list[Any]] = defaultdict(list)
    for meeting in meetings:
        held[meeting.starts_at.astimezone(ZONE).date()].append((meeting, words.state_badge(meeting)))
    calendar = calendar_in_force()
    return [
        [
            Day(
                date=day,
                here=day.month == month.month,
                today=day == today,
                off=not calendar.is_working_day(day),
                made_up=calendar.is_working_day(day) and day.weekday() >= 5,
                meetings=held[day],
            )
            for day in week
        ]
        for week in Weeks().monthdatescalendar(month.year, month.month)
    ]
