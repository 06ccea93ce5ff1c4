"""When something is due, and what moves do to clocks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import CALENDAR
from workflow.calendar import ZONE
from workflow.clocks import (
    DEFAULT_CLOCK_POLICY,
    ClockKind,
    ClockState,
    Effect,
    Hold,
    Limit,
    Limits,
    Release,
    Start,
    Stop,
    StopHeld,
    Unit,
    apply,
    due_at,
    limits_for,
    next_due,
    replaced,
)

LIMITS = limits_for(DEFAULT_CLOCK_POLICY, klass="ORDINARY", urgent=False)

moments = st.timedeltas(timedelta(), timedelta(days=1490)).map(datetime(2024, 12, 1, tzinfo=ZONE).__add__)
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(Unit)) | st.builds(
    Limit, st.integers(1, 20), st.just(Unit.NATURAL_DAY), st.integers(1, 20)
)
unhurried = settings(deadline=None, max_examples=150)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


NOW = at("2026-11-23T10:00")


def after(
    clocks: Mapping[ClockKind, ClockState], *effects: Effect, now: datetime = NOW, seq: int = 0
) -> dict[ClockKind, ClockState]:
    return apply(clocks, effects, at=now, limits=LIMITS, policy="clocks-v1", calendar=CALENDAR, seq=seq)


def working_days(n: int) -> Limit:
    return Limit(n, Unit.WORKING_DAY)


# --- due dates


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-04-03", 1, "2026-04-07"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-24", 7, "2026-10-12"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2028-02-28", 1, "2028-02-29"),
    ],
)
@pytest.mark.parametrize("hour", ["00:00", "09:15", "17:30", "23:59"])
def test_a_working_day_clock_ends_at_closing_time_whatever_the_hour_it_started(start, n, due, hour):
    assert due_at(at(f"{start}T{hour}"), working_days(n), CALENDAR) == at(f"{due}T17:30")


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # The last natural day is a working day; a Saturday; inside a holiday; a make-up Saturday.
        ("2026-11-23T10:00", Limit(7, Unit.NATURAL_DAY), "2026-12-01T00:00"),
        ("2026-11-21T10:00", Limit(7, Unit.NATURAL_DAY), "2026-12-01T00:00"),
        ("2026-02-12T10:00", Limit(7, Unit.NATURAL_DAY), "2026-02-25T00:00"),
        ("2026-02-21T10:00", Limit(7, Unit.NATURAL_DAY), "2026-03-01T00:00"),
        # Seven days with five working days in them, and seven days of holiday without.
        ("2026-11-23T10:00", Limit(7, Unit.NATURAL_DAY, 5), "2026-12-01T00:00"),
        ("2026-02-13T10:00", Limit(7, Unit.NATURAL_DAY, 5), "2026-02-28T00:00"),
        ("2026-09-30T10:00", Limit(7, Unit.NATURAL_DAY, 5), "2026-10-14T00:00"),
        # Working hours.
        ("2026-11-23T10:00", Limit(4, Unit.WORKING_HOUR), "2026-11-23T16:30"),
        ("2026-11-23T17:30", Limit(4, Unit.WORKING_HOUR), "2026-11-24T15:00"),
        ("2026-11-23T23:59", Limit(4, Unit.WORKING_HOUR), "2026-11-24T15:00"),
        ("2026-10-03T12:00", Limit(4, Unit.WORKING_HOUR), "2026-10-08T15:00"),
        # Natural hours do not wait for the office.
        ("2026-11-23T23:59", Limit(1, Unit.HOUR), "2026-11-24T00:59"),
        ("2026-02-28T10:00", Limit(24, Unit.HOUR), "2026-03-01T10:00"),
        ("2028-02-28T10:00", Limit(24, Unit.HOUR), "2028-02-29T10:00"),
    ],
)
def test_other_clocks_end_when_the_rules_say(start, limit, due):
    assert due_at(at(start), limit, CALENDAR) == at(due)


@unhurried
@given(start=moments, limit=limits)
def test_a_due_date_lies_after_its_start_and_where_its_unit_ends(start, limit):
    due = due_at(start, limit, CALENDAR)
    assert due > start
    last_instant = due - timedelta(microseconds=1)
    match limit.unit:
        case Unit.HOUR:
            assert due - start == timedelta(hours=limit.amount)
        case Unit.WORKING_DAY:
            assert due == CALENDAR.end_of_working_day(due.date())
            assert CALENDAR.is_working_day(due.date())
        case Unit.NATURAL_DAY:
            assert (due.hour, due.minute) == (0, 0)
            assert CALENDAR.is_working_day(last_instant.date())
        case Unit.WORKING_HOUR:
            assert CALENDAR.is_working_day(due.date())
            assert CALENDAR.next_working_moment(last_instant) == last_instant


@unhurried
@given(start=moments, later=st.timedeltas(timedelta(), timedelta(days=20)), limit=limits)
def test_a_later_start_is_never_due_earlier(start, later, limit):
    assert due_at(start, limit, CALENDAR) <= due_at(start + later, limit, CALENDAR)


@unhurried
@given(start=moments, limit=limits, more=st.integers(0, 20))
def test_a_longer_limit_is_never_due_earlier(start, limit, more):
    longer = Limit(limit.amount + more, limit.unit, limit.at_least_working_days)
    assert due_at(start, limit, CALENDAR) <= due_at(start, longer, CALENDAR)


@unhurried
@given(start=moments, days=st.integers(1, 20), floor=st.integers(1, 20))
def test_a_floor_in_working_days_is_kept(start, days, floor):
    due = due_at(start, Limit(days, Unit.NATURAL_DAY, floor), CALENDAR)
    last_day = (due - timedelta(microseconds=1)).date()
    assert CALENDAR.working_days_between(start.date(), last_day) >= floor
    assert last_day >= start.date() + timedelta(days=days)


# --- limits


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (Limit(4, Unit.WORKING_HOUR), "4 个工作小时"),
        (Limit(15, Unit.WORKING_DAY), "15 个工作日"),
        (Limit(1, Unit.WORKING_DAY), "1 个工作日"),
        (Limit(10, Unit.NATURAL_DAY), "10 天"),
        (Limit(7, Unit.NATURAL_DAY, 5), "7 天（至少 5 个工作日）"),
        (Limit(24, Unit.HOUR), "24 小时"),
    ],
)
def test_a_limit_reads_as_people_say_it(limit, text):
    assert limit.text() == text


@pytest.mark.parametrize(
    "arguments", [(0, Unit.HOUR), (-1, Unit.WORKING_DAY), (3, Unit.WORKING_DAY, 2), (7, Unit.NATURAL_DAY, 0)]
)
def test_a_limit_that_makes_no_sense_is_refused(arguments):
    with pytest.raises(ValueError):
        Limit(*arguments)


def test_the_default_policy_is_the_table_of_defaults():
    assert limits_for(DEFAULT_CLOCK_POLICY, klass="ORDINARY", urgent=False).of == {
        ClockKind.ACCEPT: Limit(4, Unit.WORKING_HOUR),
        ClockKind.COMPLETION: Limit(10, Unit.NATURAL_DAY),
        ClockKind.DISPATCH: Limit(4, Unit.WORKING_HOUR),
        ClockKind.ACKNOWLEDGE: Limit(1, Unit.WORKING_DAY),
        ClockKind.ARBITRATION: Limit(1, Unit.WORKING_DAY),
        ClockKind.FIRST_CONTACT: Limit(1, Unit.WORKING_DAY),
        ClockKind.PLAN: Limit(3, Unit.WORKING_DAY),
        ClockKind.RESOLVE: Limit(7, Unit.WORKING_DAY),
        ClockKind.ANSWER: Limit(5, Unit.WORKING_DAY),
        ClockKind.REVIEW: Limit(1, Unit.WORKING_DAY),
        ClockKind.CONFIRM: Limit(7, Unit.NATURAL_DAY, 5),
        ClockKind.MINUTES: Limit(5, Unit.WORKING_DAY),
    }


def test_urgency_shortens_three_clocks_and_leaves_the_others():
    plain = limits_for(DEFAULT_CLOCK_POLICY, klass="HARD", urgent=False).of
    urgent = limits_for(DEFAULT_CLOCK_POLICY, klass="HARD", urgent=True).of
    assert {kind: limit for kind, limit in urgent.items() if limit != plain[kind]} == {
        ClockKind.ACKNOWLEDGE: Limit(1, Unit.HOUR),
        ClockKind.FIRST_CONTACT: Limit(1, Unit.HOUR),
        ClockKind.PLAN: Limit(24, Unit.HOUR),
    }


@pytest.mark.parametrize(("klass", "days"), [("INQUIRY", 2), ("ORDINARY", 7), ("COMPLEX", 15), ("HARD", 30)])
def test_the_class_sets_the_resolve_limit(klass, days):
    assert limits_for(DEFAULT_CLOCK_POLICY, klass=klass, urgent=False).of[ClockKind.RESOLVE] == working_days(days)


def test_before_acceptance_there_is_no_resolve_limit():
    limits = limits_for(DEFAULT_CLOCK_POLICY, klass="", urgent=False)
    assert set(ClockKind) - set(limits.of) == {ClockKind.RESOLVE}


def test_a_class_the_policy_does_not_know_is_refused():
    with pytest.raises(KeyError):
        limits_for(DEFAULT_CLOCK_POLICY, klass="STATUTORY", urgent=False)


# --- effects


def test_a_start_makes_a_clock_under_the_versions_given():
    assert after({}, Start(ClockKind.ACCEPT)) == {
        ClockKind.ACCEPT: ClockState(
            kind=ClockKind.ACCEPT,
            started_at=NOW,
            due_at=at("2026-11-23T16:30"),
            limit=Limit(4, Unit.WORKING_HOUR),
            policy="clocks-v1",
            calendar=CALENDAR.version,
        )
    }


def test_one_move_may_stop_one_clock_and_start_others():
    clocks = after(after({}, Start(ClockKind.ACCEPT)), Stop(ClockKind.ACCEPT), Start(ClockKind.RESOLVE))
    assert {kind: clock.running for kind, clock in clocks.items()} == {
        ClockKind.ACCEPT: False,
        ClockKind.RESOLVE: True,
    }


def test_starting_a_running_clock_replaces_it_and_the_old_one_ends_then():
    first = after({}, Start(ClockKind.ACKNOWLEDGE), seq=1)
    later = NOW + timedelta(days=1)
    second = after(first, Start(ClockKind.ACKNOWLEDGE), now=later, seq=2)
    assert [clock.started_at for clock in second.values()] == [later]
    assert replaced(first, second, at=later) == [replace(first[ClockKind.ACKNOWLEDGE], stopped_at=later)]
    assert replaced(second, after(second, Stop(ClockKind.ACKNOWLEDGE)), at=later) == []


def test_a_clock_without_a_limit_cannot_start():
    with pytest.raises(ValueError, match="RESOLVE"):
        apply({}, [Start(ClockKind.RESOLVE)], at=NOW, limits=Limits({}, {}), policy="clocks-v1", calendar=CALENDAR)


def test_stopping_a_clock_that_does_not_run_changes_nothing():
    assert after({}, Stop(ClockKind.PLAN)) == {}
    stopped = after(after({}, Start(ClockKind.PLAN)), Stop(ClockKind.PLAN))
    assert after(stopped, Stop(ClockKind.PLAN), now=NOW + timedelta(days=9)) == stopped


def test_whether_a_clock_was_met_is_open_until_it_stops():
    running = after({}, Start(ClockKind.ACCEPT))
    assert running[ClockKind.ACCEPT].in_time is None
    due = running[ClockKind.ACCEPT].due_at
    assert after(running, Stop(ClockKind.ACCEPT), now=due)[ClockKind.ACCEPT].in_time is True
    late = after(running, Stop(ClockKind.ACCEPT), now=due + timedelta(microseconds=1))
    assert late[ClockKind.ACCEPT].in_time is False


def test_a_held_clock_keeps_its_due_date_and_is_not_overdue():
    running = after({}, Start(ClockKind.RESOLVE))
    held = after(running, Hold(ClockKind.RESOLVE), now=NOW + timedelta(days=1))[ClockKind.RESOLVE]
    long_after = held.due_at + timedelta(days=30)
    assert held.due_at == running[ClockKind.RESOLVE].due_at
    assert (held.running, held.held) == (True, True)
    assert running[ClockKind.RESOLVE].is_overdue(long_after)
    assert not held.is_overdue(long_after)


def test_a_released_clock_is_as_if_it_had_never_been_held():
    running = after({}, Start(ClockKind.RESOLVE))
    assert after(after(running, Hold(ClockKind.RESOLVE)), Release(ClockKind.RESOLVE)) == running


def test_a_result_handed_in_in_time_and_signed_late_counts_as_in_time():
    running = after({}, Start(ClockKind.RESOLVE))
    due = running[ClockKind.RESOLVE].due_at
    held = after(running, Hold(ClockKind.RESOLVE), now=due)
    signed = after(held, StopHeld(ClockKind.RESOLVE), now=due + timedelta(days=3))[ClockKind.RESOLVE]
    assert (signed.stopped_at, signed.in_time, signed.held) == (due, True, False)


def test_a_result_handed_in_late_ends_when_it_is_signed():
    running = after({}, Start(ClockKind.RESOLVE))
    late = running[ClockKind.RESOLVE].due_at + timedelta(seconds=1)
    held = after(running, Hold(ClockKind.RESOLVE), now=late)
    signed = after(held, StopHeld(ClockKind.RESOLVE), now=late + timedelta(days=3))[ClockKind.RESOLVE]
    assert (signed.stopped_at, signed.in_time) == (late + timedelta(days=3), False)


@pytest.mark.parametrize("effect", [Hold, Release, StopHeld])
def test_a_hold_needs_a_clock_that_runs(effect):
    stopped = after(after({}, Start(ClockKind.RESOLVE)), Stop(ClockKind.RESOLVE))
    for clocks in ({}, stopped):
        with pytest.raises(ValueError, match="RESOLVE"):
            after(clocks, effect(ClockKind.RESOLVE))


def test_a_clock_is_held_once_and_released_once():
    running = after({}, Start(ClockKind.RESOLVE))
    held = after(running, Hold(ClockKind.RESOLVE))
    for clocks, effect in ((held, Hold), (running, Release), (running, StopHeld)):
        with pytest.raises(ValueError, match="RESOLVE"):
            after(clocks, effect(ClockKind.RESOLVE))


def test_effects_can_be_told_apart_and_put_into_a_set():
    kinds = {Start(ClockKind.RESOLVE), Stop(ClockKind.RESOLVE), Start(ClockKind.PLAN), Start(ClockKind.PLAN)}
    assert len(kinds) == 3


effects = st.builds(
    lambda make, kind: make(kind),
    st.sampled_from([Start, Stop, Hold, Release, StopHeld]),
    st.sampled_from([ClockKind.ACKNOWLEDGE, ClockKind.PLAN, ClockKind.RESOLVE]),
)


@unhurried
@given(history=st.lists(st.tuples(effects, st.integers(0, 20_000)), max_size=40))
def test_no_history_leaves_two_running_clocks_of_a_kind(history):
    clocks: dict[ClockKind, ClockState] = {}
    now = NOW
    for effect, minutes in history:
        now += timedelta(minutes=minutes)
        before = dict(clocks)
        try:
            result = after(clocks, effect, now=now)
        except ValueError:
            assert not isinstance(effect, Start | Stop)
            continue
        assert clocks == before, "the argument is left as it was"
        assert all(kind == clock.kind for kind, clock in result.items())
        assert {kind: clock for kind, clock in result.items() if kind != effect.kind} == {
            kind: clock for kind, clock in before.items() if kind != effect.kind
        }
        for clock in result.values():
            assert clock.due_at == due_at(clock.started_at, clock.limit, CALENDAR)
            assert clock.stopped_at is None or clock.started_at <= clock.stopped_at <= now
        clocks = result


# --- whose clock is next


def test_the_next_clock_is_the_one_due_first_that_runs_and_is_not_held():
    clocks = after({}, Start(ClockKind.RESOLVE), Start(ClockKind.PLAN), Start(ClockKind.ACKNOWLEDGE))
    assert next_due(clocks.values()) == clocks[ClockKind.ACKNOWLEDGE]
    clocks = after(clocks, Stop(ClockKind.ACKNOWLEDGE))
    assert next_due(clocks.values()) == clocks[ClockKind.PLAN]
    clocks = after(clocks, Stop(ClockKind.PLAN), Hold(ClockKind.RESOLVE), Start(ClockKind.REVIEW))
    assert next_due(clocks.values()) == clocks[ClockKind.REVIEW]
    clocks = after(clocks, Stop(ClockKind.REVIEW))
    assert next_due(clocks.values()) is None


def test_of_two_clocks_due_together_the_same_one_is_always_next():
    clocks = after({}, Start(ClockKind.FIRST_CONTACT), Start(ClockKind.ACKNOWLEDGE))
    assert next_due(clocks.values()) == next_due(reversed(clocks.values())) == clocks[ClockKind.ACKNOWLEDGE]
