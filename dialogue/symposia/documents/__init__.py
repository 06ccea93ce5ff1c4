"""What the documents of a meeting say, one subject a file."""

from dialogue.symposia.documents.minutes import Draft, DraftItem, drafts, faults, minutes_of, title_of

__all__ = [
    "Draft",
    "DraftItem",
    "drafts",
    "faults",
    "minutes_of",
    "title_of",
]
