"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.people import sees_whole
from dialogue.symposia.queries.rows import with_names

__all__ = [
    "sees_whole",
    "with_names",
]
