"""Working days and working hours."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import CALENDAR
from workflow.calendar import ZONE, Calendar, days_between, read_calendar, shipped_notices
from workflow.calendar_notice import check_notice, doubts

OFFICE_DAY = 6 * 3600 + 1800

days = st.dates(date(2019, 12, 1), date(2028, 12, 31))
moments = st.timedeltas(timedelta(), timedelta(days=3300)).map(datetime(2019, 12, 1, tzinfo=ZONE).__add__)
unhurried = settings(deadline=None, max_examples=150)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [day for n in range(366) if (day := first + timedelta(days=n)).year == year]


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-14", 5, "2026-02-28"),
        ("2026-04-03", 1, "2026-04-07"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-24", 7, "2026-10-12"),
        # 2025
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-27", 1, "2025-02-05"),
        ("2025-02-07", 1, "2025-02-08"),
        ("2025-04-25", 1, "2025-04-27"),
        ("2025-04-30", 1, "2025-05-06"),
        ("2025-05-30", 1, "2025-06-03"),
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-30", 3, "2025-10-11"),
        # A start on a holiday, on a make-up Saturday, on a plain Saturday.
        ("2026-02-17", 1, "2026-02-24"),
        ("2026-02-28", 1, "2026-03-02"),
        ("2026-03-07", 1, "2026-03-09"),
        # Over the year: 4 January 2026 is a make-up Sunday.
        ("2025-12-31", 2, "2026-01-05"),
        # 2020 to 2025: before and after each Spring Festival and National Day, make-up Saturdays and Sundays, 29
        # February, new years. 2020 by the extended Spring Festival: neither 31 January nor Saturday 1 February.
        ("2020-01-17", 1, "2020-01-19"),
        ("2020-01-17", 2, "2020-01-20"),
        ("2020-01-23", 1, "2020-02-03"),
        ("2020-01-31", 1, "2020-02-03"),
        ("2020-02-28", 1, "2020-03-02"),
        ("2020-04-24", 1, "2020-04-26"),
        ("2020-04-30", 4, "2020-05-09"),
        ("2020-06-24", 1, "2020-06-28"),
        ("2020-09-25", 1, "2020-09-27"),
        ("2020-09-30", 2, "2020-10-10"),
        ("2020-12-31", 1, "2021-01-04"),
        ("2021-02-05", 1, "2021-02-07"),
        ("2021-02-10", 1, "2021-02-18"),
        ("2021-02-19", 1, "2021-02-20"),
        ("2021-04-30", 3, "2021-05-08"),
        ("2021-09-17", 1, "2021-09-18"),
        ("2021-09-24", 1, "2021-09-26"),
        ("2021-09-30", 2, "2021-10-09"),
        ("2021-12-31", 1, "2022-01-04"),
        ("2022-01-28", 2, "2022-01-30"),
        ("2022-01-30", 1, "2022-02-07"),
        ("2022-04-01", 1, "2022-04-02"),
        ("2022-04-29", 3, "2022-05-07"),
        ("2022-09-30", 1, "2022-10-08"),
        ("2022-09-30", 2, "2022-10-09"),
        ("2022-12-30", 1, "2023-01-03"),
        ("2023-01-20", 1, "2023-01-28"),
        ("2023-01-20", 2, "2023-01-29"),
        ("2023-04-21", 1, "2023-04-23"),
        ("2023-04-28", 3, "2023-05-06"),
        ("2023-06-21", 1, "2023-06-25"),
        ("2023-09-28", 1, "2023-10-07"),
        ("2023-09-28", 2, "2023-10-08"),
        ("2023-12-29", 1, "2024-01-02"),
        ("2024-02-02", 1, "2024-02-04"),
        ("2024-02-09", 1, "2024-02-18"),
        ("2024-02-28", 1, "2024-02-29"),
        ("2024-02-29", 1, "2024-03-01"),
        ("2024-04-03", 1, "2024-04-07"),
        ("2024-04-26", 1, "2024-04-28"),
        ("2024-04-30", 4, "2024-05-09"),
        ("2024-09-13", 1, "2024-09-14"),
        ("2024-09-27", 1, "2024-09-29"),
        ("2024-09-30", 5, "2024-10-12"),
        ("2024-12-31", 1, "2025-01-02"),
        ("2025-12-31", 1, "2026-01-04"),
        # 29 February.
        ("2028-02-28", 1, "2028-02-29"),
        ("2028-02-29", 1, "2028-03-01"),
    ],
)
def test_the_nth_working_day_after_a_day(start, n, expected):
    assert CALENDAR.nth_working_day_after(date.fromisoformat(start), n) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("year", "months", "whole"),
    [
        (2020, [17, 20, 22, 22, 19, 21, 23, 21, 23, 17, 21, 23], 249),
        (2021, [20, 17, 23, 22, 19, 21, 22, 22, 22, 17, 22, 23], 250),
        (2022, [21, 16, 23, 21, 20, 21, 21, 23, 21, 18, 22, 22], 249),
        (2023, [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21], 249),
        (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22], 251),
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23], 248),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23], 248),
    ],
)
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year, months, whole):
    working = [day for day in days_of(year) if CALENDAR.is_working_day(day)]
    assert [sum(day.month == month for day in working) for month in range(1, 13)] == months
    assert CALENDAR.working_days_by_month(year) == months
    assert len(working) == whole


def test_the_days_of_2026_are_those_of_the_notice():
    off = {
        ("01-01", "01-03"),
        ("02-15", "02-23"),
        ("04-04", "04-06"),
        ("05-01", "05-05"),
        ("06-19", "06-21"),
        ("09-25", "09-27"),
        ("10-01", "10-07"),
    }
    spans = [(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")) for first, last in off]
    assert {day for day in CALENDAR.days_off if day.year == 2026} == {d for one in spans for d in days_between(*one)}
    made_up = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
    assert {day for day in CALENDAR.make_up if day.year == 2026} == {date.fromisoformat(f"2026-{d}") for d in made_up}


def test_the_first_edition_of_2020_ends_the_spring_festival_on_30_january():
    first, second = (notice for notice in shipped_notices() if notice["year"] == 2020)
    before, after = read_calendar([first], version="before"), read_calendar([second], version="after")
    differ = [day for day in days_of(2020) if before.is_working_day(day) != after.is_working_day(day)]
    assert differ == [date(2020, 1, 31), date(2020, 2, 1)]
    assert before.is_working_day(date(2020, 1, 31))
    assert before.is_working_day(date(2020, 2, 1))  # a make-up Saturday that the extension took back
    assert before.working_days_by_month(2020) == [18, 21, 22, 22, 19, 21, 23, 21, 23, 17, 21, 23]


def test_every_shipped_notice_names_its_source_and_keeps_the_rules_of_a_notice():
    notices = shipped_notices()
    assert [(notice["year"], notice["edition"]) for notice in notices] == [
        (2020, 1),
        (2020, 2),
        *((year, 1) for year in range(2021, 2027)),
    ]
    for raw in notices:
        notice = check_notice(raw)
        assert notice.as_mapping() == {key: value for key, value in raw.items() if key != "edition"}
        assert re.fullmatch(r"国办发明电〔20\d\d〕\d+号", notice.number)
        assert notice.source.startswith("https://www.gov.cn/zhengce/")
        assert notice.issued < min(first for _name, first, _last in notice.days_off) or raw["edition"] == 2
        assert doubts(CALENDAR, notice.year) == []


def test_a_year_without_a_notice_is_provisional_and_counted_by_weekdays():
    confirmed = [year for year in range(2018, 2029) if not CALENDAR.is_provisional(date(year, 6, 1))]
    assert confirmed == list(range(2020, 2027))
    assert all(CALENDAR.is_working_day(day) == (day.weekday() < 5) for day in days_of(2027))


@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [
        ("2026-12-01T10:00", "2026-12-31T17:30", False),
        ("2026-12-31T10:00", "2027-01-01T00:00", False),  # 24:00 of the last day
        ("2026-12-31T10:00", "2027-01-01T00:01", True),
        ("2026-12-31T10:00", "2027-01-04T17:30", True),
        ("2027-01-04T10:00", "2027-01-05T17:30", True),
        ("2019-12-31T23:59", "2020-01-02T17:30", True),
        ("2020-01-01T00:00", "2020-01-02T17:30", False),
    ],
)
def test_a_count_through_a_year_without_a_notice_is_provisional(start, due, provisional):
    assert CALENDAR.is_provisional_span(at(start), at(due)) is provisional


def test_a_count_over_a_missing_year_between_two_known_ones_is_provisional():
    calendar = Calendar("test", frozenset(), frozenset(), frozenset({2026, 2028}))
    assert calendar.is_provisional_span(at("2026-12-31T10:00"), at("2028-01-03T17:30"))


def test_every_make_up_day_is_a_weekend_day_that_works():
    assert len(CALENDAR.make_up) == 46
    assert all(day.weekday() >= 5 and CALENDAR.is_working_day(day) for day in CALENDAR.make_up)


@pytest.mark.parametrize("n", [0, -1])
def test_working_days_are_counted_from_one(n):
    with pytest.raises(ValueError):
        CALENDAR.nth_working_day_after(date(2026, 3, 2), n)


def test_no_working_day_lies_between_a_day_and_itself_or_an_earlier_one():
    assert CALENDAR.working_days_between(date(2026, 3, 3), date(2026, 3, 3)) == 0
    assert CALENDAR.working_days_between(date(2026, 3, 3), date(2026, 3, 2)) == 0


@unhurried
@given(start=days, length=st.integers(0, 800))
def test_days_between_are_the_days_one_would_count_by_hand(start, length):
    counted = sum(CALENDAR.is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert CALENDAR.working_days_between(start, start + timedelta(days=length)) == counted


@unhurried
@given(start=days, n=st.integers(1, 400))
def test_the_nth_working_day_is_a_working_day_and_n_days_away(start, n):
    found = CALENDAR.nth_working_day_after(start, n)
    assert CALENDAR.is_working_day(found)
    assert CALENDAR.working_days_between(start, found) == n


@pytest.mark.parametrize(
    ("start", "seconds", "expected"),
    [
        ("2026-11-23T08:30", 3600, "2026-11-23T09:30"),
        ("2026-11-23T07:00", 3600, "2026-11-23T09:30"),
        # Over noon, and exactly up to it: the earliest moment, not the one after the break.
        ("2026-11-23T11:00", 2 * 3600, "2026-11-23T15:30"),
        ("2026-11-23T11:00", 3600, "2026-11-23T12:00"),
        ("2026-11-23T12:00", 3600, "2026-11-23T15:30"),
        ("2026-11-23T13:00", 1, "2026-11-23T14:30:01"),
        # Over night and over a weekend.
        ("2026-11-23T16:30", 4 * 3600, "2026-11-24T11:30"),
        ("2026-11-27T16:30", 4 * 3600, "2026-11-30T11:30"),
        # Exactly at closing time, and at 23:59.
        ("2026-11-23T17:30", 3600, "2026-11-24T09:30"),
        ("2026-11-23T23:59", 4 * 3600, "2026-11-24T15:00"),
        # A whole office day ends at closing time.
        ("2026-11-23T08:30", OFFICE_DAY, "2026-11-23T17:30"),
        ("2026-11-23T08:30", OFFICE_DAY + 1, "2026-11-24T08:30:01"),
        ("2026-11-23T10:00", 2 * OFFICE_DAY, "2026-11-25T10:00"),
        # Into a make-up Saturday, out of a holiday, over the year.
        ("2026-02-13T17:00", 3600, "2026-02-14T09:00"),
        ("2026-02-18T10:00", 3600, "2026-02-24T09:30"),
        ("2025-12-31T17:00", 4 * 3600, "2026-01-04T12:00"),
        ("2028-02-28T17:00", 3600, "2028-02-29T09:00"),
        # Nothing to add: the next working moment.
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-23T12:00", 0, "2026-11-23T14:30"),
        ("2026-11-28T10:00", 0, "2026-11-30T08:30"),
    ],
)
def test_working_seconds_are_added_inside_office_hours_only(start, seconds, expected):
    assert CALENDAR.add_working_seconds(at(start), seconds) == at(expected)


def test_time_is_never_taken_away():
    with pytest.raises(ValueError):
        CALENDAR.add_working_seconds(at("2026-11-23T10:00"), -1)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-11-23T08:30", "2026-11-23T17:30", OFFICE_DAY),
        ("2026-11-23T00:00", "2026-11-24T00:00", OFFICE_DAY),
        ("2026-11-23T11:30", "2026-11-23T15:00", 3600),
        ("2026-11-23T12:00", "2026-11-23T14:30", 0),
        ("2026-11-27T17:00", "2026-11-30T09:00", 3600),
        ("2026-02-13T17:00", "2026-02-14T09:00", 3600),
        ("2026-02-15T00:00", "2026-02-24T00:00", 0),
        ("2025-12-31T17:00", "2026-01-04T09:00", 3600),
        ("2026-11-23T10:00", "2026-11-23T09:00", 0),
    ],
)
def test_working_seconds_between_two_moments(start, end, seconds):
    assert CALENDAR.working_seconds_between(at(start), at(end)) == seconds


@unhurried
@given(start=moments, seconds=st.integers(0, 40 * OFFICE_DAY))
def test_adding_seconds_and_counting_them_are_inverse(start, seconds):
    end = CALENDAR.add_working_seconds(start, seconds)
    assert CALENDAR.working_seconds_between(start, end) == seconds
    assert end >= start
    assert CALENDAR.is_working_day(end.date())
    assert any(opens <= end.time() <= closes for opens, closes in CALENDAR.spans)


@unhurried
@given(start=moments, seconds=st.integers(1, 10 * OFFICE_DAY))
def test_the_moment_found_is_the_earliest(start, seconds):
    end = CALENDAR.add_working_seconds(start, seconds)
    assert CALENDAR.working_seconds_between(start, end - timedelta(microseconds=1)) == seconds - 1


@unhurried
@given(
    start=moments,
    first=st.timedeltas(timedelta(), timedelta(days=60)),
    second=st.timedeltas(timedelta(), timedelta(days=60)),
)
def test_working_seconds_of_two_stretches_add_up(start, first, second):
    middle, end = start + first, start + first + second
    parts = CALENDAR.working_seconds_between(start, middle) + CALENDAR.working_seconds_between(middle, end)
    # Each stretch is cut to whole seconds.
    assert CALENDAR.working_seconds_between(start, end) - parts in (0, 1)


def test_a_moment_of_another_zone_is_counted_at_the_offices_clock():
    # 01:00 in Greenwich is 09:00 in Shanghai.
    found = CALENDAR.add_working_seconds(datetime(2026, 11, 23, 1, tzinfo=UTC), 3600)
    assert found.isoformat() == "2026-11-23T10:00:00+08:00"
    # 20:00 in Greenwich on Friday is Saturday morning there.
    found = CALENDAR.add_working_seconds(datetime(2026, 11, 27, 20, tzinfo=UTC), 3600)
    assert found == at("2026-11-30T09:30")


def test_other_office_hours_count_by_their_own_length():
    summer = Calendar("test", frozenset(), frozenset(), frozenset(), spans=((time(9), time(10)),))
    assert summer.add_working_seconds(at("2026-11-23T09:30"), 2 * 3600) == at("2026-11-25T09:30")
    assert summer.end_of_working_day(date(2026, 11, 23)) == at("2026-11-23T10:00")


@pytest.mark.parametrize(
    "spans", [(), ((time(9), time(9)),), ((time(9), time(12)), (time(11), time(17)))], ids=["none", "empty", "overlap"]
)
def test_office_hours_that_make_no_sense_are_refused(spans):
    with pytest.raises(ValueError):
        Calendar("test", frozenset(), frozenset(), frozenset(), spans=spans)


def test_a_day_is_not_off_and_made_up_for_at_once():
    day = frozenset({date(2026, 2, 14)})
    with pytest.raises(ValueError):
        Calendar("test", day, day, frozenset())
