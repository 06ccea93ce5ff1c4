"""A table as a file for spreadsheet programs: whatever somebody wrote is text in it, never a formula and never a link.

Rows are written as they come and never held in memory. Moments stand in the time of the city, as dates a spreadsheet
can count with. Values of a cell: text, a number, a date, a moment in time, True and False, or None for an empty one.
"""

import csv
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from foundation.sheets.kinds import SheetKind

SHEET_ROWS = 1_000_000  # of one sheet, its heading not counted; Excel ends at 1,048,576
LONGEST_CELL = 32_767  # UTF-16 units; Excel takes a file with a longer one for damaged
EXACT = 2**53  # a spreadsheet keeps numbers as doubles; a longer one is written as text, so that no digit is lost
FIRST_YEAR = 1900  # Excel knows no day before it

# A cell that begins so is a formula to a spreadsheet program that reads CSV, also in full width (OWASP, CSV Injection).
FORMULA = tuple("=+-@＝＋－＠")
BREAKS = ("\t", "\r", "\n")
# What XML 1.0 cannot hold. Tab and line feed stay.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

DATE_FORMAT = 'yyyy"年"m"月"d"日"'
MOMENT_FORMAT = 'yyyy"年"m"月"d"日" hh:mm'
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}


@dataclass(frozen=True)
class Heading:
    """The first cell of a column, and how wide the column is, in characters."""

    label: str
    width: int = 16


def write_table(
    path: Path,
    kind: str,
    *,
    title: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Any]],
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """The file holds the headings and these rows; how many rows that were.

    When it raises, what lies at the path is of no use. Temporary files lie beside the path. More rows than `sheet_rows`
    go on in a further sheet under the same headings; CSV has no sheets.
    """
    if kind == SheetKind.CSV:
        return _write_csv(path, headings, rows)
    book = Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)})
    book.set_properties({"title": title})
    try:
        written = _Book(book, title, headings, sheet_rows).fill(rows)
        book.close()
    except BaseException:
        _drop(book)
        raise
    return written


def _drop(book: Workbook) -> None:
    """Nothing of an unfinished workbook stays open or on the disk."""
    for sheet in book.worksheets():
        sheet._opt_close()
        Path(sheet.row_data_filename).unlink(missing_ok=True)


class _Book:
    """Writes rows into one sheet after the other."""

    def __init__(self, book: Workbook, title: str, headings: Sequence[Heading], sheet_rows: int) -> None:
        self.book, self.title, self.headings, self.sheet_rows = book, title, headings, sheet_rows
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.date = book.add_format({"num_format": DATE_FORMAT, "align": "left"})
        self.moment = book.add_format({"num_format": MOMENT_FORMAT, "align": "left"})

    def fill(self, rows: Iterable[Sequence[Any]]) -> int:
        sheet, at, written = self._sheet(1), 0, 0
        for row in rows:
            if at == self.sheet_rows:
                self._end(sheet, at)
                sheet, at = self._sheet(len(self.book.worksheets()) + 1), 0
            at += 1
            written += 1
            for column, value in enumerate(row):
                self._put(sheet, at, column, value)
            if all(value is None or value == "" for value in row):
                sheet.write_blank(at, 0, None, self.date)  # so that the row is there, and rows can be counted
        self._end(sheet, at)
        return written

    def _sheet(self, number: int) -> Worksheet:
        """A further sheet with its headings, which stay in sight."""
        sheet = self.book.add_worksheet(sheet_name(self.title, number))
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(self.headings):
            sheet.set_column(column, column, heading.width)
            sheet.write_string(0, column, cell_words(heading.label), self.bold)
        return sheet

    def _end(self, sheet: Worksheet, rows: int) -> None:
        sheet.autofilter(0, 0, rows, max(len(self.headings) - 1, 0))

    def _put(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            local = local_moment(value)
            if local.year >= FIRST_YEAR:
                sheet.write_datetime(row, column, local, self.moment)
                return
            value = f"{local:%Y-%m-%d %H:%M}"
        elif isinstance(value, date):
            if value.year >= FIRST_YEAR:
                sheet.write_datetime(row, column, value, self.date)
                return
            value = value.isoformat()
        elif not isinstance(value, bool) and _is_exact(value):
            sheet.write_number(row, column, value)
            return
        sheet.write_string(row, column, cell_words(_words(value)))


def _is_exact(value: Any) -> bool:
    """Whether a spreadsheet can keep this number as it is."""
    return isinstance(value, int | float | Decimal) and math.isfinite(value) and -EXACT <= value <= EXACT


def _words(value: Any) -> str:
    """Anything that is no date as text."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def cell_words(text: str) -> str:
    """As it can stand in a cell: without what XML cannot hold, and cut where Excel would not open the file."""
    text = UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if 2 * len(text) > LONGEST_CELL and len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
        ending = _("…（原文 %(n)s 字，这里没有写完）") % {"n": len(text)}
        kept = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(ending))]
        text = kept.decode("utf-16-le", "ignore") + ending
    # The library takes a text between these marks for markup of its own and would write it as it is.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def sheet_name(title: str, number: int) -> str:
    """What Excel takes for the name of a sheet: at most 31 characters, seven of them forbidden."""
    name = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:26].strip() or _("表")
    return name if number == 1 else f"{name} {number}"


def local_moment(moment: datetime) -> datetime:
    """In the time of the city and without a zone, as a spreadsheet knows it; to the second."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
    return moment.replace(microsecond=0)


def formula_safe(cell: str) -> str:
    """The text with an apostrophe before it when a spreadsheet program would take it for a formula."""
    return f"'{cell}" if cell.startswith(BREAKS) or cell.lstrip().startswith(FORMULA) else cell


def _write_csv(path: Path, headings: Sequence[Heading], rows: Iterable[Sequence[Any]]) -> int:
    """UTF-8 with the mark by which Excel knows it, every cell quoted, dates as 2026-11-23 09:30."""
    written = 0
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow([formula_safe(heading.label) for heading in headings])
        for row in rows:
            table.writerow([_csv_cell(value) for value in row])
            written += 1
    return written


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{local_moment(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    return formula_safe(UNWRITABLE.sub("", _words(value)))
