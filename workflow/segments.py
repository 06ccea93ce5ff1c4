"""Who had a subject for how long, to the second. Pure over the events; limits are never added up from it.

Segments use seconds and limits use units: two reports, never added (case lifecycle, “Counting”).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.calendar import Calendar


@dataclass(frozen=True)
class Turn:
    """Whose turn it was from one moment on, as an event says it; `organisation_id` None: nobody's."""

    at: datetime
    state: str
    organisation_id: int | None
    role: str


@dataclass(frozen=True)
class Segment:
    """One stretch with one holder in one state. `working_seconds` lie in office hours, `seconds` are all of them."""

    state: str
    organisation_id: int
    role: str
    since: datetime
    until: datetime
    working_seconds: int
    seconds: int


def segments(turns: Iterable[Turn], *, until: datetime, calendar: Calendar) -> list[Segment]:
    """The stretches of a history in their order, without gaps; the last one ends at `until` if it is still open.

    Moments are cut to whole seconds, so that the stretches add up to the elapsed time exactly.
    """
    found: list[Segment] = []
    current: Turn | None = None
    for turn in [*turns, None]:
        if turn is not None and current is not None and _holder(turn) == _holder(current):
            continue
        if current is not None and current.organisation_id is not None:
            found.append(_segment(current, _whole(turn.at if turn else until), calendar))
        current = turn
    return [segment for segment in found if segment.seconds]


def _segment(turn: Turn, end: datetime, calendar: Calendar) -> Segment:
    assert turn.organisation_id is not None
    since = _whole(turn.at)
    return Segment(
        state=turn.state,
        organisation_id=turn.organisation_id,
        role=turn.role,
        since=since,
        until=end,
        working_seconds=calendar.working_seconds_between(since, end),
        seconds=max(0, (end - since) // timedelta(seconds=1)),
    )


def _holder(turn: Turn) -> tuple[str, int | None, str]:
    return turn.state, turn.organisation_id, turn.role


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
