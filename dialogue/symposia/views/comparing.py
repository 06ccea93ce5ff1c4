"""What is different: between two revisions of a section, between two issued versions of the minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from dialogue.symposia import queries, rules
from dialogue.symposia.comparing import ADDED, CHANGED, REMOVED, SAME, Paragraph, compare, paragraphs_of
from dialogue.symposia.enums import WRITABLE
from dialogue.symposia.markup import lines_of
from dialogue.symposia.models import Meeting, Revision
from dialogue.symposia.views import words
from dialogue.symposia.views.acting import find
from documents.content.reading import read
from documents.models import Document
from foundation.errors import NotVisible
from workflow.time_left import full_text

T = TypeVar("T")


@dataclass(frozen=True)
class Part:
    """One heading and what became of the paragraphs below it."""

    heading: str
    paragraphs: list[tuple[Paragraph, Any]]  # with its badge: words, tint, drawing; None for the unchanged

    @property
    def changed(self) -> bool:
        return any(badge for _paragraph, badge in self.paragraphs)


@require_safe
def section_history(request: HttpRequest, public_id: UUID, section: UUID) -> HttpResponse:
    """Two revisions of a section side by side; for those who write the minutes or sign them."""
    meeting = find(public_id, request.actor)
    held = meeting.sections.select_related("topic").filter(public_id=section).first()
    if held is None or not queries.keeps_minutes(meeting, request.actor):
        raise NotVisible(_("没有找到，或者您不能查看"))
    found = queries.revisions(held)[::-1]
    older, newer = _chosen(found, [row.seq for row in found], request)
    title = held.topic.title if held.topic else _("开头")
    parts = [_part("", lines_of(older.text), lines_of(newer.text))]
    choices = [(row.seq, _said(row)) for row in reversed(found)]
    writes = meeting.state in WRITABLE and rules.may_organise.refusal(meeting, request.actor) is None
    return _draw(request, meeting, title, choices, (older.seq, newer.seq), parts, "write" if writes else "meeting")


@require_safe
def minutes_versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Two issued versions of the minutes, read out of what was frozen when they were issued."""
    meeting = find(public_id, request.actor)
    found = queries.issued_versions(meeting, request.actor)
    if not found:
        raise NotVisible(_("没有找到，或者您不能查看"))
    older, newer = _chosen(found, [document.version for document in found], request)
    parts = _of_versions(older, newer)
    choices = [
        (one.version, _("第 %(n)s 版 · %(when)s") % {"n": one.version, "when": full_text(one.issued_at)})
        for one in reversed(found)
    ]
    return _draw(request, meeting, _("印发的纪要"), choices, (older.version, newer.version), parts, "minutes")


def _said(row: Revision) -> str:
    """“2026年12月8日 16:02 · 张三”; that two texts were merged."""
    who = row.by.name if row.by else _("系统")
    line = f"{full_text(row.at)} · {who}"
    return _("%(line)s · 合并") % {"line": line} if row.merged else line


def _chosen(found: Sequence[T], numbers: Sequence[int], request: HttpRequest) -> tuple[T, T]:
    """The two asked for, else the last and the one before it, the older first."""
    by_number = dict(zip(map(str, numbers), found, strict=True))
    newer = by_number.get(request.GET.get("to", ""), found[-1])
    older = by_number.get(request.GET.get("from", ""), found[max(len(found) - 2, 0)])
    return older, newer


def _of_versions(older: Document, newer: Document) -> list[Part]:
    """Topics are known again by their titles; one that is gone stands at the end."""
    old, new = ((paragraphs_of(read(one.content).content)) for one in (older, newer))
    before, after = dict(old), dict(new)
    parts = [_part(title, before.get(title, []), lines) for title, lines in after.items()]
    parts += [_part(title, lines, []) for title, lines in before.items() if title not in after]
    return [part for part in parts if part.paragraphs]


def _part(heading: str, old: Sequence[str], new: Sequence[str]) -> Part:
    badges = {
        SAME: None,
        ADDED: (pgettext("difference", "新增"), "green", "plus"),
        REMOVED: (pgettext("difference", "删去"), "red", "x"),
        CHANGED: (pgettext("difference", "修改"), "amber", "pen"),
    }
    old, new = ([line for line in lines if line.strip()] for lines in (old, new))
    return Part(heading, [(paragraph, badges[paragraph.kind]) for paragraph in compare(old, new)])


def _draw(
    request: HttpRequest,
    meeting: Meeting,
    title: str,
    choices: list[tuple[int, str]],
    chosen: tuple[int, int],
    parts: list[Part],
    back: str,
) -> HttpResponse:
    """`back` is the page that led here: the name of its address."""
    context = {
        "back": reverse(f"symposia:{back}", args=[meeting.public_id]),
        "meeting": meeting,
        "badge": words.state_badge(meeting),
        "facts": words.facts(meeting),
        "what": title,
        "choices": choices,
        "older": chosen[0],
        "newer": chosen[1],
        "parts": parts,
        "changed": any(part.changed for part in parts),
    }
    return render(request, "symposia/minutes/compare.html", context)
