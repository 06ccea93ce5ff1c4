"""What must hold of topics."""

from typing import TYPE_CHECKING

from dialogue.symposia.rules.planning import check_reason
from workflow.actor import Actor

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting

LONGEST_TOPIC = 100
LONGEST_WHY = 300
MOST_WAITING = 5  # topics that one firm or department may have waiting for one meeting
MOST_TOPICS = 60  # of one meeting


def check_choose_topic(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    check_reason(reason, LONGEST_WHY)


def check_decline_topic(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    check_reason(reason, LONGEST_WHY)
