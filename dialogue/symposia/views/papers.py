"""The panel 文书 of a meeting: the documents about it that this person reads."""

from typing import Any

from dialogue.symposia import documents
from dialogue.symposia.models import Meeting
from workflow.actor import Actor


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """One statement; nothing for whoever sees the call for topics alone."""
    return {"papers": documents.of_meeting(meeting, actor) if whole else []}
