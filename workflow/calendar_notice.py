"""A State Council notice before it is loaded: read from JSON or CSV, checked, and held against the calendar in force.

Pure: nothing here reads the database or the present time.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from foundation.errors import Refused
from foundation.texts import from_json, storable
from workflow.calendar import Calendar, days_between

FIRST_YEAR, LAST_YEAR = 2000, 2100
EDGE = timedelta(days=14)  # the notice for 2023 began on 31 December 2022
USUAL = (235, 260)  # working days of a year; 248 to 251 from 2020 to 2026
LONGEST_FESTIVAL = 15  # days; the Spring Festival of 2020 had ten
MOST_FESTIVALS, MOST_MAKE_UP = 12, 20
LARGEST_FILE = 256 * 1024  # bytes
COLUMNS = ("日期", "类型", "节日")
OFF, MADE_UP = "休", "班"
_WEEKEND = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Notice:
    """What a notice says of one year, every rule of this module kept. Festivals stand in the order of their days."""

    year: int
    notice: str
    number: str
    issued: date
    source: str
    days_off: tuple[tuple[str, date, date], ...]
    make_up: tuple[date, ...]

    def as_mapping(self) -> dict[str, Any]:
        """The form of the shipped files, without an edition: that is given when it is loaded."""
        return {
            "year": self.year,
            "notice": self.notice,
            "number": self.number,
            "date": self.issued.isoformat(),
            "source": self.source,
            "days_off": {name: [first.isoformat(), last.isoformat()] for name, first, last in self.days_off},
            "make_up": [day.isoformat() for day in self.make_up],
        }


# --- checking ---


def check_notice(raw: Mapping[str, Any]) -> Notice:
    """The notice that a mapping in the form of the shipped files states; an `edition` in it is not asked for.

    Raises Refused with the field to mend: year, notice, number, date, source, days_off or make_up.
    """
    year = _year(raw.get("year"))
    title = _text(raw, "notice", most=200)
    if not title:
        raise Refused("notice", _("请填写通知标题"))
    source = _text(raw, "source", most=300)
    if source and not re.fullmatch(r"https?://[^\s<>\"']+", source):
        raise Refused("source", _("来源网址要以 http:// 或 https:// 开头，中间没有空格"))
    issued = _date("date", raw.get("date"))
    days_off = _days_off(raw.get("days_off"), year)
    return Notice(
        year=year,
        notice=title,
        number=_text(raw, "number", most=60),
        issued=issued,
        source=source,
        days_off=days_off,
        make_up=_make_up(raw.get("make_up"), year, off=_all_days(days_off)),
    )


def _year(value: Any) -> int:
    text = str(value if value is not None else "").strip()
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Refused("year", _("年份要在 %(first)s 到 %(last)s 之间") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return int(text)


def _text(raw: Mapping[str, Any], field: str, *, most: int) -> str:
    value = raw.get(field, "")
    if not isinstance(value, str) or "\0" in value:
        raise Refused(field, _("这一项要是文字"))
    if len(value.strip()) > most:
        raise Refused(field, _("最多 %(n)s 个字") % {"n": most})
    return value.strip()


def _date(field: str, value: Any) -> date:
    day = read_day(value) if isinstance(value, str) else None
    if day is None:
        raise Refused(field, _("“%(text)s”不是日期，请写成 2026-02-14 的样子") % {"text": _short(value)})
    return day


def read_day(text: str) -> date | None:
    """The day written as 2026-02-14, 2026/2/14, 2026.2.14 or 2026年2月14日; None for anything else."""
    found = re.fullmatch(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?", text.strip())
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def _days_off(value: Any, year: int) -> tuple[tuple[str, date, date], ...]:
    if not isinstance(value, Mapping) or not 1 <= len(value) <= MOST_FESTIVALS:
        raise Refused("days_off", _("节日要有 1 到 %(n)s 个，每个写明第一天和最后一天") % {"n": MOST_FESTIVALS})
    festivals = [check_festival(name, span, year) for name, span in value.items()]
    festivals.sort(key=lambda festival: festival[1])
    for (before, _first, ends), (after, begins, _last) in pairwise(festivals):
        if begins <= ends:
            raise Refused("days_off", _("“%(one)s”和“%(other)s”有重叠的日子") % {"one": before, "other": after})
    if all(year not in (first.year, last.year) for _name, first, last in festivals):
        raise Refused("year", _("没有一个节日在 %(year)s 年") % {"year": year})
    return tuple(festivals)


def check_festival(name: Any, span: Any, year: int) -> tuple[str, date, date]:
    """One festival of the year with its first and last day off. Raises Refused("days_off")."""
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 20 or not name.isprintable():
        raise Refused("days_off", _("节日名称要有 1 到 20 个字"))
    if not isinstance(span, list | tuple) or len(span) != 2:
        raise Refused("days_off", _("“%(name)s”要写明第一天和最后一天") % {"name": name})
    first, last = (_date("days_off", day) for day in span)
    if last < first:
        raise Refused("days_off", _("“%(name)s”的最后一天早于第一天") % {"name": name})
    if (last - first).days >= LONGEST_FESTIVAL:
        raise Refused("days_off", _("“%(name)s”超过 %(n)s 天，请核对") % {"name": name, "n": LONGEST_FESTIVAL})
    _near("days_off", (first, last), year)
    return name.strip(), first, last


def _make_up(value: Any, year: int, *, off: set[date]) -> tuple[date, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_MAKE_UP:
        raise Refused("make_up", _("补班日最多 %(n)s 个") % {"n": MOST_MAKE_UP})
    days = [_date("make_up", day) for day in value]
    _near("make_up", days, year)
    for day in days:
        if day in off:
            raise Refused("make_up", _("%(day)s 又是休息日又是补班日") % {"day": day})
        if day.weekday() < _WEEKEND:
            raise Refused("make_up", _("%(day)s 不是周六或周日，不会是补班日") % {"day": day})
        if days.count(day) > 1:
            raise Refused("make_up", _("%(day)s 写了两次") % {"day": day})
    return tuple(sorted(days))


def _near(field: str, days: Iterable[date], year: int) -> None:
    for day in days:
        if not date(year, 1, 1) - EDGE <= day <= date(year, 12, 31) + EDGE:
            raise Refused(field, _("%(day)s 不在 %(year)s 年，也不在年头年尾") % {"day": day, "year": year})


def _all_days(festivals: Iterable[tuple[str, date, date]]) -> set[date]:
    return {day for _name, first, last in festivals for day in days_between(first, last)}


def _short(value: Any) -> str:
    return str(value if value is not None else "")[:20]


def agrees(notice: Notice, others: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a notice that makes a working day of what the notice of another year gives off, or the reverse."""
    off, make_up = _all_days(notice.days_off), set(notice.make_up)
    for other in others:
        theirs = check_notice(other)
        clash = (off & set(theirs.make_up)) | (make_up & _all_days(theirs.days_off))
        if clash:
            words = {"day": min(clash), "year": theirs.year}
            raise Refused("days_off", _("%(day)s 与 %(year)s 年的通知矛盾：一个放假，一个上班") % words)


def doubts(calendar: Calendar, year: int) -> list[str]:
    """What somebody should have looked at twice before the year is loaded, as sentences; usually none."""
    least, most = USUAL
    days = sum(calendar.working_days_by_month(year))
    if least <= days <= most:
        return []
    words = {"year": year, "n": days, "least": least, "most": most}
    return [_("%(year)s 年共 %(n)s 个工作日，往年在 %(least)s 到 %(most)s 个之间，请对照通知原文核对") % words]


# --- what would change ---


@dataclass(frozen=True)
class DayChange:
    """One day that would count differently: worked or not, and what makes it so after the load."""

    day: date
    works: bool
    festival: str


def changed_days(before: Calendar, after: Calendar, notice: Notice) -> list[DayChange]:
    """The days around the notice's year that are worked under one calendar and not under the other, in order."""
    festivals = {day: name for name, first, last in notice.days_off for day in days_between(first, last)}
    year = notice.year
    return [
        DayChange(day, after.is_working_day(day), festivals.get(day, ""))
        for day in days_between(date(year, 1, 1) - EDGE, date(year, 12, 31) + EDGE)
        if before.is_working_day(day) != after.is_working_day(day)
    ]


def stretches(days: Sequence[date]) -> list[tuple[date, date]]:
    """Ascending days as first and last day of each unbroken stretch."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == _DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


# --- files ---


def read_file(content: bytes, name: str) -> dict[str, Any]:
    """What a .json or .csv file states, not yet checked; a CSV knows days only. Raises Refused("file")."""
    if len(content) > LARGEST_FILE:
        raise Refused("file", _("文件超过 %(n)s KB，不是一份放假安排") % {"n": LARGEST_FILE // 1024})
    text = _decoded(content)
    if name.lower().endswith(".json"):
        return _from_json(text)
    if name.lower().endswith(".csv"):
        return _from_csv(text)
    raise Refused("file", _("只能导入 .json 或 .csv 文件"))


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel writes on a Chinese Windows."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if storable(text):
            return text
    raise Refused("file", _("文件的文字编码不认识，请另存为 UTF-8"))


def _from_json(text: str) -> dict[str, Any]:
    try:
        found = from_json(text)
    except ValueError as error:
        raise Refused("file", _("文件不是合格的 JSON，请对照样例")) from error
    if not isinstance(found, dict):
        raise Refused("file", _("JSON 文件里要有一份通知，请对照样例"))
    return found


def _from_csv(text: str) -> dict[str, Any]:
    try:
        rows = list(csv.reader(text.splitlines()))
    except csv.Error as error:
        raise Refused("file", _("文件不是合格的表格，请对照样例")) from error
    if not rows or [cell.strip() for cell in rows[0][:3]] != list(COLUMNS):
        raise Refused("file", _("第一行要是：%(columns)s") % {"columns": ",".join(COLUMNS)})
    off: dict[str, list[date]] = {}
    make_up: list[date] = []
    for line, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row] + [""] * 3
        if not any(cells):
            continue
        day = read_day(cells[0])
        if day is None:
            raise Refused("file", _("第 %(line)s 行：“%(text)s”不是日期") % {"line": line, "text": _short(cells[0])})
        if cells[1] not in (OFF, MADE_UP):
            raise Refused("file", _("第 %(line)s 行：类型要写“休”或“班”") % {"line": line})
        if cells[1] == MADE_UP:
            make_up.append(day)
        elif not cells[2]:
            raise Refused("file", _("第 %(line)s 行：休息日要写节日") % {"line": line})
        else:
            off.setdefault(cells[2], []).append(day)
    if not off:
        raise Refused("file", _("文件里没有休息日"))
    years = Counter(day.year for days in off.values() for day in days)
    return {
        "year": years.most_common(1)[0][0],
        "days_off": {name: _unbroken(name, days) for name, days in off.items()},
        "make_up": [day.isoformat() for day in make_up],
    }


def _unbroken(name: str, days: list[date]) -> list[str]:
    parts = stretches(sorted(set(days)))
    if len(parts) != 1:
        raise Refused("file", _("“%(name)s”的休息日不连续，中间缺了日子") % {"name": name})
    return [parts[0][0].isoformat(), parts[0][1].isoformat()]


def csv_rows(notice: Notice) -> list[tuple[str, str, str]]:
    """The rows of a CSV file that states the notice's days, header first."""
    rows = [(day.isoformat(), OFF, name) for name, first, last in notice.days_off for day in days_between(first, last)]
    rows += [(day.isoformat(), MADE_UP, "") for day in notice.make_up]
    return [COLUMNS, *sorted(rows)]
