"""What is done to a meeting without anybody's turn: clocks counted again."""

from dialogue.symposia.models import Meeting
from workflow.actor import Actor
from workflow.clocks import ClockKind, Rebase
from workflow.door import move


def recalculate_clock(meeting_id: int, *, by: Actor, kind: ClockKind, why: str, seen: int | None = None) -> Meeting:
    """A running clock is due when the calendar now in force says. For the system, after a year was loaded."""
    return move(
        Meeting,
        meeting_id,
        "recalculate",
        by=by,
        seen=None,
        say=lambda: f"{why}，重算{kind.label}期限",
        effects=(Rebase(kind),),
    )
