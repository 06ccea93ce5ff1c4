"""A row of the table on its way: what was read, what stands in the directory, and what is to be said of it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.sheets.cells import cell_text, clean, is_mangled
from foundation.sheets.model import Verdict
from parties.exchange.columns import Column

EXAMPLE = "（示例）"  # a row whose first cell begins so is never imported
LONGEST = 4000  # characters of a cell that are kept and shown


@dataclass
class Line:
    """One row. `values` are canonical texts by the keys of the columns that the file has.

    `standing` is what the directory says in the same columns, None when it has no such entry; `found` is the entry.
    """

    number: int
    cells: list[str]
    values: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    standing: dict[str, str] | None = None
    found: Any = None
    made: dict[str, Any] = field(default_factory=dict)  # what a kind has looked up for writing the row

    def get(self, key: str) -> str:
        """The value, or what stands when the file has no such column."""
        if key in self.values:
            return self.values[key]
        return (self.standing or {}).get(key, "")

    def problem(self, key: str, sentence: object) -> None:
        self.problems.append((key, str(sentence)))

    def bad(self, key: str) -> bool:
        """Whether this column could not be read, so that nothing more need be said of it."""
        return any(of == key for of, _sentence in self.problems)

    def keep(self, *keys: str) -> None:
        """An empty cell of these columns says what stands; of any other column it empties it."""
        for key in keys:
            if self.standing is not None and self.values.get(key) == "" and not self.bad(key):
                self.values[key] = self.standing.get(key, "")

    def changed(self) -> set[str]:
        """The keys of the columns that say something else than what stands."""
        if self.standing is None:
            return {key for key, value in self.values.items() if value}
        return {key for key, value in self.values.items() if value != self.standing.get(key, "")}

    @property
    def verdict(self) -> Verdict:
        if self.problems:
            return Verdict.BAD
        if self.standing is None:
            return Verdict.NEW
        return Verdict.CHANGED if self.changed() else Verdict.SAME

    @property
    def digest(self) -> str:
        """Of what stands, all columns, so that a row is not written over what nobody has looked at."""
        said = json.dumps(self.standing, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Bound:
    """Which place of a row is which column."""

    columns: tuple[tuple[int, Column], ...]
    remarks: tuple[str, ...]


IGNORED = ("问题", "行号")  # columns of our own error file


def bind(header: Sequence[str], columns: Iterable[Column]) -> Bound:
    """Raises Refused when a column that must be there is missing, or a header stands twice."""
    plain = ["".join(name.split()).rstrip("*＊") for name in header]
    known = {"".join(column.header.split()): column for column in columns}
    twice = sorted({name for name in plain if name in known and plain.count(name) > 1})
    if twice:
        raise Refused("file", _("有同名的列，无法确定用哪一个：%(twice)s") % {"twice": "、".join(twice)})
    missing = [column.header for name, column in known.items() if column.required and name not in plain]
    if missing:
        raise Refused(
            "file",
            _("缺少这些列：%(missing)s。请用下载的模板，第一行的列名不要改。") % {"missing": "、".join(missing)},
        )
    strange = [name for name in plain if name and name not in known and name not in IGNORED]
    remarks = []
    if strange:
        shown = "、".join(name[:20] for name in strange[:10])
        remarks.append(_("不认识的列没有导入：%(columns)s") % {"columns": shown})
    return Bound(tuple((plain.index(name), column) for name, column in known.items() if name in plain), tuple(remarks))


def cells_of(raw: Sequence[Any]) -> list[str]:
    """As they are kept and given back in the error file: a formula that a file of ours made harmless is bare again."""
    return [_bare(cell_text(cell))[:LONGEST] for cell in raw]


def _bare(cell: str) -> str:
    """Without the apostrophe before what a spreadsheet program would take for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip()[:1] in tuple("=+-@＝＋－＠\t\r\n") else cell


def read(line: Line, bound: Bound, raw: Sequence[Any]) -> None:
    """The values of the row, and a sentence for each cell that cannot be read."""
    for place, column in bound.columns:
        value = raw[place] if place < len(raw) else None
        try:
            line.values[column.key] = _read_cell(column, value)
        except Refused as refused:
            line.values[column.key] = ""
            line.problem(column.key, refused.sentence)


def _read_cell(column: Column, value: Any) -> str:
    cell, _left_out = clean(_bare(cell_text(value)))
    if not cell:
        if column.required:
            raise Refused("", _("请填写"))
        return ""
    if is_mangled(value, cell):
        raise Refused("", _("已被 Excel 当作数字改动，请把这一列设为文本后重新填写"))
    if len(cell) > LONGEST:
        raise Refused("", _("最多 %(n)s 个字") % {"n": LONGEST})
    return column.read(cell)


def changes_of(line: Line, columns: Iterable[Column]) -> list[list[str]]:
    """(header, what stands, what would stand) of each column that changes, in the order of the columns."""
    standing: Mapping[str, str] = line.standing or {}
    changed = line.changed()
    return [[c.header, standing.get(c.key, ""), line.values[c.key]] for c in columns if c.key in changed]
