"""One meeting: what, when, who has it, what is next; and the panels of its subjects."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogue.symposia import queries
from dialogue.symposia.enums import BEFORE_ISSUE, MeetingState
from dialogue.symposia.forms.table import FORMS
from dialogue.symposia.models import Meeting
from dialogue.symposia.views import attendance, comments, inviting, items, papers, planning, topics, words
from dialogue.symposia.views.acting import find
from workflow.actor import Actor
from workflow.door import offers
from workflow.specs import specs

# Modules with panel(meeting, actor, whole) -> context of templates/symposia/panels/<subject>.html; one a line. The
# actions in their ACTIONS have their buttons in the panel.
PANELS: tuple[Any, ...] = (
    attendance,
    comments,
    inviting,
    items,
    papers,
    planning,
    topics,
)
# Moves with a page of their own instead of the generic one: the name of its address, which takes the meeting's id.
PAGES: dict[str, str] = {
    "comment_minutes": "symposia:comments",
    "record_attendance": "symposia:attendance",
}


def meeting_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything this person may know of the meeting, and what they can do about it."""
    actor = request.actor
    meeting: Any = find(public_id, actor, queries.still_signs(Meeting.objects.visible_to(actor), actor.now))
    whole = queries.sees_whole(meeting, actor)
    called = words.is_called(meeting, actor) and actor.now < words.call_ends(meeting)
    buttons = _buttons(meeting, actor)
    if meeting.state == MeetingState.APPROVED and meeting.still_signs:
        buttons = [button for button in buttons if button["name"] != "recall_minutes"]  # theirs to give back
    context: dict[str, Any] = {
        "meeting": meeting,
        "whole": whole,
        "badge": words.state_badge(meeting),
        "left": words.left_for(meeting, actor) if whole or called else None,
        "facts": words.facts(meeting),
        "turn": words.turn(meeting),
        "next_step": _("提出议题") if called else words.next_step(meeting),
        "due": _due(meeting, whole=whole, called=called),
        "correcting": meeting.version > 0 and meeting.state in BEFORE_ISSUE,
        "host": words.host_text(meeting),
        "nobody_signs": not meeting.still_signs and any(_is_possible(button, "change_signer") for button in buttons),
        # Panels of which nothing is known yet.
        **dict.fromkeys(("attendance", "comments", "items")),
        "possible": [button for button in buttons if not button["refusal"]],
        "refused": [button for button in buttons if button["refusal"]],
        "lines": queries.history(meeting, actor) if whole else [],
    }
    for panel in PANELS:
        context |= panel.panel(meeting, actor, whole)
    _answer_first(context)
    _not_yet(context)
    _in_sight(context)
    return render(request, "symposia/meeting.html", context)


def _due(meeting: Meeting, *, whole: bool, called: bool) -> datetime | None:
    """By when the next step is taken; the day of the meeting itself stands among its facts."""
    if called:
        return words.call_ends(meeting)
    return meeting.next_due_at if whole and meeting.state != MeetingState.NOTIFIED else None


def _is_possible(button: dict[str, Any], action: str) -> bool:
    return button["name"] == action and not button["refusal"]


def _answer_first(context: dict[str, Any]) -> None:
    """An invitation that waits for its answer is the first thing to do, not one far down among those invited."""
    people = context["people"]
    if people and people["answer_url"] and not people["answered"]:
        spec = specs(Meeting)["answer_invitation"]
        first = {"name": spec.action, "label": spec.label, "icon": spec.icon, "primary": True}
        context["possible"].insert(0, first | {"refusal": None, "url": people.pop("answer_url")})


def _not_yet(context: dict[str, Any]) -> None:
    """A notice without topics, or to nobody, is refused by the move: what it waits for is said before it is tried."""
    sends = next((button for button in context["possible"] if button["name"] == "send_notice"), None)
    if sends is None:
        return
    if not any(topic["chosen"] for topic in context["topics"]["rows"]):
        sends["refusal"] = _("请至少选用一个议题")
    elif context["people"]["invited"] < 2:  # the host is there from the beginning
        sends["refusal"] = _("请至少邀请一个单位")
    if sends["refusal"]:
        context["possible"].remove(sends)
        context["refused"].append(sends)


def _in_sight(context: dict[str, Any]) -> None:
    """What panels far down lead to stands with the moves: before them when it waits, else behind the first."""
    ways = [way for name in ("attendance", "comments") for way in (context[name] or {}).get("ways", ())]
    possible = context["possible"]
    behind = bool(possible and possible[0]["primary"]) and not any(way["primary"] for way in ways)
    possible[behind:behind] = ways


def _buttons(meeting: Meeting, actor: Actor) -> list[dict[str, Any]]:
    """The moves that have a page and no button in a panel; the refused ones with their sentence."""
    placed = {action for panel in PANELS for action in getattr(panel, "ACTIONS", ())}
    return [
        {
            "name": offer.name,
            "label": offer.label,
            "icon": offer.icon,
            "primary": offer.primary,
            "refusal": offer.refusal,
            "url": address(meeting, offer.name),
        }
        for offer in offers(meeting, actor)
        if offer.name not in placed and (offer.name in FORMS or offer.name in PAGES)
    ]


def address(meeting: Meeting, action: str) -> str:
    """The page of this move."""
    if action in PAGES:
        return reverse(PAGES[action], args=[meeting.public_id])
    return reverse("symposia:act", args=[meeting.public_id, action])
