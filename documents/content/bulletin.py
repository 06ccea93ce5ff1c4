"""通报: how departments stand, with the figures that are published."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from documents.content.base import Content
from documents.content.parts import Contact, Count, Section
from documents.enums import DocumentKind

WIDEST = 8


class Measure(StrEnum):
    """What a column counts: COUNT a number of cases, RATE hundredths of a percent, SCORE hundredths of a point,
    CHANGE places won or lost since the last table.
    """

    COUNT = "COUNT"
    RATE = "RATE"
    SCORE = "SCORE"
    CHANGE = "CHANGE"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of figures."""

    heading: str
    measure: Measure


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure in the unit of its column; None is printed as “—”: there was nothing to count.

    `adjusted` is the rate after exclusions, never given without the raw one; `part` of `whole` is what a rate was
    computed from.
    """

    value: int | None
    adjusted: int | None = None
    part: Count | None = None
    whole: Count | None = None


@dataclass(frozen=True, kw_only=True)
class LeagueRow:
    """One department or banner, a figure for each column. Ties share a rank; None is 样本不足, not ranked."""

    rank: int | None
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class LeagueTable:
    """A table of departments of one class.

    Raises ValueError when a row has not one figure for each column, when what is no rate is adjusted, and when the
    columns do not fit on the page.
    """

    title: str
    period: str
    columns: tuple[Column, ...]
    rows: tuple[LeagueRow, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if sum(1 + (column.measure is Measure.RATE) for column in self.columns) > WIDEST:
            raise ValueError(f"a table has at most {WIDEST} columns of figures, a rate counting as two")
        for row in self.rows:
            if len(row.figures) != len(self.columns):
                raise ValueError(f"{row.name}: {len(row.figures)} figures for {len(self.columns)} columns")
            for column, figure in zip(self.columns, row.figures, strict=True):
                rate = column.measure is Measure.RATE
                if figure.adjusted is not None and not (rate and figure.value is not None):
                    raise ValueError(f"{row.name}: {column.heading} has nothing to adjust")

    @property
    def lines(self) -> Iterator[tuple[LeagueRow, list[tuple[Column, Figure]]]]:
        """Each row with its figures under their columns."""
        for row in self.rows:
            yield row, list(zip(self.columns, row.figures, strict=True))


@dataclass(frozen=True, kw_only=True)
class Bulletin(Content):
    """Sections come before the tables; what is demanded of those below stands in `demands`."""

    kind = DocumentKind.BULLETIN

    mark: str  # 发文机关标志, with “文件” where it is one
    to: tuple[str, ...]
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: tuple[LeagueTable, ...]
    demands: tuple[Section, ...] = ()
    contact: Contact
    attachments: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()
