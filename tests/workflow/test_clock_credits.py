"""Pauses, extensions, halves, the calendar of another year: what they do to a due date, on days that can be checked."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow.test_clocks import CALENDAR, after, at
from workflow.calendar import Calendar
from workflow.clocks import (
    DEFAULT_CLOCK_POLICY,
    ClockKind,
    ClockState,
    Expire,
    Extend,
    Hold,
    Limit,
    Pause,
    PauseClock,
    Rebase,
    Relimit,
    Resume,
    Start,
    StartHalf,
    Stop,
    Unit,
    Until,
    apply,
    decoded,
    due_at,
    encoded,
    limits_for,
)
from workflow.clocks.reminders import latest_reminder, next_reminder, reminders

RESOLVE, ACCEPT = ClockKind.RESOLVE, ClockKind.ACCEPT


def due(start: str, limit: Limit, *pauses: tuple[str, str], extension: int = 0) -> datetime:
    spans = [Pause(at(since), at(until)) for since, until in pauses]
    return due_at(at(start), limit, CALENDAR, pauses=spans, extension=extension)


# --- pauses


@pytest.mark.parametrize(
    ("pause", "ends"),
    [
        # A week of work from Monday 23 November: due on Wednesday 2 December (7 working days).
        (("2026-11-24T09:00", "2026-11-24T17:00"), "2026-12-02T17:30"),  # within a day: nothing is given back
        (("2026-11-24T23:59", "2026-11-25T00:00"), "2026-12-03T17:30"),  # over midnight: the day of resuming
        (("2026-11-27T16:00", "2026-11-30T09:00"), "2026-12-03T17:30"),  # over a weekend: Monday alone
        (("2026-11-28T10:00", "2026-11-29T10:00"), "2026-12-02T17:30"),  # inside a weekend
        (("2026-11-25T10:00", "2026-12-02T10:00"), "2026-12-09T17:30"),  # five working days
    ],
)
def test_a_working_day_clock_is_given_the_working_days_after_the_pause_up_to_the_day_of_resuming(pause, ends):
    assert due("2026-11-23T10:00", Limit(7, Unit.WORKING_DAY), pause) == at(ends)


def test_a_pause_over_the_spring_festival_gives_back_its_working_days_make_up_days_among_them():
    # 13 February is a Friday; the 14th and the 28th are made up for the holiday of the 15th to the 23rd.
    limit, pause = Limit(3, Unit.WORKING_DAY), ("2026-02-13T10:00", "2026-02-28T10:00")
    assert due("2026-02-12T10:00", limit) == at("2026-02-24T17:30")
    assert due("2026-02-12T10:00", limit, pause) == at("2026-03-03T17:30")  # six days: 14, 24, 25, 26, 27, 28


@pytest.mark.parametrize(
    ("limit", "pause", "ends"),
    [
        # Office seconds only, to the second.
        (Limit(4, Unit.WORKING_HOUR), ("2026-11-23T11:00:00", "2026-11-23T11:00:07"), "2026-11-23T16:30:07"),
        (Limit(4, Unit.WORKING_HOUR), ("2026-11-23T11:59:00", "2026-11-23T14:31:00"), "2026-11-23T16:32:00"),
        (Limit(4, Unit.WORKING_HOUR), ("2026-11-23T12:10:00", "2026-11-23T14:10:00"), "2026-11-23T16:30:00"),
        (Limit(24, Unit.HOUR), ("2026-11-23T20:00:00", "2026-11-24T02:30:15"), "2026-11-24T16:30:15"),
        # Natural days: every day, and the last one moves to a working day.
        (Limit(10, Unit.NATURAL_DAY), ("2026-11-27T10:00", "2026-11-30T10:00"), "2026-12-08T00:00"),
    ],
)
def test_other_clocks_are_given_what_they_count(limit, pause, ends):
    assert due("2026-11-23T10:00", limit, pause) == at(ends)


def test_two_pauses_that_meet_on_one_day_count_it_once():
    week = Limit(7, Unit.WORKING_DAY)
    apart = due(
        "2026-11-23T10:00", week, ("2026-11-24T10:00", "2026-11-25T10:00"), ("2026-11-25T15:00", "2026-11-26T10:00")
    )
    assert apart == due("2026-11-23T10:00", week, ("2026-11-24T10:00", "2026-11-26T10:00")) == at("2026-12-04T17:30")


def test_a_paused_clock_is_not_overdue_and_goes_on_where_it_was():
    running = after({}, Start(RESOLVE), now=at("2026-11-23T10:00"))
    paused = after(running, PauseClock(RESOLVE), now=at("2026-11-25T10:00"))
    assert not paused[RESOLVE].is_overdue(at("2027-06-01T10:00"))
    assert paused[RESOLVE].due_at == running[RESOLVE].due_at
    resumed = after(paused, Resume(RESOLVE), now=at("2026-12-02T10:00"))[RESOLVE]
    assert (resumed.due_at, resumed.paused) == (at("2026-12-09T17:30"), False)
    assert resumed.pauses == (Pause(at("2026-11-25T10:00"), at("2026-12-02T10:00")),)


def test_a_clock_stopped_while_it_is_paused_is_given_its_pause():
    paused = after(
        after({}, Start(RESOLVE), now=at("2026-11-23T10:00")), PauseClock(RESOLVE), now=at("2026-12-02T10:00")
    )
    stopped = after(paused, Stop(RESOLVE), now=at("2026-12-10T10:00"))[RESOLVE]
    assert (stopped.due_at, stopped.in_time) == (at("2026-12-10T17:30"), True)


# --- extensions, halves, breach


def test_an_extension_adds_units_and_keeps_the_start():
    running = after({}, Start(RESOLVE), now=at("2026-11-23T10:00"))
    extended = after(running, Extend(RESOLVE, 3), now=at("2026-12-01T10:00"))[RESOLVE]
    assert (extended.started_at, extended.due_at, extended.extension) == (
        at("2026-11-23T10:00"),
        at("2026-12-07T17:30"),
        3,
    )
    with pytest.raises(ValueError):
        after(running, Extend(RESOLVE, 0))


def test_another_limit_counts_from_the_same_start_with_what_was_credited_and_extended():
    running = after({}, Start(RESOLVE), now=at("2026-11-23T10:00"))
    paused = after(running, PauseClock(RESOLVE), now=at("2026-11-24T10:00"))
    resumed = after(paused, Resume(RESOLVE), now=at("2026-11-26T10:00"))  # two working days
    extended = after(resumed, Extend(RESOLVE, 1), now=at("2026-11-26T11:00"))
    raised = after(extended, Relimit(RESOLVE, Limit(15, Unit.WORKING_DAY)), now=at("2026-11-26T12:00"))[RESOLVE]
    assert (raised.started_at, raised.limit) == (at("2026-11-23T10:00"), Limit(15, Unit.WORKING_DAY))
    assert raised.due_at == at("2026-12-17T17:30")  # 18 working days after Monday 23 November
    assert (raised.extension, len(raised.pauses)) == (1, 1)


@pytest.mark.parametrize("days", [1, 7])
def test_a_limit_that_gives_no_later_date_changes_nothing(days):
    running = after({}, Start(RESOLVE), now=at("2026-11-23T10:00"))
    assert running[RESOLVE].limit == Limit(7, Unit.WORKING_DAY)
    again = after(running, Relimit(RESOLVE, Limit(days, Unit.WORKING_DAY)), now=at("2026-11-24T10:00"))
    assert again == running


def test_a_date_is_the_end_of_that_day_and_only_what_is_waited_afterwards_comes_on_top():
    running = after({}, Start(RESOLVE), now=at("2026-11-23T10:00"))
    dated = after(running, Until(RESOLVE, date(2026, 12, 18)), now=at("2026-11-24T10:00"))[RESOLVE]
    assert (dated.due_at, dated.started_at) == (at("2026-12-19T00:00"), at("2026-11-23T10:00"))
    sunday = after(running, Until(RESOLVE, date(2026, 12, 20)), now=at("2026-11-24T10:00"))[RESOLVE]
    assert sunday.due_at == at("2026-12-22T00:00")
    earlier = after(running, Until(RESOLVE, date(2026, 11, 26)), now=at("2026-11-24T10:00"))[RESOLVE]
    assert earlier.due_at == at("2026-11-27T00:00")
    extended = after(running, Extend(RESOLVE, 3), now=at("2026-11-24T10:00"))
    paused = after(extended, PauseClock(RESOLVE), now=at("2026-11-24T11:00"))
    moved = after(paused, Until(RESOLVE, date(2026, 12, 18)), now=at("2026-11-26T10:00"))
    assert (moved[RESOLVE].due_at, moved[RESOLVE].paused) == (at("2026-12-19T00:00"), True)
    resumed = after(moved, Resume(RESOLVE), now=at("2026-11-30T10:00"))[RESOLVE]
    assert resumed.due_at == at("2026-12-23T00:00")  # four days after the 18th
    with pytest.raises(ValueError, match="clock RESOLVE is not running"):
        after({}, Until(RESOLVE, date(2026, 12, 18)))


def test_only_a_running_clock_takes_another_limit():
    running = after({}, Start(RESOLVE), now=at("2026-11-23T10:00"))
    for clocks in ({}, after(running, Stop(RESOLVE), now=at("2026-11-24T10:00"))):
        with pytest.raises(ValueError, match="clock RESOLVE is not running"):
            after(clocks, Relimit(RESOLVE, Limit(15, Unit.WORKING_DAY)))


@pytest.mark.parametrize(
    ("limit", "at_least", "half"),
    [
        (Limit(4, Unit.WORKING_HOUR), 1, Limit(2, Unit.WORKING_HOUR)),
        (Limit(7, Unit.WORKING_DAY), 1, Limit(4, Unit.WORKING_DAY)),
        (Limit(1, Unit.WORKING_DAY), 1, Limit(1, Unit.WORKING_DAY)),
        (Limit(2, Unit.WORKING_DAY), 3, Limit(3, Unit.WORKING_DAY)),
        (Limit(15, Unit.WORKING_DAY), 3, Limit(8, Unit.WORKING_DAY)),
        (Limit(7, Unit.NATURAL_DAY, 5), 1, Limit(4, Unit.NATURAL_DAY, 3)),
    ],
)
def test_half_a_limit_is_rounded_up_to_the_unit_and_has_a_floor(limit, at_least, half):
    assert limit.half(at_least=at_least) == half


@pytest.mark.parametrize(("klass", "days"), [("INQUIRY", 3), ("ORDINARY", 4), ("COMPLEX", 8), ("HARD", 15)])
def test_a_redo_has_half_the_limit_and_at_least_three_working_days(klass, days):
    limits = limits_for(DEFAULT_CLOCK_POLICY, klass=klass, urgent=False)
    assert limits.half(RESOLVE) == Limit(days, Unit.WORKING_DAY)


def test_acceptance_restarts_at_two_working_hours():
    again = after({}, StartHalf(ACCEPT), now=at("2026-11-23T17:00"))[ACCEPT]
    assert (again.limit, again.due_at) == (Limit(2, Unit.WORKING_HOUR), at("2026-11-24T10:00"))


def test_a_clock_that_expired_counts_as_late_although_it_ended_at_its_due_moment():
    running = after({}, Start(ACCEPT))
    ended = after(running, Expire(ACCEPT), now=running[ACCEPT].due_at)[ACCEPT]
    assert (ended.stopped_at, ended.in_time) == (ended.due_at, False)


@pytest.mark.parametrize("effect", [PauseClock(RESOLVE), Hold(RESOLVE), Expire(RESOLVE)])
@pytest.mark.parametrize("before", [[], [PauseClock(RESOLVE)], [Hold(RESOLVE)], [Stop(RESOLVE)]])
def test_what_does_not_count_cannot_be_paused_held_or_expire(effect, before):
    clocks = after({}, Start(RESOLVE), *before) if before else {}
    with pytest.raises(ValueError, match="RESOLVE"):
        after(clocks, effect)


# --- a year is loaded


def calendar_without(year: int) -> Calendar:
    """The calendar before the notice of this year was known: its days are counted by weekdays alone."""
    return Calendar(
        version=f"before-{year}",
        days_off=frozenset(day for day in CALENDAR.days_off if day.year != year),
        make_up=frozenset(day for day in CALENDAR.make_up if day.year != year),
        confirmed_years=CALENDAR.confirmed_years - {year},
    )


def started(start: str, days: int, calendar: Calendar) -> ClockState:
    limit = Limit(days, Unit.WORKING_DAY)
    return ClockState(RESOLVE, at(start), due_at(at(start), limit, calendar), limit, "clocks/1", calendar.version, 1)


def rebased(clock: ClockState, now: str, calendar: Calendar = CALENDAR) -> ClockState:
    limits = limits_for(DEFAULT_CLOCK_POLICY, klass="ORDINARY", urgent=False)
    return apply({RESOLVE: clock}, [Rebase(RESOLVE)], at=at(now), limits=limits, policy="clocks/1", calendar=calendar)[
        RESOLVE
    ]


def test_a_running_clock_is_recounted_when_its_year_is_published():
    old = started("2026-02-12T10:00", 5, calendar_without(2026))
    assert old.due_at == at("2026-02-19T17:30")
    new = rebased(old, "2026-02-13T09:00")
    assert (new.due_at, new.calendar) == (at("2026-02-26T17:30"), CALENDAR.version)


def test_a_past_due_date_never_moves_earlier_and_none_moves_into_the_past():
    provisional = calendar_without(2026)
    # Saturday 9 May 2026 is made up: with it the tenth working day after 28 April comes a day earlier.
    old = replace(started("2026-05-06T10:00", 4, provisional))
    assert (old.due_at, rebased(old, "2026-05-07T09:00").due_at) == (at("2026-05-12T17:30"), at("2026-05-11T17:30"))
    assert rebased(old, "2026-05-12T18:00") == old
    assert rebased(old, "2026-05-11T18:00") == old  # 11 May 17:30 has passed
    longer = started("2026-02-12T10:00", 5, provisional)
    assert rebased(longer, "2026-03-30T09:00").due_at == at("2026-02-26T17:30")  # later is always given


def test_a_paused_clock_is_recounted_when_it_is_resumed():
    old = replace(started("2026-02-12T10:00", 5, calendar_without(2026)), paused_at=at("2026-02-13T09:00"))
    assert rebased(old, "2026-02-13T10:00") == old
    limits = limits_for(DEFAULT_CLOCK_POLICY, klass="ORDINARY", urgent=False)
    resumed = apply(
        {RESOLVE: old}, [Resume(RESOLVE)], at=at("2026-02-24T10:00"), limits=limits, policy="p", calendar=CALENDAR
    )[RESOLVE]
    assert (resumed.due_at, resumed.calendar) == (at("2026-02-28T17:30"), CALENDAR.version)


# --- reminders


def test_reminders_come_at_half_and_four_fifths_of_the_working_time():
    clock = after({}, Start(ACCEPT), now=at("2026-11-23T10:00"))[ACCEPT]
    assert [(r.name, r.at) for r in reminders(clock, CALENDAR)] == [
        ("50", at("2026-11-23T12:00")),
        ("80", at("2026-11-23T15:42")),
    ]


def test_a_clock_of_the_night_reminds_in_the_night():
    limit = Limit(1, Unit.HOUR)
    clock = ClockState(ACCEPT, at("2026-11-23T23:00"), at("2026-11-24T00:00"), limit, "p", "c")
    assert [r.at for r in reminders(clock, CALENDAR)] == [at("2026-11-23T23:30"), at("2026-11-23T23:48")]


def test_the_firm_is_reminded_on_day_three_and_six_when_the_offices_open():
    clock = after({}, Start(ClockKind.CONFIRM), now=at("2026-11-23T10:00"))[ClockKind.CONFIRM]
    found = reminders(clock, CALENDAR, (3, 6))
    assert [(r.name, r.at) for r in found] == [("D3", at("2026-11-26T08:30")), ("D6", at("2026-11-29T08:30"))]
    assert next_reminder(clock, CALENDAR, (3, 6), after=at("2026-11-26T08:30")) == found[1]
    assert latest_reminder(clock, CALENDAR, (3, 6), now=at("2026-12-24T08:30")) == found[1]
    assert next_reminder(replace(clock, paused_at=at("2026-11-24T10:00")), CALENDAR, (3, 6)) is None


def test_days_that_do_not_fit_the_term_give_way_to_half_and_four_fifths():
    limit = Limit(48, Unit.HOUR)
    clock = ClockState(ClockKind.CONFIRM, at("2026-11-23T10:00"), at("2026-11-25T10:00"), limit, "p", "c")
    assert [r.name for r in reminders(clock, CALENDAR, (3, 6))] == ["50", "80"]


moments = st.timedeltas(timedelta(), timedelta(days=700)).map(at("2025-01-01T00:00").__add__)
limits = st.builds(Limit, st.integers(1, 40), st.sampled_from(Unit))


@settings(deadline=None, max_examples=150)
@given(start=moments, limit=limits)
def test_reminders_lie_in_order_between_start_and_due(start, limit):
    clock = ClockState(RESOLVE, start, due_at(start, limit, CALENDAR), limit, "p", "c")
    found = reminders(clock, CALENDAR)
    assert [r.at for r in found] == sorted({r.at for r in found})
    assert all(start < r.at < clock.due_at for r in found)


# --- how the ledger writes effects


def test_effects_are_read_back_as_they_were_written():
    effects = [
        Start(ACCEPT),
        Start(RESOLVE, when_written=True),
        StartHalf(ACCEPT),
        Stop(ACCEPT),
        Expire(ACCEPT),
        PauseClock(RESOLVE),
        Resume(RESOLVE),
        Extend(RESOLVE, 5),
        Relimit(RESOLVE, Limit(30, Unit.WORKING_DAY)),
        Relimit(ClockKind.CONFIRM, Limit(7, Unit.NATURAL_DAY, 5)),
        Until(RESOLVE, date(2026, 12, 18)),
        Rebase(RESOLVE),
        Hold(RESOLVE),
    ]
    assert decoded(encoded(effects)) == effects
    assert encoded(effects)[:2] == [["start", "ACCEPT"], ["start", "RESOLVE", 1]]
    assert encoded(effects)[8:11] == [
        ["relimit", "RESOLVE", 30, "WORKING_DAY", None],
        ["relimit", "CONFIRM", 7, "NATURAL_DAY", 5],
        ["until", "RESOLVE", "2026-12-18"],
    ]
    with pytest.raises(KeyError):
        decoded([["begin", "ACCEPT"]])


def test_february_has_its_29th_day():
    assert due("2028-02-25T10:00", Limit(2, Unit.WORKING_DAY), ("2028-02-28T10:00", "2028-02-29T10:00")) == at(
        "2028-03-01T17:30"
    )
    assert date(2028, 2, 29).weekday() == 1
