"""办理单: all that one reader may know of a demand, as it stood when the paper was made.

Nothing in it depends on the day on which it is read, so that equal content means that nothing has happened since.
"""

from dataclasses import dataclass
from datetime import date

from documents.content.base import Content
from documents.content.parts import Count, Moment
from documents.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class Fact:
    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the firm was asked, point by point, and what came of it."""

    what: str
    asked_at: Moment
    points: tuple[str, ...]
    answer: str = ""
    answered_at: Moment | None = None
    expired: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanStep:
    words: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class Result:
    """One result that was submitted; `evidence` is empty in an edition for the firm."""

    round: Count
    outcome: str
    reply: str
    evidence: str = ""
    submitted_at: Moment
    signed_at: Moment | None = None
    returned_at: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One clock. `due` is the moment as people read it; `kept` is empty while the clock runs."""

    what: str
    limit: str
    started_at: Moment
    due_at: Moment
    due: str
    stopped_at: Moment | None = None
    kept: str = ""
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class File:
    """An attachment, by which its bytes are known again. `marks`: who may see it, and whether it was taken back."""

    name: str
    sha256: str
    size: Count  # bytes
    added_by: str
    added_at: Moment
    description: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event: who did what when, and the words that were said with it."""

    sequence: Count
    at: Moment
    what: str
    who: str
    words: str = ""
    said: str = ""
    internal: bool = False
    proposer: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseFile(Content):
    """`edition` names for whom it is. `head_*` is the last event that this reader knows of: it ties the paper to the
    chain of the demand, in which that event has this place and this hash."""

    kind = DocumentKind.CASE_FILE

    edition: str
    internal: bool  # it must not leave the offices
    case_number: str
    matter: str
    state: str
    round: Count
    facts: tuple[Fact, ...]
    words: str  # of the firm
    told: tuple[Fact, ...]  # its answers to what the form asked
    requests: tuple[Request, ...] = ()
    declined: tuple[Fact, ...] = ()
    plan: tuple[PlanStep, ...] = ()
    results: tuple[Result, ...] = ()
    opinion: str = ""  # 企业确认, "" while there is none
    opinion_words: str = ""
    limits: tuple[Limit, ...] = ()
    files: tuple[File, ...] = ()
    steps: tuple[Step, ...]  # the first event first
    head_sequence: Count
    head_sha256: str
