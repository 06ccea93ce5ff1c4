"""Tables of meetings, one subject a file."""

from dialogue.symposia.models.items import ActionItem, ItemProgress
from dialogue.symposia.models.meeting import ORGANISER, Meeting
from dialogue.symposia.models.minutes import Comment, Revision, Section
from dialogue.symposia.models.people import Attendee, Participant
from dialogue.symposia.models.topics import Topic

__all__ = [
    "ORGANISER",
    "ActionItem",
    "Attendee",
    "Comment",
    "ItemProgress",
    "Meeting",
    "Participant",
    "Revision",
    "Section",
    "Topic",
]
