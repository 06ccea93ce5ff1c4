"""The draft as those read it who comment on it, their comments and the answers; and the panel of the draft."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dialogue.symposia import documents, moves, queries, rules
from dialogue.symposia.documents import Draft
from dialogue.symposia.enums import BEFORE_ISSUE, WRITABLE, Adoption
from dialogue.symposia.models import Comment, Meeting, Participant
from dialogue.symposia.views import words
from dialogue.symposia.views.acting import find
from dialogue.symposia.views.writing import heading
from foundation.errors import Changed, DomainError, NotVisible, Refused
from foundation.texts import storable
from workflow.actor import Actor
from workflow.door import refusal
from workflow.time_left import date_text, long_day
from workflow.views.once import posted_once, random_key

ACTIONS = ("answer_comment", "comment_minutes")  # their buttons stand on the page of the draft
LOOK = {Adoption.WAITING: ("amber", "clock"), Adoption.ADOPTED: ("green", "check"), Adoption.NOT_ADOPTED: ("grey", "x")}


@dataclass
class Said:
    """A comment as it is drawn."""

    comment: Comment
    who: str
    when: str
    about: str
    look: tuple[Any, str, str] | None  # None: nothing against the draft
    url: str  # where it is answered, "" where it is not


@dataclass
class Part:
    """A section of the draft, and what this person is typing about it."""

    draft: Draft
    heading: str
    name: str
    typed: str


def comments(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The draft, what has been said of it, and the boxes of those who are asked; on POST what they say."""
    actor = request.actor
    meeting = find(public_id, actor)
    if request.method == "POST":
        return _said(request, meeting)
    if not queries.reads_draft(meeting, actor):
        raise NotVisible(_("没有找到，或者您不能查看"))
    return _draw(request, meeting)


def _said(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    sections = {f"remark-{section.public_id}": section for section in meeting.sections.order_by("position")}
    typed = {name: request.POST.get(name, "").strip() for name in ("remark", *sections)}
    remarks = [(sections.get(name), text) for name, text in typed.items() if text]
    try:
        if not all(storable(text) for text in typed.values()):
            raise Refused("", _("意见里有不能保存的字符"))
        if remarks and "agree" in request.POST:
            raise Refused("", _("您写了意见：请点“提交意见”；确实没有意见的，请先清空"))
        if not remarks and "agree" not in request.POST:
            raise Refused("", _("请先写意见；没有意见的，请点“没有意见”"))
        posted_once(request, lambda: _say(meeting, remarks, request.actor))
    except (Refused, Changed) as error:
        if not queries.reads_draft(meeting, request.actor):
            raise  # the page with what was typed is the draft
        return _draw(request, meeting, typed, error=error, status=422 if isinstance(error, Refused) else 409)
    messages.success(request, _("已提交意见") if remarks else _("已回复：没有意见"))
    return redirect("symposia:comments", meeting.public_id)


def _say(meeting: Meeting, remarks: list[Any], actor: Actor) -> str:
    moves.comment_minutes(meeting.pk, by=actor, seen=None, remarks=remarks)
    return reverse("symposia:comments", args=[meeting.public_id])


def _draw(
    request: HttpRequest,
    meeting: Meeting,
    typed: dict[str, str] | None = None,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, typed = request.actor, typed or {}
    read = documents.drafts(meeting)
    parts = []
    for draft in read:
        name = f"remark-{draft.section.public_id}"
        parts.append(Part(draft, heading(draft), name, typed.get(name, "")))
    context = {
        "meeting": meeting,
        "badge": words.state_badge(meeting),
        "facts": words.facts(meeting),
        "parts": parts,
        "whole": typed.get("remark", ""),
        "said": lines(meeting, actor),
        "may_comment": asked_of(meeting, actor) is not None,
        "keeps": queries.keeps_minutes(meeting, actor),
        "until": long_day(meeting.comments_until) if meeting.comments_until else "",
        "late": meeting.comments_until is not None and rules.local_day(actor.now) > meeting.comments_until,
        "most": rules.LONGEST_COMMENT,
        "error": error,
        "key": random_key(),
    }
    return render(request, "symposia/minutes/comments.html", context, status=status)


def asked_of(meeting: Meeting, actor: Actor) -> Participant | None:
    """The seat of the actor's organisation, if it was there and is asked now. One statement at most."""
    if refusal(meeting, "comment_minutes", actor) is not None:
        return None
    return queries.present(meeting).filter(organisation_id=actor.organisation_id).first()


def lines(meeting: Meeting, actor: Actor) -> list[Said]:
    """The comments that this person may read. One statement."""
    answers = refusal(meeting, "answer_comment", actor) is None
    return [_line(meeting, comment, actor, answers=answers) for comment in queries.comments_for(meeting, actor)]


def _line(meeting: Meeting, comment: Comment, actor: Actor, *, answers: bool) -> Said:
    tone, drawing = LOOK[Adoption(comment.adoption)]
    topic = comment.section.topic if comment.section else None
    about = topic.title if topic else (_("开头") if comment.section else pgettext("comment", "全文"))
    url = f"{reverse('symposia:act', args=[meeting.public_id, 'answer_comment'])}?comment={comment.public_id}"
    return Said(
        comment,
        f"{comment.participant.organisation} · {comment.by.name}",
        date_text(comment.at, actor.now),
        str(about),
        (comment.get_adoption_display(), tone, drawing) if comment.text else None,
        url if answers and comment.text else "",
    )


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """The draft while it is written: who writes it, what is missing, who has commented; ways to it."""
    if not whole or meeting.state not in BEFORE_ISSUE or not queries.reads_draft(meeting, actor):
        return {"comments": None}
    keeps = queries.keeps_minutes(meeting, actor)
    # Of a correction nobody has been asked yet, though its meeting still has the day of the version before.
    until = meeting.comments_until if rules.comments_were_asked(meeting) else None
    asked = list(queries.asked(meeting)) if keeps and until else []
    writes = rules.may_organise.refusal(meeting, actor) is None and meeting.state in WRITABLE
    missing = len(documents.faults(meeting)) if keeps else 0
    waiting = queries.unanswered(meeting).count() if keeps else 0
    seat = asked_of(meeting, actor)
    owes = seat is not None and seat.commented_version != meeting.next_version
    read = _("看草稿、提意见") if seat is not None else _("通读与意见")
    ways = [_way(meeting, "comments", read, "chat", primary=owes or bool(waiting and writes))]
    if writes:
        first = missing or not ways[0]["primary"]
        ways.insert(0 if first else 1, _way(meeting, "write", _("写纪要"), "pen", primary=bool(missing)))
    return {
        "comments": {
            "ways": ways,
            "missing": missing,
            "until": long_day(until) if until else "",
            "owes": owes,
            "asked": [(one, answered(meeting, one)) for one in asked],
            "waiting": waiting,
            "correction": meeting.correction_reason if keeps else "",
        }
    }


def _way(meeting: Meeting, name: str, label: str, icon: str, *, primary: bool) -> dict[str, Any]:
    """A button among those of the moves that leads to a page of the draft."""
    url = reverse(f"symposia:{name}", args=[meeting.public_id])
    return {"name": name, "label": label, "icon": icon, "primary": primary, "refusal": None, "url": url}


def answered(meeting: Meeting, participant: Any) -> tuple[str, str, str]:
    """How far an organisation is with this draft, as a badge."""
    if participant.commented_version == meeting.next_version:
        return (_("已回复"), "green", "check")
    return (_("未回复"), "amber", "clock")
