"""Messages of other channels: the list of those nobody has claimed, and the page on which one becomes a demand."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.demands import moves, queries
from cases.demands.forms import ClaimForm
from cases.demands.models import Case, IntakeItem
from foundation.counters import bounded_counts, counter_words
from foundation.errors import DomainError, NotVisible, NotYours, Refused
from foundation.keyset import keyset_page
from parties.models import Enterprise
from parties.roles import Role
from workflow.actor import Actor
from workflow.views.once import posted_once, random_key

PAGE = 50


class IntakeFilter(forms.Form):
    """Which messages to show; what nobody offers is as good as nothing."""

    words = forms.CharField(label=gettext_lazy("关键词"), required=False, max_length=60)
    source = forms.ChoiceField(label=gettext_lazy("来源"), required=False)

    def __init__(self, *args: Any, sources: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("全部来源")), *((source, source) for source in sources)]


def for_intake(actor: Actor) -> None:
    """Refuse whoever is not an intake officer."""
    if actor.role != Role.INTAKE:
        raise NotYours(_("只有受理员可以登记外部渠道的诉求"))


def waiting_for(actor: Actor, query: QueryDict) -> tuple[IntakeFilter, QuerySet[IntakeItem]]:
    """The filters of an address, and what waits to be claimed and meets them, oldest first. Raises NotYours."""
    for_intake(actor)
    waiting = queries.unclaimed(actor)
    sources = list(waiting.order_by("source").values_list("source", flat=True).distinct())
    filters = IntakeFilter(query, sources=sources)
    filters.is_valid()
    found = waiting
    if source := filters.cleaned_data.get("source"):
        found = found.filter(source=source)
    if looked_for := filters.cleaned_data.get("words"):
        found = found.filter(
            Q(title__icontains=looked_for) | Q(text__icontains=looked_for) | Q(external_number__startswith=looked_for)
        )
    return filters, found.order_by("id")


def intake_list(request: HttpRequest) -> HttpResponse:
    """What waits to be claimed, oldest first, fifty a page."""
    filters, found = waiting_for(request.actor, request.GET)
    counts = bounded_counts({"found": found})
    page = keyset_page(found, after=request.GET.get("after", ""), size=PAGE)
    return render(
        request,
        "demands/intake.html",
        {
            "filters": filters,
            "asked": request.GET.urlencode(),
            "rows": page.rows,
            "total": counter_words(counts["found"]),
            "next": page.next,
            "first": page.first,
        },
    )


def claim(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One message: find its enterprise and make it a demand."""
    actor = request.actor
    for_intake(actor)
    item = IntakeItem.objects.visible_to(actor).filter(public_id=public_id).select_related("case").first()
    if item is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    looked_for = request.GET.get("firm", "").replace("\0", "")[:60]
    found = list(queries.enterprises_like(looked_for))
    if request.method != "POST":
        form = _form(item, found)
        return _page(request, item, form, found, looked_for)
    form = _form(item, found, request.POST)
    if not form.is_valid():
        return _page(request, item, form, found, looked_for, status=422)
    try:
        address = posted_once(request, lambda: _claim(item, form, actor))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _page(request, item, form, found, looked_for, status=422)
    except NotVisible:
        raise
    except DomainError as error:
        return render(request, "errors/refused.html", {"error": error, "back": request.path}, status=error.status)
    messages.success(request, _("已登记为诉求，受理时限开始计算"))
    return redirect(address)


def _claim(item: IntakeItem, form: ClaimForm, actor: Actor) -> str:
    case = moves.register_intake(item.pk, by=actor, **form.cleaned_data)
    visible = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    return reverse("demands:case", args=[case.public_id]) if visible else reverse("demands:intake")


def _form(item: IntakeItem, found: list[Enterprise], posted: Any = None) -> ClaimForm:
    """Only the enterprises that were found can be chosen: the page never draws them all."""
    form = ClaimForm(posted, initial={"title": item.title or item.text[:60]})
    field = form.fields["enterprise"]
    field.queryset = Enterprise.objects.filter(pk__in=[firm.pk for firm in found]).order_by("name")
    field.empty_label = None
    field.choice_hints = {str(firm.public_id): f"{firm.credit_code} · {firm.district.name}" for firm in found}
    return form


def _page(
    request: HttpRequest,
    item: IntakeItem,
    form: ClaimForm,
    found: list[Enterprise],
    looked_for: str,
    *,
    status: int = 200,
) -> HttpResponse:
    taken = (
        item.case if item.case_id and Case.objects.visible_to(request.actor).filter(pk=item.case_id).exists() else None
    )
    context = {"item": item, "taken": taken, "form": form, "found": found, "firm": looked_for, "key": random_key()}
    return render(request, "demands/claim.html", context, status=status)
