"""The files people take away: the template to fill in, what stands in the same columns, and the rows to correct.

Every cell is a text, so that spreadsheet programs leave codes and telephone numbers alone, and never a formula.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from foundation.sheets.kinds import SheetKind
from foundation.sheets.model import SheetImport, Verdict
from foundation.sheets.writing import OPTIONS, Heading, cell_words, write_table
from parties.exchange.columns import Column
from parties.exchange.kinds import Kind
from parties.exchange.lines import EXAMPLE

MEDIA = {
    SheetKind.XLSX.value: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetKind.CSV.value: "text/csv; charset=utf-8",
}
TEMPLATE_ROWS = 2000  # rows whose cells are texts and have their lists
PROBLEMS = "问题"


def write_template(path: Path, kind: Kind, ending: str) -> None:
    """An empty table with an example, which is never imported; a workbook also explains each column."""
    columns = kind.columns()
    example = [column.example for column in columns]
    example[0] = f"{EXAMPLE}{example[0]}"
    _write(path, ending, kind, columns, [example], explain=True)


def write_standing(path: Path, kind: Kind, rows: Iterable[dict[str, str]], ending: str) -> None:
    """What stands, in the columns of the template: changed and brought in again it is a change."""
    columns = kind.columns()
    table = ([row.get(column.key, "") for column in columns] for row in rows)
    _write(path, ending, kind, columns, table, explain=False)


def write_errors(path: Path, kind: Kind, sheet: SheetImport, ending: str) -> None:
    """The rows in error as they were written, with what is wrong with them; corrected it can be brought in again."""
    headers = {column.key: column.header for column in kind.columns()}
    kept = [place for place, name in enumerate(sheet.header) if name != PROBLEMS]
    columns = [Column(str(place), sheet.header[place], str, width=20) for place in kept]
    columns.append(Column(PROBLEMS, PROBLEMS, str, width=60))
    rows = (
        [*(row.cells[place] for place in kept), said(row.problems, headers)]
        for row in sheet.rows.filter(verdict=Verdict.BAD).order_by("number").iterator(chunk_size=1000)
    )
    _write(path, ending, kind, columns, rows, explain=False)


def said(problems: Iterable[Sequence[str]], headers: dict[str, str]) -> str:
    """“所属旗区：请填写；……”."""
    return "；".join(f"{headers[key]}：{sentence}" if key in headers else sentence for key, sentence in problems)


def _write(
    path: Path, ending: str, kind: Kind, columns: Sequence[Column], rows: Iterable[Sequence[str]], *, explain: bool
) -> None:
    if ending == SheetKind.CSV:
        headings = [Heading(column.header) for column in columns]
        write_table(path, ending, title=str(kind.label), headings=headings, rows=rows)
        return
    with Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)}) as book:
        _Book(book, columns).fill(str(kind.label), rows, template=explain)


class _Book:
    """One sheet to fill in; in a template a second one that says how, and the lists of closed choices."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        self.book, self.columns = book, columns
        self.cell = book.add_format({"num_format": "@"})
        self.head = book.add_format({"bold": True, "num_format": "@", "bg_color": "#E8EEF7", "border": 1})
        self.example = book.add_format({"italic": True, "num_format": "@", "font_color": "#7A7A7A"})

    def fill(self, title: str, rows: Iterable[Sequence[str]], *, template: bool) -> None:
        sheet = self.book.add_worksheet(title)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(self.columns):
            sheet.set_column(place, place, column.width, self.cell)
            sheet.write_string(0, place, cell_words(column.header), self.head)
            if template and (note := _note(column)):
                sheet.write_comment(0, place, note)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell_words(cell), self.example if template else self.cell)
        if template:
            self._lists(sheet)
            self._explain()

    def _lists(self, sheet: Any) -> None:
        """A cell of a closed choice offers its list; the list stands on a sheet of its own, for it may be long."""
        closed = [(place, column) for place, column in enumerate(self.columns) if column.choices]
        for at, (place, _column) in enumerate(closed):
            letters = f"{chr(ord('A') + at)}"
            source = f"={_quoted(_('选项'))}!${letters}$2:${letters}${len(closed[at][1].choices) + 1}"
            message = _("请从列表里选")
            sheet.data_validation(
                1, place, TEMPLATE_ROWS, place, {"validate": "list", "source": source, "error_message": message}
            )
        self.closed = [column for _place, column in closed]

    def _explain(self) -> None:
        how = self.book.add_worksheet(_("填写说明"))
        for place, width in enumerate((22, 10, 30, 60)):
            how.set_column(place, place, width, self.cell)
        lines = [
            (_("列"), _("必填"), _("例子"), _("说明")),
            *((c.header, _("是") if c.required else "", c.example, _note(c)) for c in self.columns),
            ("", "", "", ""),
            (_("第一行的列名不要改；不需要的列可以删去，删去的列不改动。"), "", "", ""),
            (_("留空的单元格表示清空；首格以“%(mark)s”开头的行不导入。") % {"mark": EXAMPLE}, "", "", ""),
        ]
        for number, line in enumerate(lines):
            for place, cell in enumerate(line):
                how.write_string(number, place, str(cell), self.head if number == 0 else self.cell)
        self._choices()

    def _choices(self) -> None:
        sheet = self.book.add_worksheet(_("选项"))
        rows: Iterator[tuple[int, tuple[str, ...]]] = enumerate(_turned([(c.header, *c.choices) for c in self.closed]))
        for number, row in rows:
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, self.cell)


def _turned(columns: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Columns as rows."""
    longest = max((len(column) for column in columns), default=0)
    return [tuple(c[at] if at < len(c) else "" for c in columns) for at in range(longest)]


def _note(column: Column) -> str:
    notes = [str(column.note)] if column.note else []
    if column.choices and len(column.choices) <= 30:
        notes.append(_("可填：%(choices)s") % {"choices": "、".join(column.choices)})
    return "。".join(notes)


def _quoted(sheet: str) -> str:
    return f"'{sheet}'"
