"""What a kind of table says of itself. Kinds are offered in `AppConfig.ready()`, those of higher rooms too."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from foundation.errors import DomainError
from parties.by import By
from parties.exchange.columns import Column
from parties.exchange.lines import Line


class Kind(ABC):
    """One kind of entries that are brought in and taken out by table."""

    code: str
    label: Any
    hint: Any = ""
    order: int  # on the page of kinds
    asks: Any = ""  # what whoever confirms must write, as the basis of a change; "" for nothing
    key: str  # the column by which a row is named to people
    page: tuple[str, ...] = ()  # where the entries are listed: the name of the address, and what stands in it

    @abstractmethod
    def may(self, by: By) -> bool:
        """Whether this person brings such tables in and takes them out."""

    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """In the order of the template; one look into the database for closed choices that are rows there."""

    @abstractmethod
    def examine(self, lines: Sequence[Line], by: By, before: dict[Any, Any]) -> None:
        """Each row knows what stands, and what is wrong with it. A fixed number of statements for any number of rows.

        `before` keeps for the whole file which row named which entry first.
        """

    @abstractmethod
    def write(self, lines: Sequence[Line], by: By, *, note: str) -> None:
        """The rows hold, which were examined in this very transaction and are new or changed."""

    @abstractmethod
    def everything(self, by: By) -> Iterator[dict[str, str]]:
        """What stands and this person may change, as canonical texts by key of column, in the order of the key."""

    def name_of(self, line: Line) -> str:
        """How the row is called in a list of rows."""
        return line.get(self.key)


_kinds: dict[str, Kind] = {}


def offer(*kinds: Kind) -> None:
    """These kinds may be used from now on. ValueError for a code that another kind has."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"two kinds are called “{kind.code}”")
        _kinds[kind.code] = kind


def find(code: str, by: By) -> Kind | None:
    """The kind of this code, if this person may use it."""
    kind = _kinds.get(code)
    return kind if kind is not None and kind.may(by) else None


def open_to(by: By) -> list[Kind]:
    """The kinds that this person may use, in their order."""
    return sorted((kind for kind in _kinds.values() if kind.may(by)), key=lambda kind: kind.order)


def said_twice(lines: Sequence[Line], key: str, before: dict[Any, Any], names: Sequence[Any], sentence: str) -> None:
    """A row that names what an earlier row of the file named has a problem; `sentence` takes the number of that row."""
    for line, name in zip(lines, names, strict=True):
        if not name:
            continue
        first = before.setdefault(name, line.number)
        if first != line.number:
            line.problem(key, sentence % {"row": first})


def held(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
    """The rows, locked when they are read to be written; a preview locks nothing."""
    return rows.select_for_update(**options) if connection.in_atomic_block else rows


class RowRefused(Exception):
    """The write function of one row says no, although the check had nothing to say against it."""

    def __init__(self, number: int, refused: DomainError) -> None:
        self.number, self.why = number, refused.sentence
        super().__init__(number)


def row_by_row(lines: Sequence[Line], write: Callable[[Line], Any]) -> None:
    """Each row by its named write function. Raises RowRefused."""
    for line in lines:
        try:
            write(line)
        except DomainError as refused:
            raise RowRefused(line.number, refused) from refused
