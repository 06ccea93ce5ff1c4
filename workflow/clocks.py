"""When something is due: kinds of clock, their limits, and what a move does to them.

Pure: a due date is a function of the start, the limit and the calendar, and always computed from the start, so that it
can be replayed from the events. Nothing here reads the present time or the database. Source of the rules: the page
“case lifecycle”, section “Clocks”.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, assert_never

from django.db.models import TextChoices
from django.utils.translation import ngettext, pgettext_lazy

from workflow.calendar import ZONE, Calendar

DEFAULT_CLOCK_POLICY: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "policies" / "clocks-v1.json").read_text(encoding="utf-8")
)


class ClockKind(TextChoices):
    """What must have happened by the due date."""

    ACCEPT = "ACCEPT", pgettext_lazy("clock", "受理")
    DISPATCH = "DISPATCH", pgettext_lazy("clock", "派单")
    ACKNOWLEDGE = "ACKNOWLEDGE", pgettext_lazy("clock", "签收")
    FIRST_CONTACT = "FIRST_CONTACT", pgettext_lazy("clock", "首联")
    PLAN = "PLAN", pgettext_lazy("clock", "方案")
    RESOLVE = "RESOLVE", pgettext_lazy("clock", "办结")
    REVIEW = "REVIEW", pgettext_lazy("clock", "审签")
    CONFIRM = "CONFIRM", pgettext_lazy("clock", "确认")


class Unit(TextChoices):
    """What a limit counts."""

    WORKING_HOUR = "WORKING_HOUR", pgettext_lazy("unit", "工作小时")
    WORKING_DAY = "WORKING_DAY", pgettext_lazy("unit", "工作日")
    NATURAL_DAY = "NATURAL_DAY", pgettext_lazy("unit", "天")
    HOUR = "HOUR", pgettext_lazy("unit", "小时")


@dataclass(frozen=True)
class Limit:
    """How long something may take. `at_least_working_days` is the floor of a limit in natural days."""

    amount: int
    unit: Unit
    at_least_working_days: int | None = None

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a limit is at least one unit")
        if self.at_least_working_days is not None:
            if self.unit != Unit.NATURAL_DAY:
                raise ValueError("only a limit in natural days has a floor in working days")
            if self.at_least_working_days < 1:
                raise ValueError("a floor is at least one working day")

    def text(self) -> str:
        """“15 个工作日”, in the reader's language."""
        match self.unit:
            case Unit.WORKING_HOUR:
                words = ngettext("%(n)s 个工作小时", "%(n)s 个工作小时", self.amount)
            case Unit.WORKING_DAY:
                words = ngettext("%(n)s 个工作日", "%(n)s 个工作日", self.amount)
            case Unit.NATURAL_DAY if self.at_least_working_days is not None:
                words = ngettext(
                    "%(n)s 天（至少 %(floor)s 个工作日）", "%(n)s 天（至少 %(floor)s 个工作日）", self.amount
                )
            case Unit.NATURAL_DAY:
                words = ngettext("%(n)s 天", "%(n)s 天", self.amount)
            case Unit.HOUR:
                words = ngettext("%(n)s 小时", "%(n)s 小时", self.amount)
            case _:
                assert_never(self.unit)
        return words % {"n": self.amount, "floor": self.at_least_working_days}


def due_at(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """The moment until which, itself included, the limit is kept. The starting day is not counted.

    24:00 of a day is given as 00:00 of the next one, which is the same moment.
    """
    local = start.astimezone(ZONE)
    match limit.unit:
        case Unit.WORKING_HOUR:
            return calendar.add_working_seconds(local, limit.amount * 3600)
        case Unit.HOUR:
            return local + timedelta(hours=limit.amount)
        case Unit.WORKING_DAY:
            return calendar.end_of_working_day(calendar.nth_working_day_after(local.date(), limit.amount))
        case Unit.NATURAL_DAY:
            return _end_of(_last_natural_day(local.date(), limit, calendar))
        case _:
            assert_never(limit.unit)


def _last_natural_day(start: date, limit: Limit, calendar: Calendar) -> date:
    last = start + timedelta(days=limit.amount)
    if limit.at_least_working_days is not None:
        last = max(last, calendar.nth_working_day_after(start, limit.at_least_working_days))
    return last if calendar.is_working_day(last) else calendar.nth_working_day_after(last, 1)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


@dataclass(frozen=True)
class Start:
    """A new clock of this kind begins; one that runs is replaced."""

    kind: ClockKind


@dataclass(frozen=True)
class Stop:
    """The clock ends now."""

    kind: ClockKind


@dataclass(frozen=True)
class Hold:
    """The result is handed in and waits for its signature: the clock keeps its due date but nothing is overdue."""

    kind: ClockKind


@dataclass(frozen=True)
class Release:
    """The result was sent back: the hold never was, and no time is credited for it."""

    kind: ClockKind


@dataclass(frozen=True)
class StopHeld:
    """The result is signed: handed in in time counts as ended then, handed in late as ended now (move 24)."""

    kind: ClockKind


Effect = Start | Stop | Hold | Release | StopHeld


@dataclass(frozen=True)
class ClockState:
    """One clock as it stands. `policy` and `calendar` name the versions it was started with."""

    kind: ClockKind
    started_at: datetime
    due_at: datetime
    limit: Limit
    policy: str
    calendar: str
    held_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    @property
    def held(self) -> bool:
        return self.running and self.held_at is not None

    @property
    def in_time(self) -> bool | None:
        """Whether it ended by its due date; None while that is still open."""
        return None if self.stopped_at is None else self.stopped_at <= self.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Whether somebody should be told that it is late: it runs, is not held, and the due date has passed."""
        return self.running and not self.held and now > self.due_at


def apply(
    clocks: Mapping[ClockKind, ClockState],
    effects: Iterable[Effect],
    *,
    at: datetime,
    limits: Mapping[ClockKind, Limit],
    policy: str,
    calendar: Calendar,
) -> dict[ClockKind, ClockState]:
    """The clocks after a move whose effects take place at `at`, in the order given.

    Stopping a clock that does not run changes nothing: one move serves several histories. An acceptance by rule
    dispatches at once, a plan is stopped again when it is saved a second time, and an inquiry never owed one. Holding,
    releasing or stopping as held needs the clock in that very condition; anything else is a fault of the graph and
    raises ValueError, and so does a start without a limit. The clock that a start replaces is not given back: the
    caller keeps its row.
    """
    after = dict(clocks)
    for effect in effects:
        kind, clock = effect.kind, after.get(effect.kind)
        match effect:
            case Start():
                after[kind] = _started(kind, at=at, limits=limits, policy=policy, calendar=calendar)
            case Stop():
                if clock is not None and clock.running:
                    after[kind] = replace(clock, stopped_at=at)
            case Hold():
                if clock is None or not clock.running or clock.held:
                    raise ValueError(f"clock {kind.value} cannot be held: it does not run or is held already")
                after[kind] = replace(clock, held_at=at)
            case Release():
                after[kind] = replace(_the_held(clock, kind), held_at=None)
            case StopHeld():
                clock = _the_held(clock, kind)
                in_time = clock.held_at is not None and clock.held_at <= clock.due_at
                after[kind] = replace(clock, stopped_at=clock.held_at if in_time else at)
            case _:
                assert_never(effect)
    return after


def _started(
    kind: ClockKind, *, at: datetime, limits: Mapping[ClockKind, Limit], policy: str, calendar: Calendar
) -> ClockState:
    if kind not in limits:
        raise ValueError(f"clock {kind.value} cannot start: no limit is known for it")
    limit = limits[kind]
    return ClockState(kind, at, due_at(at, limit, calendar), limit, policy, calendar.version)


def _the_held(clock: ClockState | None, kind: ClockKind) -> ClockState:
    if clock is None or not clock.held:
        raise ValueError(f"clock {kind.value} is not held")
    return clock


def next_due(clocks: Mapping[ClockKind, ClockState]) -> ClockState | None:
    """The clock that somebody must meet first: it runs, is not held and is due before the others."""
    waiting = [clock for clock in clocks.values() if clock.running and not clock.held]
    return min(waiting, key=lambda clock: (clock.due_at, clock.kind.value), default=None)


def limits_for(policy_data: Mapping[str, Any], *, klass: str, urgent: bool) -> dict[ClockKind, Limit]:
    """The limit of every clock that a policy document knows, for a demand of this class.

    `klass` is empty before acceptance, and what depends on it is then absent. A class the policy does not know raises
    KeyError, since counting with another class's limit would be worse.
    """
    limits = {}
    for name, entry in policy_data["limits"].items():
        if "by_class" in entry:
            if not klass:
                continue
            entry = entry["by_class"][klass]
        if urgent:
            entry = entry.get("urgent", entry)
        limits[ClockKind(name)] = Limit(entry["amount"], Unit(entry["unit"]), entry.get("at_least_working_days"))
    return limits
