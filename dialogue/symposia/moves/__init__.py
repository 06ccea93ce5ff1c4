"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.approval import approve_issue, return_minutes, submit_minutes
from dialogue.symposia.moves.inviting import answer_invitation, invite, uninvite
from dialogue.symposia.moves.issuing import begin_correction, drop_correction, issue_minutes
from dialogue.symposia.moves.items import close_meeting, report_progress
from dialogue.symposia.moves.planning import cancel_meeting, change_plan, open_meeting, send_notice
from dialogue.symposia.moves.topics import choose_topic, decline_topic, propose_topic

__all__ = [
    "answer_invitation",
    "approve_issue",
    "begin_correction",
    "cancel_meeting",
    "change_plan",
    "choose_topic",
    "close_meeting",
    "decline_topic",
    "drop_correction",
    "invite",
    "issue_minutes",
    "open_meeting",
    "propose_topic",
    "report_progress",
    "return_minutes",
    "send_notice",
    "submit_minutes",
    "uninvite",
]
