"""The lists of the directory: one a kind, searched and filtered by the address, thirty a page."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.pages.directory import words
from config.pages.directory.finding import kind_of
from foundation.errors import NotYours
from foundation.keyset import keyset_page
from parties import rights
from parties.directory import EVERY, INACTIVE, LONGEST, SHORTEST, Kind, found, readable
from parties.exchange.kinds import find as table_of
from parties.models import District, PartyOrganisation
from workflow.actor import Actor

PAGE = 30


class Filters(forms.Form):
    """The boxes of the filter bar; what an address means is read by `parties.directory.found`."""

    def __init__(self, kind: Kind, chosen: Any) -> None:
        super().__init__(initial={name: chosen.get(name, "") for name in ("q", *kind.filters)})
        hint = forms.TextInput(attrs={"placeholder": placeholder(kind), "maxlength": str(LONGEST)})
        self.fields["q"] = forms.CharField(label=_("关键词"), required=False, widget=hint)
        for name in kind.filters:
            self.fields[name] = BOXES[name]()


def placeholder(kind: Kind) -> str:
    """What is searched for, as it stands in the empty box."""
    codes = {"credit_code": _("信用代码"), "code": _("代码")}
    names = [_("姓名") if kind.slug == "people" else _("名称")]
    names += [_("简称")] if "short_name" in kind.searched else []
    return _("、").join(names + [label for column, label in codes.items() if column in kind.searched])


def _districts() -> forms.Field:
    rows = District.objects.order_by("code").values_list("code", "name")
    return forms.ChoiceField(label=_("旗区"), required=False, choices=[("", _("全部旗区")), *rows])


def _formations() -> forms.Field:
    choices = [("", _("全部")), *PartyOrganisation.Formation.choices]
    return forms.ChoiceField(label=_("组建方式"), required=False, choices=choices)


def _active() -> forms.Field:
    choices = [("", _("启用")), (INACTIVE, _("已停用")), (EVERY, _("全部"))]
    return forms.ChoiceField(label=_("状态"), required=False, choices=choices)


def _industry() -> forms.Field:
    return forms.CharField(label=_("行业"), required=False, widget=forms.TextInput(attrs={"maxlength": str(LONGEST)}))


BOXES = {"district": _districts, "formation": _formations, "industry": _industry, "active": _active}


def first(request: HttpRequest) -> HttpResponse:
    """The first list that this post reads."""
    kinds = readable(request.actor)
    if not kinds:
        raise NotYours(_("您现在没有任何岗位"))
    return entry_list(request, kinds[0].slug)


def entry_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The entries of one kind that meet the filters, by name; at most five statements."""
    by = request.actor
    shown = kind_of(kind, by)
    page = keyset_page(found(shown, by, request.GET), after=request.GET.get("after", ""), size=PAGE)
    typed = request.GET.get("q", "").strip()
    return render(
        request,
        "directory/list.html",
        {
            "kind": shown,
            "kinds": readable(by),
            "filters": Filters(shown, request.GET),
            "all_filters": "all" in request.GET,
            "too_short": bool(typed) and len(typed) < SHORTEST,
            "columns": words.columns(shown),
            "rows": [_row(shown, entry, by) for entry in page.rows],
            "next": page.next,
            "first": page.first,
            "export": f"directory-{shown.slug}",
            "asked": urlencode({name: value for name in ("q", *shown.filters) if (value := request.GET.get(name, ""))}),
            "tables": table_of(shown.slug, by) is not None,
            "may_add": rights.may_add(shown.model, by),
        },
    )


def _row(kind: Kind, entry: Any, by: Actor) -> dict[str, Any]:
    cells = [(column.label, column.style, column.cell(entry, by)) for column in words.columns(kind)]
    return {"name": entry.name, "public_id": entry.public_id, "cells": cells, "active": words.is_active(entry)}
