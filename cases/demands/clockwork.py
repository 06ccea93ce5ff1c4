"""What happens to demands by itself: the moves that the tick makes, and for which demands."""

from collections.abc import Iterator
from datetime import datetime

from cases.demands import moves, queries
from cases.demands.rules import ARCHIVED_AFTER
from workflow.registry import SystemMove


def to_archive(now: datetime) -> Iterator[int]:
    """The keys of the demands that have been over long enough for the archive (move 40)."""
    return queries.over_before(now - ARCHIVED_AFTER)


SYSTEM_MOVES = {
    "end_incomplete": SystemMove(moves.end_incomplete),
    "acknowledge_overdue": SystemMove(moves.acknowledge_overdue),
    "answer_overdue": SystemMove(moves.answer_overdue),
    "close_unanswered": SystemMove(moves.close_unanswered),
    "relieve_handler": SystemMove(moves.relieve_handler, due=queries.without_handler),
    "archive": SystemMove(moves.archive_case, due=to_archive),
}
