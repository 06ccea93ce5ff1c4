"""Tables that are brought in, as a person does it and as the worker carries it out."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from foundation.models import SheetImport, SheetRow
from foundation.sheets.reading import open_table
from parties.exchange import files
from parties.exchange.kinds import Kind, find
from parties.exchange.starting import confirm, receive
from parties.exchange.tasks import apply_sheet, check_sheet
from parties.models import Membership
from tests.factories import actor

# Published codes, also those of docs (GB 32100-2015): the last two have wrong check digits.
GOOD_CODES = ("91350100M000100Y43", "91110000101623741K", "911101066976941872")
WRONG_CODES = ("91350211M0000XUF46", "91310115MA1H8R7C6D")
FIRM = ("统一社会信用代码", "企业名称", "所属旗区")


def kind_of(code: str, who: Membership) -> Kind:
    kind = find(code, actor(who))
    assert kind is not None
    return kind


def as_csv(*rows: Sequence[Any], encoding: str = "utf-8-sig") -> bytes:
    content = io.StringIO()
    csv.writer(content).writerows(rows)
    return content.getvalue().encode(encoding, "surrogateescape")


def as_workbook(*rows: Sequence[Any]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def uploaded(content: bytes, who: Membership, *, code: str = "enterprises", name: str = "表.csv") -> SheetImport:
    """The table has arrived and waits to be checked."""
    return receive(SimpleUploadedFile(name, content), kind=kind_of(code, who), by=actor(who))


def brought(content: bytes, who: Membership, **options: Any) -> SheetImport:
    """The table has been uploaded, and checked by the worker."""
    sheet = uploaded(content, who, **options)
    check_sheet.func(str(sheet.check_job.public_id))
    return fresh(sheet)


def confirmed(sheet: SheetImport, who: Membership, *, only_good: bool = False, note: str = "") -> SheetImport:
    """What was confirmed has been carried out by the worker, or not."""
    confirm(sheet.public_id, only_good=only_good, note=note, by=actor(who))
    sheet = fresh(sheet)
    assert sheet.apply_job is not None
    apply_sheet.func(str(sheet.apply_job.public_id))
    return fresh(sheet)


def fresh(sheet: SheetImport) -> SheetImport:
    return SheetImport.objects.select_related("check_job", "apply_job", "file").get(pk=sheet.pk)


def counts(sheet: SheetImport) -> tuple[int, int, int, int]:
    """New, changed, same, bad."""
    return sheet.rows_new, sheet.rows_changed, sheet.rows_same, sheet.rows_bad


def row(sheet: SheetImport, number: int) -> SheetRow:
    return sheet.rows.get(number=number)


def problems(sheet: SheetImport) -> dict[int, list[list[str]]]:
    """What is wrong, by number of row."""
    return {one.number: one.problems for one in sheet.rows.filter(verdict="BAD").order_by("number")}


def standing(code: str, who: Membership, folder: Path, ending: str = "csv") -> bytes:
    """The export of what stands."""
    kind, path = kind_of(code, who), folder / f"table.{ending}"
    files.write_standing(path, kind, kind.everything(actor(who)), ending)
    return path.read_bytes()


def error_table(sheet: SheetImport, who: Membership, folder: Path, ending: str = "csv") -> list[list[str]]:
    """The rows of the error file as they are read again, the header first."""
    path = folder / f"errors.{ending}"
    files.write_errors(path, kind_of(sheet.kind, who), sheet, ending)
    with open_table(path) as table:
        return [list(table.header), *([str(c or "") for c in r.cells] for r in table.rows)]
