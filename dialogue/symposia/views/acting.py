"""The page of one move of a meeting: its form, and on POST the move itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogue.symposia import moves, queries
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.forms.table import FORMS
from dialogue.symposia.models import Meeting
from dialogue.symposia.views import reading, words
from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused
from workflow.actor import Actor
from workflow.door import refusal
from workflow.specs import specs
from workflow.timeline import last_of
from workflow.views.once import posted_once, random_key


def find(public_id: UUID, actor: Actor, among: QuerySet[Meeting] | None = None) -> Meeting:
    """The meeting with its names, if this person may open it. Raises NotVisible.

    `among` are those they may open, when the caller asks more of them.
    """
    rows = Meeting.objects.visible_to(actor) if among is None else among
    meeting = queries.with_names(rows).filter(public_id=public_id).first()
    if meeting is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return meeting


def act(request: HttpRequest, public_id: UUID, action: str) -> HttpResponse:
    """The page of one move: refused at once, or its form; on POST the move, once."""
    meeting = find(public_id, request.actor)
    if action not in FORMS:
        raise Http404
    if FORMS[action].page:
        return redirect(FORMS[action].page, meeting.public_id)
    if request.method == "POST":
        return run(request, meeting, action)
    if error := refusal(meeting, action, request.actor):
        return refused_page(request, meeting, error)
    given = {name: value for name, value in request.GET.items() if name in FORMS[action].base_fields}
    return draw(request, meeting, action, FORMS[action](initial=given, meeting=meeting, actor=request.actor))


def run(request: HttpRequest, meeting: Meeting, action: str) -> HttpResponse:
    """Carry the move out once, and lead on; or the same page again with everything typed and what to mend."""
    actor = request.actor
    if isinstance(error := refusal(meeting, action, actor), NotYours):
        return refused_page(request, meeting, error)  # the page of a wrong input shows rows to choose from
    form = FORMS[action](request.POST, request.FILES, meeting=meeting, actor=actor)
    if not form.is_valid():
        if error := refusal(meeting, action, actor):
            return refused_page(request, meeting, error)
        return draw(request, meeting, action, form, status=422)
    try:
        url = posted_once(request, lambda: _move(meeting, action, form, actor, request.POST.get("seen", "")))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return draw(request, find(meeting.public_id, actor), action, form, status=422)
    except Changed as error:
        form.add_error(None, str(error.sentence))
        return draw(request, find(meeting.public_id, actor), action, form, status=409)
    except NotVisible:
        raise
    except DomainError as error:
        return refused_page(request, meeting, error)
    messages.success(request, form.done() or _("已完成：%(action)s") % {"action": specs(Meeting)[action].label})
    return redirect(url)


def _move(meeting: Meeting, action: str, form: MeetingForm, actor: Actor, seen: str) -> str:
    """Run the move; the address to go on to."""
    at = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else None
    getattr(moves, specs(Meeting)[action].run)(meeting.pk, by=actor, seen=at, **form.cleaned_data)
    visible = Meeting.objects.visible_to(actor).filter(pk=meeting.pk).exists()
    return form.leads_to() if visible else reverse("symposia:list")


def refused_page(request: HttpRequest, meeting: Meeting, error: DomainError) -> HttpResponse:
    """The sentence that refuses the move, with the way back to the meeting."""
    back = reverse("symposia:meeting", args=[meeting.public_id])
    return render(request, "errors/refused.html", {"error": error, "back": back}, status=error.status)


def draw(
    request: HttpRequest, meeting: Meeting, action: str, form: MeetingForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a move: which meeting, the questions, one button."""
    spec = specs(Meeting)[action]
    beside = form.beside()
    context = {
        "meeting": meeting,
        "badge": words.state_badge(meeting),
        "facts": words.facts(meeting),
        "action": action,
        "label": spec.label,
        "icon": spec.icon,
        "form": form,
        "seen": last_of(Meeting, [meeting.pk], request.actor).get(meeting.pk, meeting.head_seq),
        "key": random_key(),
        **(reading.beside(**beside) if "written" in beside else beside),
        **more,
    }
    return render(request, "symposia/act.html", context, status=status)
