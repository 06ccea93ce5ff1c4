"""What was looked at becomes true: all of it in one transaction, or nothing of it."""

from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Changed
from foundation.sheets.model import SheetImport, SheetRow, Verdict
from parties.by import By
from parties.exchange.checking import CHUNK, Tell, chunks, line_of
from parties.exchange.kinds import Kind, RowRefused
from parties.exchange.lines import Line, bind
from parties.exchange.progress import Progress

SHOWN = 5  # rows that a sentence names
WRITTEN = (Verdict.NEW, Verdict.CHANGED)


def apply(sheet: SheetImport, kind: Kind, by: By, work: Progress) -> bool:
    """The rows that were found new or changed hold, and the import is done; False when another try did it meanwhile.

    Each row is examined once more inside the transaction: when what stands is no longer what the preview showed, or a
    row would now be refused, nothing is written. Raises Changed with the rows, and what the write functions raise.
    """
    try:
        with work.apart(), transaction.atomic():
            held = SheetImport.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
            if held.applied_at is not None or held.apply_job_id != work.job.pk:
                return False
            lines = _examined(held, kind, by, work.tell)
            for done, some in enumerate(chunks(lines, CHUNK)):
                _write(kind, some, by, note=held.note)
                work.tell(len(lines) + done * CHUNK, 2 * len(lines))
            held.applied_at = by.now
            held.save(update_fields=["applied_at"])
    except IntegrityError as error:
        _examined(sheet, kind, by, lambda done, total: None)  # tells which rows, if that can be seen by now
        raise Changed(_("写入时与别处刚登记的内容冲突，没有导入任何一行。请重新检查。")) from error
    return True


def _examined(sheet: SheetImport, kind: Kind, by: By, tell: Tell) -> list[Line]:
    """The rows to be written, as they were looked at. Raises Changed naming those that are not so any more."""
    columns = kind.columns()
    bound = bind(sheet.header, columns)
    before: dict[Any, Any] = {}
    lines: list[Line] = []
    moved: list[SheetRow] = []
    for rows in chunks(_rows(sheet), CHUNK):
        again = [line_of(row, bound) for row in rows]
        kind.examine(again, by, before)
        moved += [
            row
            for row, line in zip(rows, again, strict=True)
            if (line.digest, line.verdict) != (row.digest, row.verdict)
        ]
        lines += again
        tell(len(lines), 2 * sheet.rows_to_write)
    if moved:
        named = _("、").join(_("第 %(row)s 行（%(name)s）") % {"row": r.number, "name": r.name} for r in moved[:SHOWN])
        raise Changed(
            _("检查之后有人改动过：%(rows)s，共 %(n)s 行；没有导入任何一行。请重新检查。")
            % {"rows": named, "n": len(moved)}
        )
    return lines


def _rows(sheet: SheetImport) -> Iterator[SheetRow]:
    return sheet.rows.filter(verdict__in=WRITTEN).order_by("number").iterator(chunk_size=CHUNK)


def _write(kind: Kind, lines: list[Line], by: By, *, note: str) -> None:
    """Raises what the write function raises, with the number of the row if one row is to blame."""
    try:
        kind.write(lines, by, note=note)
    except RowRefused as refused:
        raise Changed(
            _("第 %(row)s 行：%(why)s；没有导入任何一行。") % {"row": refused.number, "why": refused.why}
        ) from refused
