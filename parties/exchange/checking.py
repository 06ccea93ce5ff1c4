"""What each row of an uploaded table would do, written down to be looked at. The directory is only read."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.files import places, scanning
from foundation.files.clamav import ScannerDown
from foundation.files.model import Scan
from foundation.files.storing import content
from foundation.sheets.model import SheetImport, SheetRow, Verdict
from foundation.sheets.reading import Row, open_table
from parties.by import By
from parties.exchange.columns import Column
from parties.exchange.kinds import Kind
from parties.exchange.lines import EXAMPLE, Bound, Line, bind, cells_of, changes_of, read

CHUNK = 500  # rows that are looked at together
MOST_ROWS = 20_000  # of one file: they are written in one transaction
MOST_COLUMNS = 60
LONGEST_NAME = 200

Tell = Callable[[int, int | None], None]


def check(sheet: SheetImport, kind: Kind, by: By, *, tell: Tell) -> None:
    """Every row of the file has its verdict, and the import counts them. Raises Refused for a file as a whole."""
    columns = kind.columns()
    before: dict[Any, Any] = {}
    counts = dict.fromkeys(Verdict.values, 0)
    warned = 0
    sheet.rows.all().delete()
    with opened(sheet) as table:
        if len(table.header) > MOST_COLUMNS:
            most = {"n": len(table.header), "most": MOST_COLUMNS}
            raise Refused("file", _("文件有 %(n)s 列，最多 %(most)s 列") % most)
        bound = bind(table.header, columns)
        for rows in chunks(_counted(table.rows), CHUNK):
            lines = [_line(row, bound, width=len(table.header)) for row in rows]
            if readable := [line for line in lines if line.values]:
                kind.examine(readable, by, before)
            SheetRow.objects.bulk_create(_kept(sheet, kind, line, columns) for line in lines)
            for line in lines:
                counts[line.verdict] += 1
                warned += bool(line.warnings) and line.verdict != Verdict.BAD
            done, share = sum(counts.values()), table.share()
            tell(done, round(done / share) if share else None)
        if not any(counts.values()):
            raise Refused("file", _("文件里没有可以导入的行"))
        sheet.header, sheet.remarks = list(table.header), list(bound.remarks)
    sheet.rows_new, sheet.rows_changed = counts[Verdict.NEW], counts[Verdict.CHANGED]
    sheet.rows_same, sheet.rows_bad, sheet.rows_warned = counts[Verdict.SAME], counts[Verdict.BAD], warned
    sheet.checked_at = by.now


def opened(sheet: SheetImport) -> Any:
    """The uploaded table, to be read in a `with` block. Raises Refused when the file is gone or not to be trusted."""
    stored = sheet.file
    if stored is None or (file := content(stored)) is None:
        raise Refused("file", _("上传的文件已经不在，请重新上传"))
    file.close()
    try:
        scanning.examine(stored, now=timezone.now())
    except ScannerDown as error:
        raise Refused("file", _("安全检查暂时不可用，请稍后重新检查")) from error
    stored.refresh_from_db(fields=["scan"])
    if stored.scan == Scan.INFECTED:
        raise Refused("file", _("文件含有恶意内容，已经隔离"))
    return open_table(places.kept(stored.key), called=stored.name)


T = TypeVar("T")


def chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows, so many at a time."""
    rest = iter(rows)
    while some := list(islice(rest, size)):
        yield some


def _counted(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows without examples. Raises Refused beyond MOST_ROWS."""
    taken = 0
    for row in rows:
        if str(row.cells[0] if row.cells else "").lstrip().startswith(EXAMPLE):
            continue
        taken += 1
        if taken > MOST_ROWS:
            raise Refused("file", _("一次最多导入 %(n)s 行，请拆成几个文件") % {"n": MOST_ROWS})
        yield row


def _line(row: Row, bound: Bound, *, width: int) -> Line:
    cells = [*cells_of(row.cells), *[""] * width][:width]
    line = Line(row.number, cells)
    if row.fault:
        line.problem("", row.fault)
    else:
        read(line, bound, row.cells)
    return line


def line_of(row: SheetRow, bound: Bound) -> Line:
    """The same row once more, from what was kept of it."""
    line = Line(row.number, row.cells)
    read(line, bound, row.cells)
    return line


def _kept(sheet: SheetImport, kind: Kind, line: Line, columns: Iterable[Column]) -> SheetRow:
    verdict = line.verdict
    return SheetRow(
        sheet=sheet,
        number=line.number,
        name=kind.name_of(line)[:LONGEST_NAME],
        verdict=verdict,
        cells=[_storable(cell) for cell in line.cells],
        changes=changes_of(line, columns) if verdict == Verdict.CHANGED else [],
        problems=line.problems,
        warnings=line.warnings,
        digest=line.digest,
    )


def _storable(cell: str) -> str:
    """Without what PostgreSQL does not keep: NUL, and halves of characters from bytes of another encoding."""
    return cell.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
