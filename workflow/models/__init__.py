"""Tables of the workflow, one subject a file."""

from workflow.models.calendars import CalendarVersion, CalendarYear
from workflow.models.clocks import Clock
from workflow.models.drafts import PolicyDraft
from workflow.models.events import Event, EventBody
from workflow.models.notices import MessageTemplate, Notice
from workflow.models.outbox import DeliveryAttempt, MessageState, OutboxMessage
from workflow.models.proposals import Proposal, Verdict
from workflow.models.roster import DutyShift
from workflow.models.seals import Seal, Tombstone
from workflow.models.subject import LedgerSubject
from workflow.models.tick import TickRun

__all__ = [
    "CalendarVersion",
    "CalendarYear",
    "Clock",
    "DeliveryAttempt",
    "DutyShift",
    "Event",
    "EventBody",
    "LedgerSubject",
    "MessageState",
    "MessageTemplate",
    "Notice",
    "OutboxMessage",
    "PolicyDraft",
    "Proposal",
    "Seal",
    "TickRun",
    "Tombstone",
    "Verdict",
]
