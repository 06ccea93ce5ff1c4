"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.approval import approve_issue, return_minutes, submit_minutes
from dialogue.symposia.moves.issuing import begin_correction, drop_correction, issue_minutes
from dialogue.symposia.moves.items import close_meeting, report_progress

__all__ = [
    "approve_issue",
    "begin_correction",
    "close_meeting",
    "drop_correction",
    "issue_minutes",
    "report_progress",
    "return_minutes",
    "submit_minutes",
]
