"""How action items stand, read from their cases; what is unfinished; how much of a meeting is done."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.demands.enums import Confirmation, Ending
from dialogue.symposia.enums import MeetingState, Standing
from dialogue.symposia.models import ActionItem, ItemProgress, Meeting
from documents.registry import Progress
from parties.names import naming
from workflow.actor import Actor

# Done is what the firm, or the office where no firm asked, says is solved. In part, or no opinion at all, is not.
DONE = (Confirmation.SOLVED,)
LIVE = Q(removed_in=None)
CLOSED = Q(case__closed_at__isnull=False)
ENDED = Q(case__ended_at__isnull=False)
# Neither closed nor ended: exactly then it is somebody's turn (a constraint of demands), which an index knows.
RUNNING = Q(case__turn_org__isnull=False)
# How an item stands as a condition on its row; of each item exactly one holds (`standing_of` says the same).
STANDING: dict[str, Q] = {
    Standing.OPEN: LIVE & RUNNING,
    Standing.DONE: LIVE & CLOSED & Q(case__confirmation__in=DONE),
    Standing.UNSOLVED: LIVE & CLOSED & ~Q(case__confirmation__in=DONE),
    Standing.ENDED: LIVE & ~CLOSED & ENDED,
    Standing.CORRECTED: ~LIVE,
}
# Goes on in the next agenda, open or over: not when the firm itself no longer wants it.
UNFINISHED = (
    STANDING[Standing.OPEN]
    | STANDING[Standing.UNSOLVED]
    | (STANDING[Standing.ENDED] & ~Q(case__ending=Ending.WITHDRAWN))
)
BATCH = 200


def helped_by(organisation_id: int | None) -> Q:
    """The items that name this department as one that helps (配合部门)."""
    named = ActionItem.others.through.objects.filter(department_id=organisation_id)
    return Q(pk__in=named.values("actionitem"))


def standing_of(item: ActionItem) -> Standing:
    """How an item stands whose case is loaded; no statement runs."""
    if item.removed_in is not None:
        return Standing.CORRECTED
    if item.case.closed_at is not None:
        return Standing.DONE if item.case.confirmation in DONE else Standing.UNSOLVED
    return Standing.OPEN if item.case.ended_at is None else Standing.ENDED


def item_rows(items: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    """The same items with meeting, topic, lead, firm and case, in one statement."""
    return naming(items.select_related("meeting", "topic", "case"), "lead", "enterprise", "meeting__office")


def of_meeting(meeting: Meeting) -> list[ActionItem]:
    """Every item the minutes of a meeting ever gave, as the version in force has them, the removed ones last.

    Two statements.
    """
    rows = item_rows(ActionItem.objects.filter(meeting=meeting)).prefetch_related("others")
    return sorted(
        rows, key=lambda item: (item.removed_in is not None, item.topic.position or 0, item.position, item.number)
    )


def progress_of(item: ActionItem, most: int = 60) -> list[ItemProgress]:
    """What was reported on an item, the newest first; one statement."""
    return list(item.progress.select_related("by").order_by("-id")[:most])


def progress(ids: Collection[int]) -> dict[int, Progress]:
    """How many items of each of these meetings are done, of those that the version in force has; one statement.

    Meetings without any are left out.
    """
    rows = ActionItem.objects.filter(LIVE, meeting_id__in=ids).order_by().values("meeting_id")
    counted = rows.annotate(done=Count("pk", filter=STANDING[Standing.DONE]), total=Count("pk"))
    return {row["meeting_id"]: Progress(row["done"], row["total"]) for row in counted}


def open_items() -> QuerySet[ActionItem]:
    """The items that are not over."""
    return ActionItem.objects.filter(STANDING[Standing.OPEN])


def to_report(actor: Actor) -> QuerySet[ActionItem]:
    """The open items on which the actor's department reports, the one due first in front."""
    rows = item_rows(open_items().filter(lead_id=actor.organisation_id, next_due_at__isnull=False))
    return rows.order_by("next_due_at", "id")


def to_close(now: datetime) -> Iterator[int]:
    """The keys of the issued meetings of which no item is open any more, also of those that never had one."""
    open_here = open_items().filter(meeting=OuterRef("pk"))
    return _keys(Meeting.objects.filter(~Exists(open_here), state=MeetingState.ISSUED))


def to_reopen(now: datetime) -> Iterator[int]:
    """The keys of the closed meetings of which an item is open again: its firm asked for a redo since."""
    return _keys(Meeting.objects.filter(pk__in=open_items().values("meeting"), state=MeetingState.CLOSED))


def _keys(meetings: QuerySet[Meeting]) -> Iterator[int]:
    rows, last = meetings.order_by("pk"), 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield from keys
        last = keys[-1]
