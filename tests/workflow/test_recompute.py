"""After a year was loaded, running clocks are due when the new calendar says: one event each, whatever dies."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from cases.demands.models import Case
from foundation.models import STUCK_AFTER, Job, JobState
from tests.factories import Town, case_in
from tests.workflow.calendar_years import NOTICE_2027, loaded
from workflow.calendar import ZONE
from workflow.models import Clock, Event
from workflow.recompute import Tally, outdated, pick_up, recompute, recompute_clocks
from workflow.replay import replay_all

DECEMBER = datetime(2026, 12, 30, 10, 0, tzinfo=ZONE)
LOADED = DECEMBER + timedelta(days=1)


class Killed(BaseException):
    """The worker is gone."""


def demand(town: Town, start: datetime = DECEMBER, **traits: Any) -> Case:
    """In progress, its one running clock 办结 due fifteen working days after the start."""
    return case_in("IN_PROGRESS", town=town, contacted=True, planned=True, start=start, **traits)


def run(at: datetime = LOADED, **options: Any) -> Tally:
    return recompute(clock=lambda: at, **options)


def recalculations(case: Case) -> list[Event]:
    return list(Event.objects.filter(subject_id=case.pk, action="recalculate"))


def resolve(case: Case) -> Clock:
    return Clock.objects.get(subject_id=case.pk, kind="RESOLVE")


def due(case: Case) -> str:
    case = Case.objects.get(pk=case.pk)
    assert case.next_due_at == resolve(case).due_at
    return f"{resolve(case).due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def no_difference() -> bool:
    steps = list(replay_all([Case]))
    assert sum(step.clocks for step in steps)
    return [difference for step in steps for difference in step.differences] == []


def test_a_due_date_moves_by_one_event_that_says_why(town):
    case = demand(town)
    assert due(case) == "2027-01-20 17:30"
    loaded(town)
    assert run() == Tally(examined=1, moved=1)
    assert due(case) == "2027-01-21 17:30"  # 1 January is off
    (event,) = recalculations(case)
    assert (event.at, event.calendar, event.user_id) == (LOADED, "calendar/2", None)
    assert "工作日历换为第2版" in event.body.text
    assert (resolve(case).calendar, resolve(case).calendar_seen) == ("calendar/2", 2)
    assert run() == Tally()
    assert no_difference()


def test_a_clock_whose_due_date_stays_is_examined_without_an_event(town):
    case = demand(town, start=DECEMBER - timedelta(days=60), klass="ORDINARY")
    before = due(case)
    loaded(town)
    assert run() == Tally(examined=1, moved=0)
    assert (due(case), recalculations(case), resolve(case).calendar) == (before, [], "calendar/1")
    assert not outdated(2).exists()
    assert no_difference()


def test_a_stopped_clock_is_never_looked_at(town):
    case = case_in("CLOSED", town=town, start=DECEMBER)
    verdicts = list(Clock.objects.order_by("pk").values())
    loaded(town)
    assert run() == Tally()
    assert list(Clock.objects.order_by("pk").values()) == verdicts
    assert recalculations(case) == []


@pytest.mark.parametrize(
    ("at", "moved", "expected"),
    [
        ("2027-01-25", 1, "2027-02-08 17:30"),
        ("2027-02-10", 0, "2027-02-15 17:30"),
        ("2027-02-20", 0, "2027-02-15 17:30"),
    ],
    ids=["ahead", "into the past", "past"],
)
def test_a_due_date_may_move_earlier_but_never_when_past_nor_into_the_past(town, at, moved, expected):
    """The year had a notice whose Spring Festival a second edition takes away again."""
    loaded(town)
    case = demand(town, start=datetime(2027, 1, 18, 10, 0, tzinfo=ZONE))
    assert due(case) == "2027-02-15 17:30"
    shorter = NOTICE_2027["days_off"] | {"春节": ["2027-02-06", "2027-02-07"]}
    loaded(town, days_off=shorter, make_up=["2027-05-08"])
    assert run(datetime.fromisoformat(at).replace(hour=10, tzinfo=ZONE)) == Tally(examined=1, moved=moved)
    assert due(case) == expected
    assert no_difference()


def test_a_clock_started_under_the_new_calendar_needs_no_second_look(town):
    loaded(town)
    demand(town)
    assert not outdated(2).exists()


@pytest.mark.parametrize("deaths", [[1], [3], [1, 2, 1]])
def test_whatever_dies_in_the_middle_every_clock_has_exactly_one_event(town, deaths):
    cases = [demand(town, start=DECEMBER + timedelta(minutes=n)) for n in range(5)]
    still = demand(town, start=DECEMBER - timedelta(days=60), klass="ORDINARY")
    loaded(town)
    for death in deaths:

        def die(tally: Tally, after: int = death) -> None:
            if tally.moved == after:
                raise Killed

        with pytest.raises(Killed):
            run(tell=die)
    left = 5 - sum(deaths)
    assert outdated(2).count() == left
    assert run() == Tally(examined=left, moved=left)
    assert [len(recalculations(case)) for case in cases] == [1] * 5
    assert recalculations(still) == []
    assert {due(case) for case in cases} == {"2027-01-21 17:30"}
    assert no_difference()


def test_what_dies_inside_a_move_leaves_no_trace_of_it(town):
    """The event, the due date and the note that it was examined are there together or not at all."""
    case = demand(town)
    loaded(town)

    def no_event(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "workflow_eventbody" in sql and sql.lower().startswith("insert"):
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(no_event), pytest.raises(Killed):
        run()
    assert (due(case), recalculations(case), resolve(case).calendar_seen) == ("2027-01-20 17:30", [], 1)
    assert run() == Tally(examined=1, moved=1)
    assert no_difference()


def test_another_year_loaded_meanwhile_is_found_by_the_next_run(town):
    case = demand(town)
    loaded(town)

    def load_once_more(tally: Tally) -> None:
        if tally.moved == 1 and not Event.objects.filter(calendar="calendar/3").exists():
            loaded(town, now=LOADED, days_off={"元旦": ["2027-01-01", "2027-01-05"]}, make_up=[])

    run(tell=load_once_more)
    assert (resolve(case).calendar_seen, due(case)) == (2, "2027-01-21 17:30")
    assert run() == Tally(examined=1, moved=1)
    assert (len(recalculations(case)), due(case)) == (2, "2027-01-25 17:30")
    assert no_difference()


def test_clocks_that_stay_cost_so_many_statements_however_many_they_are(town):
    costs = []
    for number in (1, 4):
        for n in range(number):
            demand(town, start=DECEMBER - timedelta(days=60, minutes=n), klass="ORDINARY")
        Clock.objects.update(calendar_seen=0)
        with CaptureQueriesContext(connection) as captured:
            run()
        costs.append(sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries))
    assert costs == [4, 4]  # which calendar, one batch, its note, and that there is no further batch


# --- as work for the worker ---


def test_the_job_of_the_load_says_how_it_went(town, clock):
    demand(town)
    clock.move_to(LOADED)
    loaded(town, now=LOADED)
    job = Job.objects.get()
    assert (job.state, job.created_at) == (JobState.WAITING, LOADED)
    recompute_clocks.call(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.finished_at) == (JobState.DONE, 1, 1, LOADED)
    assert job.message == "核对 1 个在办时限，1 个到期日变了，各记一条流转记录。"


def test_the_tick_picks_up_what_a_dead_worker_left(town, clock):
    demand(town)
    clock.move_to(LOADED)
    assert pick_up(LOADED) == ""
    loaded(town, now=LOADED)
    tasks = DBTaskResult.objects.filter(task_path="workflow.recompute.recompute_clocks")
    assert tasks.count() == 1
    assert pick_up(LOADED + timedelta(minutes=1)) == "at work"
    lost = LOADED + STUCK_AFTER + timedelta(minutes=1)
    assert pick_up(lost) == "enqueued"
    assert pick_up(lost + timedelta(minutes=1)) == "at work"
    first, second = tasks
    assert first.args_kwargs == second.args_kwargs
    for result in (first, second):  # the first was not dead after all
        recompute_clocks.call(*result.args_kwargs["args"])
    assert Event.objects.filter(action="recalculate").count() == 1
    assert pick_up(lost + timedelta(hours=1)) == ""


def test_a_run_that_fails_says_so_and_is_picked_up_again(town, clock):
    demand(town)
    clock.move_to(LOADED)
    loaded(town, now=LOADED)
    job = Job.objects.get()

    def no_event(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "workflow_eventbody" in sql and sql.lower().startswith("insert"):
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(no_event), pytest.raises(Killed):
        recompute_clocks.call(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "重算中断，稍后自动接着算；已算过的不会重复。")
    assert pick_up(LOADED + timedelta(minutes=5)) == "enqueued"
    recompute_clocks.call(str(job.public_id))
    job.refresh_from_db()
    assert job.state == JobState.DONE
