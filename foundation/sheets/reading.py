"""Rows of a spreadsheet file, one after another.

The memory a .csv or .csv.gz takes does not grow with the file. A .xlsx keeps its table of shared texts in memory, as
the format demands; how large it may become when unpacked is limited.
"""

import csv
import gzip
import io
import warnings
import zipfile
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from foundation.errors import Refused

LONGEST_CELL = 200_000  # characters; ten times the longest text that is taken, so that such a row is still named
LONGEST_LINE = 4_000_000  # characters of one line of a CSV file that are looked at together
LARGEST_WORKBOOK = 512 * 1024 * 1024  # bytes of a .xlsx when unpacked

LAST_ROW = 1_048_576  # of a worksheet (Microsoft, “Excel specifications and limits”)

# What the libraries raise for a damaged file; the parsers of XML report a SyntaxError, a .zip with a password or an
# unknown compression a RuntimeError, a part with an attribute too few or too many a TypeError.
DAMAGED = (
    *(OSError, EOFError, zlib.error, zipfile.BadZipFile, SyntaxError, LookupError, ValueError, RuntimeError),
    *(TypeError, AttributeError, ArithmeticError),
)


class BrokenOff(Refused):
    """The file cannot be read further, although its first rows could."""


@dataclass(frozen=True)
class Row:
    """A row under the number a spreadsheet shows (the header is 1). `fault` says why its cells cannot be trusted."""

    number: int
    cells: tuple[Any, ...]
    fault: Any = ""


@dataclass(frozen=True)
class Table:
    """An open file: its column names, its rows that are not blank, and how much of it has been read (0 to 1)."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    share: Callable[[], float | None]  # None while it cannot be known


@contextmanager
def open_table(path: Path, *, called: str = "") -> Iterator[Table]:
    """The first sheet of a .xlsx, or a .csv or .csv.gz in UTF-8 or GB18030. Raises Refused for any other file.

    `called` is the name that says what kind it is, if its path does not. A file that turns out to be damaged further
    on raises BrokenOff when the rows get there.
    """
    name = (called or path.name).lower()
    opener = next((found for suffix, found in FORMATS.items() if name.endswith(suffix)), None)
    if opener is None:
        raise Refused("file", _("只能导入 .csv、.csv.gz 和 .xlsx 文件"))
    if not path.is_file():
        raise Refused("file", _("没有这个文件：%(path)s") % {"path": path})
    with ExitStack() as stack:
        try:
            rows, share = opener(path, stack, name)
            head = next(rows, None)
        except DAMAGED as error:
            raise Refused("file", _("文件打不开：可能没有读取权限、已损坏、有密码，或者不是后缀所说的格式")) from error
        if head is None or head.fault:
            raise Refused("file", _("文件是空的，或者第一行不是列名"))
        header = tuple(str("" if cell is None else cell).strip() for cell in head.cells)
        yield Table(header, _whole(rows, len(header)), share)


def _whole(rows: Iterator[Row], width: int) -> Iterator[Row]:
    """Every row that is not blank, as wide as the header; one that is not so wide has a fault."""
    read = 1
    while True:
        try:
            row = next(rows, None)
        except DAMAGED as error:
            raise BrokenOff("file", _("文件在第 %(row)s 行之后读不下去，可能已损坏") % {"row": read}) from error
        if row is None:
            return
        read = row.number
        cells = row.cells
        while len(cells) > width and cells[-1] in ("", None):
            cells = cells[:-1]
        if row.fault or len(cells) == width:
            yield Row(row.number, cells, row.fault)
        else:
            yield Row(row.number, cells, _("列数与表头不同，可能是内容里的换行或逗号没有加引号"))


Opened = tuple[Iterator[Row], Callable[[], float | None]]

# --- CSV ---


def _open_csv(path: Path, stack: ExitStack, name: str) -> Opened:
    raw = stack.enter_context(path.open("rb"))
    plain: BinaryIO = raw
    if name.endswith(".gz"):
        plain = cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=raw)))
    encoding = _encoding(plain)
    plain.seek(0)
    stack.callback(csv.field_size_limit, csv.field_size_limit(LONGEST_CELL))
    # Bytes that do not belong to the encoding are kept as lone surrogates, by which their row is found and rejected.
    text = stack.enter_context(io.TextIOWrapper(plain, encoding=encoding, errors="surrogateescape", newline=""))
    size = path.stat().st_size
    return _csv_rows(text), lambda: raw.tell() / size


def _encoding(plain: BinaryIO) -> str:
    """UTF-8 or GB18030, whichever most lines are written in; reads the whole file once, and so finds it complete.

    A line of GB18030 is nearly never valid UTF-8, so a few damaged lines do not turn a whole file into nonsense.
    """
    if plain.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
        raise Refused("file", _("文件是 UTF-16 编码，请另存为“CSV UTF-8”后再导入"))
    plain.seek(0)
    fits = fails = 0
    while line := plain.readline(LONGEST_LINE):
        if line.isascii():
            continue
        try:
            line.decode()
            fits += 1
        except UnicodeDecodeError:
            fails += 1
    return "utf-8-sig" if fits >= fails else "gb18030"


def _csv_rows(text: TextIO) -> Iterator[Row]:
    taken: list[str] = []  # the lines of the record being read

    def lines() -> Iterator[str]:
        while line := text.readline(LONGEST_LINE):
            taken.append(line)
            yield line

    records = csv.reader(lines(), strict=True)
    number = 0
    while True:
        taken.clear()
        number += 1
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error:
            whole = "".join(taken)
            if len(whole) > LONGEST_CELL:
                # What follows may be the inside of a cell: to guess at rows there could take in nonsense.
                raise BrokenOff(
                    "file",
                    _("第 %(row)s 行有超过 %(n)s 字的单元格，多半是引号没有配对") % {"row": number, "n": LONGEST_CELL},
                ) from None
            yield Row(number, (whole,), _("引号没有配对，没有读出这一行（和它牵连的后面几行）"))
            continue
        if any(cell.strip() for cell in cells):
            yield Row(number, tuple(cells))


# --- XLSX ---


def _open_xlsx(path: Path, stack: ExitStack, _name: str) -> Opened:
    raw = stack.enter_context(path.open("rb"))
    with zipfile.ZipFile(raw) as archive:
        if sum(part.file_size for part in archive.infolist()) > LARGEST_WORKBOOK:
            raise Refused("file", _("工作簿太大，请另存为“CSV UTF-8”后再导入"))
    stack.enter_context(warnings.catch_warnings())
    warnings.filterwarnings("ignore", module="openpyxl")  # on styles and filters, which are not read
    book = load_workbook(raw, read_only=True, data_only=True)
    stack.callback(book.close)
    sheet: Any = book.worksheets[0]
    total = sheet.max_row or 0
    sheet.reset_dimensions()  # some programs write a wrong size, beyond which nothing would be read
    at = [0]
    return _xlsx_rows(sheet, at), lambda: min(1.0, at[0] / total) if total > 1 else None


def _xlsx_rows(sheet: Any, at: list[int]) -> Iterator[Row]:
    width = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > LAST_ROW:  # the rows before a number that a file invents would be read as blank ones, without end
            raise ValueError("no worksheet has so many rows")
        at[0] = number
        if all(value is None or (isinstance(value, str) and not value.strip()) for value in values):
            continue
        width = width or len(values)  # rows end with their last used cell; what lies beyond the header is not mapped
        yield Row(number, (values + (None,) * (width - len(values)))[:width])


FORMATS: dict[str, Callable[[Path, ExitStack, str], Opened]] = {
    ".csv": _open_csv,
    ".csv.gz": _open_csv,
    ".xlsx": _open_xlsx,
}
