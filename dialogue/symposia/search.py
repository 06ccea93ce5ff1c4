"""Meetings and action items in the search of the page head. Neither is found by a firm's name: it may be hidden."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dialogue.symposia import queries
from dialogue.symposia.inbox import MeetingInbox
from dialogue.symposia.models import ActionItem, Meeting
from dialogue.symposia.queries.overview import Wishes, found
from dialogue.symposia.rules import ORGANISERS, PARTICIPANTS
from dialogue.symposia.views.words import standing_badge
from workflow.actor import Actor
from workflow.registry import InboxEntry, Source


def _meetings(actor: Actor, words: str) -> QuerySet[Meeting] | None:
    return found(actor, Wishes(words=words)) if actor.role in ORGANISERS | PARTICIPANTS else None


def _entries(actor: Actor, rows: Iterable[Meeting]) -> list[InboxEntry]:
    return [replace(entry, action_label=_("查看")) for entry in MeetingInbox().entries(actor, rows)]


def _items(actor: Actor, words: str) -> QuerySet[ActionItem] | None:
    if actor.role not in ORGANISERS | PARTICIPANTS:
        return None
    numbered = Meeting.objects.filter(minutes_number__icontains=words).order_by().values("pk")
    rows = ActionItem.objects.listed_for(actor).filter(Q(words__icontains=words) | Q(meeting__in=numbered))
    return queries.item_rows(rows).order_by("-id")


def _item_entries(_actor: Actor, rows: Iterable[ActionItem]) -> list[InboxEntry]:
    """No statement runs here."""
    return [
        InboxEntry(
            title=row.words,
            number=row.meeting.minutes_number,
            meta=(row.meeting.title, row.lead.name),
            state_label=(badge := standing_badge(row)).label,
            state_tone=badge.tone,
            state_icon=badge.icon,
            due_at=None,
            time_left=None,
            url=reverse("symposia:item", args=[row.public_id]),
            action_label=_("查看"),
        )
        for row in rows
    ]


def _list(words: str) -> str:
    return f"{reverse('symposia:list')}?{urlencode({'q': words})}"


SOURCES = (
    Source("meetings", _("会议"), _meetings, _entries, _list),
    Source("action-items", _("任务事项"), _items, _item_entries, lambda words: reverse("symposia:items")),
)
