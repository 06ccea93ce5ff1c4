"""What the minutes of earlier meetings left unfinished."""

from django.db.models import Exists, OuterRef, QuerySet

from dialogue.symposia.models import ActionItem, Topic

MOST_CARRIED = 30


def unfinished(office_id: int, kind: str) -> QuerySet[ActionItem]:
    """The items in force of this office's meetings of the kind whose demand is still somebody's turn, the oldest first.

    Not those that already stand on the agenda of a meeting that has not been held. One statement; at most MOST_CARRIED.
    """
    ahead = Topic.objects.filter(carried_from=OuterRef("pk"), meeting__state__in=("COLLECTING", "NOTIFIED"))
    items = ActionItem.objects.filter(
        meeting__office_id=office_id, meeting__kind=kind, removed_in=None, case__turn_org__isnull=False
    )
    return items.exclude(Exists(ahead)).select_related("meeting", "topic").order_by("due_on", "pk")[:MOST_CARRIED]
