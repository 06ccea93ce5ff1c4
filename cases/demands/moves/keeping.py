"""What is done to a demand without anybody's turn: the archive, and clocks counted again."""

from cases.demands import queries
from cases.demands.models import Case
from cases.demands.models.case import OF_THE_DEPARTMENT
from workflow.actor import Actor
from workflow.clocks import ClockKind, Rebase
from workflow.door import move

# What a firm was promised, or has to meet itself.
PROMISED = frozenset({ClockKind.RESOLVE, ClockKind.COMPLETION, ClockKind.ANSWER, ClockKind.CONFIRM})


def archive_case(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """A demand that was over for 30 days is in the archive. For the system."""
    return move(Case, case_id, "archive", by=by, seen=queries.head_of(case_id), say="归档")


def recalculate_clock(case_id: int, *, by: Actor, kind: ClockKind, why: str, seen: int | None = None) -> Case:
    """One running clock is due when the calendar now in force says. For the system, after a year was loaded.

    Whoever has to meet it hears the new date, and so does the firm when it was promised that date.
    """
    told = ("handler", "liaison") if kind in OF_THE_DEPARTMENT else ("turn",)
    tells = dict.fromkeys(told, "due_moved")
    if kind in PROMISED:
        tells["firm"] = "due_moved"
    return move(
        Case,
        case_id,
        "recalculate",
        by=by,
        seen=None,
        say=lambda: f"{why}，重算{kind.label}期限",
        effects=(Rebase(kind),),
        tells=tells,
    )
