"""Action items: their list, the page of one, and what a meeting's page says of them."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.demands.models import Case
from dialogue.symposia import queries
from dialogue.symposia.enums import Standing
from dialogue.symposia.models import ActionItem, Meeting
from dialogue.symposia.rules import ORGANISERS
from dialogue.symposia.views import words
from dialogue.symposia.views.cadence import sees_cadence
from dialogue.symposia.views.reading import paragraph_of
from foundation.counters import bounded_counts, counter_words
from foundation.errors import NotVisible
from foundation.keyset import keyset_page
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.door import refusal
from workflow.time_left import long_day

PAGE = 30
ACTIONS = ("report_progress",)  # its buttons stand beside the items


def scopes(actor: Actor) -> dict[str, tuple[Any, Q]]:
    """What makes an item this organisation's own, by the value of the filter: in words, and as a condition.

    It organised the meeting, raised the topic, leads or helps; of others none is.
    """
    if actor.role in ORGANISERS:
        return {"1": (_("本单位主办"), Q(meeting__office_id=actor.organisation_id))}
    if actor.role in ENTERPRISE_ROLES:
        return {"1": (_("本单位提出"), Q(enterprise_id=actor.organisation_id))}
    if actor.role in DEPARTMENT_ROLES:
        helped = queries.helped_by(actor.organisation_id)
        return {"1": (_("本单位牵头"), Q(lead_id=actor.organisation_id)), "help": (_("本单位配合"), helped)}
    return {}


class ItemFilters(forms.Form):
    """What the list shows; whatever cannot be read filters nothing."""

    standing = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", pgettext_lazy("filter", "全部")), *Standing.choices],
    )
    mine = forms.ChoiceField(label=gettext_lazy("范围"), required=False)

    def __init__(self, actor: Actor, chosen: Any) -> None:
        super().__init__(chosen)
        self.scopes = scopes(actor)
        mine = self.fields["mine"]
        assert isinstance(mine, forms.ChoiceField)
        mine.choices = [("", _("能查看的全部")), *((value, words) for value, (words, _which) in self.scopes.items())]


def chosen(actor: Actor, query: Any) -> tuple[Any, ItemFilters]:
    """The items that these filters leave, the newest first, and the filters as a form."""
    filters = ItemFilters(actor, query)
    filters.is_valid()
    rows = ActionItem.objects.listed_for(actor)
    if (standing := filters.cleaned_data.get("standing")) in queries.STANDING:
        rows = rows.filter(queries.STANDING[standing])
    if mine := filters.cleaned_data.get("mine"):
        rows = rows.filter(filters.scopes[mine][1])
    return queries.item_rows(rows).order_by("-id"), filters


def item_list(request: HttpRequest) -> HttpResponse:
    """The action items that this person may see, the newest first, with the demand where they may open it.

    One statement, and for a department one for the numbers of what it leads and helps with.
    """
    rows, filters = chosen(request.actor, request.GET)
    opens = Case.objects.openable_by(request.actor).order_by().filter(pk=OuterRef("case_id")).values("public_id")[:1]
    page = keyset_page(rows.annotate(opens=Subquery(opens)), after=request.GET.get("after", ""), size=PAGE)
    return render(
        request,
        "symposia/items.html",
        {
            "rows": [line(item, request.actor) for item in page.rows],
            "filters": filters,
            "shortcuts": _shortcuts(request.actor, filters),
            "cadence": sees_cadence(request.actor),
            "next": page.next,
            "first": page.first,
        },
    )


def _shortcuts(actor: Actor, filters: ItemFilters) -> list[dict[str, Any]]:
    """To the open items that a department leads, and to those that it helps with; one statement, none for others."""
    if len(filters.scopes) < 2:
        return []
    open_here = ActionItem.objects.listed_for(actor).filter(queries.STANDING[Standing.OPEN])
    counts = bounded_counts({value: open_here.filter(which) for value, (_words, which) in filters.scopes.items()})
    asked = (filters.cleaned_data.get("mine"), filters.cleaned_data.get("standing"))
    return [
        {
            "label": words,
            "number": counter_words(counts[value]),
            "url": f"?mine={value}&standing={Standing.OPEN}",
            "current": asked == (value, Standing.OPEN),
        }
        for value, (words, _which) in filters.scopes.items()
    ]


def line(item: ActionItem, actor: Actor) -> dict[str, Any]:
    """One item in a list; no statement runs."""
    open_here = queries.standing_of(item) == Standing.OPEN
    return {
        "item": item,
        "badge": words.standing_badge(item),
        "url": reverse("symposia:item", args=[item.public_id]),
        "opens": getattr(item, "opens", None),
        "report": open_here and actor.role in DEPARTMENT_ROLES and item.lead_id == actor.organisation_id,
        "report_late": open_here and item.next_due_at is not None and item.next_due_at < actor.now,
    }


def item_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One item: its paragraph, its demand, who does it until when, and what was reported."""
    actor = request.actor
    item = queries.item_rows(ActionItem.objects.visible_to(actor)).filter(public_id=public_id).first()
    if item is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    whole = Case.objects.visible_to(actor).filter(pk=item.case_id).first()
    case = whole or Case.objects.openable_by(actor).filter(pk=item.case_id).first()
    shown = line(item, actor)
    report = refusal(item.meeting, "report_progress", actor) is None and shown["report"]
    return render(
        request,
        "symposia/item.html",
        {
            **shown,
            "report": report,
            "pairs": [*_pairs(item), *([(_("诉求状态"), str(whole.get_state_display()))] if whole else [])],
            "case": case,
            "meeting": item.meeting,
            "paragraph": paragraph_of(item),
            "progress": queries.progress_of(item),
            "carried": _carried(item, actor),
            "report_url": report_url(item),
        },
    )


def report_url(item: ActionItem) -> str:
    return reverse("symposia:act", args=[item.meeting.public_id, "report_progress"]) + f"?item={item.public_id}"


def _pairs(item: ActionItem) -> list[tuple[str, str]]:
    """What the minutes say of it."""
    pairs = [
        (_("议题"), item.topic.title),
        (_("企业"), item.topic.firm_shown),
        (_("牵头部门"), item.lead.name),
        (_("配合部门"), _("、").join(department.name for department in item.others.all())),
        (_("责任人"), item.person),
        (_("完成期限"), long_day(item.due_on)),
    ]
    return [(name, value) for name, value in pairs if value]


def _carried(item: ActionItem, actor: Actor) -> Meeting | None:
    """The meeting whose agenda took it up again, if this reader may open it."""
    found: Meeting | None = Meeting.objects.seen_whole_by(actor).filter(topics__carried_from=item).first()
    return found


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """The items of the version in force, how many are done, and the way to the text. Three statements at most."""
    if not whole or not meeting.version:
        return {}
    rows = queries.of_meeting(meeting)
    live = [item for item in rows if item.removed_in is None]
    done = sum(queries.standing_of(item) == Standing.DONE for item in live)
    return {
        "items": {
            "rows": [line(item, actor) | {"report_url": report_url(item)} for item in rows],
            "done": done,
            "total": len(live),
            "text": reverse("symposia:minutes", args=[meeting.public_id]),
        }
    }
