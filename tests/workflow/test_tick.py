"""The tick: each job once for a slot, everything that is due after a standstill, and no job in another's way."""

import threading
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation import pulse
from tests.factories import NOW, later
from workflow import tick as module
from workflow.calendar import ZONE
from workflow.models import TickRun
from workflow.tick import STALLED, Job, register_tick, tick

MINUTE = timedelta(minutes=1)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No jobs but those of the test."""
    monkeypatch.setattr(module, "_jobs", {})


def nothing(now: datetime) -> None:
    return None


def test_a_slot_of_a_length_begins_at_its_multiple() -> None:
    job = Job("a", timedelta(minutes=10), nothing)
    assert job.slot(datetime(2026, 11, 23, 10, 9, 59, tzinfo=ZONE)) == datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
    assert job.slot(datetime(2026, 11, 23, 10, 10, tzinfo=ZONE)) == datetime(2026, 11, 23, 10, 10, tzinfo=ZONE)


def test_a_daily_slot_begins_at_its_local_time_and_before_it_is_yesterdays() -> None:
    job = Job("a", time(3, 30), nothing)
    assert job.slot(datetime(2026, 11, 23, 3, 29, tzinfo=ZONE)) == datetime(2026, 11, 22, 3, 30, tzinfo=ZONE)
    assert job.slot(datetime(2026, 11, 23, 3, 30, tzinfo=ZONE)) == datetime(2026, 11, 23, 3, 30, tzinfo=ZONE)
    assert job.slot(datetime(2026, 11, 23, 23, 59, tzinfo=ZONE)) == datetime(2026, 11, 23, 3, 30, tzinfo=ZONE)


def test_a_job_runs_once_in_a_slot_and_again_in_the_next(db: None, only: None) -> None:
    ran: list[datetime] = []
    register_tick("a", every=MINUTE, run=lambda now: ran.append(now))
    for seconds in (0, 20, 40, 60):
        tick(NOW + timedelta(seconds=seconds))
    assert ran == [NOW, NOW + MINUTE]
    assert list(TickRun.objects.order_by("slot").values_list("name", "slot", "ok")) == [
        ("a", NOW, True),
        ("a", NOW + MINUTE, True),
    ]


def test_after_three_days_of_standstill_each_job_runs_once_with_the_present_time(db: None, only: None) -> None:
    ran: list[tuple[str, datetime]] = []
    register_tick("often", every=MINUTE, run=lambda now: ran.append(("often", now)))
    register_tick("daily", every=time(3, 30), run=lambda now: ran.append(("daily", now)))
    tick(NOW)
    ran.clear()
    for _ in range(3):
        tick(later(days=3))
    assert ran == [("often", later(days=3)), ("daily", later(days=3))]


def test_a_round_with_nothing_due_costs_three_statements_and_the_pulse(db: None, only: None) -> None:
    register_tick("a", every=MINUTE, run=nothing)
    register_tick("b", every=time(3, 30), run=nothing)
    tick(NOW)
    with CaptureQueriesContext(connection) as captured:
        assert tick(NOW + timedelta(seconds=20)) == {}
    # the slots, whether the daily one stalled, which failed when they last ran, the pulse
    assert len(captured.captured_queries) == 4


def test_a_job_that_raises_is_on_record_and_the_others_go_on(db: None, only: None, caplog: Any) -> None:
    ran: list[str] = []

    def fails(now: datetime) -> None:
        raise LookupError("张三 13800000000")

    register_tick("fails", every=MINUTE, run=fails)
    register_tick("works", every=MINUTE, run=lambda now: ran.append("works") or "3 done")
    assert tick(NOW) == {"fails": False, "works": True}
    assert ran == ["works"]
    assert set(TickRun.objects.values_list("name", "ok", "detail")) == {
        ("fails", False, "LookupError"),
        ("works", True, "3 done"),
    }
    beaten = pulse.last("tick")
    assert beaten is not None
    assert (beaten.at, beaten.ok, beaten.detail) == (NOW, False, "没有做成：fails")
    assert tick(NOW + MINUTE) == {"fails": False, "works": True}


def test_a_daily_job_whose_ticker_died_in_it_is_begun_again(db: None, only: None) -> None:
    ran: list[datetime] = []
    register_tick("daily", every=time(3, 30), run=lambda now: ran.append(now))
    slot = Job("daily", time(3, 30), nothing).slot(NOW)
    TickRun.objects.create(name="daily", slot=slot, started_at=NOW)
    tick(NOW + STALLED - timedelta(seconds=1))
    assert ran == []
    tick(NOW + STALLED)
    tick(NOW + STALLED + MINUTE)
    assert ran == [NOW + STALLED]


@pytest.mark.django_db(transaction=True)
def test_of_many_tickers_one_does_the_job(only: None) -> None:
    ran: list[int] = []
    register_tick("a", every=MINUTE, run=lambda now: ran.append(threading.get_ident()))
    start = threading.Barrier(8)

    def ticker() -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            tick(NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=ticker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ran) == 1
    assert TickRun.objects.count() == 1


def test_the_command_does_one_round(db: None, clock: Any, capsys: Any) -> None:
    call_command("tick")
    assert "reap: ok" in capsys.readouterr().out
    call_command("tick")
    assert capsys.readouterr().out == ""


def test_a_job_that_failed_is_named_by_the_pulse_until_it_goes_well(db: None, only: None) -> None:
    faults = [LookupError()]

    def fails_once(now: datetime) -> None:
        if faults:
            raise faults.pop()

    register_tick("fails", every=MINUTE, run=fails_once)
    register_tick("works", every=MINUTE, run=nothing)
    tick(NOW)
    tick(NOW + timedelta(seconds=20))
    found = pulse.last("tick")
    assert found is not None
    assert (found.ok, found.detail) == (False, "没有做成：fails")
    tick(NOW + MINUTE)
    found = pulse.last("tick")
    assert found is not None
    assert (found.ok, found.detail) == (True, "")


def test_a_daily_job_that_failed_is_tried_again_in_its_slot(db: None, only: None) -> None:
    faults, ran = [OSError()], []

    def fails_once(now: datetime) -> None:
        ran.append(now)
        if faults:
            raise faults.pop()

    register_tick("daily", every=time(3, 30), run=fails_once)
    for minutes in (0, 5, 11, 30):
        tick(NOW + timedelta(minutes=minutes))
    assert ran == [NOW, NOW + timedelta(minutes=11)]
    found = pulse.last("tick")
    assert found is not None
    assert found.ok
