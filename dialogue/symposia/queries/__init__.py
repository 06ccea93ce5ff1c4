"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.overview import Wishes, found, in_month, in_year, offices_with_meetings
from dialogue.symposia.queries.people import sees_whole
from dialogue.symposia.queries.rows import with_names

__all__ = [
    "Wishes",
    "found",
    "in_month",
    "in_year",
    "offices_with_meetings",
    "sees_whole",
    "with_names",
]
