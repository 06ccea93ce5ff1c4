"""A year is loaded: what it would change, and the load itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from foundation.counters import bounded_counts
from foundation.errors import Changed, NotYours, Refused
from parties.roles import Role
from workflow import recompute
from workflow.actor import Actor
from workflow.calendar import ZONE, Calendar, read_calendar
from workflow.calendar_notice import (
    DayChange,
    Notice,
    agrees,
    changed_days,
    check_notice,
    doubts,
    stretches,
)
from workflow.calendars import calendar_of, editions, look_up_again, newest_version
from workflow.clocks import Unit
from workflow.models import CalendarVersion, CalendarYear, Clock

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
    return _preview(raw, newest_version())


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
    before = calendar_of(version)
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
            last = newest_version(lock=True)
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
    recompute.enqueue(version, by=by)
    transaction.on_commit(look_up_again)
    return version


def _for_system_admin(by: Actor) -> None:
    if by.role != Role.SYSTEM_ADMIN:
        raise NotYours(_("只有系统管理员可以载入放假安排"))


def _changed() -> str:
    return _("工作日历刚刚换了版本，请重新核对再载入")
