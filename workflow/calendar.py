"""Working days and working hours: which days count, and what a span of time is worth in them.

Pure: nothing here reads the present time or the database. A year the State Council has not yet published is counted by
weekdays alone and called provisional; guessing its holidays is deliberately not done, since make-up days cannot be
computed.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
SPANS = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
DATA = Path(__file__).parent / "data" / "calendars"

_DAY = timedelta(days=1)
_NOTHING = timedelta()
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The days off, the make-up working days and the office hours in force, under one version name.

    `days_off` are the days a notice names, weekends among them or not; other weekends are off by themselves.
    `spans` are local times of ZONE in ascending order. A moment with a time zone is expected wherever one is taken,
    and moments given back are in ZONE.
    """

    version: str
    days_off: frozenset[date]
    make_up: frozenset[date]
    confirmed_years: frozenset[int]
    spans: tuple[tuple[time, time], ...] = SPANS

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(left >= right for left, right in pairwise(edges)):
            raise ValueError("office hours must be ascending and must not touch")
        if self.days_off & self.make_up:
            raise ValueError("a day cannot be off and made up for at once")

    def is_working_day(self, day: date) -> bool:
        return day in self.make_up or (day.weekday() < _SATURDAY and day not in self.days_off)

    def is_provisional(self, day: date) -> bool:
        """Whether the notice for the day's year is missing, so that the count may still change."""
        return day.year not in self.confirmed_years

    def is_provisional_span(self, start: datetime, due: datetime) -> bool:
        """Whether a count from start to due passes through a year without a notice, so that its end may still move.

        Only the years are looked at: what counts natural hours does not ask the calendar and must not ask here. 24:00
        of a day belongs to that day.
        """
        first = start.astimezone(ZONE).year
        last = (due.astimezone(ZONE) - timedelta(microseconds=1)).year
        return any(year not in self.confirmed_years for year in range(first, last + 1))

    def nth_working_day_after(self, day: date, n: int) -> date:
        """The n-th working day after the day, which is itself not counted; n starts at 1."""
        if n < 1:
            raise ValueError("working days are counted from 1")
        year = day.year
        place = bisect_right(self._working_days(year), day.toordinal()) + n - 1
        while place >= len(self._working_days(year)):
            place -= len(self._working_days(year))
            year += 1
        return date.fromordinal(self._working_days(year)[place])

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after the first day, up to and with the second; 0 when it is not later."""
        if until <= after:
            return 0
        count = bisect_right(self._working_days(until.year), until.toordinal())
        count -= bisect_right(self._working_days(after.year), after.toordinal())
        return count + sum(len(self._working_days(year)) for year in range(after.year, until.year))

    def working_days_by_month(self, year: int) -> list[int]:
        """How many working days each of the twelve months of the year has."""
        months = [0] * 12
        for n in self._working_days(year):
            months[date.fromordinal(n).month - 1] += 1
        return months

    def end_of_working_day(self, day: date) -> datetime:
        """The last office minute of the day (17:30)."""
        return datetime.combine(day, self.spans[-1][1], ZONE)

    def start_of_working_day(self, day: date) -> datetime:
        """The first office minute of the day (08:30)."""
        return datetime.combine(day, self.spans[0][0], ZONE)

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself inside office hours, else the next opening. The end of a span is already outside."""
        local = moment.astimezone(ZONE)
        if self.is_working_day(local.date()):
            for opens, closes in self._spans_of(local.date()):
                if local < closes:
                    return max(local, opens)
        return self.start_of_working_day(self.nth_working_day_after(local.date(), 1))

    def add_working_seconds(self, start: datetime, seconds: int) -> datetime:
        """The earliest moment at which so many office seconds have passed since the start.

        A start outside office hours counts from the next opening.
        """
        if seconds < 0:
            raise ValueError("working seconds are added, never taken away")
        local = self.next_working_moment(start)
        if not seconds:
            return local
        wanted = self._passed_on(local) + timedelta(seconds=seconds)
        day = local.date()
        if wanted > self._length:
            days = -(-wanted // self._length) - 1
            day = self.nth_working_day_after(day, days)
            wanted -= days * self._length
        for opens, closes in self._spans_of(day):
            if wanted <= closes - opens:
                return opens + wanted
            wanted -= closes - opens
        raise AssertionError("a working day holds its own length")

    def working_seconds_between(self, start: datetime, end: datetime) -> int:
        """The whole office seconds from start to end; 0 when the end is not later."""
        first, last = start.astimezone(ZONE), end.astimezone(ZONE)
        if last <= first:
            return 0
        days = self.working_days_between(first.date() - _DAY, last.date() - _DAY)
        return (days * self._length + self._passed_on(last) - self._passed_on(first)) // timedelta(seconds=1)

    @cached_property
    def _length(self) -> timedelta:
        day = date(2000, 1, 3)
        return sum((closes - opens for opens, closes in self._spans_of(day)), _NOTHING)

    @cached_property
    def _by_year(self) -> dict[int, list[int]]:
        return {}

    def _working_days(self, year: int) -> list[int]:
        """The working days of a year as ordinals, computed once, so that counting over a year is two look-ups."""
        if year not in self._by_year:
            span = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
            self._by_year[year] = [n for n in span if self.is_working_day(date.fromordinal(n))]
        return self._by_year[year]

    def _spans_of(self, day: date) -> list[tuple[datetime, datetime]]:
        return [
            (datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)) for opens, closes in self.spans
        ]

    def _passed_on(self, local: datetime) -> timedelta:
        """How much office time of its own day lies before a moment in ZONE."""
        if not self.is_working_day(local.date()):
            return _NOTHING
        return sum(
            (max(_NOTHING, min(local, closes) - opens) for opens, closes in self._spans_of(local.date())), _NOTHING
        )


def read_calendar(
    notices: Iterable[Mapping[str, Any]],
    *,
    version: str,
    spans: tuple[tuple[time, time], ...] = SPANS,
) -> Calendar:
    """A calendar from one State Council notice a year, each a mapping as in the files of DATA."""
    days_off: set[date] = set()
    make_up: set[date] = set()
    years: set[int] = set()
    for notice in notices:
        years.add(int(notice["year"]))
        make_up.update(date.fromisoformat(day) for day in notice["make_up"])
        for first, last in notice["days_off"].values():
            days_off.update(days_between(date.fromisoformat(first), date.fromisoformat(last)))
    return Calendar(version, frozenset(days_off), frozenset(make_up), frozenset(years), spans)


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included; none when the last is earlier."""
    return [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]


def shipped_notices() -> list[dict[str, Any]]:
    """The notices shipped with the product, every edition of every year in order: the seed of a new database."""
    notices = [json.loads(path.read_text(encoding="utf-8")) for path in DATA.glob("*.json")]
    return sorted(notices, key=lambda notice: (notice["year"], notice["edition"]))


def newest_editions(notices: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The last edition of each year, by year."""
    newest: dict[int, Mapping[str, Any]] = {}
    for notice in sorted(notices, key=lambda notice: (notice["year"], notice["edition"])):
        newest[notice["year"]] = notice
    return list(newest.values())
