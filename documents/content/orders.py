"""督办单 and 交办单: what a department is told to do until when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from documents.content.base import Content
from documents.content.parts import Contact, Firm, Moment, Person
from documents.enums import DocumentKind


class Level(StrEnum):
    """The ladder of supervision: 蓝单 to the liaison, 橙单 to the deputy head, 红单 to the party secretary."""

    BLUE = "BLUE"
    ORANGE = "ORANGE"
    RED = "RED"


@dataclass(frozen=True, kw_only=True)
class SupervisionOrder(Content):
    """What is overdue, who answers for it, what is demanded and by when a written reply is due.

    `firm` is None when the department may not know which firm it is.
    """

    kind = DocumentKind.SUPERVISION

    level: Level
    case_number: str
    matter: str
    firm: Firm | None = None
    department: str
    addressee: Person
    cause: str  # 督办事由: the rule that fired
    due_at: Moment | None = None  # the date of the matter that was missed
    situation: tuple[str, ...]
    demands: tuple[str, ...]
    reply_by: Moment
    supervisor: str
    approved_by: str = ""  # 签发人; "" for an order by the system
    contact: Contact
    copies_to: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a matter comes from: an instruction, minutes, a visit. `words` are the instruction, word for word."""

    source: str
    number: str = ""
    by: str = ""
    on: date | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DispatchSheet(Content):
    """A matter handed down to one lead with a date by which it reports back."""

    kind = DocumentKind.DISPATCH

    origin: Origin
    case_number: str = ""
    matter: str
    firm: Firm | None = None
    facts: tuple[str, ...]
    lead: str
    with_others: tuple[str, ...] = ()
    demands: tuple[str, ...]
    due_on: date
    report_to: str
    approved_by: str = ""
    contact: Contact
