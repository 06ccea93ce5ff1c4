"""The panel 参会单位 of a meeting: who is invited, what they answered, who comes."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dialogue.symposia import queries
from dialogue.symposia.enums import Answer, Capacity, MeetingState, Part, Presence
from dialogue.symposia.models import Attendee, Meeting, Participant
from dialogue.symposia.rules import MOST_INVITED, PARTICIPANTS, of_the_house
from workflow.actor import Actor
from workflow.door import offers, refusal
from workflow.time_left import date_text

# Their buttons stand beside each organisation, or are for those invited alone.
ACTIONS = ("answer_invitation", "record_answer", "uninvite", "uninvite_guest")
TONES = {Answer.WAITING: "amber", Answer.COMES: "green", Answer.DECLINES: "grey"}


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """Three statements; nothing for whoever sees the call for topics alone."""
    if not whole:
        return {"people": None}
    rows = meeting.participants.select_related("organisation", "answered_by").prefetch_related("people").order_by("pk")
    participants = sorted(rows[:MOST_INVITED], key=lambda row: Part.values.index(row.part))
    desk = of_the_house(meeting, actor)
    may = {offer.name for offer in offers(meeting, actor) if not offer.refusal}
    guests = queries.guests_of(meeting)
    mine = next((row for row in participants if row.organisation_id == actor.organisation_id), None)
    comes = [row for row in participants if row.answer == Answer.COMES]
    return {
        "people": {
            "rows": [
                _row(meeting, row, actor, desk=desk or row is mine, may=may, desk_only=desk) for row in participants
            ],
            "observes": Capacity.OBSERVES.label,
            "guests": [_guest(meeting, guest, desk=desk, may=may) for guest in guests],
            "answer_url": _answer_url(meeting, actor, mine),
            "answered": mine is not None and mine.answer != Answer.WAITING,
            "told": meeting.state != MeetingState.COLLECTING,
            "invited": len(participants),
            "coming": len(comes),
            "declined": sum(row.answer == Answer.DECLINES for row in participants),
            "waiting": sum(row.answer == Answer.WAITING for row in participants),
            "heads": sum(len(row.people.all()) for row in participants),
        }
    }


def _row(
    meeting: Meeting, row: Participant, actor: Actor, *, desk: bool, may: set[str], desk_only: bool
) -> dict[str, Any]:
    removes, records = ("uninvite" in may, "record_answer" in may) if row.part != Part.HOST else (False, False)
    return {
        "name": row.organisation.name,
        "part": row.get_part_display(),
        "answer": row.get_answer_display(),
        "tone": TONES[Answer(row.answer)],
        "note": row.answer_note if desk else "",
        "heard": bool(row.heard),
        "how": f"{row.get_heard_display()} · {row.answered_by.name} {date_text(row.answered_at, actor.now)}"
        if desk and row.heard and row.answered_by and row.answered_at
        else "",
        "reason": row.reason if desk_only else "",
        "people": [f"{one.name}（{one.post}）" if one.post else one.name for one in row.people.all()] if desk else [],
        "remove": _act(meeting, "uninvite", participant=row.public_id) if removes else "",
        "record": _act(meeting, "record_answer", participant=row.public_id) if records else "",
    }


def _guest(meeting: Meeting, guest: Attendee, *, desk: bool, may: set[str]) -> dict[str, Any]:
    """Who they are, for the desk; for everybody else the organisation they come from."""
    if not desk:
        return {"name": guest.organisation_name}
    removes = "uninvite_guest" in may and guest.presence == Presence.EXPECTED
    return {
        "name": guest.name,
        "organisation": guest.organisation_name,
        "post": guest.post,
        "remove": _act(meeting, "uninvite_guest", guest=guest.public_id) if removes else "",
    }


def _act(meeting: Meeting, action: str, **named: Any) -> str:
    """The page of this move, filled in with the row that is named."""
    return f"{reverse('symposia:act', args=[meeting.public_id, action])}?{urlencode(named)}"


def _answer_url(meeting: Meeting, actor: Actor, mine: Participant | None) -> str:
    if mine is None or actor.role not in PARTICIPANTS or refusal(meeting, "answer_invitation", actor):
        return ""
    return reverse("symposia:act", args=[meeting.public_id, "answer_invitation"])
