"""What a move does to clocks: the effects, how the ledger writes them, and the reducer that applies them.

Pure: the clocks after a move are a function of the clocks before it, the effects, one moment and the named versions of
policy and calendar. The door applies the effects of one move; a replay applies those of a whole chain again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, assert_never

from workflow.calendar import ZONE, Calendar
from workflow.clocks.limits import ClockKind, Limit, Limits, Unit
from workflow.clocks.state import ClockState, Pause, credited, due_at


@dataclass(frozen=True)
class Start:
    """A new clock of this kind begins; one that runs is replaced.

    `when_written`: it counts from when the event was written and not from when the event took effect, since nobody
    could know earlier (case lifecycle, “Two times”).
    """

    kind: ClockKind
    when_written: bool = False


@dataclass(frozen=True)
class StartHalf:
    """A new clock with half the limit begins, a fraction rounded up."""

    kind: ClockKind


@dataclass(frozen=True)
class Stop:
    """The clock ends now."""

    kind: ClockKind


@dataclass(frozen=True)
class Expire:
    """The clock ends because its time was over, and counts as late: the system acted in somebody's place."""

    kind: ClockKind


@dataclass(frozen=True)
class PauseClock:
    """The clock stands still until it is resumed; what passes meanwhile is credited then."""

    kind: ClockKind


@dataclass(frozen=True)
class Resume:
    """The clock goes on, due later by what the pause credits."""

    kind: ClockKind


@dataclass(frozen=True)
class Extend:
    """The clock is due so many units of its limit later."""

    kind: ClockKind
    amount: int


@dataclass(frozen=True)
class Relimit:
    """The clock is due by this other limit, counted from the same start; a limit that gives no later date changes
    nothing. The limit stands in the event, because it is of the policy with which the clock was started and not of
    the one in force."""

    kind: ClockKind
    limit: Limit


@dataclass(frozen=True)
class Until:
    """The clock is due at the end of this day, whatever its limit says: somebody has set the date. A day that is not a
    working day moves to the next one. What is credited afterwards comes on top."""

    kind: ClockKind
    day: date


@dataclass(frozen=True)
class Rebase:
    """The clock is due when the calendar now in force says; but a past due never moves earlier, nor does any due
    move into the past."""

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


@dataclass(frozen=True)
class Reopen:
    """The clock, which an ending stopped, goes on: the ending is undone and its time credited (moves 30a, 31a)."""

    kind: ClockKind


Effect = (
    Start
    | StartHalf
    | Stop
    | Expire
    | PauseClock
    | Resume
    | Extend
    | Relimit
    | Until
    | Rebase
    | Hold
    | Release
    | StopHeld
    | Reopen
)

# How the facts of an event name an effect. Never to be renamed: chains already written are read by these words.
NAMES: dict[type[Effect], str] = {
    Start: "start",
    StartHalf: "start_half",
    Stop: "stop",
    Expire: "expire",
    PauseClock: "pause",
    Resume: "resume",
    Extend: "extend",
    Relimit: "relimit",
    Until: "until",
    Rebase: "rebase",
    Hold: "hold",
    Release: "release",
    StopHeld: "stop_held",
    Reopen: "reopen",
}
_TYPES = {name: effect for effect, name in NAMES.items()}


Entry = list[str | int | None]


def encoded(effects: Iterable[Effect]) -> list[Entry]:
    """The effects as the facts of an event keep them: [["start", "ACCEPT"], ["extend", "RESOLVE", 5]]."""
    found: list[Entry] = []
    for effect in effects:
        entry: Entry = [NAMES[type(effect)], effect.kind.value]
        if isinstance(effect, Extend):
            entry.append(effect.amount)
        if isinstance(effect, Relimit):
            entry += [effect.limit.amount, effect.limit.unit.value, effect.limit.at_least_working_days]
        if isinstance(effect, Until):
            entry.append(effect.day.isoformat())
        if isinstance(effect, Start) and effect.when_written:
            entry.append(1)
        found.append(entry)
    return found


def decoded(entries: Iterable[Sequence[Any]]) -> list[Effect]:
    """The effects that the facts of an event keep. Raises KeyError for a name that no version ever wrote."""
    found: list[Effect] = []
    for name, kind, *more in entries:
        effect = _TYPES[str(name)]
        if effect is Relimit:
            amount, unit, at_least = more
            more = [Limit(amount, Unit(unit), at_least)]
        if effect is Until:
            more = [date.fromisoformat(more[0])]
        found.append(effect(ClockKind(kind), *(bool(m) if effect is Start else m for m in more)))  # type: ignore[arg-type]
    return found


def apply(
    clocks: Mapping[ClockKind, ClockState],
    effects: Iterable[Effect],
    *,
    at: datetime,
    limits: Limits,
    policy: str,
    calendar: Calendar,
    seq: int = 0,
    written_at: datetime | None = None,
) -> dict[ClockKind, ClockState]:
    """The clocks after a move whose effects take place at `at`, in the order given.

    Stopping a clock that does not run changes nothing: one move serves several histories. An acceptance by rule
    dispatches at once, a plan is stopped again when it is saved a second time, and an inquiry never owed one. Holding,
    releasing, pausing, resuming, extending, relimiting, dating, rebasing, reopening, letting expire or stopping as held
    needs the clock in that very condition; anything else is a fault of the graph and raises ValueError, and so does a
    start without a limit. The clock that a start replaces is not given back: see `replaced`. `seq` is the sequence
    number of the event, and `written_at` when it was written, if that is later than `at`.
    """
    after = dict(clocks)
    for effect in effects:
        kind, clock = effect.kind, after.get(effect.kind)
        if isinstance(effect, Start | StartHalf):
            limit = limits.whole(kind) if isinstance(effect, Start) else limits.half(kind)
            start = written_at if isinstance(effect, Start) and effect.when_written and written_at else at
            due = due_at(start, limit, calendar)
            after[kind] = ClockState(kind, start, due, limit, policy, calendar.version, seq)
        elif isinstance(effect, Stop):
            if clock is not None and clock.running:
                after[kind] = replace(_resumed(clock, at, calendar), stopped_at=at)
        else:
            after[kind] = _changed(clock, effect, at, calendar)
    return after


def _changed(
    clock: ClockState | None,
    effect: Expire | PauseClock | Resume | Extend | Relimit | Until | Rebase | Hold | Release | StopHeld | Reopen,
    at: datetime,
    calendar: Calendar,
) -> ClockState:
    kind = effect.kind
    match effect:
        case Expire():
            return replace(_the(clock, kind, "counting"), stopped_at=at, breached=True)
        case PauseClock():
            return replace(_the(clock, kind, "counting"), paused_at=at)
        case Resume():
            return _resumed(_the(clock, kind, "paused"), at, calendar)
        case Extend() | Relimit() | Until() | Rebase():
            return _redated(_the(clock, kind, "running"), effect, at, calendar)
        case Hold() | Release():
            held = isinstance(effect, Hold)
            return replace(_the(clock, kind, "counting" if held else "held"), held_at=at if held else None)
        case StopHeld():
            return _stopped_as_held(_the(clock, kind, "held"), at)
        case Reopen():
            return _reopened(_the(clock, kind, "reopenable"), at, calendar)
        case _:
            assert_never(effect)


def _redated(
    clock: ClockState, effect: Extend | Relimit | Until | Rebase, at: datetime, calendar: Calendar
) -> ClockState:
    match effect:
        case Extend():
            return _extended(clock, effect.amount, calendar)
        case Relimit():
            return _relimited(clock, effect.limit, calendar)
        case Until():
            return _until(clock, effect.day, at, calendar)
        case Rebase():
            return rebased(clock, at, calendar)
        case _:
            assert_never(effect)


def replaced(
    before: Mapping[ClockKind, ClockState], after: Mapping[ClockKind, ClockState], *, at: datetime
) -> list[ClockState]:
    """The clocks that ran and gave way to a new one of their kind, as they ended at `at`; held ones as when held.

    What a paused one waited is not credited any more.
    """
    return [
        _stopped_as_held(clock, at) if clock.held else replace(clock, stopped_at=at, paused_at=None)
        for kind, clock in before.items()
        if clock.running and after[kind].started_seq != clock.started_seq
    ]


def rebased(clock: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """The clock as this calendar counts it at the moment `at`.

    Unchanged, its calendar too, when the due date stays, would move earlier although it has passed, or would move into
    the past. A paused clock gets its new date when it is resumed.
    """
    if clock.paused:
        return clock
    due = due_at(clock.started_at, clock.limit, calendar, pauses=clock.pauses, extension=clock.extension)
    if due == clock.due_at or (due < clock.due_at and due <= at):
        return clock
    return replace(clock, due_at=due, calendar=calendar.version)


def _resumed(clock: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """The clock with the open pause, if there is one, closed and credited."""
    if clock.paused_at is None:
        return clock
    pauses = (*clock.pauses, Pause(clock.paused_at, at))
    due = due_at(clock.started_at, clock.limit, calendar, pauses=pauses, extension=clock.extension)
    return replace(clock, pauses=pauses, paused_at=None, due_at=max(due, clock.due_at), calendar=calendar.version)


def _reopened(clock: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """The stopped clock running again, the time since it was stopped credited as a pause. A hold stays a hold."""
    assert clock.stopped_at is not None
    return _resumed(replace(clock, paused_at=clock.stopped_at, stopped_at=None), at, calendar)


def _extended(clock: ClockState, amount: int, calendar: Calendar) -> ClockState:
    if amount < 1:
        raise ValueError("an extension is at least one unit")
    extension = clock.extension + amount
    due = due_at(clock.started_at, clock.limit, calendar, pauses=clock.pauses, extension=extension)
    return replace(clock, extension=extension, due_at=max(due, clock.due_at), calendar=calendar.version)


def _relimited(clock: ClockState, limit: Limit, calendar: Calendar) -> ClockState:
    due = due_at(clock.started_at, limit, calendar, pauses=clock.pauses, extension=clock.extension)
    if due <= clock.due_at:
        return clock
    return replace(clock, limit=limit, due_at=due, calendar=calendar.version)


def _until(clock: ClockState, day: date, at: datetime, calendar: Calendar) -> ClockState:
    """The clock due on that day, as a limit in natural days from its own start: such a limit means the same day by
    every calendar. A pause that is open begins anew at `at`, so that only what is waited from now on comes on top."""
    pauses = clock.pauses if clock.paused_at is None else (*clock.pauses, Pause(clock.paused_at, at))
    whole = (day - clock.started_at.astimezone(ZONE).date()).days
    limit = Limit(whole - credited(Unit.NATURAL_DAY, pauses, calendar), Unit.NATURAL_DAY)
    return replace(
        clock,
        limit=limit,
        due_at=due_at(clock.started_at, limit, calendar, pauses=pauses),
        extension=0,
        pauses=pauses,
        paused_at=None if clock.paused_at is None else at,
        calendar=calendar.version,
    )


def _stopped_as_held(clock: ClockState, at: datetime) -> ClockState:
    in_time = clock.held_at is not None and clock.held_at <= clock.due_at
    return replace(clock, stopped_at=clock.held_at if in_time else at)


def _the(clock: ClockState | None, kind: ClockKind, condition: str) -> ClockState:
    if clock is None or not getattr(clock, condition):
        raise ValueError(f"clock {kind.value} is not {condition}")
    return clock
