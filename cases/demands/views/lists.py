"""The list of demands: filters in the address, counters beside them, least time left first."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import queries
from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.filters import ALL, LATE, TODAY, ListFilter, apply
from cases.demands.models import Case
from cases.demands.models.visibility import CaseQuerySet
from cases.demands.views import access
from cases.demands.views.words import line
from foundation.counters import counter_words, parted_counts
from foundation.keyset import keyset_page
from workflow.due import is_due_today, is_late

PAGE = 25
FILTERED = "filtered"


def case_list(request: HttpRequest) -> HttpResponse:
    """The demands this person may open, as the address filters them, fifty a page."""
    actor = request.actor
    filters = ListFilter(request.GET)
    wishes = filters.wishes()
    seen = Case.objects.at_hand(actor)
    found = apply(seen, wishes, now=actor.now, by=actor)
    shortcuts = _shortcuts()
    counts = _counts(seen, found, wishes, actor.now, elsewhere=access.elsewhere(actor))
    page = keyset_page(queries.rows(found), after=request.GET.get("after", ""), size=PAGE)
    return render(
        request,
        "demands/list.html",
        {
            "filters": filters,
            "all_filters": "all" in request.GET,
            "saved": [*_saved(shortcuts, counts, request), *access.shortcuts(counts)],
            "total": counter_words(counts[FILTERED]),
            "by_time": found.query.order_by[0] == "next_due_at",
            "rows": [line(row, actor) for row in page.rows],
            "next": page.next,
            "first": page.first,
        },
    )


def _counts(
    seen: CaseQuerySet, found: CaseQuerySet, wishes: dict[str, Any], now: datetime, *, elsewhere: dict[str, Any]
) -> dict[str, int]:
    """The number of every shortcut and of the list itself, in one statement. What is open is read once for all."""
    beside = {"closed": apply(seen, {"state": CaseState.CLOSED}, now=now), "all": apply(seen, {"state": ALL}, now=now)}
    beside |= elsewhere
    if any(wishes.values()):
        beside[FILTERED] = found
    parts = {state.value: Q(state=state.value) for state in OPEN_STATES}
    parts |= {"today": is_due_today(now), "late": is_late(now)}
    whole, counts = parted_counts(apply(seen, {}, now=now), parts, beside=beside)
    return {FILTERED: whole} | counts | {"open": whole}


def _shortcuts() -> dict[str, tuple[Any, dict[str, str]]]:
    """The filters that always stand above the list: name → label and wishes."""
    return {
        "open": (_("全部在办"), {}),
        **{state.value: (state.label, {"state": state.value}) for state in OPEN_STATES},
        "today": (_("今天到期"), {"due": TODAY}),
        "late": (_("已超期"), {"due": LATE}),
        "closed": (CaseState.CLOSED.label, {"state": CaseState.CLOSED.value}),
        "all": (_("全部"), {"state": ALL}),
    }


def _saved(shortcuts: dict[str, Any], counts: dict[str, int], request: HttpRequest) -> list[dict[str, Any]]:
    """The shortcuts as links; a state in which nothing stands is left out unless it is being looked at."""
    chosen = {name: value for name, value in request.GET.items() if value and name not in ("after", "all")}
    saved = []
    for name, (label, wish) in shortcuts.items():
        current = chosen == wish
        if not counts[name] and not current and name in CaseState.values:
            continue
        saved.append(
            {
                "label": label,
                "url": f"{reverse('demands:list')}?{urlencode(wish)}" if wish else reverse("demands:list"),
                "number": counter_words(counts[name]),
                "current": current,
                "warn": name == "late" and counts[name] > 0,
            }
        )
    return saved
