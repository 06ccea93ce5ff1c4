"""A due date taken apart says day by day what the pure function counted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.factories import CALENDAR
from tests.workflow.test_clocks import at
from workflow.clocks import (
    ClockKind,
    ClockState,
    Effect,
    Limit,
    Limits,
    Pause,
    PauseClock,
    Resume,
    Unit,
    Until,
    apply,
    due_at,
)
from workflow.explain import Counted, SetDate, duration_words, explain, sentences


def clock(start: str, limit: Limit, *pauses: tuple[str, str], extension: int = 0) -> ClockState:
    spans = tuple(Pause(at(since), at(until)) for since, until in pauses)
    due = due_at(at(start), limit, CALENDAR, pauses=spans, extension=extension)
    return ClockState(ClockKind.RESOLVE, at(start), due, limit, "clocks/1", "calendar/1", 2, spans, extension)


def days(state: ClockState) -> list[str]:
    found = explain(state, CALENDAR).days
    return [f"{one.day:%m-%d} {one.how.value}{'' if one.n is None else f' {one.n}'}" for one in found]


def test_a_week_of_work_over_a_weekend_with_a_pause_and_an_extension():
    state = clock("2026-11-26T10:00", Limit(3, Unit.WORKING_DAY), ("2026-11-27T16:00", "2026-11-30T09:00"), extension=1)
    assert days(state) == [
        "11-26 start",
        "11-27 counted 1",
        "11-28 off",
        "11-29 off",
        "11-30 credited",
        "12-01 counted 2",
        "12-02 counted 3",
        "12-03 due 4",
    ]
    assert sentences(explain(state, CALENDAR), now=at("2026-12-01T10:00")) == [
        "11月26日 10:00 起算，当天不计；数满 3 个工作日为 12月3日 17:30。",
        "11月27日 16:00 至 11月30日 09:00 暂停，顺延 1 个工作日。",
        "延期 1 个工作日。",
        "规则：时限规则第 1 版 · 工作日历第 1 版",
    ]


def test_natural_days_count_on_days_off_and_roll_on_to_a_working_day():
    assert days(clock("2026-02-12T10:00", Limit(7, Unit.NATURAL_DAY)))[-6:] == [
        "02-19 counted 7",
        "02-20 rolled",
        "02-21 rolled",
        "02-22 rolled",
        "02-23 rolled",
        "02-24 due",
    ]


def test_a_floor_of_working_days_is_made_up_for_beyond_the_count():
    state = clock("2026-09-30T10:00", Limit(7, Unit.NATURAL_DAY, 5))
    assert days(state)[-7:] == [
        "10-07 counted 7",
        "10-08 floor",
        "10-09 floor",
        "10-10 floor",
        "10-11 rolled",
        "10-12 floor",
        "10-13 due",
    ]
    assert "其间至少要有 5 个工作日，不足的往后补足。" in sentences(
        explain(state, CALENDAR), now=at("2026-10-01T10:00")
    )


def test_a_make_up_saturday_counts():
    assert days(clock("2026-02-13T10:00", Limit(2, Unit.WORKING_DAY)))[:3] == [
        "02-13 start",
        "02-14 counted 1",
        "02-15 off",
    ]


def test_hours_are_told_in_words_alone():
    state = clock("2026-11-23T10:00", Limit(4, Unit.WORKING_HOUR), ("2026-11-23T11:00:00", "2026-11-23T11:05:07"))
    found = explain(state, CALENDAR)
    assert (found.days, [credit.amount for credit in found.credits]) == ([], [307])
    assert sentences(found, now=at("2026-11-23T12:00"))[1] == "11月23日 11:00 至 11月23日 11:05 暂停，顺延 5 分 7 秒。"


def test_a_paused_clock_says_so_and_a_provisional_one_too():
    state = replace(clock("2026-11-23T10:00", Limit(7, Unit.WORKING_DAY)), paused_at=at("2026-11-25T10:00"))
    told = sentences(explain(state, CALENDAR, provisional=True), now=at("2026-11-26T10:00"))
    assert told[1] == "11月25日 10:00 起暂停，恢复时按暂停的时间顺延。"
    assert told[-1] == "经过的年份有尚未公布放假安排的，先按周一至周五计算，到期日为暂定。"


def test_a_date_that_was_set_says_by_whom_and_counts_only_what_stood_still_since():
    """Paused over a weekend before the minutes set Saturday 12 December, and two days after."""
    before = clock("2026-11-23T10:00", Limit(7, Unit.WORKING_DAY), ("2026-11-27T16:00", "2026-11-30T09:00"))
    set_date = SetDate(date(2026, 12, 12), "鄂党纪要〔2026〕3号", at("2026-12-01T10:00"))

    def move(state: ClockState, when: str, *effects: Effect) -> ClockState:
        limits = Limits({}, {})
        return apply({state.kind: state}, effects, at=at(when), limits=limits, policy="clocks/1", calendar=CALENDAR)[
            state.kind
        ]

    dated = move(before, "2026-12-01T10:00", Until(ClockKind.RESOLVE, set_date.day))
    found = explain(dated, CALENDAR, set_date=set_date)
    assert (found.limit, found.credits) == ("到 2026年12月12日（鄂党纪要〔2026〕3号定）", [])
    assert (found.days[-3].n, found.days[-2].how, found.days[-1].day) == (19, Counted.ROLLED, date(2026, 12, 14))
    assert sentences(found, now=at("2026-12-02T10:00")) == [
        "这一天由鄂党纪要〔2026〕3号定为 2026年12月12日，到当天结束为止。",
        "遇休息日顺延，到期 12月14日 24:00。",
        "定下的日期不按时限规则计算 · 工作日历第 1 版",
    ]
    waited = move(dated, "2026-12-02T10:00", PauseClock(ClockKind.RESOLVE))
    waited = move(waited, "2026-12-04T10:00", Resume(ClockKind.RESOLVE))
    assert sentences(explain(waited, CALENDAR, set_date=set_date), now=at("2026-12-04T10:00"))[1:3] == [
        "12月2日 10:00 至 12月4日 10:00 暂停，顺延 2 天。",
        "遇休息日顺延，到期 12月14日 24:00。",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 秒"), (7, "7 秒"), (60, "1 分"), (3600, "1 小时"), (3661, "1 小时 1 分 1 秒"), (90000, "25 小时")],
)
def test_a_duration_reads_to_the_second(seconds, words):
    assert duration_words(seconds) == words


moments = st.timedeltas(timedelta(), timedelta(days=600)).map(at("2025-01-01T00:00").__add__)


@settings(deadline=None, max_examples=200)
@example(start=at("2025-01-01T00:00"), limit=Limit(1, Unit.WORKING_DAY), pause=(86_400, 86_400), extension=0)
@given(
    start=moments,
    limit=st.builds(Limit, st.integers(1, 30), st.sampled_from([Unit.WORKING_DAY, Unit.NATURAL_DAY])),
    pause=st.none() | st.tuples(st.integers(0, 9 * 86_400), st.integers(0, 9 * 86_400)),
    extension=st.integers(0, 5),
)
def test_the_days_counted_are_the_limit_and_the_last_of_them_is_the_due_day(start, limit, pause, extension):
    spans = ()
    if pause is not None:
        since = start + timedelta(seconds=pause[0])
        if since <= due_at(start, limit, CALENDAR, extension=extension):
            spans = (Pause(since, since + timedelta(seconds=pause[1])),)
    due = due_at(start, limit, CALENDAR, pauses=spans, extension=extension)
    state = ClockState(ClockKind.RESOLVE, start, due, limit, "clocks/1", "calendar/1", 2, spans, extension)
    found = explain(state, CALENDAR).days
    assert (found[0].how, found[-1].how) == (Counted.START, Counted.DUE)
    assert [one.day for one in found] == [found[0].day + timedelta(days=n) for n in range(len(found))]
    counted = [one for one in found if one.how in (Counted.COUNTED, Counted.EXTENSION, Counted.DUE)]
    # A pause that begins on the due day moves it on to a day that is given back, which has no number.
    numbers = [one.n for one in counted if one.n is not None]
    rolled = any(one.how == Counted.ROLLED for one in found)
    if limit.unit == Unit.WORKING_DAY:
        assert numbers == list(range(1, limit.amount + extension + 1))
        assert all(one.working for one in counted)
    elif not rolled:
        assert numbers[-1] in (limit.amount + extension, limit.amount + extension + 1)
