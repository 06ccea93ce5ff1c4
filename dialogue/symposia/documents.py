"""The documents of a meeting: what they say, in which series, and who reads which.

They are Chinese, whoever asks for them, as the ledger is.
"""

from django.utils import translation

from dialogue.symposia import queries
from dialogue.symposia.enums import Presence, Retelling
from dialogue.symposia.models import Meeting
from documents.content import meetings
from documents.content.meetings import AttendanceRow, AttendanceSheet
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from documents.numbers import Series
from workflow.door import LEDGER_LANGUAGE

# --- 签到表 ---

# It alone says why somebody was excused: read where the meeting is organised, and by its host.
ATTENDANCE_FOR = Retelling.ORGANISER
NOBODY_NAMED = "（未报人员）"


def attendance_series(meeting: Meeting) -> Series:
    """“市领导办公室签到〔2026〕3号”: offices of one district have their own numbers. `meeting` with its names."""
    return Series("meeting_attendance", prefix=f"{meeting.office.name}签到")


def attendance_in_force(meeting: Meeting) -> Document | None:
    """The sheet that stands; one statement."""
    found = Document.objects.filter(
        subject_kind=Meeting.ledger_kind, subject_id=meeting.pk, kind=DocumentKind.ATTENDANCE
    )
    return found.filter(status=DocumentStatus.VALID).order_by("-id").first()


def attendance_of(meeting: Meeting) -> AttendanceSheet:
    """签到表 as the roll is now, of a meeting that has been held. `meeting` with its names; two statements."""
    with translation.override(LEDGER_LANGUAGE):
        return AttendanceSheet(
            issuer=meeting.office.name,
            title="会议签到表",
            meeting=meeting.title,
            held_at=meeting.starts_at,
            place=meeting.place,
            host=meeting.host.name,
            rows=tuple(_attendance_row(seat) for seat in queries.roll(meeting)),
        )


def _attendance_row(seat: queries.Seat) -> AttendanceRow:
    by_code = seat.row is not None and seat.row.signed_by == "CODE"
    return AttendanceRow(
        name=seat.name or NOBODY_NAMED,
        post=seat.post,
        organisation=seat.participant.organisation.name,
        presence=PRINTED[seat.presence],
        signed_at=seat.signed_at if by_code else None,
        reason=seat.reason,
    )


PRINTED = {
    Presence.EXPECTED: meetings.Presence.OPEN,
    Presence.PRESENT: meetings.Presence.PRESENT,
    Presence.EXCUSED: meetings.Presence.EXCUSED,
    Presence.ABSENT: meetings.Presence.ABSENT,
}
