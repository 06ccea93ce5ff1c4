"""The filters of a list of demands, read from an address: the page and every counter beside it use the same."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, SmallIntegerField, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cases.demands.enums import OPEN_STATES, OVER_STATES, Identity
from cases.demands.identity import finds_hidden_firms
from cases.demands.models import Category
from cases.demands.models.visibility import CaseQuerySet
from parties.models import District
from workflow.actor import Actor
from workflow.due import is_due_today, is_late

ALL = "ALL"
TODAY, LATE = "today", "late"
NUMBER = re.compile(r"\d{4}-?[\d-]{0,16}")


class ListFilter(forms.Form):
    """What the reader wants to see. A value nobody offers is as good as none: an old address still opens."""

    q = forms.CharField(label=_("关键词"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("在办")),
            *((state.value, state.label) for state in OPEN_STATES),
            *((state.value, state.label) for state in OVER_STATES),
            (ALL, _("全部")),
        ],
    )
    category = forms.ChoiceField(label=_("类别"), required=False)
    district = forms.ChoiceField(label=_("旗区"), required=False)
    due = forms.ChoiceField(
        label=_("时限"), required=False, choices=[("", _("全部")), (TODAY, _("今天到期")), (LATE, _("已超期"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("编号、标题、企业")
        categories, districts = _choices()
        for name, every, choices in (
            ("category", _("全部类别"), categories),
            ("district", _("全部旗区"), districts),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", every), *choices]

    def wishes(self) -> dict[str, Any]:
        """What was chosen and can be read."""
        self.is_valid()
        return self.cleaned_data


def _choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The categories in use and the districts as choices, each in its order; one statement for both."""
    categories = Category.objects.filter(active=True).order_by().values_list("code", "name", "sort")
    found = categories.union(District.objects.values_list("code", "name", Value(-1, output_field=SmallIntegerField())))
    ordered = sorted(found, key=lambda row: (row[2], row[0]))
    return (
        [(code, pgettext("诉求类别", name)) for code, name, sort in ordered if sort >= 0],
        [(code, name) for code, name, sort in ordered if sort < 0],
    )


def apply(cases: CaseQuerySet, wishes: dict[str, Any], *, now: datetime, by: Actor | None = None) -> CaseQuerySet:
    """The cases that meet the wishes, in the order of their list: open ones by time left, others newest first.

    A hidden firm is found by its name by those alone who may know it, of whom `by` must be one.
    """
    state = wishes.get("state") or ""
    if not state:
        cases = cases.open()
    elif state != ALL:
        cases = (cases.open() if state in OPEN_STATES else cases).filter(state=state)
    if words := (wishes.get("q") or "").strip():
        cases = cases.filter(_words(words, by))
    if category := wishes.get("category"):
        cases = cases.filter(category=category)
    if district := wishes.get("district"):
        cases = cases.filter(district=district)
    if due := wishes.get("due"):
        cases = cases.open().filter(is_late(now) if due == LATE else is_due_today(now))
        state = ""
    return cases.order_by("-id") if state in (ALL, *OVER_STATES) else cases.order_by("next_due_at", "id")


def _words(words: str, by: Actor | None) -> Q:
    if NUMBER.fullmatch(words):
        return Q(number__startswith=words)
    named = Q(enterprise__name__icontains=words)
    if by is None or not finds_hidden_firms(by):
        named &= Q(identity=Identity.OPEN)
    return Q(title__icontains=words) | named
