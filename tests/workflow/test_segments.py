"""Who had it for how long, to the second: the stretches add up to the elapsed time, without gaps."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow.test_clocks import CALENDAR, at
from workflow.segments import Segment, Turn, segments


def test_each_holder_gets_the_time_until_the_next_has_the_turn():
    turns = [
        Turn(at("2026-11-27T16:30:00"), "SUBMITTED", 1, "INTAKE"),
        Turn(at("2026-11-27T16:40:00.700000"), "SUBMITTED", 1, "INTAKE"),  # a note: the turn stays
        Turn(at("2026-11-27T17:00:20.900000"), "ACCEPTED", 1, "DISPATCHER"),
        Turn(at("2026-11-30T09:00:20.100000"), "DISPATCHED", 2, "DEPARTMENT_LIAISON"),
        Turn(at("2026-11-30T10:00:00"), "CLOSED", None, ""),
        Turn(at("2026-12-30T10:00:00"), "ARCHIVED", None, ""),
    ]
    found = segments(turns, until=at("2027-01-01T00:00"), calendar=CALENDAR)
    assert found == [
        Segment("SUBMITTED", 1, "INTAKE", turns[0].at, at("2026-11-27T17:00:20"), 1820, 1820),
        Segment("ACCEPTED", 1, "DISPATCHER", at("2026-11-27T17:00:20"), at("2026-11-30T09:00:20"), 3600, 230_400),
        Segment(
            "DISPATCHED", 2, "DEPARTMENT_LIAISON", at("2026-11-30T09:00:20"), at("2026-11-30T10:00:00"), 3580, 3580
        ),
    ]


def test_what_is_still_open_ends_now():
    turns = [Turn(at("2026-11-23T10:00"), "SUBMITTED", 1, "INTAKE")]
    [one] = segments(turns, until=at("2026-11-23T10:00:05"), calendar=CALENDAR)
    assert (one.until, one.seconds, one.working_seconds) == (at("2026-11-23T10:00:05"), 5, 5)
    assert segments([], until=at("2026-11-23T10:00"), calendar=CALENDAR) == []


waits = st.timedeltas(timedelta(), timedelta(days=9))
holders = st.tuples(st.sampled_from(["SUBMITTED", "WAIT_ENTERPRISE", "IN_PROGRESS"]), st.integers(1, 3))


@settings(deadline=None, max_examples=200)
@given(steps=st.lists(st.tuples(waits, holders), min_size=1, max_size=15), last=waits)
def test_segments_and_pauses_are_the_elapsed_time_working_and_in_all(steps, last):
    now, turns = at("2026-01-20T03:00"), []
    for wait, (state, holder) in steps:
        turns.append(Turn(now, state, holder, "A_ROLE"))
        now += wait
    end = now + last
    found = segments(turns, until=end, calendar=CALENDAR)
    start, stop = turns[0].at, end.replace(microsecond=0)
    assert sum(one.working_seconds for one in found) == CALENDAR.working_seconds_between(start, stop)
    assert sum(one.seconds for one in found) == (stop - start) // timedelta(seconds=1)
    assert all(one.until == following.since for one, following in pairwise(found))
