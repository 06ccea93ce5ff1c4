"""The duty of meetings in a year: every office one a month, every leader one a quarter in the chair.

Source: the page “mission”, cadence; docs/decisions/0043 and 0047. The figures are counted over all meetings of
the year; which of them a reader may open is said beside each, for a figure leads on only where all behind it may be
opened.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q

from dialogue.symposia.dates import on_or_before
from dialogue.symposia.enums import AFTER_MEETING, MeetingState
from dialogue.symposia.models import Meeting
from dialogue.symposia.queries.overview import in_year
from parties.models import District, Membership, Office
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import ZONE, Calendar

OFFICES = (Office.OfficeKind.PLATFORM, Office.OfficeKind.LEADER)  # whose desks organise meetings
LEADERS = frozenset({Role.LEADER, Role.LEADER_OFFICE})
PLANNED = (MeetingState.COLLECTING, MeetingState.NOTIFIED)


class Duty(StrEnum):
    """How it stands with one meeting that is owed."""

    DONE = "DONE"
    DUE = "DUE"  # its month or quarter has not ended
    OVERDUE = "OVERDUE"
    AHEAD = "AHEAD"
    NONE = "NONE"  # nothing is owed: before the office began, or the post did not last the whole quarter


@dataclass(frozen=True)
class Period:
    """A month or a quarter, both days included."""

    first: date
    last: date

    @property
    def number(self) -> int:
        """Of the month in its year; a quarter has that of its first month."""
        return self.first.month


@dataclass(frozen=True)
class Held:
    """A meeting of the year, as far as its duty needs it."""

    office_id: int
    host: tuple[int, int]  # person and organisation
    day: date
    state: str
    public_id: UUID
    readable: bool


@dataclass(frozen=True)
class Cell:
    """One duty: `meetings` are those that fulfil it, or that are planned to; `until` the last working day for it."""

    period: Period
    duty: Duty
    meetings: tuple[Held, ...] = ()
    until: date | None = None

    @property
    def readable(self) -> bool:
        """Whether the reader may open all of the meetings."""
        return all(meeting.readable for meeting in self.meetings)


@dataclass(frozen=True)
class Line:
    """The duties of one office, or of one leader, in a year; `begun` says whether the office has ever met."""

    name: str
    of: str
    cells: list[Cell]
    begun: bool = True


@dataclass(frozen=True)
class Year:
    offices: list[Line]
    leaders: list[Line]


def cadence(actor: Actor, year: int, calendar: Calendar) -> Year:
    """How the duties of this year stand: of all for the city's office and for leaders, else of the reader's own office.

    Four statements, three for one's own office alone.
    """
    organising = Office.objects.filter(office_kind__in=OFFICES, active=True)
    offices = list(organising.select_related("serves").order_by("serves_id", "pk"))
    whole = _sees_all(actor, offices)
    shown = offices if whole else [office for office in offices if office.pk == actor.organisation_id]
    posts = _posts(year) if whole else []
    meetings, first, met = _meetings(actor, year), *_beginnings()
    since = _month_of(min(first.values(), default=actor.now), actor)
    today = actor.now.astimezone(ZONE).date()
    by_office, by_host = defaultdict(list), defaultdict(list)
    for meeting in meetings:
        by_office[meeting.office_id].append(meeting)
        by_host[meeting.host].append(meeting)
    months, quarters = periods(year, 1), periods(year, 3)

    def of_office(office: Office) -> list[Cell]:
        held, began = by_office[office.pk], _month_of(first.get(office.pk, actor.now), actor)
        return [cell(one, held, today, calendar, owed=one.first >= began) for one in months]

    def of_leader(terms: list[Membership]) -> list[Cell]:
        held = by_host[terms[0].user_id, terms[0].organisation_id]
        owed = [one.first >= since and _lasts(terms, one) for one in quarters]
        return [cell(one, held, today, calendar, owed=owes) for one, owes in zip(quarters, owed, strict=True)]

    return Year(
        [Line(office.name, office.serves.name, of_office(office), office.pk in met) for office in shown],
        [Line(terms[0].user.name, terms[0].organisation.name, of_leader(terms)) for terms in posts],
    )


def periods(year: int, months: int) -> list[Period]:
    """The year in parts of so many months."""
    lasts = range(months, 13, months)
    return [Period(date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])) for last in lasts]


def cell(period: Period, meetings: Iterable[Held], today: date, calendar: Calendar, *, owed: bool) -> Cell:
    """How the duty of this period stands with these meetings of the year. Pure."""
    within = sorted((one for one in meetings if period.first <= one.day <= period.last), key=lambda one: one.day)
    held = tuple(one for one in within if one.state in AFTER_MEETING)
    if held:
        return Cell(period, Duty.DONE, held)
    planned = tuple(one for one in within if one.state in PLANNED)
    until = on_or_before(period.last, calendar)
    if not owed:
        return Cell(period, Duty.NONE, planned)
    if period.last < today:
        return Cell(period, Duty.OVERDUE, planned, until)
    return Cell(period, Duty.AHEAD if period.first > today else Duty.DUE, planned, until)


def _sees_all(actor: Actor, offices: Iterable[Office]) -> bool:
    own = next((office for office in offices if office.pk == actor.organisation_id), None)
    return actor.role in LEADERS or (own is not None and own.serves.level == District.Level.CITY)


def _posts(year: int) -> list[list[Membership]]:
    """The posts of leaders in force on a day of the year; of somebody appointed again all their terms together."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=first), role=Role.LEADER, valid_from__lte=last)
    found: dict[tuple[int, int], list[Membership]] = {}
    for post in rows.select_related("user", "organisation").order_by("organisation_id", "pk"):
        found.setdefault((post.user_id, post.organisation_id), []).append(post)
    return list(found.values())


def _lasts(terms: Iterable[Membership], period: Period) -> bool:
    """Whether the post lasts through the period, one term after the other."""
    day = period.first
    for term in sorted(terms, key=lambda one: one.valid_from):
        if term.valid_from <= day:
            day = max(day, (term.valid_to or period.last) + timedelta(days=1))
    return day > period.last


def _meetings(actor: Actor, year: int) -> list[Held]:
    readable = Meeting.objects.visible_to(actor).filter(pk=OuterRef("pk"))
    rows: Any = Meeting.objects.filter(in_year(year), state__in=(*PLANNED, *AFTER_MEETING))
    rows = rows.annotate(readable=Exists(readable))
    names = ("office_id", "host_id", "host_org_id", "starts_at", "state", "public_id", "readable")
    return [
        Held(office, (host, place), starts_at.astimezone(ZONE).date(), state, public_id, seen)
        for office, host, place, starts_at, state, public_id, seen in rows.values_list(*names)
    ]


def _beginnings() -> tuple[dict[int, datetime], set[int]]:
    """When the first meeting of each office began or is to begin, those called off left out; and which offices have
    met. One statement."""
    known = Meeting.objects.filter(state__in=(*PLANNED, *AFTER_MEETING)).order_by().values("office_id")
    held = Count("pk", filter=Q(state__in=AFTER_MEETING))
    rows = list(known.annotate(first=Min("starts_at"), held=held).values_list("office_id", "first", "held"))
    return {office: first for office, first, _held in rows}, {office for office, _first, held in rows if held}


def _month_of(moment: datetime, actor: Actor) -> date:
    """The first day of the month of this moment, and of the present month where that is to come."""
    return min(moment, actor.now).astimezone(ZONE).date().replace(day=1)
