"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.approval import (
    approve_issue,
    return_minutes,
    submit_minutes,
)
from dialogue.symposia.moves.attendance import (
    hold_meeting,
    issue_attendance,
    record_attendance,
    sign_in,
)
from dialogue.symposia.moves.comments import (
    answer_comment,
    ask_comments,
    comment_minutes,
)
from dialogue.symposia.moves.inviting import (
    answer_invitation,
    invite,
    uninvite,
)
from dialogue.symposia.moves.issuing import (
    begin_correction,
    drop_correction,
    issue_minutes,
)
from dialogue.symposia.moves.items import (
    close_meeting,
    reopen_meeting,
    report_progress,
)
from dialogue.symposia.moves.keeping import (
    recalculate_clock,
)
from dialogue.symposia.moves.planning import (
    cancel_meeting,
    change_plan,
    open_meeting,
    send_notice,
)
from dialogue.symposia.moves.topics import (
    choose_topic,
    decline_topic,
    propose_topic,
)
from dialogue.symposia.moves.writing import start_minutes

__all__ = [
    "answer_comment",
    "answer_invitation",
    "approve_issue",
    "ask_comments",
    "begin_correction",
    "cancel_meeting",
    "change_plan",
    "choose_topic",
    "close_meeting",
    "comment_minutes",
    "decline_topic",
    "drop_correction",
    "hold_meeting",
    "invite",
    "issue_attendance",
    "issue_minutes",
    "open_meeting",
    "propose_topic",
    "recalculate_clock",
    "record_attendance",
    "reopen_meeting",
    "report_progress",
    "return_minutes",
    "send_notice",
    "sign_in",
    "start_minutes",
    "submit_minutes",
    "uninvite",
]
