"""The minutes as text: every paragraph with its anchor, every item with what became or will become of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands.enums import OUT_OF_TERM
from cases.demands.models import Case
from dialogue.symposia import documents, queries
from dialogue.symposia.models import ActionItem, Meeting
from dialogue.symposia.views import words
from dialogue.symposia.views.words import Badge
from documents.content.minutes import ActionItem as ItemWords
from documents.content.minutes import Minutes
from documents.models import Document
from foundation.errors import NotVisible
from workflow.actor import Actor
from workflow.time_left import long_day


@dataclass(frozen=True)
class Line:
    """One paragraph and where it stands on the page."""

    anchor: str
    words: str


@dataclass(frozen=True)
class ItemLine:
    """One item: who does it until when; `row` once it is issued, `becomes` what issuing does with it."""

    anchor: str
    words: str
    facts: tuple[str, ...]
    number: int | None = None  # of the item in its minutes
    row: ActionItem | None = None
    badge: Badge | None = None
    becomes: str = ""
    case: Case | None = None  # where the reader may open it


@dataclass(frozen=True)
class TopicText:
    anchor: str
    title: str
    said: tuple[Line, ...]
    decided: tuple[Line, ...]
    items: tuple[ItemLine, ...]


@dataclass(frozen=True)
class Text:
    """Minutes as a page shows them."""

    minutes: Minutes
    opening: tuple[Line, ...]
    topics: tuple[TopicText, ...]


def text_of(
    minutes: Minutes,
    rows: Iterable[ActionItem] = (),
    plan: documents.Plan | None = None,
    cases: Mapping[int, Case] | None = None,
) -> Text:
    """The minutes with anchors. `rows`: the items of this version, in the order of the text, found by their numbers; in
    documents from before items had one, by their words.

    `cases`: the demands that the reader may open. No statement runs.
    """
    known: dict[str | int, list[ActionItem]] = {}
    for issued in rows:
        known.setdefault(issued.number, []).append(issued)
        known.setdefault(issued.words, []).append(issued)
    coming = iter(plan.items) if plan else iter(())
    topics = []
    for at, topic in enumerate(minutes.topics, start=1):
        items = []
        for n, item in enumerate(topic.items, start=1):
            found = known.get(item.words if item.number is None else item.number)
            row = found.pop(0) if found else None
            one = _item(item, f"t{at}-item{n}", row, next(coming, None))
            items.append(replace(one, case=cases.get(row.case_id)) if cases and row else one)
        topics.append(
            TopicText(
                f"t{at}",
                topic.title,
                _lines(f"t{at}-said", topic.said),
                _lines(f"t{at}-decided", topic.decided),
                tuple(items),
            )
        )
    return Text(minutes, _lines("opening", minutes.opening), tuple(topics))


def _lines(prefix: str, several: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(f"{prefix}{n}", line) for n, line in enumerate(several, start=1))


def _item(item: ItemWords, anchor: str, row: ActionItem | None, coming: documents.Planned | None) -> ItemLine:
    facts = [_("牵头：%(who)s") % {"who": item.lead}]
    if item.with_others:
        facts.append(_("配合：%(who)s") % {"who": _("、").join(item.with_others)})
    if item.person:
        facts.append(_("责任人：%(who)s") % {"who": item.person})
    if item.due_on:
        facts.append(_("期限：%(day)s") % {"day": long_day(item.due_on)})
    return ItemLine(
        item_anchor(row) if row else anchor,
        item.words,
        tuple(facts),
        row.number if row else item.number,
        row,
        words.standing_badge(row) if row else None,
        becomes(coming) if coming else "",
    )


def item_anchor(item: ActionItem) -> str:
    """Where an issued item stands on the page of the text."""
    return f"item-{item.number}"


def paragraph_of(item: ActionItem) -> str:
    """The address of the item's paragraph in the version in force, or in the last one that has it; meeting loaded."""
    page = reverse("symposia:minutes", args=[item.meeting.public_id])
    old = f"?version={item.removed_in - 1}" if item.removed_in else ""
    return f"{page}{old}#{item_anchor(item)}"


def becomes(one: documents.Planned) -> str:
    """What issuing does with an item, for whoever signs or issues."""
    if one.row is not None:
        return (
            _("已印发的任务%(n)s，改期") % {"n": one.number}
            if one.moved
            else _("已印发的任务%(n)s") % {"n": one.number}
        )
    if one.ties is not None and one.ties.state in OUT_OF_TERM:
        state = one.ties.get_state_display()
        return _("关联议题所述的在办诉求；它现在是“%(state)s”，再进入办理时按本项期限") % {"state": state}
    if one.ties is not None:
        return _("关联议题所述的在办诉求，办结日期改为本项期限")
    return _("转入一件新诉求，类别：%(category)s") % {"category": one.category or _("待定")}


def beside(*, written: Minutes, plan: documents.Plan, **more: Any) -> dict[str, Any]:
    """For the pages on which minutes are sent for signing, signed and issued."""
    return {"text": text_of(written, plan=plan), "plan": plan, **more}


def minutes_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The issued minutes as text, beside their PDF: the version in force, or the one that `version` names."""
    actor = request.actor
    meeting = queries.with_names(Meeting.objects.seen_whole_by(actor)).filter(public_id=public_id).first()
    found = documents.versions(meeting) if meeting is not None and meeting.version else []
    asked = request.GET.get("version", "")
    document = next((one for one in found if str(one.version) == asked), None) or (found[0] if found else None)
    if meeting is None or document is None or not readable(document, actor):
        raise NotVisible(_("没有找到，或者您不能查看"))
    rows = [
        row
        for row in queries.of_meeting(meeting)
        if row.issued_in <= document.version and (row.removed_in is None or row.removed_in > document.version)
    ]
    return render(
        request,
        "symposia/minutes_text.html",
        {
            "meeting": meeting,
            "badge": words.state_badge(meeting),
            "facts": words.facts(meeting),
            "document": document,
            "others": [one for one in found if one.pk != document.pk],
            "text": text_of(documents.words_of(document), rows, cases=_cases(rows, actor)),
            "pdf": reverse("documents:document", args=[document.public_id]),
        },
    )


def _cases(rows: Sequence[ActionItem], actor: Actor) -> dict[int, Case]:
    """The demands of these items that this reader may open, by key; one statement."""
    return Case.objects.openable_by(actor).in_bulk([row.case_id for row in rows])


def readable(document: Document, actor: Actor) -> bool:
    """Whether the register lets this reader have the document."""
    return Document.objects.visible_to(actor).filter(pk=document.pk).exists()
