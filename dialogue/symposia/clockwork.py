"""What happens to meetings by itself: the moves that the tick makes, and for which meetings."""

from dialogue.symposia import moves, queries
from workflow.registry import SystemMove

SYSTEM_MOVES = {
    "close_meeting": SystemMove(moves.close_meeting, due=queries.to_close),
    "reopen_meeting": SystemMove(moves.reopen_meeting, due=queries.to_reopen),
}
