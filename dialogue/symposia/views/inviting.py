"""The panel 参会单位 of a meeting: who is invited, what they answered, who comes."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from dialogue.symposia.enums import Answer, MeetingState, Part
from dialogue.symposia.models import Meeting, Participant
from dialogue.symposia.rules import MOST_INVITED, PARTICIPANTS
from workflow.actor import Actor
from workflow.door import offers, refusal

# Their buttons stand beside each organisation, or are for those invited alone.
ACTIONS = ("answer_invitation", "uninvite")
TONES = {Answer.WAITING: "amber", Answer.COMES: "green", Answer.DECLINES: "grey"}


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """Two statements; nothing for whoever sees the call for topics alone."""
    if not whole:
        return {"people": None}
    rows = meeting.participants.select_related("organisation").prefetch_related("people").order_by("pk")
    participants = sorted(rows[:MOST_INVITED], key=lambda row: Part.values.index(row.part))
    desk = actor.organisation_id in (meeting.office_id, meeting.host_org_id)
    removes = any(offer.name == "uninvite" and not offer.refusal for offer in offers(meeting, actor))
    mine = next((row for row in participants if row.organisation_id == actor.organisation_id), None)
    comes = [row for row in participants if row.answer == Answer.COMES]
    return {
        "people": {
            "rows": [
                _row(meeting, row, desk=desk or row is mine, removes=removes, desk_only=desk) for row in participants
            ],
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


def _row(meeting: Meeting, row: Participant, *, desk: bool, removes: bool, desk_only: bool) -> dict[str, Any]:
    address = reverse("symposia:act", args=[meeting.public_id, "uninvite"])
    return {
        "name": row.organisation.name,
        "part": row.get_part_display(),
        "answer": row.get_answer_display(),
        "tone": TONES[Answer(row.answer)],
        "note": row.answer_note if desk else "",
        "reason": row.reason if desk_only else "",
        "people": [f"{one.name}（{one.post}）" if one.post else one.name for one in row.people.all()],
        "remove": f"{address}?{urlencode({'participant': row.public_id})}" if removes and row.part != Part.HOST else "",
    }


def _answer_url(meeting: Meeting, actor: Actor, mine: Participant | None) -> str:
    if mine is None or actor.role not in PARTICIPANTS or refusal(meeting, "answer_invitation", actor):
        return ""
    return reverse("symposia:act", args=[meeting.public_id, "answer_invitation"])
