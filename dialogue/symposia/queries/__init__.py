"""Reads that span tables, one subject a file."""

from dialogue.symposia.queries.comments import asked, comments_for, keeps_minutes, present, reads_draft, unanswered
from dialogue.symposia.queries.people import sees_whole
from dialogue.symposia.queries.rows import with_names

__all__ = [
    "asked",
    "comments_for",
    "keeps_minutes",
    "present",
    "reads_draft",
    "sees_whole",
    "unanswered",
    "with_names",
]
