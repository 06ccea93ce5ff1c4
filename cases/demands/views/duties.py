"""The duty list, for everybody who is signed in: searched by words, category and department, one matter a page."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases.demands.adoption import may_adopt
from cases.demands.duties.reading import SHOWN_VERSIONS, differences, dispatched_under, found, said, versions
from cases.demands.models import Category, DutyItem
from foundation.counters import bounded_counts, counter_words
from foundation.errors import NotVisible, NotYours
from foundation.keyset import keyset_page
from parties.models import Department
from workflow.actor import Actor

PAGE = 30
RETIRED = "retired"


class DutyFilter(forms.Form):
    """What the reader looks for. A value nobody offers is as good as none: an old address still opens."""

    words = forms.CharField(label=gettext_lazy("关键词"), required=False, max_length=60)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("责任部门"), required=False)
    retired = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("在用")), (RETIRED, gettext_lazy("已停用"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["placeholder"] = _("事项、法律、编号")
        categories = Category.objects.filter(active=True).values_list("code", "name")
        departments = Department.objects.filter(active=True).order_by("code").values_list("code", "name")
        for name, every, choices in (
            ("category", _("全部类别"), [(code, pgettext("诉求类别", words)) for code, words in categories]),
            ("department", _("全部部门"), list(departments)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", every), *choices]

    def wishes(self) -> dict[str, Any]:
        """What was chosen and can be read."""
        self.is_valid()
        return self.cleaned_data


def for_workers(by: Actor) -> None:
    """Raise NotYours for somebody who holds no post."""
    if by.post is None:
        raise NotYours(_("您现在没有任何岗位"))


def duty_list(request: HttpRequest) -> HttpResponse:
    """The matters that meet the filters in the address, thirty a page."""
    for_workers(request.actor)
    filters = DutyFilter(request.GET)
    items = found(filters.wishes())
    counts = bounded_counts({"found": items})
    page = keyset_page(items, after=request.GET.get("after", ""), size=PAGE)
    return render(
        request,
        "demands/duties.html",
        {
            "filters": filters,
            "asked": request.GET.urlencode(),
            "all_filters": "all" in request.GET,
            "rows": page.rows,
            "total": counter_words(counts["found"]),
            "next": page.next,
            "first": page.first,
            "may_adopt": may_adopt(request.actor),
        },
    )


def find(public_id: UUID) -> DutyItem:
    """One version of a matter, with category and owners. Raises NotVisible."""
    items = DutyItem.objects.select_related("category").prefetch_related("owners")
    item = items.filter(public_id=public_id).first()
    if item is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return item


def duty_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One version of a matter: what it says, whose it is, what it changed, and the others."""
    for_workers(request.actor)
    item = find(public_id)
    others = list(versions(item.code)[:SHOWN_VERSIONS])
    before = next((other for other in others if other.version < item.version), None)
    cases = dispatched_under(item, request.actor)
    return render(
        request,
        "demands/duty.html",
        {
            "item": item,
            "standing": standing(item),
            "versions": [(other, standing(other)) for other in others],
            "before": before,
            "changes": differences(said(before), said(item)) if before else [],
            "dispatched": None if cases is None else counter_words(bounded_counts({"cases": cases})["cases"]),
            "may_change": may_adopt(request.actor) and item.version == others[0].version,
        },
    )


def standing(item: DutyItem) -> tuple[str, str, str]:
    """Whether a version is in force, as words, tint and drawing of a badge."""
    if item.active:
        return pgettext("duty", "在用"), "green", "check"
    if item.retired_at:
        return pgettext("duty", "已停用"), "grey", "arch"
    return pgettext("duty", "已被新版本取代"), "grey", "arch"
