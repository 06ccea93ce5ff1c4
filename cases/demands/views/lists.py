"""The list of demands: filters in the address, counters beside them, least time left first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cases.demands import batch, queries, saved
from cases.demands.choices import Choices, choices_for
from cases.demands.columns import Column, chosen_columns
from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.filters import ALL, BASIC, LATE, TODAY, Wishes, apply, asks_for_people, in_words, read
from cases.demands.forms.listing import FilterBar
from cases.demands.models import Case, SavedFilter
from cases.demands.models.visibility import IS_OPEN, CaseQuerySet
from cases.demands.views import access, table
from foundation.counters import counter_words, parted_counts
from foundation.keyset import keyset_page
from parties.models.visibility import is_official
from workflow.actor import Actor
from workflow.due import is_due_today, is_late
from workflow.models import Notice
from workflow.views.once import random_key

PAGE = 25
FILTERED, UNREAD = "filtered", "unread"
NOT_A_WISH = ("after", "all")


@dataclass(frozen=True)
class Asked:
    """What an address asks of the list, and who asks."""

    wishes: Wishes
    faults: dict[str, Any]
    choices: Choices
    views: Sequence[SavedFilter]
    usual_columns: str
    actor: Actor

    @cached_property
    def cases(self) -> CaseQuerySet:
        return apply(Case.objects.at_hand(self.actor), self.wishes, self.choices, by=self.actor)

    @cached_property
    def view(self) -> SavedFilter | None:
        """The saved filter that is being looked at, one's own first."""
        return next((view for view in self.views if self.wishes and view.query == self.wishes.address), None)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Those of the saved filter, or else those this person chose for the list."""
        return chosen_columns((self.view.columns if self.view else "") or self.usual_columns)

    def rows(self) -> Any:
        more = {name for column in self.columns for name in column.more}
        return queries.rows(self.cases, more=sorted({*more, "head_seq"}))


def asked(query: QueryDict, actor: Actor) -> Asked:
    """What this address means to this reader; two statements."""
    views, usual_columns = saved.views_of(actor)
    people = "all" in query or any(asks_for_people(q) for q in (query.urlencode(), *(view.query for view in views)))
    choices = choices_for(actor, people=people)
    wishes, faults = read(query, choices, actor)
    return Asked(wishes, faults, choices, views, usual_columns, actor)


def case_list(request: HttpRequest) -> HttpResponse:
    """The demands this person may open, as the address filters them, PAGE at a time; four statements."""
    actor = request.actor
    what = asked(request.GET, actor)
    wide = _is_wide(request.GET, what)
    shortcuts = _shortcuts()
    counted = {view.pk: read(QueryDict(view.query), what.choices, actor)[0] for view in what.views[: saved.COUNTED]}
    counts = _counts(what, counted)
    page = keyset_page(what.rows(), after=request.GET.get("after", ""), size=PAGE)
    actions, columns = batch.actions_for(actor), what.columns
    return render(
        request,
        "demands/list.html",
        {
            "filters": FilterBar(what.wishes, what.choices, actor, wide=wide),
            "all_filters": wide,
            "faults": what.faults,
            "chips": _chips(what),
            "saved": [*_shown(shortcuts, counts, what.wishes), *_shown_views(what, counts), *access.shortcuts(counts)],
            "more_saved": what.views[saved.COUNTED :],
            "can_save": bool(what.wishes) and what.view is None,
            "has_views": bool(what.views),
            "query": what.wishes.address,
            "look_up": urlencode({"q": what.wishes.q}) if what.wishes.q and is_official(actor) else "",
            "key": random_key(),
            "unread": counts[UNREAD],
            "total": counter_words(counts[FILTERED]),
            "order": _order(what.cases.query.order_by),
            "by_time": what.cases.query.order_by[0] == "next_due_at",
            "columns": columns,
            "actions": actions,
            "rows": [table.row(case, actor, columns, pick=bool(actions)) for case in page.rows],
            "next": page.next,
            "first": page.first,
        },
    )


def keys(request: HttpRequest) -> HttpResponse:
    """The keys of lists, for whoever does not know them or has no script to show them."""
    return render(request, "demands/keys.html")


def _is_wide(query: QueryDict, what: Asked) -> bool:
    """All filters are drawn when they are asked for, or when one is in use that the short bar does not have."""
    used = {name for name, _value in what.wishes.pairs()} | set(what.faults)
    return "all" in query or not used <= set(BASIC) or len(what.wishes.states) > 1


def _order(order: Sequence[Any]) -> str:
    if order[0] == "next_due_at":
        return _("剩余时间少的在前")
    return _("新的在前") if order[0] == "-id" else _("旧的在前")


def _counts(what: Asked, views: dict[int, Wishes]) -> dict[Any, int]:
    """The number of every shortcut, of every view and of the list itself, and of unread notices, in one statement.

    What is open is read once for all of its parts.
    """
    seen, by = Case.objects.at_hand(what.actor), what.actor
    beside: dict[Any, QuerySet[Any]] = access.elsewhere(by)
    beside |= {pk: apply(seen, wishes, what.choices, by=by) for pk, wishes in views.items()}
    if what.wishes:
        beside[FILTERED] = what.cases
    beside[UNREAD] = Notice.objects.visible_to(by).unread()
    parts = {state.value: Q(state=state.value) for state in OPEN_STATES}
    parts |= {"today": is_due_today(by.now), "late": is_late(by.now)}
    apart = {"closed": Q(state=CaseState.CLOSED.value), "all": Q()}
    whole, counts = parted_counts(seen, parts, whole=IS_OPEN, apart=apart, beside=beside)
    return {FILTERED: whole} | counts | {"open": whole}


def _shortcuts() -> dict[str, tuple[Any, Wishes]]:
    """The filters that always stand above the list: name → label and wishes."""
    return {
        "open": (_("全部在办"), Wishes()),
        **{state.value: (state.label, Wishes(states=(state.value,))) for state in OPEN_STATES},
        "today": (_("今天到期"), Wishes(one_of=(("due", TODAY),))),
        "late": (_("已超期"), Wishes(one_of=(("due", LATE),))),
        "closed": (CaseState.CLOSED.label, Wishes(states=(CaseState.CLOSED.value,))),
        "all": (_("全部"), Wishes(states=(ALL,))),
    }


def _address(wishes: Wishes, here: str) -> str:
    """The list, which lies `here`, with these wishes."""
    return f"{here}?{wishes.address}" if wishes else here


def _shown(shortcuts: dict[str, tuple[Any, Wishes]], counts: dict[Any, int], chosen: Wishes) -> list[dict[str, Any]]:
    """The shortcuts as links; a state in which nothing stands is left out unless it is being looked at."""
    here = reverse("demands:list")
    return [
        {
            "label": label,
            "url": _address(wishes, here),
            "number": counter_words(counts[name]),
            "current": chosen == wishes,
            "warn": name == "late" and counts[name] > 0,
            "icon": "",
            "note": "",
        }
        for name, (label, wishes) in shortcuts.items()
        if counts[name] or chosen == wishes or name not in CaseState.values
    ]


def _shown_views(what: Asked, counts: dict[Any, int]) -> list[dict[str, Any]]:
    """The saved filters that are counted, as links; those of colleagues say so."""
    return [
        {
            "label": view.name,
            "url": f"{reverse('demands:list')}?{view.query}",
            "number": counter_words(counts[view.pk]),
            "current": view == what.view,
            "warn": False,
            "icon": "users" if view.shared else "star",
            "note": pgettext("filter", "共享") if view.shared else "",
        }
        for view in what.views[: saved.COUNTED]
    ]


def _chips(what: Asked) -> list[dict[str, str]]:
    """Every chosen filter in words, with the address of the list without it."""
    here = reverse("demands:list")
    return [
        {"words": in_words(name, value, what.choices), "url": _address(what.wishes.without(name, value), here)}
        for name, value in what.wishes.pairs()
    ]
