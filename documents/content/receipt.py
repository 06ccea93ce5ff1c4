"""受理回执: what a firm has in hand once its demand is accepted."""

from dataclasses import dataclass

from documents.content.base import Content
from documents.content.parts import Moment
from documents.enums import DocumentKind


@dataclass(frozen=True, kw_only=True)
class Term:
    """What is promised by when. `due` is the moment as people read it (“2026年12月4日 24:00”).

    Neither is there for a term that has not begun: then `limit` alone says how long it will be.
    """

    what: str
    limit: str
    due_at: Moment | None = None
    due: str = ""
    provisional: bool = False  # 暂定: counted through a year whose holidays are not announced yet


@dataclass(frozen=True, kw_only=True)
class Receipt(Content):
    kind = DocumentKind.RECEIPT

    case_number: str
    firm: str
    matter: str
    category: str
    klass: str
    received_at: Moment
    accepted_at: Moment
    accepted_by: str  # the post, never a person
    terms: tuple[Term, ...]
    rights: tuple[str, ...]  # sentences
    ways: tuple[str, ...]  # how to follow the demand, sentences
