"""What the documents of a meeting say, one subject a file."""

from dialogue.symposia.documents.issued import fingerprint, in_force, minutes_series, versions, words_of
from dialogue.symposia.documents.minutes import Draft, DraftItem, drafts, faults, minutes_of, title_of
from dialogue.symposia.documents.papers import (
    ATTENDANCE_FOR,
    MOST_SHOWN,
    Papers,
    attendance_in_force,
    attendance_of,
    notice_of,
    of_meeting,
    series,
    stated,
)
from dialogue.symposia.documents.planned import Plan, Planned, as_written, plan_of
from documents.content.minutes import Minutes

__all__ = [
    "ATTENDANCE_FOR",
    "MOST_SHOWN",
    "Draft",
    "DraftItem",
    "Minutes",
    "Papers",
    "Plan",
    "Planned",
    "as_written",
    "attendance_in_force",
    "attendance_of",
    "drafts",
    "faults",
    "fingerprint",
    "in_force",
    "minutes_of",
    "minutes_series",
    "notice_of",
    "of_meeting",
    "plan_of",
    "series",
    "stated",
    "title_of",
    "versions",
    "words_of",
]
