"""The editor of the minutes: all sections below one another, kept as they are typed, by as many people as like to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dialogue.symposia import documents, queries, rules
from dialogue.symposia.documents import Draft
from dialogue.symposia.drafting import Saved, save_section
from dialogue.symposia.merging import Conflict
from dialogue.symposia.models import Meeting, Section
from dialogue.symposia.previewing import start_preview
from dialogue.symposia.views import words
from dialogue.symposia.views.acting import find, refused_page
from foundation.errors import DomainError, NotVisible, NotYours
from foundation.texts import storable
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.time_left import date_text
from workflow.views.once import random_key


@dataclass
class Box:
    """A section as the editor draws it; `text` and `seq` are those typed where they could not be saved."""

    draft: Draft
    text: str
    seq: int
    saved: str
    error: str = ""
    together: dict[str, Any] = field(default_factory=dict)

    @property
    def section(self) -> Section:
        return self.draft.section

    @property
    def heading(self) -> str:
        return heading(self.draft)


def heading(draft: Draft) -> str:
    """The title of its topic, or 开头."""
    return draft.topic.title if draft.topic else _("开头")


def write(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The editor; without a script its button saves all sections at once."""
    meeting = find(public_id, request.actor)
    if request.method == "POST" and rules.may_organise.refusal(meeting, request.actor) is None:
        return _save_all(request, meeting)
    try:
        rules.check_writing(meeting, request.actor)
    except DomainError as error:
        return refused_page(request, meeting, error)
    return _draw(request, meeting, {})


def _save_all(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Every section is saved by itself: what is wrong with one keeps none of the others."""
    typed: dict[UUID, tuple[str, int | None]] = {}
    errors: dict[UUID, str] = {}
    saved: dict[UUID, Saved] = {}
    status = 200
    for section in meeting.sections.order_by("position"):
        text = request.POST.get(f"text-{section.public_id}")
        if text is None:
            continue
        seq = _number(request.POST.get(f"seq-{section.public_id}", ""))
        try:
            saved[section.public_id] = _saved(section.public_id, text, seq, _window(request), request.actor)
        except DomainError as error:
            typed[section.public_id], errors[section.public_id] = (text, seq), str(error.sentence)
            status = 422 if error.status == 400 else error.status
    if errors or any(one.others for one in saved.values()):
        return _draw(request, meeting, typed, errors=errors, saved=saved, status=status)
    then = request.POST.get("then", "")
    if then == "preview" and saved:
        return redirect("documents:preview", start_preview(meeting, by=request.actor).public_id)
    messages.success(request, saved_words(request.actor.now, request.actor.now))
    return redirect("symposia:comments" if then == "read" else "symposia:write", meeting.public_id)


def _saved(section: UUID, text: str, seq: int | None, window: str, actor: Actor) -> Saved:
    if not storable(text):
        text = text.replace("\x00", "")
    return save_section(section, by=actor, text=text, seq=seq, window=window)


@require_POST
def save(request: HttpRequest, public_id: UUID, section: UUID) -> HttpResponse:
    """What is typed in one section is kept while it is being typed; for the script, which reads the answer."""
    meeting = find(public_id, request.actor)
    if not meeting.sections.filter(public_id=section).exists():
        raise NotVisible(_("没有找到，或者您不能查看"))
    seq = _number(request.POST.get("seq", ""))
    try:
        saved = _saved(section, request.POST.get("text", ""), seq, _window(request), request.actor)
    except DomainError as error:
        status = 422 if error.status == 400 else error.status
        return JsonResponse({"code": error.code, "detail": str(error)}, status=status)
    draft = next(one for one in documents.drafts(saved.meeting) if one.section.public_id == section)
    return JsonResponse(
        {
            "text": saved.section.text,
            "seq": saved.section.seq,
            "words": saved_words(saved.section.saved_at, request.actor.now),
            "state": render_to_string("symposia/minutes/state.html", {"draft": draft}, request=request),
            "together": render_to_string("symposia/minutes/together.html", together(saved), request=request),
        }
    )


@require_POST
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The minutes are being set as they would be printed, as they are saved now."""
    meeting = find(public_id, request.actor)
    if not queries.reads_draft(meeting, request.actor):
        raise NotYours(_("只有主办单位、主持人、签发人和征求意见时到会的单位可以看纪要草稿"))
    if not meeting.sections.exists():
        return redirect("symposia:meeting", meeting.public_id)
    return redirect("documents:preview", start_preview(meeting, by=request.actor).public_id)


# --- as it is drawn ---


def _draw(
    request: HttpRequest,
    meeting: Meeting,
    typed: Mapping[UUID, tuple[str, int | None]],
    *,
    errors: Mapping[UUID, str] = {},
    saved: Mapping[UUID, Saved] = {},
    status: int = 200,
) -> HttpResponse:
    boxes = []
    for draft in documents.drafts(meeting):
        key = draft.section.public_id
        text, seq = typed.get(key, (draft.section.text, draft.section.seq))
        one = Box(draft, text, seq or 0, saved_words(draft.section.saved_at, request.actor.now), errors.get(key, ""))
        one.together = together(saved[key]) if key in saved else together(None)
        boxes.append(one)
    context = {
        "meeting": meeting,
        "badge": words.state_badge(meeting),
        "facts": words.facts(meeting),
        "boxes": boxes,
        "unwritten": not any(box.text.strip() for box in boxes if box.draft.topic),
        "missing": sum(len(box.draft.faults) for box in boxes),
        "window": random_key(),
        "most": rules.LONGEST_SECTION,
    }
    return render(request, "symposia/minutes/write.html", context, status=status)


def together(saved: Saved | None) -> dict[str, Any]:
    """Who else wrote in a section meanwhile, and what both had changed."""
    others = saved.others if saved else ()
    conflicts: tuple[Conflict, ...] = saved.conflicts if saved else ()
    return {"others": _("、").join(others), "conflicts": conflicts}


def saved_words(moment: datetime | None, now: datetime) -> str:
    """“已保存 10:32”, on another day with the day; nothing before anybody has."""
    if moment is None:
        return ""
    local = moment.astimezone(ZONE)
    today = local.date() == now.astimezone(ZONE).date()
    return _("已保存 %(when)s") % {"when": f"{local:%H:%M}" if today else date_text(moment, now)}


def _window(request: HttpRequest) -> str:
    window = request.POST.get("window", "")[: rules.WINDOW]
    return window if storable(window) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
