"""Lists and demands as they are printed: no frame, the filter in words, who printed and when."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.demands import dated, queries, reading, telling
from cases.demands.filters import in_words
from cases.demands.views import clocks, table, words
from cases.demands.views.case import find
from cases.demands.views.lists import asked
from cases.demands.why import INTERNAL_CLOCKS
from foundation.counters import bounded_counts, counter_words
from workflow.timeline import timeline

MOST = 1000  # rows on paper


def print_list(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, at most MOST rows, with a sentence when there are more; five statements."""
    actor = request.actor
    what = asked(request.GET, actor)
    columns = what.columns
    rows = list(what.rows()[: MOST + 1])
    reading.note_many([case.pk for case in rows[:MOST]], actor, reading.Kind.PRINT)
    context = {
        "filters": [in_words(name, value, what.choices) for name, value in what.wishes.pairs()],
        "columns": columns,
        "rows": [table.row(case, actor, columns) for case in rows[:MOST]],
        "more": len(rows) > MOST,
        "total": counter_words(bounded_counts({"all": what.cases})["all"]) if rows else "0",
        "most": MOST,
        "query": what.wishes.address,
    }
    return render(request, "demands/print_list.html", context)


def print_case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One demand on paper. A firm's has no internal parts, and others may leave them out for paper that goes out."""
    actor = request.actor
    case = find(public_id, actor)
    reading.note(case, actor, reading.Kind.PRINT)
    firm = telling.is_firm(actor)
    outward = firm or "outward" in request.GET
    signed = case.results.filter(signed_at__isnull=False).order_by("-id")
    rows = [row for row in queries.clocks(case) if not (outward and row.kind in INTERNAL_CLOCKS)]
    dates = dated.by_clock(rows, dated.of_case(case))
    context = {
        "case": case,
        "badge": words.state_badge(case),
        "facts": telling.facts(case),
        "pairs": telling.asked(case, actor),
        "result": signed.first() if outward else telling.result_for(case, actor),
        "requests": queries.info_requests(case),
        "plan_steps": list(case.plan_steps.filter(round=case.round)),
        "lines": timeline(case, actor, outward=outward),
        "clocks": [clocks.shown(row, now=actor.now, explained=False, set_date=dates[row.pk]) for row in rows],
        "is_firm": outward,
        "may_be_inward": not firm,
        "outward": outward,
    }
    return render(request, "demands/print_case.html", context)
