"""Values that several kinds of documents are made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]  # printed as the time of day in Ordos
Count = Annotated[int, Meta(ge=0)]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to ask: a person or the room, with a telephone number of the office."""

    name: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading without its numeral (一、), which the layout counts, and its paragraphs, each a single line."""

    heading: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a decision rests on: the title of the law or document, and the clause, "" for the whole of it."""

    title: str
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Firm:
    """An enterprise by the name and the unified social credit code it had on that day; a hidden firm has neither."""

    name: str
    credit_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with post and organisation as they were on that day; "" leaves a part out."""

    name: str
    post: str = ""
    organisation: str = ""
    phone: str = ""
