"""What happened to a meeting, as one reader may know it."""

from dialogue.symposia import rules
from dialogue.symposia.models import Meeting
from workflow.actor import Actor
from workflow.specs import kept_from
from workflow.timeline import Line, timeline

# Why the minutes went back, or are being corrected, is said between host and desk; that they are, everybody invited may
# read, and of a correction the reason too once it is issued.
BETWEEN_HOST_AND_DESK = frozenset({"return_minutes", "recall_minutes", "begin_correction", "drop_correction"})


def history(meeting: Meeting, actor: Actor) -> list[Line]:
    """The events of a meeting, newest first, without what is not for this reader. One statement.

    How agenda and list came about is kept from whoever is invited, also where they hold the role of a host.
    """
    lines = timeline(meeting, actor)
    if not rules.of_the_house(meeting, actor):
        lines = [line for line in lines if not kept_from(Meeting, line.action)]
    if rules.sees_roll(meeting, actor):
        return lines
    return [_without_note(line) if line.action in BETWEEN_HOST_AND_DESK else line for line in lines]


def _without_note(line: Line) -> Line:
    return line._replace(note="", body={**line.body, "note": ""})
