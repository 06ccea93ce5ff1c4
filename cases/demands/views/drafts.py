"""Drafts on pages: the list of a firm's, going on with one, saving as one types, deleting."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.demands import drafting, question_sets
from cases.demands.drafting import KEPT, MOST_DRAFTS, WARNED, SavedElsewhere
from cases.demands.forms import FORMS, SubmitForm
from cases.demands.models import Category, Draft
from cases.demands.views.case import find
from cases.demands.views.kept import MARK, beside, kind_of, number, typed
from foundation.errors import DomainError, NotVisible
from workflow.actor import Actor
from workflow.time_left import date_text

HERE = ("category", "draft", "place", "seq", "window", "version")  # what the page of a demand says of itself
NEVER_KEPT = ("csrfmiddlewaretoken", "idempotency_key", "seen", "password", "step")


def named(text: str, actor: Actor) -> Draft:
    """The draft of this id. Raises NotVisible, for what is no id too."""
    try:
        public_id = UUID(text)
    except ValueError:
        raise NotVisible(_("没有找到，或者您不能查看")) from None
    return drafting.find_draft(public_id, actor)


def address(draft: Draft, place: int, category_code: str) -> str:
    """Where one goes on with this matter of the draft."""
    query = urlencode({"draft": draft.public_id, "place": place})
    return f"{reverse('demands:questions', args=[category_code])}?{query}"


def lines(actor: Actor) -> list[dict[str, Any]]:
    """The drafts of the firm, the last saved first; two statements, the second for the names of their categories."""
    rows = list(Draft.objects.visible_to(actor).select_related("saved_by").order_by("-saved_at", "-id")[:MOST_DRAFTS])
    known = Category.objects.in_bulk([row.matters[0]["category"] for row in rows]) if rows else {}
    return [_line(row, known, actor) for row in rows]


def _line(row: Draft, known: Mapping[str, Category], actor: Actor) -> dict[str, Any]:
    matter, ends = row.matters[0], date_text(row.saved_at + KEPT, actor.now)
    category = known.get(matter["category"])
    again = f"{reverse('demands:submit')}?{urlencode({'draft': row.public_id, 'place': 0})}"  # for another category
    return {
        "draft": row,
        "title": matter["fields"].get("title") or _("还没有写标题"),
        "category": category,
        "more": len(row.matters) - 1,
        "saved": date_text(row.saved_at, actor.now),
        "ends": "" if row.saved_at >= actor.now - WARNED else _("很久没有改动，%(when)s 后自动删除") % {"when": ends},
        "url": address(row, 0, category.code) if category and category.active else again,
    }


def others_text(draft: Draft, place: int, form: SubmitForm) -> list[tuple[str, str]]:
    """What the draft holds of this matter and this page does not, as (label, text)."""
    matter = draft.matters[place]["fields"] if place < len(draft.matters) else {}
    stored = matter | draft.data["contact"]
    return [
        (str(bound.label), _readable(bound.field, stored.get(bound.name, "")))
        for bound in form
        if (bound.value() or "") != stored.get(bound.name, "")
    ]


def _readable(field: Any, text: str) -> str:
    """A choice by its name, an answer left empty by a word."""
    if not text:
        return _("未填写")
    if isinstance(field, forms.ChoiceField):
        return next((str(label) for value, label in field.choices if str(value) == text), text)
    return text


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """What is typed is kept while it is being typed; for the script, which reads the answer."""
    try:
        here = {name: beside(request.POST, f"{MARK}{name}") for name in HERE}
        category = get_object_or_404(Category, pk=here["category"], active=True)
        asked = question_sets.asked_with(category.code, here["version"])
        at = number(here["place"], most=99) or 0
        boxes = SubmitForm(category=category, asked=asked, contact=at == 0).fields
        held = drafting.save_draft(
            by=request.actor,
            category_code=category.code,
            version=asked.version,
            typed=typed(request.POST, boxes),
            draft=named(here["draft"], request.actor).public_id if here["draft"] else None,
            place=at,
            seq=number(here["seq"]),
            window=here["window"][:40],
        )
    except SavedElsewhere as error:
        url = address(error.draft, at, category.code)
        return JsonResponse(
            {"code": error.code, "detail": str(error), "seq": error.draft.seq, "url": url}, status=error.status
        )
    except DomainError as error:
        return JsonResponse({"code": error.code, "detail": str(error)}, status=error.status)
    words = _("草稿已保存 · %(when)s") % {"when": date_text(held.saved_at, request.actor.now)}
    fields = {f"{MARK}draft": str(held.public_id), f"{MARK}seq": held.seq}
    return JsonResponse({"fields": fields, "saved_at": held.saved_at.isoformat(), "words": words})


def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks first; then the draft is gone."""
    actor = request.actor
    draft = drafting.find_draft(public_id, actor)
    if request.method != "POST":
        known = Category.objects.in_bulk([draft.matters[0]["category"]])
        return render(request, "demands/draft_delete.html", {"line": _line(draft, known, actor)})
    drafting.delete_draft(public_id, by=actor)
    messages.success(request, _("草稿已删除"))
    return redirect("demands:submit")


@require_POST
def drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One matter of several is taken out of the draft; the first of the others is shown."""
    place, seq = number(request.POST.get("out", ""), most=99), number(request.POST.get("known", ""))
    draft = drafting.drop_matter(public_id, place=-1 if place is None else place, seq=seq, by=request.actor)
    messages.success(request, _("已删去这件事，其他内容都在"))
    return redirect(address(draft, 0, draft.matters[0]["category"]))


# --- the form of a move ---


@require_POST
def save_form(request: HttpRequest, public_id: UUID, action: str) -> HttpResponse:
    """What is typed into the form of a move is kept while it is being typed; `forget` begins anew."""
    actor = request.actor
    case = find(public_id, actor, names=False)
    if action not in FORMS:
        raise Http404
    kind = kind_of(action)
    if "forget" in request.POST:
        drafting.forget_form(kind, case.public_id, by=actor)
        return redirect("demands:act", case.public_id, action)
    names = [name for name in request.POST if not name.startswith(NEVER_KEPT)]
    try:
        drafting.keep_form(kind, case.public_id, typed(request.POST, dict.fromkeys(names)), by=actor)
    except DomainError as error:
        return JsonResponse({"code": error.code, "detail": str(error)}, status=error.status)
    words = _("已保存，没有提交 · %(when)s") % {"when": date_text(actor.now, actor.now)}
    return JsonResponse({"fields": {}, "saved_at": actor.now.isoformat(), "words": words})
