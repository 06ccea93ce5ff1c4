"""The messages that a hidden firm and its department had passed to each other, as a conversation."""

from collections.abc import Iterable

from workflow.timeline import Line

TO_FIRM, TO_DEPARTMENT = "relay_to_firm", "relay_to_department"
MOVES = (TO_FIRM, TO_DEPARTMENT)


def conversation(lines: Iterable[Line]) -> list[Line]:
    """The messages among the lines of a timeline, the oldest first."""
    return [line for line in reversed([*lines]) if line.action in MOVES]
