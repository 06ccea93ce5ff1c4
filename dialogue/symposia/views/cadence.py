"""Whether the meetings that are owed in a year have been held."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dialogue.symposia.forms.overview import FIRST_YEAR, LAST_YEAR
from dialogue.symposia.queries.cadence import LEADERS, Duty, Line, cadence, periods
from dialogue.symposia.rules import ORGANISERS
from foundation.errors import NotYours
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force

# Word, tone and drawing of a duty; what is ahead or owed by nobody has none.
LOOK: dict[str, tuple[Any, str, str]] = {
    Duty.DONE: (pgettext_lazy("cadence", "完成"), "green", "done"),
    Duty.DUE: (pgettext_lazy("cadence", "待开"), "amber", "clock"),
    Duty.OVERDUE: (pgettext_lazy("cadence", "逾期"), "over", "alert"),
}


def sees_cadence(actor: Actor) -> bool:
    return actor.role in ORGANISERS | LEADERS


def cadence_page(request: HttpRequest) -> HttpResponse:
    """A year of duties; four statements at most. Raises NotYours for whoever organises no meetings."""
    actor = request.actor
    if not sees_cadence(actor):
        raise NotYours(_("只有主办单位和领导可以查看会议频次"))
    this_year = actor.now.astimezone(ZONE).year
    year = _year(request.GET.get("year", "")) or this_year
    found = cadence(actor, year, calendar_in_force())
    context = {
        "year": year,
        "this_year": this_year,
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
        "months": periods(year, 1),
        "quarters": range(1, 5),
        "offices": [_shown(line) for line in found.offices],
        "leaders": [_shown(line) for line in found.leaders],
        "waiting": sum(not line.begun for line in found.offices),
        "overdue": sum(cell.duty == Duty.OVERDUE for line in (*found.offices, *found.leaders) for cell in line.cells),
    }
    return render(request, "symposia/cadence.html", context)


def _shown(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "of": line.of,
        "begun": line.begun,
        "cells": [(cell, LOOK.get(cell.duty)) for cell in line.cells],
    }


def _year(text: str) -> int | None:
    known = len(text) == 4 and text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR
    return int(text) if known else None
