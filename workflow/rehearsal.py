"""A policy tried out on what happened: every clock of a history counted once more with other limits.

Pure. Only due dates are counted anew: pauses, holds, extensions and ends stay as they were recorded, for nobody knows
what people would have done under another limit. The figures name kinds of clock, classes and offices, never a demand
or a firm.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from workflow.calendar import ZONE, Calendar
from workflow.clocks import NAMES, ClockKind, ClockState, Relimit, decoded, encoded
from workflow.replay import CalendarOf, LimitsOf, Recorded, replay

# Whose figure a clock is: the fact of the event that names the organisation. The department has what is not here.
OF_OFFICE = frozenset({"ACCEPT", "DISPATCH", "ARBITRATION", "RECONSIDER"})
OF_FIRMS = frozenset({"COMPLETION", "ANSWER", "CONFIRM"})
FIRMS = 0  # stands for all of them together

Shift = tuple[int, int]  # working days; hours when it is less than one

_HOUR = 3600  # seconds
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Compared:
    """One clock as it was and as it would have been. `organisation` is FIRMS for a clock that waits for a firm."""

    kind: ClockKind
    klass: str
    organisation: int
    before: ClockState
    after: ClockState


def rehearse(
    history: Sequence[Recorded], *, recorded: LimitsOf, proposed: LimitsOf, calendar_of: CalendarOf
) -> list[Compared]:
    """Every clock of one chain under the limits it had and under the proposed ones.

    Raises what `replay` raises for a chain that cannot be counted.
    """
    before = replay(history, limits_of=recorded, calendar_of=calendar_of)
    after = replay(_under(history, proposed), limits_of=proposed, calendar_of=calendar_of)
    facts = {event.seq: event.facts for event in history}
    return [
        Compared(
            kind=was.kind,
            klass=str(facts[was.started_seq].get("class", "")),
            organisation=_concerned(was, history),
            before=was,
            after=would_be,
        )
        for was, would_be in zip(before, after, strict=True)
    ]


def _under(history: Iterable[Recorded], proposed: LimitsOf) -> Iterator[Recorded]:
    """The history, with the proposed limit where an event names one itself, as that of another class does."""
    for event in history:
        if any(name == NAMES[Relimit] for name, *_rest in event.facts.get("clocks", ())):
            limits, effects = proposed(event.policy, event.facts), decoded(event.facts["clocks"])
            taken = [Relimit(e.kind, limits.whole(e.kind)) if isinstance(e, Relimit) else e for e in effects]
            event = replace(event, facts={**event.facts, "clocks": encoded(taken)})
        yield event


def _concerned(clock: ClockState, history: Sequence[Recorded]) -> int:
    """Who had to meet this clock: the department that had the demand last before it ended, else the office."""
    if clock.kind.value in OF_FIRMS:
        return FIRMS
    facts: Mapping[str, Any] = {}
    for event in history:
        ended = clock.stopped_at is not None and event.effective_at >= clock.stopped_at
        if facts and event.seq > clock.started_seq and ended:
            break
        facts = event.facts
    lead = None if clock.kind.value in OF_OFFICE else facts.get("lead")
    return int(lead or facts.get("office") or FIRMS)


def is_late(clock: ClockState, now: datetime) -> bool:
    """Whether it was not met. What is held or paused is judged by the moment it was handed in or began to wait."""
    if clock.breached and clock.stopped_at is not None:
        # The system acted at the due moment of that time: later than it, nobody knows.
        return clock.due_at <= clock.stopped_at
    return (clock.stopped_at or clock.held_at or clock.paused_at or now) > clock.due_at


def shift(before: datetime, after: datetime, calendar: Calendar) -> Shift:
    """How far apart two due dates lie, whichever is first: working days, or hours rounded up when it is none."""
    first, last = sorted((before, after))
    days = calendar.working_days_between(_last_day(first), _last_day(last))
    return (days, 0) if days else (0, -(-round((last - first).total_seconds()) // _HOUR))


def _last_day(moment: datetime) -> date:
    """The day a due date belongs to; 24:00 is the end of its own day."""
    return (moment.astimezone(ZONE) - _MOMENT).date()


# --- figures ---


@dataclass
class Figures:
    """What was counted of one group of clocks. `earlier` and `later` count how often a due date moves so far."""

    clocks: int = 0
    late_before: int = 0
    late_after: int = 0
    newly_late: int = 0
    no_longer_late: int = 0
    earlier: Counter[Shift] = field(default_factory=Counter)
    later: Counter[Shift] = field(default_factory=Counter)

    def count(self, compared: Compared, *, now: datetime, calendar: Calendar) -> None:
        was, would_be = is_late(compared.before, now), is_late(compared.after, now)
        self.clocks += 1
        self.late_before += was
        self.late_after += would_be
        self.newly_late += would_be and not was
        self.no_longer_late += was and not would_be
        old, new = compared.before.due_at, compared.after.due_at
        if new != old:
            (self.earlier if new < old else self.later)[shift(old, new, calendar)] += 1

    def as_json(self) -> dict[str, Any]:
        return {
            "clocks": self.clocks,
            "late_before": self.late_before,
            "late_after": self.late_after,
            "newly_late": self.newly_late,
            "no_longer_late": self.no_longer_late,
            "earlier": _spread(self.earlier),
            "later": _spread(self.later),
        }


def _spread(shifts: Counter[Shift]) -> dict[str, Any]:
    """How many, the median (the lower of the two middle ones) and the largest."""
    number = shifts.total()
    if not number:
        return {"n": 0, "median": [0, 0], "most": [0, 0]}
    place = (number - 1) // 2
    ordered = sorted(shifts)
    for median in ordered:
        place -= shifts[median]
        if place < 0:
            break
    return {"n": number, "median": list(median), "most": list(ordered[-1])}


class Tally:
    """The figures of a whole rehearsal. Its size depends on the kinds, classes and offices, not on the demands."""

    def __init__(self, *, now: datetime, calendar: Calendar) -> None:
        self.now, self.calendar = now, calendar
        self.subjects = 0
        self.unreadable = 0  # chains that could not be counted
        self.whole = Figures()
        self.by_clock: dict[tuple[ClockKind, str], Figures] = {}
        self.by_organisation: dict[int, Figures] = {}

    def add(self, found: Iterable[Compared]) -> None:
        """The clocks of one more subject."""
        self.subjects += 1
        for compared in found:
            for figures in (
                self.whole,
                self.by_clock.setdefault((compared.kind, compared.klass), Figures()),
                self.by_organisation.setdefault(compared.organisation, Figures()),
            ):
                figures.count(compared, now=self.now, calendar=self.calendar)

    def as_json(self, names: Mapping[int, str]) -> dict[str, Any]:
        """What is kept and shown. The offices with the most new delays first."""
        offices = [
            {"name": names.get(key, ""), "firms": key == FIRMS, **figures.as_json()}
            for key, figures in self.by_organisation.items()
        ]
        offices.sort(key=lambda row: (-row["newly_late"], row["no_longer_late"], -row["clocks"], row["name"]))
        return {
            "subjects": self.subjects,
            "unreadable": self.unreadable,
            "whole": self.whole.as_json(),
            "by_clock": [
                {"kind": kind.value, "class": klass, **figures.as_json()}
                for (kind, klass), figures in self.by_clock.items()
            ],
            "by_organisation": offices,
        }
