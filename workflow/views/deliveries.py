"""Delivery of messages, for the system administrator: what waits, what is late, what is dead, and sending it again.

Neither addresses nor words of a message are shown: none of the three administrators sees the content of a case.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from foundation.counters import bounded_counts, counter_words
from foundation.errors import NotVisible
from foundation.keyset import keyset_page
from workflow.actor import Actor
from workflow.error_words import error_words
from workflow.models import MessageState, OutboxMessage
from workflow.outbox import channels, resend
from workflow.words import for_administrator

PAGE = 50
RESEND_AT_ONCE = 200  # messages a press may send again
TRIES_SHOWN = 50
LATE = "LATE"
CHANNELS = {"announce": gettext_lazy("通知分发"), "mail": gettext_lazy("邮件"), "scan": gettext_lazy("附件安全检查")}
LOOK = {
    MessageState.WAITING: ("blue", "clock"),
    MessageState.SENT: ("green", "done"),
    MessageState.DEAD: ("red", "alert"),
}


def channel_label(name: str) -> Any:
    return CHANNELS.get(name, name)


def by_state(actor: Actor, channel: str) -> dict[str, QuerySet[OutboxMessage]]:
    """What each counter counts and its list shows."""
    rows = OutboxMessage.objects.filter(channel=channel) if channel else OutboxMessage.objects.all()
    return {
        "DEAD": rows.filter(state=MessageState.DEAD),
        LATE: rows.late(actor.now),
        "WAITING": rows.filter(state=MessageState.WAITING),
        "SENT": rows.filter(state=MessageState.SENT),
    }


def _labels() -> dict[str, Any]:
    return {
        "DEAD": MessageState.DEAD.label,
        LATE: _("迟迟没有投递"),
        "WAITING": MessageState.WAITING.label,
        "SENT": MessageState.SENT.label,
    }


def wanted_of(data: Any) -> tuple[str, str]:
    """State and channel of a filter; what nobody offers is as good as the first."""
    state, channel = data.get("state", "DEAD"), data.get("channel", "")
    return (state if state in _labels() else "DEAD"), (channel if channel in channels() else "")


def deliveries(request: HttpRequest) -> HttpResponse:
    """Counters by state, and the messages of one of them, newest first, fifty a page; two statements."""
    actor = request.actor
    for_administrator(actor)
    state, channel = wanted_of(request.GET)
    groups = by_state(actor, channel)
    counts = bounded_counts(groups)
    page = keyset_page(groups[state].order_by("-id"), after=request.GET.get("after", ""), size=PAGE)
    return render(
        request,
        "workflow/deliveries.html",
        {
            "groups": [
                {
                    "name": name,
                    "label": label,
                    "number": counter_words(counts[name]),
                    "current": name == state,
                    "warn": name in ("DEAD", LATE) and counts[name] > 0,
                }
                for name, label in _labels().items()
            ],
            "state": state,
            "channel": channel,
            "asked": urlencode({"state": state, "channel": channel}),
            "channels": [(name, channel_label(name)) for name in channels()],
            "can_resend": state == "DEAD",
            "at_once": RESEND_AT_ONCE,
            "rows": [_row(message) for message in page.rows],
            "total": counter_words(counts[state]),
            "next": page.next,
            "first": page.first,
        },
    )


def _row(message: OutboxMessage) -> dict[str, Any]:
    tone, drawing = LOOK[MessageState(message.state)]
    return {
        "message": message,
        "channel": channel_label(message.channel),
        "tone": tone,
        "icon": drawing,
        "error": error_words(message.last_error),
    }


def delivery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One message with its attempts, newest first; two statements."""
    for_administrator(request.actor)
    message = OutboxMessage.objects.filter(public_id=public_id).first()
    if message is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    tries = [{"try": one, "error": error_words(one.error)} for one in message.tries.order_by("-id")[:TRIES_SHOWN]]
    context = _row(message) | {"tries": tries, "can_resend": message.state == MessageState.DEAD}
    return render(request, "workflow/delivery.html", context)


@require_POST
def resend_messages(request: HttpRequest) -> HttpResponse:
    """The chosen dead messages wait again, or all of the filter as far as one press goes; what became of each."""
    actor = request.actor
    for_administrator(actor)
    _state, channel = wanted_of(request.POST)
    if request.POST.get("which") == "all":
        wanted = by_state(actor, channel)["DEAD"]
    else:
        wanted = OutboxMessage.objects.filter(public_id__in=_ids(request.POST.getlist("message")))
    chosen = list(wanted.order_by("id")[:RESEND_AT_ONCE])
    done = resend([str(message.public_id) for message in chosen], now=actor.now)
    return render(
        request,
        "workflow/resent.html",
        {
            "rows": [_row(message) | {"done": done[str(message.public_id)]} for message in chosen],
            "number": sum(done.values()),
            "full": len(chosen) == RESEND_AT_ONCE,
        },
    )


def _ids(given: list[str]) -> list[UUID]:
    """Those that can be the id of a message; a press sends no more than RESEND_AT_ONCE again."""
    found = []
    for text in given[:RESEND_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
