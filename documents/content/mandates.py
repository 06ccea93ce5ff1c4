"""委托书, 续办委托书, 终止单: an agent acts for a firm, free of charge, in named matters and for a term."""

from dataclasses import dataclass
from datetime import date

from documents.content.base import Content
from documents.content.parts import Firm, Person
from documents.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One matter and what the agent may do in it. `department` is where it is done, "" when that is open."""

    matter: str
    department: str = ""
    powers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mandate(Content):
    """Firm and agent both sign. What an agent never does (confirm, rate, report directly, vote) is named in it."""

    kind = DocumentKind.MANDATE

    firm: Firm
    represented_by: Person
    agent: Person
    scopes: tuple[Scope, ...]
    excluded: tuple[str, ...]
    starts_on: date
    ends_on: date
    terms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MandateRenewal(Mandate):
    """A new mandate that goes on where an earlier one ended."""

    kind = DocumentKind.MANDATE_RENEWAL

    previous_number: str
    previous_ends_on: date
    reason: str
    progress: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HandedBack:
    """How one matter stands at the end, and who goes on with it, "" for nobody."""

    matter: str
    standing: str
    goes_on_with: str = ""


@dataclass(frozen=True, kw_only=True)
class MandateEnd(Content):
    """From `ended_on` on the agent may not act any more; matters and papers are handed back."""

    kind = DocumentKind.MANDATE_END

    mandate_number: str
    firm: Firm
    represented_by: Person
    agent: Person
    starts_on: date
    ends_on: date
    ended_on: date
    ended_by: str  # 企业, 帮办代办员, 期满, …
    reason: str
    matters: tuple[HandedBack, ...]
    returned: tuple[str, ...] = ()  # papers given back to the firm
