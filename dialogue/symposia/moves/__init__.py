"""Every write of meetings: one named function a move, one subject a file."""

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
from dialogue.symposia.moves.writing import (
    Saved,
    restore_sections,
    save_section,
    start_minutes,
)

__all__ = [
    "Saved",
    "answer_comment",
    "answer_invitation",
    "ask_comments",
    "cancel_meeting",
    "change_plan",
    "choose_topic",
    "comment_minutes",
    "decline_topic",
    "invite",
    "open_meeting",
    "propose_topic",
    "recalculate_clock",
    "restore_sections",
    "save_section",
    "send_notice",
    "start_minutes",
    "uninvite",
]
