"""The words of messages, for the system administrator: read, changed, looked at before they are in force."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.errors import Refused
from workflow import registry, words
from workflow.actor import Actor
from workflow.forms import WordsForm
from workflow.models.notices import TemplateChannel
from workflow.time_left import date_text
from workflow.words import Words

SAMPLE_NUMBER = "2026-150602-0000123"


def message_list(request: HttpRequest) -> HttpResponse:
    """Every kind with its words on both channels, and which version they are; one statement."""
    words.for_administrator(request.actor)
    kinds = registry.message_kinds()
    changed = words.in_force([kind.code for kind in kinds])
    rows = [
        {
            "kind": kind,
            "channels": [
                {
                    "name": channel.value,
                    "label": channel.label,
                    "language": words.MAIL_LANGUAGE if channel == TemplateChannel.MAIL else "",
                    "words": changed.get((kind.code, channel)) or words.shipped(kind.code, channel),
                }
                for channel in TemplateChannel
            ],
        }
        for kind in kinds
    ]
    return render(request, "workflow/messages.html", {"rows": rows})


def edit_message(request: HttpRequest, kind: str, channel: str) -> HttpResponse:
    """One kind on one channel: its words, a preview of both channels, and on POST a new version or a closer look."""
    actor = request.actor
    words.for_administrator(actor)
    if channel not in TemplateChannel.values:
        raise Http404
    found = words.known_kind(kind)
    now = _present(kind, channel)
    if request.method != "POST":
        return _draw(request, found, channel, WordsForm(channel=channel, initial=vars(now)), now)
    form = WordsForm(request.POST, channel=channel)
    if not form.is_valid():
        return _draw(request, found, channel, form, now, status=422)
    typed = Words(form.cleaned_data["subject"], form.cleaned_data.get("body", ""))
    try:
        if "preview" in request.POST:
            _checked(typed, channel)
            return _draw(request, found, channel, form, typed)
        words.set_words(kind, channel, subject=typed.subject, body=typed.body, by=actor)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _draw(request, found, channel, form, now, status=422)
    messages.success(request, _("新的措辞已经生效"))
    return redirect("workflow:messages")


@require_POST
def reset_message(request: HttpRequest, kind: str, channel: str) -> HttpResponse:
    """The words the product came with are in force again."""
    if channel not in TemplateChannel.values:
        raise Http404
    words.reset_words(kind, channel, by=request.actor)
    messages.success(request, _("已恢复为默认措辞"))
    return redirect("workflow:messages")


def _present(kind: str, channel: str) -> Words:
    return words.in_force([kind]).get((kind, channel)) or words.shipped(kind, channel)


def _checked(typed: Words, channel: str) -> None:
    words.check("subject", typed.subject, most=words.LONGEST_SUBJECT)
    if channel == TemplateChannel.MAIL:
        words.check("body", typed.body, most=words.LONGEST_BODY)


def _draw(
    request: HttpRequest,
    kind: registry.MessageKind,
    channel: str,
    form: WordsForm,
    shown: Words,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "kind": kind,
        "channel": channel,
        "channel_label": TemplateChannel(channel).label,
        "form": form,
        "version": _present(kind.code, channel).version,
        "previews": [_preview(kind.code, other, shown if other == channel else None, request.actor)
                     for other in TemplateChannel],
        "placeholders": [("{" + name + "}", meaning) for name, meaning in words.PLACEHOLDERS.items()],
    }  # fmt: skip
    return render(request, "workflow/message.html", context, status=status)


def _preview(kind: str, channel: TemplateChannel, given: Words | None, actor: Actor) -> dict[str, Any]:
    """How the words read with sample values, in the language in which they go out."""
    text = given or _present(kind, channel)
    mail = channel == TemplateChannel.MAIL
    with translation.override(words.MAIL_LANGUAGE if mail else translation.get_language()):
        sample = {
            "number": SAMPLE_NUMBER,
            "kind": str(registry.message_kind(kind).label),
            "due": date_text(actor.now + timedelta(days=3), actor.now),
            "link": f"{settings.SITE_URL}/demands/…/",
            "organisation": actor.post.organisation_name if actor.post else "",
        }
    return {
        "label": channel.label,
        "language": words.MAIL_LANGUAGE if mail else "",
        "subject": words.fill_line(text.subject, sample),
        "body": words.fill(text.body, sample) if mail else "",
    }
