"""What the documents of a meeting say, one subject a file."""

from dialogue.symposia.documents.issued import (
    fingerprint,
    in_force,
    item_anchor,
    minutes_series,
    topic_anchor,
    versions,
    words_of,
)
from dialogue.symposia.documents.minutes import Draft, DraftItem, drafts, faults, minutes_of
from dialogue.symposia.documents.planned import Plan, Planned, plan_of
from documents.content.minutes import Minutes

__all__ = [
    "Draft",
    "DraftItem",
    "Minutes",
    "Plan",
    "Planned",
    "drafts",
    "faults",
    "fingerprint",
    "in_force",
    "item_anchor",
    "minutes_of",
    "minutes_series",
    "plan_of",
    "topic_anchor",
    "versions",
    "words_of",
]
