"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.inviting import answer_invitation, invite, uninvite
from dialogue.symposia.moves.keeping import recalculate_clock
from dialogue.symposia.moves.planning import cancel_meeting, change_plan, open_meeting, send_notice
from dialogue.symposia.moves.topics import choose_topic, decline_topic, propose_topic

__all__ = [
    "answer_invitation",
    "cancel_meeting",
    "change_plan",
    "choose_topic",
    "decline_topic",
    "invite",
    "open_meeting",
    "propose_topic",
    "recalculate_clock",
    "send_notice",
    "uninvite",
]
