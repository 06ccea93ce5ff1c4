"""纪要 once they are issued: their numbers, which text was signed, and the version in force."""

import json

from dialogue.symposia.enums import MeetingKind, Retelling
from dialogue.symposia.models import Meeting
from documents.content.minutes import Minutes
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.numbers import Form, Series
from foundation.canonical import canonical, sha256

# A joint conference binds departments of the same rank: its minutes bear a 发文字号. The others are counted as issues.
LETTERS = frozenset({MeetingKind.JOINT})
LONGEST_OFFICE = 24  # characters of an office's name in a number; the column holds thirty


def minutes_series(meeting: Meeting) -> Series:
    """The numbers of these minutes in the register of the organising office, which is loaded."""
    office = (meeting.office.short_name or meeting.office.name)[:LONGEST_OFFICE]
    if meeting.kind in LETTERS:
        return Series("joint_minutes", prefix=f"{office}联席纪要", form=Form.LETTER)
    return Series("minutes", prefix=f"{office}纪要", form=Form.ISSUE)


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


def topic_anchor(topic: int) -> str:
    """Where the topic with this place in the minutes stands on the page of their text; places count from 1."""
    return f"t{topic}"


def item_anchor(topic: int, position: int) -> str:
    """Where an item stands there: as the how many-th of its topic."""
    return f"t{topic}-item{position}"
