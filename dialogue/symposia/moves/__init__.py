"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.attendance import (
    hold_meeting,
    issue_attendance,
    record_attendance,
    sign_in,
)

__all__ = [
    "hold_meeting",
    "issue_attendance",
    "record_attendance",
    "sign_in",
]
