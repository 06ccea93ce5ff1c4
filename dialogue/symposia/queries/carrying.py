"""What the minutes of earlier meetings left unfinished."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from dialogue.symposia.enums import MeetingState, Standing, TopicState
from dialogue.symposia.models import ActionItem, Topic
from dialogue.symposia.queries.items import STANDING, UNFINISHED

MOST_CARRIED = 30


def unfinished(office_id: int, kind: str) -> QuerySet[ActionItem]:
    """The items of this office's meetings of the kind that are not solved, open or over, the oldest first.

    Not those that the firm itself withdrew or a correction removed, nor those that a meeting has taken up since, unless
    it was cancelled. What is still open comes again, behind what no agenda has had, as long as no item of a later
    meeting goes on with it; but never beside a meeting that has it on its agenda and no minutes yet. One statement; at
    most MOST_CARRIED.
    """
    taken_up = Topic.objects.filter(carried_from=OuterRef("pk")).exclude(meeting__state=MeetingState.CANCELLED)
    coming = Q(meeting__version=0) & ~Q(state=TopicState.DECLINED)
    goes_on = taken_up.filter(coming | Q(Exists(ActionItem.objects.filter(topic=OuterRef("pk"), removed_in=None))))
    left = ~Exists(taken_up) | (STANDING[Standing.OPEN] & ~Exists(goes_on))
    items = ActionItem.objects.filter(UNFINISHED, left, meeting__office_id=office_id, meeting__kind=kind)
    rows = items.select_related("meeting", "topic").annotate(again=Exists(taken_up))
    return rows.order_by("again", "due_on", "pk")[:MOST_CARRIED]
