"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.attendance import (
    Seat,
    Tally,
    own_row,
    roll,
    tally,
)
from dialogue.symposia.queries.people import sees_whole
from dialogue.symposia.queries.rows import with_names

__all__ = [
    "Seat",
    "Tally",
    "own_row",
    "roll",
    "sees_whole",
    "tally",
    "with_names",
]
