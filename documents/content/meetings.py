"""签到表 and 会议通知: who was there, and who is asked to come."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from documents.content.base import Content
from documents.content.parts import Contact, Moment
from documents.enums import DocumentKind


class Presence(StrEnum):
    """OPEN leaves the place for a signature by hand; the other three add up to those expected."""

    OPEN = "OPEN"
    PRESENT = "PRESENT"
    EXCUSED = "EXCUSED"
    ABSENT = "ABSENT"


@dataclass(frozen=True, kw_only=True)
class AttendanceRow:
    """One person expected. `signed_at` is the moment a code was scanned, None for a signature by hand.

    `reason` of an absence stands here and in no other document.
    """

    name: str
    post: str
    organisation: str
    presence: Presence = Presence.OPEN
    signed_at: Moment | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AttendanceSheet(Content):
    """Who was expected at a meeting and who signed: 应到 = 实到 + 请假 + 缺席."""

    kind = DocumentKind.ATTENDANCE

    meeting: str
    held_at: Moment
    place: str
    host: str
    rows: tuple[AttendanceRow, ...]

    @property
    def counts(self) -> dict[str, int] | None:
        """Those present, excused and absent; None as long as somebody has still to sign."""
        found = Counter(row.presence for row in self.rows)
        if found[Presence.OPEN] or not self.rows:
            return None
        return {
            "expected": len(self.rows),
            "present": found[Presence.PRESENT],
            "excused": found[Presence.EXCUSED],
            "absent": found[Presence.ABSENT],
        }


@dataclass(frozen=True, kw_only=True)
class MeetingNotice(Content):
    """An invitation: when, where, who, about what, and until when to say who comes."""

    kind = DocumentKind.NOTICE

    mark: str  # 发文机关标志: the name of the office, without “文件”
    to: tuple[str, ...]  # 主送机关
    opening: tuple[str, ...]
    held_at: Moment
    place: str
    host: str
    participants: tuple[str, ...]
    topics: tuple[str, ...]
    requirements: tuple[str, ...]
    answer_by: date | None = None  # who comes is to be told by this day, on the page of the meeting
    contact: Contact
    attachments: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()  # 抄送
