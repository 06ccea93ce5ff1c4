"""办结单: how a case was closed."""

from dataclasses import dataclass

from documents.content.base import Content
from documents.content.parts import Basis, Count, Firm, Moment, Person
from documents.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the case and when it was taken; `note` says how it stood with its clock."""

    name: str
    at: Moment
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ClosingSheet(Content):
    """Result, signature and the firm's answer are facts of their own: closed is not solved, and silence is no vote.

    What the firm rated stands in no document. `firm` is None when the reader may not know which firm it is.
    """

    kind = DocumentKind.CLOSING

    case_number: str
    matter: str
    firm: Firm | None = None
    category: str
    urgency: str
    round: Count = 1
    lead: str
    with_others: tuple[str, ...] = ()
    handler: str
    steps: tuple[Step, ...]
    due_at: Moment
    in_time: bool
    outcome: str
    done: tuple[str, ...]
    basis: tuple[Basis, ...] = ()
    evidence: tuple[str, ...] = ()
    signed_off_by: Person
    signed_off_at: Moment
    confirmation: str  # 已解决, 部分解决, 未解决, 未回应
    confirmed_at: Moment | None = None
