"""Tables of the workflow, one subject a file."""

from workflow.models.clocks import Clock
from workflow.models.events import Event, EventBody
from workflow.models.proposals import Proposal
from workflow.models.seals import Seal, Tombstone
from workflow.models.subject import LedgerSubject

__all__ = ["Clock", "Event", "EventBody", "LedgerSubject", "Proposal", "Seal", "Tombstone"]
