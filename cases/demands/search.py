"""Demands in the search of the page head: what their list finds by the same words, and what was granted beside it."""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.filters import ALL, holding
from cases.demands.inbox import DemandInbox
from cases.demands.models import Case
from cases.demands.models.visibility import GRANTED_IN_PERSON, SEEN_BY
from cases.demands.views.words import case_address
from workflow.actor import Actor
from workflow.registry import InboxEntry, Source


def _at_hand(actor: Actor, words: str) -> QuerySet[Case] | None:
    return _found(Case.objects.at_hand(actor), actor, words) if actor.role in SEEN_BY else None


def _granted(actor: Actor, words: str) -> QuerySet[Case] | None:
    return _found(Case.objects.granted_to(actor), actor, words) if actor.role in GRANTED_IN_PERSON else None


def _found(cases: QuerySet[Case], actor: Actor, words: str) -> QuerySet[Case]:
    return queries.rows(cases.filter(holding(words, actor))).order_by("-id")


def _entries(actor: Actor, rows: Iterable[Case]) -> list[InboxEntry]:
    """As a box has them, but whoever searched wants to read first. No statement runs here."""
    inbox = DemandInbox()
    return [replace(inbox.entry(actor, row), url=case_address(row.public_id), action_label=_("查看")) for row in rows]


def _list(words: str) -> str:
    return f"{reverse('demands:list')}?{urlencode({'q': words, 'state': ALL})}"


SOURCES = (
    Source("demands", _("诉求"), _at_hand, _entries, _list),
    Source("granted", _("另行授权的诉求"), _granted, _entries, lambda words: reverse("demands:shared")),
)
