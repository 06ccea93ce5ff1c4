"""Why a clock is due on its day, and who had the demand for how long."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cases.demands.enums import CaseState
from cases.demands.models import ChargedTo
from cases.demands.views import clocks, words
from cases.demands.views.case import find
from cases.demands.why import Held, held, why
from parties.roles import Role
from workflow.calendars import calendar_named, version_number
from workflow.explain import duration_words, sentences


def clock_page(request: HttpRequest, public_id: UUID, name: str) -> HttpResponse:
    """为什么是这一天: the days counted, what was added, by which versions, and whether the events give the same."""
    actor = request.actor
    case = find(public_id, actor)
    found = why(case, name, actor)
    if found is None:
        raise Http404
    return render(
        request,
        "demands/why.html",
        {
            "case": case,
            "badge": words.state_badge(case),
            "shown": clocks.shown(found.row, now=actor.now, set_date=found.explanation.set_date),
            "weeks": clocks.weeks(found.explanation.days, now=actor.now),
            "sentences": sentences(found.explanation, now=actor.now),
            "found": found,
            "calendar_version": version_number(found.clock.calendar),
            "spans": calendar_named(found.clock.calendar).spans,
        },
    )


@dataclass(frozen=True)
class Stretch:
    """One line of the table of stretches; `share` is its part of the longest, of 100."""

    who: str
    state: Any
    since: datetime
    until: datetime
    working: str
    whole: str
    share: int
    waits_for_firm: bool
    charged_to: str


def durations(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """各环节用时: stretches of time with their holders, to the second."""
    actor = request.actor
    case = find(public_id, actor)
    found = held(case, actor)
    longest = max((one.segment.working_seconds for one in found), default=0) or 1
    return render(
        request,
        "demands/durations.html",
        {
            "case": case,
            "badge": words.state_badge(case),
            "stretches": [_stretch(one, longest=longest, firm=case.enterprise_id) for one in found],
            "total": duration_words(sum(one.segment.working_seconds for one in found)),
        },
    )


def _stretch(one: Held, *, longest: int, firm: int | None) -> Stretch:
    segment = one.segment
    return Stretch(
        who=f"{one.organisation} · {Role(segment.role).label}",
        state=CaseState(segment.state).label,
        since=segment.since,
        until=segment.until,
        working=duration_words(segment.working_seconds),
        whole=duration_words(segment.seconds),
        share=100 * segment.working_seconds // longest,
        waits_for_firm=segment.organisation_id == firm,
        charged_to=str(ChargedTo(one.charged_to).label) if one.charged_to else "",
    )
