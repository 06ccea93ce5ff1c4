"""The calendar in force, and any calendar that an event or a clock names. Loading a year: workflow.calendar_loading.

Versions are never changed, so a process keeps each it has read. Which one is in force is asked of the database at most
once in LOOKED_UP_EVERY seconds: for so long another process may still count by the version before. A clock names the
version it was counted with, and one started by the version before is recounted by the tick like every other.
"""

import re
import time as clock_of_process
from collections.abc import Iterable
from datetime import time

from django.db.models import Q

from workflow.calendar import SPANS, Calendar, read_calendar
from workflow.models import CalendarVersion, CalendarYear
from workflow.models.calendars import KIND

LOOKED_UP_EVERY = 60.0  # seconds
_EDITION = re.compile(r"[0-9]{4}-[0-9]{1,4}")

_known: dict[str, Calendar] = {}
_in_force: tuple[Calendar, float] | None = None  # and the second of this process at which that was looked up


class UnknownCalendar(LookupError):
    """A clock or an event names a calendar version that this database does not have."""


def calendar_in_force(*, fresh: bool = False) -> Calendar:
    """The calendar of the newest version; `fresh` asks the database now, which costs one statement.

    A version this process has not read before costs one more. Raises UnknownCalendar in a database without any.
    """
    global _in_force
    now = clock_of_process.monotonic()
    if not fresh and _in_force is not None and now - _in_force[1] < LOOKED_UP_EVERY:
        return _in_force[0]
    calendar = calendar_of(newest_version())
    remember(calendar, at=now)
    return calendar


def newest_version(*, lock: bool = False) -> CalendarVersion:
    """The version in force as the database has it now. Raises UnknownCalendar in a database without any."""
    versions = CalendarVersion.objects.order_by("-number")
    version = (versions.select_for_update() if lock else versions).first()
    if version is None:
        raise UnknownCalendar("no calendar version has been loaded; migrate loads the first")
    return version


def calendar_of(version: CalendarVersion) -> Calendar:
    """The calendar that this version describes; one statement unless this process knows it."""
    if version.label not in _known:
        spans = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in version.spans)
        _known[version.label] = _calendar(version.label, version.editions, spans)
    return _known[version.label]


def calendar_named(label: str) -> Calendar:
    """The calendar of this very version, for example `calendar/1`. Raises UnknownCalendar.

    Labels from before versions were numbered, such as `2025-1+2026-1`, name their editions themselves.
    """
    if label not in _known:
        kind, _slash, number = label.partition("/")
        if kind == KIND and number.isdecimal():
            version = CalendarVersion.objects.filter(number=int(number)).first()
            if version is None:
                raise UnknownCalendar(f"no calendar version {label!r} in this database")
            return calendar_of(version)
        elif all(_EDITION.fullmatch(name) for name in label.split("+")):
            _known[label] = _calendar(label, label.split("+"), SPANS)
        else:
            raise UnknownCalendar(f"{label!r} does not name a calendar version")
    return _known[label]


def version_number(label: str) -> int:
    """The number in `calendar/7`; 0 for labels from before versions were numbered."""
    kind, _slash, number = label.partition("/")
    return int(number) if kind == KIND and number.isdecimal() else 0


def remember(calendar: Calendar, *, at: float) -> None:
    """This process takes the calendar as the one in force, looked up at the second `at` of its own clock."""
    global _in_force
    _known[calendar.version] = calendar
    _in_force = (calendar, at)


def forget() -> None:
    """The next reader of this process asks the database again, for everything."""
    global _in_force
    _known.clear()
    _in_force = None


def look_up_again() -> None:
    """The next reader of this process asks the database which version is in force."""
    global _in_force
    _in_force = None


def _calendar(label: str, names: Iterable[str], spans: tuple[tuple[time, time], ...]) -> Calendar:
    rows = editions(names)
    absent = sorted(set(names) - {row.name for row in rows})
    if absent:
        raise UnknownCalendar(f"calendar version {label!r} names editions this database does not have: {absent}")
    return read_calendar([row.as_notice() for row in rows], version=label, spans=spans)


def editions(names: Iterable[str]) -> list[CalendarYear]:
    """The editions of these names, by year; one statement."""
    wanted = Q(pk__in=[])
    for name in names:
        year, _dash, edition = name.partition("-")
        wanted |= Q(year=int(year), edition=int(edition))
    return list(CalendarYear.objects.filter(wanted).order_by("year", "edition"))
