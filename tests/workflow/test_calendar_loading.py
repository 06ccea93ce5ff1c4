"""Calendars as versioned data: which is in force, what its name stands for, and how a year is loaded."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from foundation.errors import Changed, NotYours, Refused
from foundation.models import Job
from parties.roles import Role
from tests.factories import CALENDAR, NOW, actor, case_in
from tests.workflow.calendar_years import NOTICE_2027, administrator, loaded, notice
from workflow import calendars
from workflow.actor import Actor
from workflow.calendar import SPANS, shipped_notices
from workflow.calendar_loading import clocks_reaching_into, load_year, preview
from workflow.calendars import UnknownCalendar, calendar_in_force, calendar_named
from workflow.models import CalendarVersion, CalendarYear, Clock
from workflow.models.events import LedgerIsAppendOnly

NEW_YEAR = date(2027, 1, 1)  # a Friday


# --- what is shipped ---


@pytest.mark.django_db
def test_a_new_database_has_the_shipped_notices_as_its_first_version():
    calendars.forget()
    assert calendar_in_force() == CALENDAR
    version = CalendarVersion.objects.get()
    assert version.label == "calendar/1"
    assert version.editions == ["2020-2", *(f"{year}-1" for year in range(2021, 2027))]
    assert version.spans == [["08:30", "12:00"], ["14:30", "17:30"]]
    rows = CalendarYear.objects.order_by("year", "edition")
    assert [row.as_notice() for row in rows] == shipped_notices()


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_after_a_transactional_test_the_first_version_is_back_and_alone(town, time):
    assert [version.label for version in CalendarVersion.objects.all()] == ["calendar/1"]
    assert CalendarYear.objects.count() == len(shipped_notices())
    loaded(town)
    assert CalendarVersion.objects.count() == 2


# --- which is in force ---


@pytest.mark.django_db
def test_pages_ask_for_the_version_once_in_a_minute_and_moves_every_time():
    calendars.forget()
    costs = []
    for fresh in (False, False, True, True):
        with CaptureQueriesContext(connection) as captured:
            calendar_in_force(fresh=fresh)
        costs.append(len(captured.captured_queries))
    assert costs == [2, 0, 1, 1]
    calendars.remember(CALENDAR, at=calendars.clock_of_process.monotonic() - calendars.LOOKED_UP_EVERY - 1)
    with CaptureQueriesContext(connection) as captured:
        calendar_in_force()
    assert len(captured.captured_queries) == 1


def test_the_process_that_loads_a_year_has_it_at_once(town):
    assert calendar_in_force().is_working_day(NEW_YEAR)
    version = loaded(town)
    assert (version.label, calendar_in_force().version) == ("calendar/2", "calendar/2")
    assert not calendar_in_force().is_working_day(NEW_YEAR)
    assert not calendar_in_force().is_provisional(NEW_YEAR)
    assert calendar_in_force().spans == SPANS


def test_a_version_keeps_its_name_and_its_days(town):
    loaded(town)
    loaded(town, days_off=NOTICE_2027["days_off"] | {"元旦": ["2027-01-02", "2027-01-03"]})
    calendars.forget()
    assert [calendar_named(f"calendar/{n}").is_working_day(NEW_YEAR) for n in (1, 2, 3)] == [True, False, True]
    assert calendar_named("calendar/3").version == "calendar/3"
    assert CalendarVersion.objects.get(number=3).editions[-1] == "2027-2"


@pytest.mark.django_db
def test_names_from_before_versions_were_numbered_still_stand_for_their_editions():
    old = calendar_named("2025-1+2026-1")
    assert old.version == "2025-1+2026-1"
    assert old.confirmed_years == {2025, 2026}
    assert not old.is_working_day(date(2026, 2, 16))


@pytest.mark.django_db
@pytest.mark.parametrize("label", ["calendar/7", "calendar/x", "clocks/1", "", "2026-9", "2019-1+2026-1"])
def test_a_name_that_stands_for_nothing_is_an_error_that_says_so(label):
    with pytest.raises(UnknownCalendar, match=re.escape(repr(label))):
        calendar_named(label)


@pytest.mark.django_db
def test_versions_and_notices_are_never_changed():
    version, year = CalendarVersion.objects.get(), CalendarYear.objects.first()
    for row in (version, year):
        with pytest.raises(LedgerIsAppendOnly):
            row.save()
        with pytest.raises(LedgerIsAppendOnly):
            row.delete()
    with pytest.raises(LedgerIsAppendOnly):
        CalendarVersion.objects.update(number=9)
    again = CalendarYear(
        year=2026, edition=1, notice="x", date=date(2026, 1, 1), days_off={}, make_up=[], loaded_at=NOW
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


# --- loading ---


def test_a_load_is_on_record_with_who_when_and_why(town):
    version = loaded(town)
    admin = town.at(town.city_office, Role.SYSTEM_ADMIN).user
    row = CalendarYear.objects.get(year=2027)
    assert (row.edition, row.loaded_by, row.loaded_at, row.as_notice()) == (
        1,
        admin,
        NOW,
        {**NOTICE_2027, "edition": 1},
    )
    assert (version.by, version.at, version.reason) == (admin, NOW, "国务院办公厅公布放假安排")
    job = Job.objects.get(kind="calendar_recompute")
    assert (job.title, job.owner) == ("calendar/2", admin)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(job.public_id)]


@pytest.mark.parametrize("who", ["staff", "intake", "handler", "party_secretary"])
def test_only_the_system_administrator_loads_a_year(town, who):
    for by in (actor(getattr(town, who)), Actor.system(now=NOW, rule="a rule")):
        with pytest.raises(NotYours):
            load_year(NOTICE_2027, by=by, reason="试一试")
        with pytest.raises(NotYours):
            preview(NOTICE_2027, by=by)
    assert CalendarVersion.objects.count() == 1


def test_what_is_in_force_is_not_loaded_again(town):
    with pytest.raises(Refused, match="完全相同"):
        load_year(shipped_notices()[-1], by=administrator(town), reason="再来一次")
    loaded(town)
    with pytest.raises(Refused, match="完全相同"):
        loaded(town)
    assert CalendarVersion.objects.count() == 2


def test_a_correction_of_the_source_alone_makes_a_version_too(town):
    loaded(town, source="")
    assert loaded(town).label == "calendar/3"


def test_a_load_against_an_older_version_is_refused(town):
    loaded(town)
    with pytest.raises(Changed):
        load_year(notice(number=""), by=administrator(town), reason="更正文号", seen=1)
    load_year(notice(number=""), by=administrator(town), reason="更正文号", seen=2)


def test_without_a_reason_nothing_is_loaded(town):
    with pytest.raises(Refused) as refused:
        load_year(NOTICE_2027, by=administrator(town), reason="  ")
    assert refused.value.field == "reason"


def test_an_unusual_number_of_working_days_has_to_be_looked_at_twice(town):
    few = notice(days_off={"元旦": ["2027-01-01", "2027-01-01"]}, make_up=["2027-02-14"])  # 261 - 1 + 1
    with pytest.raises(Refused, match="共 261 个工作日，往年在 235 到 260 个之间") as refused:
        load_year(few, by=administrator(town), reason="核对")
    assert refused.value.field == "sure"
    assert CalendarVersion.objects.count() == 1
    load_year(few, by=administrator(town), reason="核对过了", sure=True)
    assert CalendarVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("other", "field", "sentence"),
    [
        ({"year": 1999}, "year", "2000 到 2100"),
        ({"year": "2027年"}, "year", "2000 到 2100"),
        ({"year": 2028}, "days_off", "不在 2028 年"),
        ({"notice": " "}, "notice", "标题"),
        ({"notice": "长" * 201}, "notice", "200"),
        ({"number": 7}, "number", "文字"),
        ({"source": "gov.cn"}, "source", "http"),
        ({"source": "javascript:alert(1)"}, "source", "http"),
        ({"date": "昨天"}, "date", "“昨天”不是日期"),
        ({"date": "2026-02-30"}, "date", "不是日期"),
        ({"days_off": {}}, "days_off", "1 到 12 个"),
        ({"days_off": ["元旦"]}, "days_off", "1 到 12 个"),
        ({"days_off": {"元旦": "2027-01-01"}}, "days_off", "第一天和最后一天"),
        ({"days_off": {"元旦": ["2027-01-03", "2027-01-01"]}}, "days_off", "最后一天早于第一天"),
        ({"days_off": {"元旦": ["2027-01-01", "2027-01-16"]}}, "days_off", "超过 15 天"),
        ({"days_off": {"元旦": ["2026-12-01", "2026-12-02"]}}, "days_off", "2026-12-01 不在 2027 年"),
        ({"days_off": {"元旦": ["2026-12-30", "2026-12-31"]}}, "year", "没有一个节日在 2027 年"),
        (
            {"days_off": {"元旦": ["2027-01-01", "2027-01-03"], "休假": ["2027-01-03", "2027-01-04"]}},
            "days_off",
            "“元旦”和“休假”有重叠",
        ),
        ({"make_up": ["2027-02-07"]}, "make_up", "2027-02-07 又是休息日又是补班日"),
        ({"make_up": ["2027-03-01"]}, "make_up", "2027-03-01 不是周六或周日"),
        ({"make_up": ["2027-02-14", "2027-02-14"]}, "make_up", "写了两次"),
        ({"make_up": "2027-02-14"}, "make_up", "最多 20 个"),
        # The notice of 2026 makes Sunday 4 January 2026 a working day; this one is about the other end of its year.
        ({"days_off": {"元旦": ["2026-12-31", "2027-01-03"]}, "make_up": ["2026-12-17"]}, "make_up", "不在 2027 年"),
    ],
)
def test_what_is_no_notice_is_refused_at_its_field(town, other, field, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        load_year(notice(**other), by=administrator(town), reason="载入", sure=True)
    assert refused.value.field == field
    assert not CalendarYear.objects.filter(year=2027).exists()


def test_two_years_do_not_contradict_each_other(town):
    loaded(town, days_off=NOTICE_2027["days_off"] | {"年末": ["2027-12-31", "2028-01-02"]})
    with pytest.raises(Refused, match="2028-01-01 与 2027 年的通知矛盾"):
        loaded(
            town,
            year=2028,
            days_off={"春节": ["2028-01-25", "2028-02-01"]},
            make_up=["2028-01-01"],
        )


# --- what would change ---


def test_a_preview_names_every_day_that_changes_and_writes_nothing(town):
    found = preview(
        notice(days_off={"元旦": ["2026-12-31", "2027-01-03"]}, make_up=["2027-01-09"]), by=administrator(town)
    )
    assert [(change.day.isoformat(), change.works, change.festival) for change in found.changes] == [
        ("2026-12-31", False, "元旦"),
        ("2027-01-01", False, "元旦"),
        ("2027-01-09", True, ""),
    ]
    assert (found.seen, found.known) == (1, False)
    assert (found.months_before[0], found.months_after[0]) == (21, 21)
    assert CalendarVersion.objects.count() == 1


def test_a_preview_counts_the_running_clocks_that_reach_into_the_days_that_change(town):
    found = preview(NOTICE_2027, by=administrator(town))
    assert clocks_reaching_into(found.changes) == 0
    december = datetime(2026, 12, 30, 10, 0, tzinfo=UTC)
    case_in("IN_PROGRESS", town=town, contacted=True, planned=True, start=december)  # 办结 alone is running
    case_in("CLOSED", town=town, start=december)
    case_in("IN_PROGRESS", town=town, contacted=True, planned=True, start=NOW)  # due in December
    with CaptureQueriesContext(connection) as captured:
        assert clocks_reaching_into(found.changes) == 1
    assert len(captured.captured_queries) == 1
    assert clocks_reaching_into([]) == 0


def test_natural_hours_do_not_count_among_them(town):
    found = preview(NOTICE_2027, by=administrator(town))
    eve = datetime.combine(date(2026, 12, 31), time(15), tzinfo=UTC)  # 23:00 in Shanghai
    case_in("DISPATCHED", town=town, urgent=True, start=eve, pace=timedelta(minutes=1))
    running = Clock.objects.filter(stopped_at=None)
    assert all(clock.due_at > datetime(2026, 12, 31, 16, tzinfo=UTC) for clock in running)
    assert sorted(running.values_list("kind", "limit_unit")) == [
        ("ACKNOWLEDGE", "HOUR"),
        ("FIRST_CONTACT", "HOUR"),
        ("RESOLVE", "WORKING_DAY"),
    ]
    assert clocks_reaching_into(found.changes) == 1
