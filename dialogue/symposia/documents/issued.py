"""纪要 once they are issued: their numbers, which text was signed, and the version in force."""

import json

from dialogue.symposia.documents.papers import series
from dialogue.symposia.enums import MeetingKind, Retelling
from dialogue.symposia.models import Meeting
from documents.content.minutes import Minutes
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.numbers import Series
from foundation.canonical import canonical, sha256

# A joint conference binds departments of the same rank: its minutes bear a 发文字号. The others are counted as issues.
LETTERS = frozenset({MeetingKind.JOINT})


def minutes_series(meeting: Meeting) -> Series:
    """The numbers of these minutes in the register of the organising office, which is loaded."""
    return series("JOINT_MINUTES" if meeting.kind in LETTERS else "MINUTES", meeting)


def fingerprint(content: Minutes) -> str:
    """The SHA-256 of what the minutes say, without number, day and version: what the host signs."""
    return sha256(canonical(content.to_plain()))


def versions(meeting: Meeting) -> list[Document]:
    """Every version of the minutes, the newest first; one statement."""
    found = Document.objects.filter(
        subject_kind=Meeting.ledger_kind, subject_id=meeting.pk, kind=DocumentKind.MINUTES, audience=Retelling.ALL
    )
    return list(found.select_related("job").order_by("-version", "-id"))


def in_force(meeting: Meeting) -> Document | None:
    """The version of the minutes that holds; None before they are issued, and when they were withdrawn."""
    return next((one for one in versions(meeting) if one.status == DocumentStatus.VALID), None)


def words_of(document: Document) -> Minutes:
    """What an issued version says."""
    return Minutes.from_plain(json.loads(document.content)["content"])
