"""Invented messages in spreadsheet files, and the import of one."""

import csv
import gzip
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from cases.demands.intake_import import Tally, import_messages, read_map
from parties.models import Office
from tests.factories import NOW, district, office

HEAD = ("编号", "标题", "诉求内容", "来电时间", "信用代码", "备注")
MAP = "external_number=编号,title=标题,text=诉求内容,received_at=来电时间,credit_code=信用代码"
LAMP = ("R-1", "路灯不亮", "园区东门路灯三天不亮，夜班工人出行不便。", "2026/11/20 9:05:03", "", "")
WATER = ("R-2", "", "厂区停水，没有收到通知。", "", "", "")
HEATING = ("R-3", "供暖温度", "车间供暖只有十二度，\n设备管路有冻裂危险。", "2026-11-21", "", "回访")

Record = Sequence[Any]


def city_desk() -> Office:
    """The platform office of the city."""
    return office("市平台办公室", of=district("150600", "鄂尔多斯市"))


def sheet(folder: Path, *rows: Record, name: str = "来件.csv", encoding: str = "utf-8", head: Record = HEAD) -> Path:
    """A file of these rows under `head`, in the format of its name."""
    path = folder / name
    if name.endswith(".xlsx"):
        book = Workbook()
        for row in (head, *rows):
            book.active.append(row)
        book.save(path)
        return path
    text = StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    octets = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(octets) if name.lower().endswith(".gz") else octets)
    return path


def message(number: str, text: str = "厂区门前积水。", *, title: Any = "", at: Any = "", code: str = "") -> Record:
    return (number, title, text, at, code, "")


def bring(path: Path, desk: Office, *, source: str = "12345热线", columns: str = MAP, **options: Any) -> Tally:
    return import_messages(
        path,
        source=source,
        columns=read_map(columns),
        office=desk,
        **{"errors": errors_of(path), "clock": lambda: NOW, **options},
    )


def errors_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.errors.csv")


def rejected(path: Path) -> list[list[str]]:
    """The rows of an error file after its header; none when there is no file."""
    if not errors_of(path).exists():
        return []
    with errors_of(path).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))[1:]


def reasons(path: Path) -> list[tuple[int, str]]:
    """Number and reason of every rejected row."""
    return [(int(row[0]), row[1]) for row in rejected(path)]


def counts(tally: Tally) -> tuple[int, int, int]:
    """created, already there, rejected"""
    assert tally.rows == tally.created + tally.already_there + tally.rejected
    assert tally.rejected == sum(tally.reasons.values())
    return tally.created, tally.already_there, tally.rejected
