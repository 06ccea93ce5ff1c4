"""A file that came from a browser: what it is, where it lies, and which of its columns probably mean what."""

import gzip
import hashlib
import unicodedata
import zipfile
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.demands.models import IntakeUpload
from foundation.errors import Refused
from foundation.idempotency import once
from foundation.sheets.cells import cell_text
from foundation.sheets.reading import DAMAGED, open_table
from workflow.actor import Actor

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 20 * MEGABYTE
LARGEST_UNPACKED = 100 * MEGABYTE  # of a .csv.gz or .xlsx: it is looked at while somebody waits for the page
MOST_COLUMNS = 100
SAMPLE_ROWS = 3
SHOWN_OF_A_CELL = 60  # characters
KEPT = timedelta(days=1)  # a file that nobody imports
ENDINGS = (".csv.gz", ".csv", ".xlsx")

# Names of columns as other systems write them, without blanks, lines and capitals; those that come first win.
USUAL_NAMES: dict[str, str] = {
    "external_number": "外部编号 来件编号 工单编号 工单号 信件编号 受理编号 流水号 编号 externalnumber ticketnumber "
    "ticketid number no id",
    "text": "内容 诉求内容 来件内容 来信内容 反映内容 问题描述 正文 详情 描述 text content body detail details "
    "description",
    "title": "标题 诉求标题 来件标题 主题 title subject",
    "received_at": "收到时间 来件时间 来电时间 来信时间 接收时间 登记时间 提交时间 时间 日期 receivedat received "
    "msgtime createdat time date",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码 unifiedsocialcreditcode creditcode uscc",
}


def receive(file: UploadedFile, *, source: str, key: str, by: Actor) -> str:
    """The file is kept, and the public id of its IntakeUpload given back; the same `key` and content are kept once.

    Raises Refused for what is not a table of messages; nothing is left behind then. Files that nobody has imported
    within a day are removed on this occasion.
    """
    _remove_old(by)
    upload = IntakeUpload(
        office_id=by.organisation_id, source=source, file_name=str(file.name)[:200], uploaded_at=by.now
    )
    upload.stored = default_storage.save(f"intake/{upload.public_id.hex}{_ending(file)}", file)
    stays = False
    try:
        upload.header, upload.sample = _look(Path(default_storage.path(upload.stored)))
        file.seek(0)
        content = hashlib.file_digest(file, "sha256").hexdigest()
        _status, public_id, repeated = once(
            user_id=by.user_id or 0,
            route="demands:import",
            key=key and hashlib.sha256(f"{key} {content} {source}".encode()).hexdigest(),
            body=b"",
            now=by.now,
            do=lambda: (201, _saved(upload)),
        )
        stays = not repeated
    finally:
        if not stays:
            default_storage.delete(upload.stored)
    return public_id


def discard(upload: IntakeUpload) -> None:
    """The uploaded file is gone; the rows that were not taken stay."""
    default_storage.delete(upload.stored)
    upload.stored = ""
    upload.save(update_fields=["stored"])


def guess(header: list[str]) -> dict[str, str]:
    """The column of each target whose name says so: the place in the header, as text; each column at most once."""
    plain = [_plain(name) for name in header]
    found: dict[str, str] = {}
    for target, names in USUAL_NAMES.items():
        place = next((plain.index(name) for name in names.split() if name in plain), None)
        if place is not None and str(place) not in found.values():
            found[target] = str(place)
    return found


def _plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())


def _saved(upload: IntakeUpload) -> str:
    upload.save()
    return str(upload.public_id)


def _remove_old(by: Actor) -> None:
    waited = IntakeUpload.objects.exclude(stored="").filter(uploaded_at__lt=by.now - KEPT).select_related("job")
    for upload in waited:
        if upload.can_start(by.now):
            discard(upload)


def _ending(file: UploadedFile) -> str:
    """How the name of the file ends, if its content is of that kind. Raises Refused with what to do otherwise."""
    ending = next((one for one in ENDINGS if str(file.name).lower().endswith(one)), None)
    if ending is None:
        raise Refused("file", _("只能导入 .csv、.csv.gz 和 .xlsx 文件；旧的 .xls 请另存为 .xlsx"))
    if (file.size or 0) > LARGEST_UPLOAD:
        raise Refused("file", _("文件超过 %(n)s MB，请拆成几个文件") % {"n": LARGEST_UPLOAD // MEGABYTE})
    start = file.read(4096)
    file.seek(0)
    try:
        if start.startswith(b"\x1f\x8b"):
            content, unpacked = ".csv.gz", _unpacked(file)
        elif start.startswith(b"PK\x03\x04"):
            content, unpacked = _workbook(file)
        else:
            utf_16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))  # it is told so when it is read
            content, unpacked = (".csv" if utf_16 or b"\0" not in start else ""), 0
    except DAMAGED as error:
        raise Refused("file", _("文件已损坏，请从来源重新导出")) from error
    if content != ending:
        raise Refused("file", _("文件名以 %(ending)s 结尾，内容却不是这种格式；请重新导出") % {"ending": ending})
    if unpacked > LARGEST_UNPACKED:
        raise Refused("file", _("文件解压后超过 %(n)s MB，请拆成几个文件") % {"n": LARGEST_UNPACKED // MEGABYTE})
    file.seek(0)
    return ending


def _unpacked(file: Any) -> int:
    """Bytes a .gz holds; counting ends soon after the limit."""
    size = 0
    with gzip.GzipFile(fileobj=file) as plain:
        while size <= LARGEST_UNPACKED and (some := plain.read(MEGABYTE)):
            size += len(some)
    return size


def _workbook(file: Any) -> tuple[str, int]:
    """The ending ".xlsx" if the archive is a workbook, and the bytes it declares, more of which nothing ever reads."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    return ".xlsx" if any(part.filename.startswith("xl/") for part in parts) else "", sum(p.file_size for p in parts)


def _look(path: Path) -> tuple[list[str], list[list[str]]]:
    """The columns that can be chosen and what stands in them; one without a name, or with another's, cannot be."""
    with open_table(path) as table:
        header = table.header
        try:
            rows = list(islice(table.rows, SAMPLE_ROWS))
        except Refused as error:  # its sentence is for an import that is under way
            raise Refused("file", _("文件的前几行读不出来：可能已损坏，或者引号没有配对")) from error
    if not rows:
        raise Refused("file", _("文件只有列名，没有来件"))
    if len(header) > MOST_COLUMNS:
        raise Refused("file", _("文件有 %(n)s 列，最多 %(most)s 列") % {"n": len(header), "most": MOST_COLUMNS})
    places = [place for place, name in enumerate(header) if _can_be_chosen(name) and header.count(name) == 1]
    if len(places) < 2:
        raise Refused("file", _("第一行要有列名，至少是外部编号和内容两列，各列不同名"))
    sample = [[_shown(row.cells[place]) if place < len(row.cells) else "" for place in places] for row in rows]
    return [header[place] for place in places], sample


def _can_be_chosen(name: str) -> bool:
    return 0 < len(name) <= SHOWN_OF_A_CELL and name.replace("\n", "").replace("\r", "").isprintable()


def _shown(cell: Any) -> str:
    text = " ".join(cell_text(cell)[: SHOWN_OF_A_CELL * 2].split())
    text = "".join(char for char in text if char.isprintable())
    return text if len(text) <= SHOWN_OF_A_CELL else text[: SHOWN_OF_A_CELL - 1] + "…"
