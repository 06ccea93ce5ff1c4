"""What the minutes of earlier meetings left unfinished."""

from django.db.models import Exists, OuterRef, QuerySet

from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import ActionItem, Topic
from dialogue.symposia.queries.items import UNFINISHED

MOST_CARRIED = 30


def unfinished(office_id: int, kind: str) -> QuerySet[ActionItem]:
    """The items of this office's meetings of the kind that are not solved, open or over, the oldest first.

    Not those that the firm itself withdrew or a correction removed, nor those that a meeting has taken up since, unless
    it was cancelled. One statement; at most MOST_CARRIED.
    """
    taken_up = Topic.objects.filter(carried_from=OuterRef("pk")).exclude(meeting__state=MeetingState.CANCELLED)
    items = ActionItem.objects.filter(UNFINISHED, ~Exists(taken_up), meeting__office_id=office_id, meeting__kind=kind)
    return items.select_related("meeting", "topic").order_by("due_on", "pk")[:MOST_CARRIED]
