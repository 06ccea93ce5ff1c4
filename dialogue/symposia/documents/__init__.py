"""What the documents of a meeting say, one subject a file."""

from dialogue.symposia.documents.issued import (
    fingerprint,
    in_force,
    minutes_series,
    versions,
    words_of,
)
from dialogue.symposia.documents.minutes import Draft, DraftItem, drafts, faults, minutes_of
from dialogue.symposia.documents.planned import Plan, Planned, as_written, plan_of
from documents.content.minutes import Minutes

__all__ = [
    "Draft",
    "DraftItem",
    "Minutes",
    "Plan",
    "Planned",
    "as_written",
    "drafts",
    "faults",
    "fingerprint",
    "in_force",
    "minutes_of",
    "minutes_series",
    "plan_of",
    "versions",
    "words_of",
]
