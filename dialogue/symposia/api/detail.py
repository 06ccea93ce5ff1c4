"""One meeting for one reader: what the page of a meeting shows them, and no more."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.db.models import Exists, OuterRef

from cases.demands.models import Case
from dialogue.symposia import documents, queries, rules
from dialogue.symposia.api import shapes
from dialogue.symposia.enums import BEFORE_ISSUE, COUNTED, TopicState
from dialogue.symposia.models import Meeting, Topic
from dialogue.symposia.rules import MOST_INVITED
from workflow.actor import Actor
from workflow.api_subject import Shown, actions_of
from workflow.timeline import clocks_of, last_of


def detail(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """The meeting, loaded with its names; who sees the call for topics alone gets that and their own topics."""
    topics = queries.topics_of(meeting, actor)
    whole = queries.sees_whole(meeting, actor)
    beside = all_of(meeting, actor) if whole else CALL
    cases, tasks = open_cases([row.case_id for row in (*topics, *beside["items"])], actor)
    shown = Shown(
        meeting,
        whole=whole,
        seen=last_of(Meeting, [meeting.pk], actor).get(meeting.pk, meeting.head_seq),
        **(OF_THE_DESK if not rules.of_the_house(meeting, actor) else {}),
        topics=[told(topic, meeting, actor, cases.get(topic.case_id or 0)) for topic in topics],
        actions=actions_of(meeting, actor),
        **{
            **beside,
            "items": [
                Shown(item, case_shown=cases.get(item.case_id), task_shown=tasks.get(item.case_id))
                for item in beside["items"]
            ],
        },
    )
    return dict(shapes.MeetingDetail(cast("Meeting", shown), context={"actor": actor}).data)


OF_THE_DESK: dict[str, Any] = {"recorder": "", "firms_until": None, "correction_reason": ""}
CALL: dict[str, Any] = {
    "attendance": None,
    "draft": None,
    **dict.fromkeys(("participants", "guests", "people", "comments", "items", "documents", "clocks", "timeline"), ()),
}


def all_of(meeting: Meeting, actor: Actor) -> dict[str, Any]:
    """What stands beside the meeting for somebody who sees it whole."""
    seats = queries.roll(meeting) if meeting.state in COUNTED else []
    if not rules.sees_roll(meeting, actor):
        # Why a colleague is excused is not for the whole house, as on the page.
        own = (seat for seat in seats if seat.is_of(actor.organisation_id))
        seats_shown = [replace(seat, reason="") for seat in own]
    else:
        seats_shown = seats
    return {
        "participants": participants_of(meeting, actor),
        "attendance": queries.tally(seats) if meeting.state in COUNTED else None,
        "guests": queries.guests_of(meeting) if rules.sees_roll(meeting, actor) else (),
        "people": seats_shown,
        "draft": draft_of(meeting, actor),
        "comments": queries.comments_for(meeting, actor),
        "items": queries.of_meeting(meeting),
        "documents": documents.of_meeting(meeting, actor),
        "clocks": clocks_of(meeting),
        "timeline": queries.history(meeting, actor),
    }


def draft_of(meeting: Meeting, actor: Actor) -> dict[str, Any] | None:
    """The minutes as they are written now, when there are some and the actor reads them."""
    if meeting.state not in BEFORE_ISSUE or not queries.reads_draft(meeting, actor):
        return None
    written = documents.drafts(meeting)
    text = documents.fingerprint(documents.minutes_of(meeting, written))
    return {"version": meeting.next_version, "sha256": text, "sections": written}


def told(topic: Topic, meeting: Meeting, actor: Actor, case: str | None) -> Shown:
    """A topic; what was said for it and why it was chosen or not only where the page says so too."""
    own = rules.of_the_house(meeting, actor) or topic.proposed_for_id == actor.organisation_id
    hidden = {} if own else {"reason": ""}
    if not own and topic.state != TopicState.CHOSEN:
        hidden["text"] = ""
    return Shown(topic, case=case, **hidden)


def participants_of(meeting: Meeting, actor: Actor) -> list[Shown]:
    """Those invited; why, and what they wrote with their answer, only for the desk and the latter for themselves."""
    here = rules.of_the_house(meeting, actor)
    rows = meeting.participants.select_related("organisation").order_by("pk")[:MOST_INVITED]
    return [
        Shown(
            row,
            reason=row.reason if here else "",
            answer_note=row.answer_note if here or row.organisation_id == actor.organisation_id else "",
        )
        for row in rows
    ]


def open_cases(ids: Iterable[int | None], actor: Actor) -> tuple[dict[int, str], dict[int, str]]:
    """The public ids of those of these demands that the actor may open whole, and of those of which they see task and
    text alone; one statement, and none for no demand."""
    if not (wanted := {pk for pk in ids if pk}):
        return {}, {}
    part = Case.objects.shared_with(actor).order_by().filter(pk=OuterRef("pk"))
    seen = Case.objects.openable_by(actor).filter(pk__in=wanted).annotate(part=Exists(part))
    whole = Case.objects.visible_to(actor).order_by().filter(pk=OuterRef("pk"))
    found = list(seen.annotate(whole=Exists(whole)).values_list("pk", "public_id", "whole", "part"))
    return (
        {pk: str(key) for pk, key, all_of_it, _task in found if all_of_it},
        {pk: str(key) for pk, key, _all, task in found if task},
    )
