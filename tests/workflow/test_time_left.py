"""How a due date reads."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import CALENDAR
from workflow.calendar import ZONE
from workflow.clocks import Limit, Unit, due_at
from workflow.templatetags.workflow_words import full_when
from workflow.time_left import TimeLeft, date_text, time_left


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def badge(now: str, due: str, since: str | None = None, working_days: int | None = None) -> TimeLeft:
    return time_left(
        now=at(now),
        due_at=at(due),
        since=at(since) if since else None,
        working_days=working_days,
        calendar=CALENDAR,
    )


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-11-25T17:30", "2026-11-23T17:30", "超期 2 天"),
        ("2026-11-25T17:29", "2026-11-23T17:30", "超期 1 天"),
        ("2026-11-23T20:45", "2026-11-23T17:30", "超期 3 小时"),
        ("2026-11-23T17:50", "2026-11-23T17:30", "超期 20 分钟"),
        ("2026-11-23T17:30:01", "2026-11-23T17:30", "超期不到 1 分钟"),
        ("2026-12-01T00:05", "2026-12-01T00:00", "超期 5 分钟"),
    ],
)
def test_what_is_past_due_says_by_how_much(now, due, words):
    assert badge(now, due) == TimeLeft(words, "over", "alert")


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-11-23T15:28", "2026-11-23T17:30", "还剩 2 小时"),
        ("2026-11-23T16:55", "2026-11-23T17:30", "还剩 35 分钟"),
        ("2026-11-23T17:29:30", "2026-11-23T17:30", "还剩不到 1 分钟"),
        ("2026-11-23T17:30", "2026-11-23T17:30", "还剩不到 1 分钟"),
        # Until 24:00 of today.
        ("2026-11-30T10:00", "2026-12-01T00:00", "还剩 14 小时"),
        # A clock in natural hours that ends in the night or on a Sunday must be met before the office opens again.
        ("2026-11-23T23:30", "2026-11-24T00:30", "还剩 1 小时"),
        ("2026-11-28T20:00", "2026-11-29T20:00", "还剩 24 小时"),
        # Today is a make-up Saturday.
        ("2026-02-14T09:30", "2026-02-14T17:30", "还剩 8 小时"),
    ],
)
def test_what_is_due_today_counts_hours_and_minutes(now, due, words):
    assert badge(now, due) == TimeLeft(words, "red", "clock")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T10:00", "2026-11-24T17:30"),
        # Friday to Monday, Sunday to Monday, and over the Spring Festival.
        ("2026-11-27T10:00", "2026-11-30T17:30"),
        ("2026-11-29T10:00", "2026-11-30T17:30"),
        ("2026-02-14T10:00", "2026-02-24T17:30"),
        ("2026-11-23T10:00", "2026-11-25T00:00"),
    ],
)
def test_what_is_due_on_the_next_working_day_is_amber(now, due):
    assert badge(now, due) == TimeLeft("还剩 1 个工作日", "amber", "clock")


def test_a_working_day_clock_says_which_day_it_is():
    left = badge("2026-11-25T09:00", "2026-12-01T17:30", since="2026-11-20T16:00", working_days=7)
    assert left == TimeLeft("第 3/7 个工作日", "blue", "cal")


def test_on_the_starting_day_no_working_day_has_passed_yet():
    left = badge("2026-11-20T17:00", "2026-12-01T17:30", since="2026-11-20T16:00", working_days=7)
    assert left == TimeLeft("还剩 7 个工作日", "blue", "cal")


def test_four_fifths_of_the_working_seconds_turn_it_amber():
    start = at("2026-11-02T08:30")
    due = due_at(start, Limit(14, Unit.WORKING_DAY), CALENDAR)
    turn = CALENDAR.add_working_seconds(start, CALENDAR.working_seconds_between(start, due) * 4 // 5)
    just_before = turn - timedelta(seconds=1)
    clock = {"due_at": due, "since": start, "working_days": 14, "calendar": CALENDAR}
    assert time_left(now=just_before, **clock) == TimeLeft("第 11/14 个工作日", "blue", "cal")
    assert time_left(now=turn, **clock) == TimeLeft("还剩 3 个工作日", "amber", "clock")


def test_a_clock_of_which_nothing_else_is_known_counts_the_days_left():
    assert badge("2026-11-23T10:00", "2026-11-27T17:30") == TimeLeft("还剩 4 个工作日", "blue", "cal")
    left = badge("2026-11-23T10:00", "2026-12-01T00:00", since="2026-11-23T09:00")
    assert left == TimeLeft("还剩 5 个工作日", "blue", "cal")


@pytest.mark.parametrize(
    ("due", "words", "provisional"),
    [
        ("2026-12-31T17:30", "12月31日前", False),
        ("2027-01-01T00:00", "12月31日前", False),
        ("2027-01-29T17:30", "2027年1月29日前", True),
    ],
)
def test_what_is_far_off_is_a_date(due, words, provisional):
    assert badge("2026-11-23T10:00", due) == TimeLeft(words, "grey", "cal", provisional)


def test_a_date_counted_from_a_year_without_a_notice_is_provisional_too():
    assert badge("2027-01-04T10:00", "2026-12-30T17:30", since="2026-12-29T10:00").provisional is False
    assert badge("2020-01-02T09:00", "2020-01-03T17:30", since="2019-12-31T10:00").provisional is True


def test_now_is_read_at_the_offices_clock():
    # 16:30 in Greenwich is already tomorrow there.
    left = time_left(now=datetime(2026, 11, 23, 16, 30, tzinfo=UTC), due_at=at("2026-11-24T17:30"), calendar=CALENDAR)
    assert left == TimeLeft("还剩 17 小时", "red", "clock")


@settings(deadline=None, max_examples=150)
@given(
    start=st.timedeltas(timedelta(), timedelta(days=700)).map(datetime(2025, 1, 1, tzinfo=ZONE).__add__),
    limit=st.builds(Limit, st.integers(1, 30), st.sampled_from(Unit)),
)
def test_a_badge_only_grows_more_pressing(start, limit):
    due = due_at(start, limit, CALENDAR)
    pressing = ["grey", "blue", "amber", "red", "over"]
    days = limit.amount if limit.unit == Unit.WORKING_DAY else None
    badges = [
        time_left(now=start + (due - start) * n / 50, due_at=due, since=start, working_days=days, calendar=CALENDAR)
        for n in range(53)
    ]
    seen = [pressing.index(left.tone) for left in badges]
    assert seen == sorted(seen)
    assert [left.tone == "over" for left in badges] == [False] * 51 + [True] * 2
    assert not any(left.words.startswith("还剩 0") for left in badges)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-27T17:30", "11月27日 17:30"),
        ("2026-01-04T08:05", "1月4日 08:05"),
        ("2025-12-01T17:30", "2025年12月1日 17:30"),
        ("2027-01-04T17:30", "2027年1月4日 17:30"),
        # 24:00 belongs to the day it ends, and on 31 December to its year.
        ("2026-12-01T00:00", "11月30日 24:00"),
        ("2027-01-01T00:00", "12月31日 24:00"),
        ("2026-12-01T00:00:01", "12月1日 00:00"),
    ],
)
def test_a_moment_reads_as_a_date_with_the_year_when_it_is_another(moment, words):
    assert date_text(at(moment), at("2026-11-23T10:00")) == words


def test_a_moment_stored_in_greenwich_reads_at_the_offices_clock():
    now = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    assert date_text(datetime(2025, 12, 31, 16, 5, tzinfo=UTC), now) == "1月1日 00:05"
    assert date_text(datetime(2025, 12, 31, 15, 5, tzinfo=UTC), now) == "2025年12月31日 23:05"


def test_a_header_names_the_day_that_ends_at_midnight():
    assert full_when(at("2026-12-08T00:00")) == "2026年12月7日 24:00"
    assert full_when(at("2026-12-08T00:01")) == "2026年12月8日 00:01"
