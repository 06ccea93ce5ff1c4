"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.items import (
    STANDING,
    item_rows,
    of_meeting,
    open_items,
    progress,
    progress_of,
    standing_of,
    to_close,
    to_report,
    unfinished,
)
from dialogue.symposia.queries.people import sees_whole
from dialogue.symposia.queries.rows import with_names

__all__ = [
    "STANDING",
    "item_rows",
    "of_meeting",
    "open_items",
    "progress",
    "progress_of",
    "sees_whole",
    "standing_of",
    "to_close",
    "to_report",
    "unfinished",
    "with_names",
]
