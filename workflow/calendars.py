"""The calendar in force, any calendar that an event or a clock names, and the loading of a year.

Versions are never changed, so a process keeps each it has read. Which one is in force is asked of the database at most
once in LOOKED_UP_EVERY seconds: for so long another process may still count by the version before. A clock names the
version it was counted with, and one started by the version before is recounted by the tick like every other.
"""

import re
import time as clock_of_process
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from foundation.counters import bounded_counts
from foundation.errors import Changed, NotYours, Refused
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import SPANS, ZONE, Calendar, read_calendar
from workflow.calendar_notice import (
    DayChange,
    Notice,
    agrees,
    changed_days,
    check_notice,
    doubts,
    stretches,
)
from workflow.clocks import Unit
from workflow.models import CalendarVersion, CalendarYear, Clock
from workflow.models.calendars import KIND

LOOKED_UP_EVERY = 60.0  # seconds
_EDITION = re.compile(r"[0-9]{4}-[0-9]{1,4}")

_known: dict[str, Calendar] = {}
_in_force: tuple[Calendar, float] | None = None  # and the second of this process at which that was looked up


class UnknownCalendar(LookupError):
    """A clock or an event names a calendar version that this database does not have."""


# --- reading ---


def calendar_in_force(*, fresh: bool = False) -> Calendar:
    """The calendar of the newest version; `fresh` asks the database now, which costs one statement.

    A version this process has not read before costs one more. Raises UnknownCalendar in a database without any.
    """
    global _in_force
    now = clock_of_process.monotonic()
    if not fresh and _in_force is not None and now - _in_force[1] < LOOKED_UP_EVERY:
        return _in_force[0]
    version = CalendarVersion.objects.order_by("-number").first()
    if version is None:
        raise UnknownCalendar("no calendar version has been loaded; migrate loads the first")
    calendar = _known.get(version.label) or _read(version)
    remember(calendar, at=now)
    return calendar


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
            _known[label] = _read(version)
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


def _look_up_again() -> None:
    global _in_force
    _in_force = None


def _read(version: CalendarVersion) -> Calendar:
    spans = tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in version.spans)
    return _calendar(version.label, version.editions, spans)


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


# --- what a load would change ---


@dataclass(frozen=True)
class Preview:
    """A notice held against the version in force, before anything is written."""

    notice: Notice
    seen: int  # the number of the version it was held against
    before: Calendar
    after: Calendar
    known: bool  # whether the year had a notice before
    changes: list[DayChange]
    doubts: list[str]

    @property
    def months_before(self) -> list[int]:
        return self.before.working_days_by_month(self.notice.year)

    @property
    def months_after(self) -> list[int]:
        return self.after.working_days_by_month(self.notice.year)


def preview(raw: Mapping[str, Any], *, by: Actor) -> Preview:
    """What loading this notice would change. Raises NotYours, and Refused with the field to mend."""
    _for_system_admin(by)
    return _preview(raw, _newest())


def clocks_reaching_into(changes: list[DayChange]) -> int:
    """How many running clocks count one of these days, at most foundation.counters.BOUND; one statement or none.

    A clock in natural hours asks no calendar and is not among them.
    """
    touched = Q(pk__in=[])
    for first, last in stretches([change.day for change in changes]):
        begins = datetime.combine(first, time(), ZONE)
        ends = datetime.combine(last, time.max, ZONE)
        touched |= Q(started_at__lte=ends, due_at__gte=begins)
    running = Clock.objects.filter(touched, stopped_at=None).exclude(limit_unit=Unit.HOUR)
    return bounded_counts({"clocks": running})["clocks"]


def _preview(raw: Mapping[str, Any], version: CalendarVersion) -> Preview:
    notice = check_notice(raw)
    rows = {row.year: row for row in editions(version.editions)}
    present = rows.pop(notice.year, None)
    if present is not None and check_notice(present.as_notice()) == notice:
        raise Refused("", _("与现行的 %(year)s 年安排完全相同，不用再载入") % {"year": notice.year})
    others = [row.as_notice() for row in rows.values()]
    agrees(notice, others)
    before = _known.get(version.label) or _read(version)
    after = read_calendar([*others, notice.as_mapping()], version="", spans=before.spans)
    return Preview(
        notice=notice,
        seen=version.number,
        before=before,
        after=after,
        known=present is not None,
        changes=changed_days(before, after, notice),
        doubts=doubts(after, notice.year),
    )


# --- writing ---


def load_year(
    notice: Mapping[str, Any], *, by: Actor, reason: str, seen: int | None = None, sure: bool = False
) -> CalendarVersion:
    """The notice is the newest edition of its year, and the next calendar version is in force, both or neither.

    `seen` is the number of the version it was held against; `sure` says that somebody has looked at what `doubts`
    found. Running clocks are recomputed afterwards. Raises NotYours, Refused with the field to mend, and Changed when
    another version came into force meanwhile.
    """
    _for_system_admin(by)
    reason = reason.strip()
    if not reason:
        raise Refused("reason", _("请填写载入的理由"))
    try:
        with transaction.atomic():
            last = _newest(lock=True)
            if seen is not None and seen != last.number:
                raise Changed(_changed())
            plan = _preview(notice, last)
            if plan.doubts and not sure:
                raise Refused("sure", " ".join(plan.doubts))
            version = _write(plan, last, by=by, reason=reason)
    except IntegrityError as error:  # two loads at the same moment: the numbers are unique
        raise Changed(_changed()) from error
    return version


def _write(plan: Preview, last: CalendarVersion, *, by: Actor, reason: str) -> CalendarVersion:
    year = plan.notice.year
    past = CalendarYear.objects.filter(year=year).aggregate(last=Max("edition"))["last"] or 0
    row = CalendarYear(**plan.notice.as_mapping(), edition=past + 1, loaded_at=by.now, loaded_by_id=by.user_id)
    row.save()
    kept = [name for name in last.editions if not name.startswith(f"{year}-")]
    version = CalendarVersion(
        number=last.number + 1,
        editions=sorted([*kept, row.name]),
        spans=last.spans,
        at=by.now,
        by_id=by.user_id,
        reason=reason,
    )
    version.save()
    transaction.on_commit(_look_up_again)
    return version


def _newest(*, lock: bool = False) -> CalendarVersion:
    versions = CalendarVersion.objects.order_by("-number")
    version = (versions.select_for_update() if lock else versions).first()
    if version is None:
        raise UnknownCalendar("no calendar version has been loaded; migrate loads the first")
    return version


def _for_system_admin(by: Actor) -> None:
    if by.role != Role.SYSTEM_ADMIN:
        raise NotYours(_("只有系统管理员可以载入放假安排"))


def _changed() -> str:
    return _("工作日历刚刚换了版本，请重新核对再载入")
