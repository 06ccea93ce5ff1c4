"""Who sees a meeting, and how much of it."""

from dialogue.symposia.models import Meeting
from workflow.actor import Actor


def sees_whole(meeting: Meeting, actor: Actor) -> bool:
    """Whether this reader, who may open the meeting, sees more of it than the call for topics and their own topics.

    One statement.
    """
    return Meeting.objects.seen_whole_by(actor).filter(pk=meeting.pk).exists()
