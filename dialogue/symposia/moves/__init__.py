"""Every write of meetings: one named function a move, one subject a file."""

from dialogue.symposia.moves.comments import answer_comment, ask_comments, comment_minutes
from dialogue.symposia.moves.writing import Saved, restore_sections, save_section, start_minutes

__all__ = [
    "Saved",
    "answer_comment",
    "ask_comments",
    "comment_minutes",
    "restore_sections",
    "save_section",
    "start_minutes",
]
