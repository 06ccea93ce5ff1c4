"""When something is due: kinds of clock, their limits, and what a move does to them.

Pure: a due date is a function of the start, the limit, the credits and the calendar, and always computed from the
start, so that it can be replayed from the events. Nothing here reads the present time or the database. Source of the
rules: the page “case lifecycle”, section “Clocks”.
"""

from workflow.clocks.effects import (
    NAMES,
    Effect,
    Expire,
    Extend,
    Hold,
    PauseClock,
    Rebase,
    Release,
    Relimit,
    Reopen,
    Resume,
    Start,
    StartHalf,
    Stop,
    StopHeld,
    apply,
    decoded,
    encoded,
    rebased,
    replaced,
)
from workflow.clocks.limits import (
    DEFAULT_CLOCK_POLICY,
    ClockKind,
    Limit,
    Limits,
    Unit,
    amount_text,
    limits_for,
    remind_on_days,
)
from workflow.clocks.state import ClockState, Pause, credited, due_at, next_due

__all__ = [
    "DEFAULT_CLOCK_POLICY",
    "NAMES",
    "ClockKind",
    "ClockState",
    "Effect",
    "Expire",
    "Extend",
    "Hold",
    "Limit",
    "Limits",
    "Pause",
    "PauseClock",
    "Rebase",
    "Release",
    "Relimit",
    "Reopen",
    "Resume",
    "Start",
    "StartHalf",
    "Stop",
    "StopHeld",
    "Unit",
    "amount_text",
    "apply",
    "credited",
    "decoded",
    "due_at",
    "encoded",
    "limits_for",
    "next_due",
    "rebased",
    "remind_on_days",
    "replaced",
]
