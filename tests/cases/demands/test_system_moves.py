"""What the system does when a time is over: never earlier, and as of the moment when it was over."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.demands import moves
from cases.demands.models import Case, InfoRequest
from foundation.errors import DomainError, WrongMoment
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds, assert_every_clock_is_its_replay, running
from tests.cases.demands.table import AFTER, perform
from tests.factories import Town, actor, case_in, later, remind, system
from tests.workflow.calendar_years import loaded
from workflow.calendar import ZONE
from workflow.clocks import ClockKind
from workflow.models import Clock, Event
from workflow.recompute import recompute


def on(month: int, day: int, hour: int = 9, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def clock_of(case: Case, kind: str) -> Clock:
    return Clock.objects.filter(subject_id=case.pk, kind=kind).latest("started_seq")


def last_event(case: Case) -> Event:
    return Event.objects.filter(subject_id=case.pk).latest("seq")


def refused(action: str, case: Case, town: Town, at: datetime) -> str:
    """The sentence with which the system is refused; nothing has changed."""
    before = Case.objects.filter(pk=case.pk).values().get()
    with pytest.raises(WrongMoment) as error:
        perform(action, case, by=system(at), town=town)
    assert Case.objects.filter(pk=case.pk).values().get() == before
    return str(error.value)


STATES = {
    "end_incomplete": "NEED_INFO",
    "acknowledge_overdue": "DISPATCHED",
    "answer_overdue": "WAIT_ENTERPRISE",
    "close_unanswered": "AWAIT_CONFIRM",
}
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("action", AFTER)
def test_nothing_happens_until_the_clock_is_over_and_then_as_of_that_moment(town: Town, action: str) -> None:
    case = case_in(STATES[action], town=town, contacted=True, planned=True)
    clock = clock_of(case, AFTER[action])
    remind(clock)
    refused(action, case, town, later(hours=3))
    for at in (clock.due_at - SECOND, clock.due_at):
        assert "时限还没有到" in refused(action, case, town, at)
    case = perform(action, case, by=system(clock.due_at + SECOND), town=town)
    event = last_event(case)
    assert (event.at, event.effective_at) == (clock.due_at + SECOND, clock.due_at)
    clock.refresh_from_db()
    assert (clock.stopped_at, clock.breached, clock.state.in_time) == (clock.due_at, True, False)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)


@pytest.mark.parametrize("action", AFTER)
def test_a_second_time_it_is_too_late_for_the_move(town: Town, action: str) -> None:
    case = case_in(STATES[action], town=town)
    clock = clock_of(case, AFTER[action])
    remind(clock)
    case = perform(action, case, by=system(clock.due_at + SECOND), town=town)
    refused(action, case, town, clock.due_at + 2 * SECOND)


@pytest.mark.parametrize("action", AFTER)
def test_it_never_takes_effect_before_the_last_event(town: Town, action: str) -> None:
    """Somebody wrote a note after the clock was over and before the system came."""
    case = case_in(STATES[action], town=town)
    clock = clock_of(case, AFTER[action])
    remind(clock)
    noted = clock.due_at + timedelta(hours=2)
    case = perform("note_internal", case, by=actor(town.intake, noted), town=town)
    case = perform(action, case, by=system(noted + SECOND), town=town)
    assert (last_event(case).at, last_event(case).effective_at) == (noted + SECOND, noted)
    assert_every_clock_is_its_replay(case)


# --- after a standstill ---


def test_an_answer_that_never_came_credits_the_pause_until_the_term_ended(town: Town) -> None:
    """Asked on Monday 23 November; the term ended on the 30th at 17:30; the system came three days later."""
    case = case_in("WAIT_ENTERPRISE", town=town, contacted=True, planned=True)
    case = perform("answer_overdue", case, by=system(on(12, 3, 17, 45)), town=town)
    event, resolve = last_event(case), clock_of(case, "RESOLVE")
    assert (event.at, event.effective_at) == (on(12, 3, 17, 45), on(11, 30, 17, 30))
    assert [pause.until for pause in resolve.state.pauses] == [on(11, 30, 17, 30)]
    assert resolve.due_at == case.next_due_at == on(12, 21, 17, 30)  # five working days after 14 December
    assert case.handler_id == town.handler.user_id
    request = InfoRequest.objects.get(case=case)
    assert (request.is_open, request.answered_at, request.expired_at) == (False, None, on(12, 3, 17, 45))
    assert_every_clock_is_its_replay(case)


def test_who_did_not_acknowledge_owes_the_plan_from_when_the_term_ended(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    case = perform("acknowledge_overdue", case, by=system(on(11, 27, 18)), town=town)
    assert (case.acknowledged_at, clock_of(case, "PLAN").due_at) == (on(11, 24, 17, 30), on(11, 27, 17, 30))
    assert (case.handler_id, case.stand_in) == (town.liaison.user_id, "DEPARTMENT_LIAISON")


# --- default close ---


def test_a_firm_that_was_never_reminded_is_not_closed_upon(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town)
    assert refused("close_unanswered", case, town, on(12, 20)) == "还没有提醒过企业"
    case = case_in("NEED_INFO", town=town)
    assert refused("end_incomplete", case, town, on(12, 20)) == "还没有提醒过企业"


@pytest.mark.parametrize("action", ["close_unanswered", "end_incomplete"])
def test_a_firm_reminded_late_still_has_a_working_day(town: Town, action: str) -> None:
    """The system stood still while the term ended; it reminded on Friday 4 December."""
    case = case_in(STATES[action], town=town)
    clock = clock_of(case, AFTER[action])
    Clock.objects.filter(pk=clock.pk).update(reminded_at=on(12, 4, 9))
    for at in (on(12, 4, 9, 1), on(12, 6, 23), on(12, 7, 17, 30)):
        assert refused(action, case, town, at) == "提醒企业后还不满一个工作日"
    case = perform(action, case, by=system(on(12, 7, 17, 31)), town=town)
    assert last_event(case).effective_at == clock.due_at
    assert (case.closed_at or case.ended_at) == on(12, 7, 17, 31)


def test_silence_closes_the_demand_as_no_answer_and_as_nothing_else(town: Town) -> None:
    case = case_in("CLOSED", town=town, confirmation="UNANSWERED", outcome="PARTLY")
    assert (case.confirmation, case.outcome, case.turn_org_id, case.ending) == ("UNANSWERED", "PARTLY", None, "")
    facts = json.loads(last_event(case).facts)
    assert (facts["confirmation"], facts["outcome"]) == ("UNANSWERED", "PARTLY")
    assert not running(case)


def test_whoever_answers_in_the_last_moment_is_not_closed_upon(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town)
    remind(clock_of(case, "CONFIRM"))
    case = perform("confirm", case, by=actor(town.staff, on(12, 1, 0, 0)), town=town, confirmation="UNSOLVED")
    assert refused("close_unanswered", case, town, on(12, 1, 0, 1)).startswith("现在是“已办结”")
    assert Case.objects.get(pk=case.pk).confirmation == "UNSOLVED"
    assert clock_of(case, "CONFIRM").state.in_time is True


def test_a_demand_never_completed_ends_for_that_reason(town: Town) -> None:
    case = case_in("ENDED", town=town)
    assert (case.ending, case.ended_at, case.confirmation) == ("INCOMPLETE", last_event(case).at, "")
    assert InfoRequest.objects.get(case=case).expired_at == case.ended_at
    assert not running(case)


# --- archive ---


@pytest.mark.parametrize("traits", [("CLOSED", {}), ("CLOSED", {"confirmation": "UNANSWERED"}), ("ENDED", {})])
def test_a_demand_is_archived_on_the_thirtieth_day_after_it_was_over(town: Town, traits: Any) -> None:
    case = case_in(traits[0], town=town, **traits[1])
    over = case.closed_at or case.ended_at
    assert over is not None
    for early in (timedelta(days=29), timedelta(days=30) - SECOND):
        assert refused("archive", case, town, over + early) == "办结或终止满 30 天后归档"
    archived = perform("archive", case, by=system(over + timedelta(days=30)), town=town)
    assert (archived.state, archived.archived_at) == ("ARCHIVED", over + timedelta(days=30))
    kept = ("confirmation", "ending", "closed_at", "ended_at", "outcome", "lead_id")
    assert [getattr(archived, name) for name in kept] == [getattr(case, name) for name in kept]
    assert_chain_holds(archived)


# --- who stands in ---


def retire(*posts: Membership) -> None:
    Membership.objects.filter(pk__in=[post.pk for post in posts]).update(valid_to=on(11, 1).date())


def test_somebody_else_stands_in_when_the_department_has_no_liaison(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    retire(town.liaison)
    case = perform("acknowledge_overdue", case, by=system(on(11, 25)), town=town)
    assert (case.handler_id, case.stand_in) == (town.deputy.user_id, "DEPUTY_HEAD")


def test_with_handlers_alone_one_of_them_has_the_demand_and_nobody_waits_to_be_named(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    retire(town.liaison, town.deputy)
    case = perform("acknowledge_overdue", case, by=system(on(11, 25)), town=town)
    assert (case.handler_id, case.stand_in, case.turn_role) == (town.handler.user_id, "", Role.HANDLER)


def test_where_nobody_is_in_office_nobody_stands_in(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    retire(*(post for post in town.everybody if post.organisation_id == town.energy.pk))
    assert refused("acknowledge_overdue", case, town, on(11, 25)) == "主办部门没有在任的人员，无法自动签收"


def test_a_stand_in_who_is_named_or_replaced_no_longer_stands_in(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, stand_in=True)
    assert (case.turn_role, case.handler_id) == (Role.DEPARTMENT_LIAISON, town.liaison.user_id)
    case = perform("name_handler", case, by=actor(town.liaison, on(11, 26)), town=town)
    assert (case.stand_in, case.turn_role, case.handler_id) == ("", Role.HANDLER, town.second_handler.user_id)


# --- a year is loaded ---


def recounted(at: datetime) -> int:
    """How many due dates the work after a load moves."""
    return recompute(clock=lambda: at).moved


def test_a_loaded_year_moves_a_due_date_by_exactly_one_event_and_a_second_time_by_none(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, klass="HARD", contacted=True, planned=True)
    assert case.next_due_at == on(1, 4, 17, 30, year=2027)  # 30 working days, 1 January counted as one
    version = loaded(town)
    assert recounted(on(12, 1)) == 1
    before, case = case.head_seq, Case.objects.get(pk=case.pk)
    assert case.head_seq == before + 1
    assert case.next_due_at == clock_of(case, "RESOLVE").due_at == on(1, 5, 17, 30, year=2027)
    event = last_event(case)
    assert (event.action, event.at, event.effective_at) == ("recalculate", on(12, 1), on(12, 1))
    assert event.calendar == clock_of(case, "RESOLVE").calendar == version.label
    assert json.loads(event.body.text)["text"] == "工作日历换为第2版，重算办结期限"
    assert json.loads(event.facts)["clocks"] == [["rebase", "RESOLVE"]]
    assert recounted(on(12, 2)) == 0
    assert Case.objects.get(pk=case.pk).head_seq == before + 1
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)


def test_a_paused_clock_is_recounted_when_it_is_resumed(town: Town) -> None:
    case = case_in("WAIT_ENTERPRISE", town=town, klass="HARD", contacted=True, planned=True)
    loaded(town)
    assert recounted(on(11, 24)) == 0
    case = perform("answer", case, by=actor(town.staff, on(11, 24)), town=town)
    assert case.next_due_at == on(1, 6, 17, 30, year=2027)  # one day of pause, and 1 January is a holiday
    assert_every_clock_is_its_replay(case)


def test_a_stopped_clock_keeps_its_verdict_when_a_year_is_loaded(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town, klass="HARD")
    stopped = Clock.objects.filter(subject_id=case.pk).exclude(stopped_at=None).order_by("pk")
    before = list(stopped.values())
    loaded(town)
    assert (recounted(on(11, 24)), len(before)) == (0, 7)
    assert list(stopped.values()) == before


def test_a_demand_that_is_over_is_not_recalculated(town: Town) -> None:
    case = case_in("CLOSED", town=town)
    with pytest.raises(DomainError, match="现在是“已办结”"):
        moves.recalculate_clock(case.pk, by=system(later(days=1)), kind=ClockKind.RESOLVE, why="2027年日历发布")
