"""What was said of the draft of the minutes, and who reads the draft."""

from datetime import date

from django.db.models import Q, QuerySet

from dialogue.symposia.enums import Adoption, MeetingState, Part, Presence
from dialogue.symposia.models import Comment, Meeting, Participant
from dialogue.symposia.rules import HOSTS, ORGANISERS, PARTICIPANTS, is_signer
from workflow.actor import Actor

MOST_COMMENTS = 200  # on one page


def present(meeting: Meeting) -> QuerySet[Participant]:
    """The organisations of which somebody was at the meeting."""
    return meeting.participants.filter(people__presence=Presence.PRESENT).distinct()


def asked(meeting: Meeting) -> QuerySet[Participant]:
    """Those of them that are asked what they think of a draft: all but the host, who signs it; with their names."""
    return present(meeting).exclude(part=Part.HOST).select_related("organisation").order_by("pk")


def not_heard(meeting: Meeting, today: date) -> list[str]:
    """The names of those asked who have said nothing of this draft, as long as they have time to; one statement."""
    if meeting.comments_until is None or today > meeting.comments_until:
        return []
    still = asked(meeting).exclude(commented_version=meeting.next_version)
    return [participant.organisation.name for participant in still]


def keeps_minutes(meeting: Meeting, actor: Actor) -> bool:
    """Whether the actor is of those who write the minutes, or signs them: they read every draft. No statement."""
    desk = actor.organisation_id == meeting.office_id and actor.role in ORGANISERS
    host = actor.organisation_id == meeting.host_org_id and actor.role in HOSTS
    return desk or host or is_signer(meeting, actor)


def reads_draft(meeting: Meeting, actor: Actor) -> bool:
    """Whether the actor reads the draft: those above, and, while comments are asked for, those who were present.

    One statement at most.
    """
    if keeps_minutes(meeting, actor):
        return True
    if meeting.state != MeetingState.COMMENTING or actor.role not in PARTICIPANTS:
        return False
    return present(meeting).filter(organisation_id=actor.organisation_id).exists()


def comments_for(meeting: Meeting, actor: Actor) -> list[Comment]:
    """The comments that the actor may read, the last first: all of them, or those of the own organisation."""
    rows = meeting.comments.select_related("participant__organisation", "section__topic", "by")
    if not keeps_minutes(meeting, actor):
        rows = rows.filter(participant__organisation_id=actor.organisation_id)
    return list(rows.order_by("-id")[:MOST_COMMENTS])


def unanswered(meeting: Meeting) -> QuerySet[Comment]:
    """The comments on the draft being written that wait for an answer."""
    return meeting.comments.filter(~Q(text=""), version=meeting.next_version, adoption=Adoption.WAITING)
