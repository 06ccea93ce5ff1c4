"""What the box in the page head finds, a section for each kind of thing; every kind says what its reader may find."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.texts import storable
from parties.models.visibility import is_official
from workflow import registry
from workflow.actor import Actor
from workflow.registry import Source

SHOWN = 10  # of each kind; the rest stands in its list
LONGEST = 60  # characters that are searched for


def search(request: HttpRequest) -> HttpResponse:
    """The newest SHOWN of every kind that hold these words, one statement a kind; none without words."""
    actor, words = request.actor, request.GET.get("q", "").strip()
    fault = _fault(words)
    sections = [] if fault or not words else [_section(source, actor, words) for source in registry.search_sources()]
    return render(
        request,
        "search.html",
        {
            "words": words,
            "fault": fault,
            "sections": [section for section in sections if section],
            "look_up": urlencode({"q": words}) if words and not fault and is_official(actor) else "",
        },
    )


def _fault(words: str) -> str:
    if len(words) > LONGEST:
        return _("最多搜索 %(n)s 个字") % {"n": LONGEST}
    return "" if words.isprintable() and storable(words) else _("搜索的文字中有无法识别的字符")


def _section(source: Source, actor: Actor, words: str) -> dict[str, Any] | None:
    """None when nothing of this kind was found."""
    rows = source.find(actor, words)
    found = list(rows[: SHOWN + 1]) if rows is not None else []
    if not found:
        return None
    return {
        "name": source.name,
        "label": source.label,
        "entries": source.entries(actor, found[:SHOWN]),
        "more": len(found) > SHOWN,
        "whole": source.whole(words),
    }
