"""Changes of the duty list by an administrator: filled in, looked over, confirmed. The last step alone writes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.demands.adoption import for_administrators
from cases.demands.dispatching.book import in_force, rules_of
from cases.demands.duties.changes import (
    LONGEST,
    Wording,
    add_item,
    change_item,
    check,
    differs,
    newest,
    retire_item,
    taken_apart,
)
from cases.demands.duties.reading import differences, proposed, said
from cases.demands.enums import Klass
from cases.demands.models import Category, DutyItem
from cases.demands.views.duties import find
from foundation.errors import Changed, DomainError, NotVisible, Refused
from parties.models import Department
from workflow.views.once import posted_once, random_key

CONFIRMED, AGAIN = "confirmed", "again"  # names of buttons


class Departments(forms.ModelMultipleChoiceField):
    """Departments by their codes, as ticks."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.filter(active=True).order_by("code"), to_field_name="code", **kwargs)


class DutyForm(forms.Form):
    """What a version of a matter says, and why it is changed."""

    use_required_attribute = False

    code = forms.CharField(label=gettext_lazy("编号"), max_length=20, help_text=gettext_lazy("例如 NYJ-07，定了不能改"))
    category = forms.ModelChoiceField(
        Category.objects.filter(active=True), label=gettext_lazy("类别"), empty_label=gettext_lazy("请选择")
    )
    matter = forms.CharField(label=gettext_lazy("事项"), max_length=LONGEST["matter"])
    law = forms.CharField(
        label=gettext_lazy("法律法规名称"), max_length=LONGEST["law"], help_text=gettext_lazy("书名号可以不写")
    )
    article = forms.CharField(
        label=gettext_lazy("条款"), max_length=LONGEST["article"], help_text=gettext_lazy("例如 第二十五条第一款")
    )
    law_text = forms.CharField(
        label=gettext_lazy("条文"),
        max_length=LONGEST["law_text"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    law_url = forms.CharField(label=gettext_lazy("条文网址"), max_length=LONGEST["law_url"], required=False)
    klass = forms.ChoiceField(label=gettext_lazy("通常档次"), choices=Klass.choices, widget=forms.RadioSelect)
    owners = Departments(
        label=gettext_lazy("责任部门"),
        help_text=gettext_lazy("只有一个责任部门的事项，受理后自动派单；派单规则另有规定的除外"),
    )
    source = forms.CharField(
        label=gettext_lazy("变更依据"),
        max_length=LONGEST["source"],
        help_text=gettext_lazy("文件名称、文号，为什么改。所有用户都能看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["code"]

    def wording(self) -> Wording:
        """What was filled in; the form is valid."""
        names = ("category", "matter", "law", "article", "klass", "law_text", "law_url")
        chosen = {name: self.cleaned_data[name] for name in names}
        return Wording(**chosen, owners=list(self.cleaned_data["owners"]))


class RetireForm(forms.Form):
    """Why a matter is taken off the list."""

    use_required_attribute = False

    because = forms.CharField(
        label=gettext_lazy("停用原因"),
        max_length=LONGEST["source"],
        help_text=gettext_lazy("所有用户都能看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def new_duty(request: HttpRequest) -> HttpResponse:
    """A matter that was not on the list."""
    for_administrators(request.actor)
    form = DutyForm(request.POST or None, new=True)

    def write() -> DutyItem:
        inputs = form.cleaned_data
        return add_item(inputs["code"], form.wording(), source=inputs["source"], by=request.actor)

    return _page(request, form, None, write)


def change_duty(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another version of a matter, filled with what the newest one says."""
    for_administrators(request.actor)
    item = _newest(public_id)
    form = DutyForm(request.POST or None, new=False, initial=_initial(item))

    def write() -> DutyItem:
        seen, source = _seen(request), form.cleaned_data["source"]
        return change_item(item.code, form.wording(), seen=seen, source=source, by=request.actor)

    return _page(request, form, item, write)


def _newest(public_id: UUID) -> DutyItem:
    """The newest version of the matter of which this is a version."""
    found = newest(find(public_id).code)
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return find(found.public_id)


def _initial(item: DutyItem) -> dict[str, Any]:
    law, article = (item.law, item.article) if item.law else taken_apart(item.legal_basis)
    return {
        "category": item.category_id,
        "matter": item.matter,
        "law": law,
        "article": article,
        "law_text": item.law_text,
        "law_url": item.law_url,
        "klass": item.klass,
        "owners": [owner.code for owner in item.owners.all()],
    }


def _seen(request: HttpRequest) -> int:
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _page(request: HttpRequest, form: DutyForm, item: DutyItem | None, write: Callable[[], DutyItem]) -> HttpResponse:
    """The form; when it is right what it changes; and when that is confirmed, the new version."""
    if request.method != "POST" or AGAIN in request.POST:
        return _form_page(request, form, item)
    if not form.is_valid():
        return _form_page(request, form, item, status=422)
    try:
        if CONFIRMED not in request.POST:
            check(form.wording(), form.cleaned_data["source"])
            if item is not None and not differs(item, form.wording()):
                raise Refused("", _("没有改动任何内容"))
            return _preview(request, form, item)
        url = posted_once(request, lambda: reverse("demands:duty", args=[write().public_id]))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _form_page(request, form, item, status=422)
    except Changed as error:
        form.add_error(None, str(error.sentence))
        return _form_page(request, form, item, status=409)
    messages.success(request, _("职责清单已更新"))
    return redirect(url)


def _form_page(request: HttpRequest, form: DutyForm, item: DutyItem | None, *, status: int = 200) -> HttpResponse:
    return render(request, "demands/duty_form.html", {"form": form, "item": item, "key": random_key()}, status=status)


def _preview(request: HttpRequest, form: DutyForm, item: DutyItem | None) -> HttpResponse:
    """What the change would make another, and what else hangs on it, before it is written."""
    before = said(item) if item is not None and item.active else {}
    after = proposed(form.wording())
    context = {
        "item": item,
        "code": item.code if item else form.cleaned_data["code"].strip().upper(),
        "changes": differences(before, after),
        "source": form.cleaned_data["source"],
        "rules": _rules_naming(item.code) if item else 0,
        "posted": request.POST,
    }
    return render(request, "demands/duty_preview.html", context)


def _rules_naming(code: str) -> int:
    """How many rules of dispatch in force speak of this matter."""
    return sum(code in (rule.matter, *rule.matters) for rule in rules_of(in_force()))


def retire_duty(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The reason with which a matter is taken off the list, and what that means."""
    for_administrators(request.actor)
    item = _newest(public_id)
    form = RetireForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                url = posted_once(request, lambda: _retire(request, item, form.cleaned_data["because"]))
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
            except DomainError as error:
                form.add_error(None, str(error.sentence))
                status = error.status
            else:
                messages.success(request, _("这一事项已停用"))
                return redirect(url)
    context = {"form": form, "item": item, "rules": _rules_naming(item.code), "key": random_key()}
    return render(request, "demands/duty_retire.html", context, status=status)


def _retire(request: HttpRequest, item: DutyItem, because: str) -> str:
    retired = retire_item(item.code, seen=_seen(request), because=because, by=request.actor)
    return reverse("demands:duty", args=[retired.public_id])
