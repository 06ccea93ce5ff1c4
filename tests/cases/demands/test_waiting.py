"""What a firm is asked while its demand waits for it: points, answers, rounds, and what the clocks make of it."""

from datetime import date, datetime
from typing import Any

import pytest

from cases.demands import moves
from cases.demands.models import Case, InfoRequest
from foundation.errors import WrongMoment
from tests.cases.demands.invariants import assert_every_clock_is_its_replay
from tests.cases.demands.table import perform
from tests.factories import POINTS, Town, actor, case_in, later
from workflow.calendar import ZONE
from workflow.models import Clock


def on(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def clock_of(case: Case, kind: str) -> Clock:
    return Clock.objects.filter(subject_id=case.pk, kind=kind).latest("started_seq")


def due(case: Case, kind: str = "RESOLVE") -> datetime:
    return clock_of(case, kind).due_at.astimezone(ZONE)


def asked(case: Case, town: Town, at: datetime) -> Case:
    return perform("ask_firm", case, by=actor(town.handler, at), town=town)


def answered(case: Case, town: Town, at: datetime) -> Case:
    return perform("answer", case, by=actor(town.staff, at), town=town)


# --- the pause ---


@pytest.mark.parametrize(
    ("start", "klass", "before", "pauses", "after"),
    [
        # Accepted on Monday 23 November, 15 working days: 14 December.
        (on(11, 23, 10), "COMPLEX", on(12, 14, 17, 30), [(on(11, 23, 15), on(11, 23, 16))], on(12, 14, 17, 30)),
        (on(11, 23, 10), "COMPLEX", on(12, 14, 17, 30), [(on(11, 24, 9), on(11, 25, 23))], on(12, 15, 17, 30)),
        # Over a weekend, from Thursday to Tuesday: Friday, Monday, Tuesday. From Friday to Sunday: nothing.
        (on(11, 23, 10), "COMPLEX", on(12, 14, 17, 30), [(on(11, 26, 9), on(12, 1, 9))], on(12, 17, 17, 30)),
        (on(11, 23, 10), "COMPLEX", on(12, 14, 17, 30), [(on(11, 27, 9), on(11, 29, 9))], on(12, 14, 17, 30)),
        # Over the National Day, from 29 September to 9 October: 30 September, 8 and 9 October. Seven working days from
        # 21 September end on 8 October; three more are the 9th, the make-up Saturday 10th, and the 12th.
        (on(9, 21, 10), "ORDINARY", on(10, 8, 17, 30), [(on(9, 29, 9), on(10, 9, 9))], on(10, 12, 17, 30)),
        # Two rounds: a day, and over the Mid-Autumn Festival Thursday to Monday: one more.
        (
            on(9, 21, 10),
            "ORDINARY",
            on(10, 8, 17, 30),
            [(on(9, 22, 9), on(9, 23, 9)), (on(9, 24, 9), on(9, 28, 9))],
            on(10, 10, 17, 30),
        ),
    ],
    ids=["the same day", "a night", "a weekend", "a weekend alone", "National Day", "two rounds"],
)  # fmt: skip
def test_a_pause_credits_the_working_days_after_the_question_up_to_the_answer(
    town: Town, start: datetime, klass: str, before: datetime, pauses: Any, after: datetime
) -> None:
    case = case_in("IN_PROGRESS", town=town, start=start, klass=klass, contacted=True, planned=True)
    assert due(case) == before
    for since, until in pauses:
        case = asked(case, town, since)
        assert (clock_of(case, "RESOLVE").paused_at, case.next_clock) == (since, "ANSWER")
        case = answered(case, town, until)
    assert (due(case), case.next_clock, case.next_due_at) == (after, "RESOLVE", after)
    assert [(pause.since, pause.until) for pause in clock_of(case, "RESOLVE").state.pauses] == pauses
    assert_every_clock_is_its_replay(case)


def test_the_answer_is_due_after_five_working_days_across_the_holiday(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, start=on(9, 21, 10), contacted=True, planned=True)
    assert due(asked(case, town, on(9, 29)), "ANSWER") == on(10, 12, 17, 30)


def test_a_result_after_the_old_due_date_but_before_the_new_one_is_in_time(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = answered(asked(case, town, on(11, 26)), town, on(12, 1))
    case = perform("submit_result", case, by=actor(town.handler, on(12, 17, 17)), town=town)
    case = perform("sign_off", case, by=actor(town.party_secretary, on(12, 18)), town=town)
    resolve = clock_of(case, "RESOLVE")
    assert (resolve.stopped_at, resolve.state.in_time) == (on(12, 17, 17), True)
    assert_every_clock_is_its_replay(case)


# --- completion ---


def test_intake_has_half_the_time_once_the_firm_has_completed(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    assert due(case, "ACCEPT") == on(11, 23, 16, 30)  # 4 working hours from 10:00
    case = perform("request_completion", case, by=actor(town.intake, later(hours=1)), town=town)
    case = perform("complete", case, by=actor(town.staff, on(11, 24, 9)), town=town)
    first, second = Clock.objects.filter(subject_id=case.pk, kind="ACCEPT").order_by("started_seq")
    assert (first.limit_amount, first.stopped_at, first.state.in_time) == (4, later(hours=1), True)
    assert (second.limit_amount, second.due_at.astimezone(ZONE)) == (2, on(11, 24, 11))
    assert case.next_due_at == second.due_at
    assert_every_clock_is_its_replay(case)


def test_a_firm_is_asked_to_complete_its_demand_once(town: Town) -> None:
    case = case_in("SUBMITTED", town=town, completed=True)
    with pytest.raises(WrongMoment, match="已经要求补正过一次"):
        perform("request_completion", case, by=actor(town.intake, later(hours=1)), town=town)
    assert perform("accept", case, by=actor(town.intake, later(hours=1)), town=town).state == "ACCEPTED"


def test_a_firm_is_asked_by_its_handler_twice(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, completed=True, asked=2)
    assert case.firm_asked == 2
    with pytest.raises(WrongMoment, match="已经请企业补充过两次"):
        asked(case, town, later(hours=4))


# --- what is kept ---


def test_what_was_asked_and_answered_is_kept_point_by_point(town: Town) -> None:
    case = case_in("WAIT_ENTERPRISE", town=town, completed=True, contacted=True)
    first, second = InfoRequest.objects.filter(case=case)
    assert (first.kind, first.points, first.asked_by_id) == ("COMPLETION", POINTS, town.intake.user_id)
    assert (first.answer, first.answered_by_id) == ("申请单编号为 2026-0831。", town.staff.user_id)
    assert (second.kind, second.points, second.asked_by_id) == ("ANSWER", POINTS, town.handler.user_id)
    assert (second.is_open, second.answer) == (True, "")
    answered(case, town, later(hours=5))
    second.refresh_from_db()
    assert (second.is_open, second.answered_at, second.expired_at) == (False, later(hours=5), None)


def test_points_are_kept_without_the_empty_ones(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    by = actor(town.intake, later(hours=1))
    moves.request_completion(case.pk, by=by, seen=case.head_seq, points=[" 营业执照 ", "", "  ", "申请单"])
    assert InfoRequest.objects.get(case=case).points == ["营业执照", "申请单"]


# --- another handler ---


def test_a_named_handler_goes_on_and_the_one_before_does_not(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    case = perform("name_handler", case, by=actor(town.deputy, later(hours=2)), town=town)
    steps = [("现场勘察", date(2026, 11, 26))]
    with pytest.raises(Exception, match="本件由另一位承办人办理"):
        moves.save_plan(case.pk, by=actor(town.handler, later(hours=3)), seen=case.head_seq, steps=steps)
    case = moves.save_plan(case.pk, by=actor(town.second_handler, later(hours=3)), seen=case.head_seq, steps=steps)
    assert case.planned_at == later(hours=3)
