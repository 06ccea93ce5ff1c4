"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.approval import (
    approve_issue,
    change_signer,
    recall_minutes,
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
from dialogue.symposia.moves.guests import (
    invite_guests,
    uninvite_guest,
)
from dialogue.symposia.moves.inviting import (
    answer_invitation,
    invite,
    record_answer,
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
    withdraw_topic,
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
    "change_signer",
    "choose_topic",
    "close_meeting",
    "comment_minutes",
    "decline_topic",
    "drop_correction",
    "hold_meeting",
    "invite",
    "invite_guests",
    "issue_attendance",
    "issue_minutes",
    "open_meeting",
    "propose_topic",
    "recalculate_clock",
    "recall_minutes",
    "record_answer",
    "record_attendance",
    "reopen_meeting",
    "report_progress",
    "return_minutes",
    "send_notice",
    "sign_in",
    "start_minutes",
    "submit_minutes",
    "uninvite",
    "uninvite_guest",
    "withdraw_topic",
]
