"""Which column means what, and what a message must be like. Pure: no statement runs here."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.demands.models import IntakeItem
from cases.demands.rules import LONGEST_MESSAGE
from foundation.errors import Refused
from foundation.sheets.cells import cell_text, clean, is_mangled
from foundation.sheets.reading import Row
from parties.credit_code import normalise
from workflow.calendar import ZONE

REQUIRED = ("external_number", "text")
TARGETS = (*REQUIRED, "title", "received_at", "credit_code")

LONGEST_NUMBER: int = IntakeItem._meta.get_field("external_number").max_length or 0
LONGEST_TITLE: int = IntakeItem._meta.get_field("title").max_length or 0
EARLIEST_YEAR = 1990  # no channel of today has older messages: an earlier year is an empty cell shown as a date

_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:(?:日\s*|\s+|T)(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?)?日?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?()")


@dataclass(frozen=True)
class Message:
    """A row that can be taken: its texts cleaned, its time in a time zone; `row` is kept in case it is rejected yet."""

    row: Row
    external_number: str
    text: str
    title: str
    received_at: dt.datetime | None
    credit_code: str
    cleaned: bool  # control characters were left out


# --- the map ---


def read_map(given: str) -> dict[str, str]:
    """The column name of each target, from the path of a JSON file or from `target=column,target=column`."""
    if "=" in given and not given.endswith(".json"):
        pairs = [pair.partition("=") for pair in given.split(",") if pair.strip()]
        columns = {target.strip(): column.strip() for target, _equals, column in pairs}
    else:
        columns = _read_json(Path(given))
    unknown = sorted(set(columns) - set(TARGETS))
    if unknown:
        raise Refused(
            "map",
            _("映射里有不认识的项目：%(unknown)s；可用的是：%(known)s")
            % {"unknown": "、".join(unknown), "known": "、".join(TARGETS)},
        )
    missing = [target for target in REQUIRED if not columns.get(target)]
    if missing:
        raise Refused("map", _("映射里缺少必填的项目：%(missing)s") % {"missing": "、".join(missing)})
    return {target: column for target, column in columns.items() if column}


def _read_json(path: Path) -> dict[str, str]:
    try:
        columns = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused("map", _("没有这个映射文件，也不是“项目=列名”的写法：%(map)s") % {"map": path}) from error
    except ValueError as error:
        raise Refused("map", _("映射文件不是 JSON：%(map)s") % {"map": path}) from error
    if not isinstance(columns, dict) or not all(isinstance(column, str) for column in columns.values()):
        raise Refused("map", _("映射文件须是一个 JSON 对象，每个项目对应一个列名"))
    return {target: column.strip() for target, column in columns.items()}


def bind(columns: Mapping[str, str], header: tuple[str, ...]) -> dict[str, int]:
    """The place of each target in a row. Raises Refused when a column is missing or its name stands twice."""
    missing = [column for column in columns.values() if column not in header]
    if missing:
        raise Refused(
            "map",
            _("文件里没有这些列：%(missing)s；文件第一行的列是：%(header)s")
            % {"missing": "、".join(missing), "header": "、".join(name for name in header if name)},
        )
    twice = sorted({column for column in columns.values() if header.count(column) > 1})
    if twice:
        raise Refused("map", _("文件里有同名的列，无法确定用哪一个：%(twice)s") % {"twice": "、".join(twice)})
    return {target: header.index(column) for target, column in columns.items()}


# --- a row ---


def message(row: Row, places: Mapping[str, int], *, now: dt.datetime) -> Message:
    """The message of a row. Raises Refused with the reason when the row must not be taken, quoting nothing."""
    if row.fault:
        raise Refused("row", row.fault)
    cell = {target: row.cells[place] for target, place in places.items()}
    text, text_cleaned = clean(cell_text(cell["text"]))
    title, title_cleaned = clean(cell_text(cell.get("title")))
    if not text:
        raise Refused("text", _("内容为空"))
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:  # nothing is lost: the whole of it opens the text
        text, title = f"{title}\n{text}", title[: LONGEST_TITLE - 1] + "…"
    if len(text) > LONGEST_MESSAGE:
        raise Refused("text", _("内容超过 %(n)s 字") % {"n": LONGEST_MESSAGE})
    return Message(
        row=row,
        external_number=_number(cell["external_number"]),
        text=text,
        title=title,
        received_at=received_time(cell.get("received_at"), now=now),
        credit_code=normalise(clean(cell_text(cell.get("credit_code")))[0]),
        cleaned=text_cleaned or title_cleaned,
    )


def _number(value: Any) -> str:
    text, _cleaned = clean(cell_text(value))
    number = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()  # invisible characters
    if not number:
        raise Refused("external_number", _("外部编号为空"))
    if len(number) > LONGEST_NUMBER:
        raise Refused("external_number", _("外部编号超过 %(n)s 字") % {"n": LONGEST_NUMBER})
    if any(char in number for char in "\n\t"):
        raise Refused("external_number", _("外部编号里有换行或制表符"))
    if is_mangled(value, number):
        raise Refused("external_number", _("外部编号已被 Excel 当作数字改动，请在来源里把这一列设为文本"))
    return number


def received_time(value: Any, *, now: dt.datetime) -> dt.datetime | None:
    """When a message was received; None for an empty cell. A time without a zone is local, a date means its midnight.

    Raises Refused when it is no time, or one after `now`.
    """
    moment = value if isinstance(value, dt.datetime) else _read_moment(value)
    if moment is None:
        return None
    if moment.year < EARLIEST_YEAR:
        raise Refused("received_at", _("收到时间早于 %(year)s 年") % {"year": EARLIEST_YEAR})
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZONE)
    if moment > now:
        raise Refused("received_at", _("收到时间晚于现在"))
    return moment


def _read_moment(value: Any) -> dt.datetime | None:
    text = unicodedata.normalize("NFKC", clean(cell_text(value))[0])
    if not text:
        return None
    found = _MOMENT.fullmatch(text) or _DIGITS.fullmatch(text)
    if found is None:
        raise Refused("received_at", _("看不懂收到时间，请写成 2026-11-23 09:30 的样子"))
    *parts, zone = found.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    try:
        moment = dt.datetime(year, month, day, hour, minute, second, tzinfo=ZONE)
        return moment if not zone else moment.replace(tzinfo=dt.datetime.strptime(zone, "%z").tzinfo)
    except ValueError as error:
        raise Refused("received_at", _("没有这样的日期或钟点")) from error
