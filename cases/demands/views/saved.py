"""Filters under a name, and the columns of the list: forms that work without a script."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from cases.demands import saved
from cases.demands.columns import COLUMNS, TITLE, chosen_columns
from cases.demands.filters import in_words, read
from cases.demands.views.lists import Asked, asked
from foundation.errors import Refused
from workflow.views.once import posted_once, random_key

# What the buttons beside a saved filter do.
UP, DOWN, DELETE, CHANGE = "up", "down", "delete", "change"


class NameForm(forms.Form):
    """The name of a filter and whom it is for."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("名字"), required=False, max_length=60)
    shared = forms.BooleanField(label=gettext_lazy("与本单位同事共享"), required=False)
    pinned = forms.BooleanField(label=gettext_lazy("排在最前"), required=False)


def saved_filters(request: HttpRequest) -> HttpResponse:
    """Everything this person has saved or is shared with them; on POST the filter of a list is saved."""
    if request.method != "POST":
        return _page(request)
    form = NameForm(request.POST)
    form.is_valid()
    try:
        url = posted_once(request, lambda: _save(request, form.cleaned_data))
    except Refused as error:
        return _page(request, error=error, typed=request.POST, status=422)
    messages.success(request, _("已存，以后在列表上方一点就到"))
    return redirect(url)


def _save(request: HttpRequest, data: dict[str, Any]) -> str:
    what = asked(_query(request.POST.get("query", "")), request.actor)
    view = saved.save_filter(
        by=request.actor,
        name=data.get("name", ""),
        wishes=what.wishes,
        columns=[column.name for column in what.columns],
        shared=data.get("shared", False),
    )
    return f"{reverse('demands:list')}?{view.query}"


def _query(text: str) -> QueryDict:
    """A query string from a form, "all" among it, so that departments and handlers can be read."""
    query = QueryDict(text[:1000], mutable=True)
    query["all"] = "1"
    return query


def _page(request: HttpRequest, *, error: Any = None, typed: Any = None, status: int = 200) -> HttpResponse:
    what = asked(_query(typed.get("query", "") if typed else ""), request.actor)
    rows = [
        {
            "view": view,
            "words": [in_words(name, value, what.choices) for name, value in _read(view.query, what).pairs()],
            "mine": view.owner_id == request.actor.user_id,
            "form": NameForm(
                auto_id=f"f{n}_%s", initial={"name": view.name, "shared": view.shared, "pinned": view.pinned}
            ),
        }
        for n, view in enumerate(what.views)
    ]
    context = {"rows": rows, "error": error, "typed": typed, "wanted": what.wishes.address, "key": random_key()}
    context["wanted_words"] = [in_words(name, value, what.choices) for name, value in what.wishes.pairs()]
    return render(request, "demands/filters.html", context, status=status)


def _read(query: str, what: Asked) -> Any:
    return read(QueryDict(query), what.choices, what.actor)[0]


@require_POST
def saved_filter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One saved filter: renamed, shared, pinned, moved or deleted by whoever saved it."""
    form = NameForm(request.POST)
    form.is_valid()
    try:
        url = posted_once(request, lambda: _change(request, public_id, form.cleaned_data))
    except Refused as error:
        return _page(request, error=error, status=422)
    return redirect(url)


def _change(request: HttpRequest, public_id: UUID, data: dict[str, Any]) -> str:
    do, by = request.POST.get("do", CHANGE), request.actor
    if do == DELETE:
        saved.delete_filter(public_id, by=by)
    elif do in (UP, DOWN):
        saved.move_filter(public_id, by=by, down=do == DOWN)
    else:
        saved.change_filter(public_id, by=by, name=data.get("name", ""), shared=data["shared"], pinned=data["pinned"])
    return reverse("demands:filters")


def columns(request: HttpRequest) -> HttpResponse:
    """Which columns the list shows and in which order; of the saved filter that is looked at, if it is one's own."""
    what = asked(request.GET, request.actor)
    view = what.view if what.view and what.view.owner_id == request.actor.user_id else None
    if request.method == "POST":
        url = posted_once(request, lambda: _choose(request, view))
        messages.success(request, _("列已调整"))
        return redirect(f"{url}?{what.wishes.address}" if what.wishes else url)
    chosen = [column.name for column in what.columns]
    rest = [name for name in COLUMNS if name not in chosen]
    rows = [
        {"column": COLUMNS[name], "place": n, "shown": name in chosen, "fixed": name == TITLE}
        for n, name in enumerate([*chosen, *rest], start=1)
    ]
    context = {"rows": rows, "view": view, "query": what.wishes.address, "key": random_key()}
    return render(request, "demands/columns.html", context)


def _choose(request: HttpRequest, view: Any) -> str:
    """The ticked columns by the number typed beside each; one without a number keeps its place among those alike."""
    names = [] if "usual" in request.POST else [name for name in request.POST.getlist("column") if name in COLUMNS]
    places = {name: _place(request.POST.get(f"at_{name}", "")) for name in names}
    ordered = sorted(names, key=lambda name: places[name])
    saved.choose_columns(
        by=request.actor,
        columns=ordered or [column.name for column in chosen_columns("")],
        saved=view.public_id if view else None,
    )
    return reverse("demands:list")


def _place(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else len(COLUMNS) + 1
