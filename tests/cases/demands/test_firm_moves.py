"""What a firm does besides answering: redo with another handler, withdraw and undo it, nudge."""

from datetime import datetime, timedelta

import pytest

from cases.demands.models import Case, Withdrawal
from foundation.errors import NotVisible, Refused, WrongMoment
from tests.cases.demands.invariants import running
from tests.cases.demands.table import OPEN, perform
from tests.cases.demands.test_disputes import clocks_of, sound
from tests.factories import NOW, Town, actor, case_in, later
from workflow.clocks import Pause
from workflow.models import Clock, Event

# --- redo ---


def redone(town: Town, case: Case, at: datetime) -> Case:
    return perform("redo", case, by=actor(town.staff, at), town=town)


def answered(town: Town, case: Case, at: datetime, *, handler: str = "second_handler") -> Case:
    """The case of a further round, answered by another handler and signed by the party secretary."""
    who = getattr(town, handler)
    case = perform("name_handler", case, by=actor(town.liaison, at), town=town, handler=who)
    steps = [("补送供电方案", at.date() + timedelta(days=2))]
    case = perform("save_plan", case, by=actor(who, at), town=town, steps=steps)
    case = perform("submit_result", case, by=actor(who, at), town=town)
    return perform("sign_off", case, by=actor(town.party_secretary, at), town=town)


@pytest.mark.parametrize("state", ["AWAIT_CONFIRM", "CLOSED"])
def test_a_redo_begins_another_round_at_half_the_time(town: Town, state: str) -> None:
    case = case_in(state, town=town, klass="ORDINARY", confirmation="UNSOLVED")
    at = case.head_at + timedelta(hours=1)  # type: ignore[operator]
    case = sound(redone(town, case, at))
    assert (case.state, case.round, case.turn_role) == ("IN_PROGRESS", 2, "DEPARTMENT_LIAISON")
    assert (case.outcome, case.confirmation, case.closed_at, case.answered_at) == ("", "", None, None)
    assert case.former_handlers == [town.handler.user_id]
    resolve = Clock.objects.filter(subject_id=case.pk, kind="RESOLVE").order_by("started_seq").last()
    assert resolve is not None
    assert (resolve.limit_amount, resolve.limit_unit, resolve.started_at) == (4, "WORKING_DAY", at)  # half of 7


def test_the_redo_of_an_inquiry_has_three_working_days(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town, klass="INQUIRY")
    case = redone(town, case, case.head_at + timedelta(hours=1))  # type: ignore[operator]
    resolve = Clock.objects.get(subject_id=case.pk, kind="RESOLVE", stopped_at=None)
    assert resolve.limit_amount == 3
    assert "PLAN" not in clocks_of(case)


def test_a_redo_is_handled_by_somebody_else_and_signed_by_the_party_secretary(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town, klass="ORDINARY")
    at = case.head_at + timedelta(hours=1)  # type: ignore[operator]
    case = redone(town, case, at)
    with pytest.raises(Refused, match="重办须由另一位承办人办理") as refused:
        perform("name_handler", case, by=actor(town.liaison, at), town=town, handler=town.handler)
    assert refused.value.field == "handler"
    case = sound(answered(town, case, at))
    signed = Event.objects.filter(subject_id=case.pk, action="sign_off").order_by("seq").last()
    assert signed is not None
    assert signed.user_id == town.party_secretary.user_id
    assert [result.round for result in case.results.all()] == [1, 2]


def test_where_there_is_no_other_handler_the_same_one_may_be_named(town: Town) -> None:
    town.second_handler.valid_to = NOW.date() - timedelta(days=1)
    town.second_handler.save()
    case = case_in("AWAIT_CONFIRM", town=town)
    at = case.head_at + timedelta(hours=1)  # type: ignore[operator]
    case = redone(town, case, at)
    case = perform("name_handler", case, by=actor(town.liaison, at), town=town, handler=town.handler)
    assert sound(case).handler_id == town.handler.user_id


def test_a_demand_is_redone_at_most_twice(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town)
    at = case.head_at + timedelta(hours=1)  # type: ignore[operator]
    case = answered(town, redone(town, case, at), at)
    case = sound(redone(town, case, at))
    assert (case.round, case.former_handlers) == (3, [town.handler.user_id, town.second_handler.user_id])
    case = answered(town, case, at, handler="handler")  # both have had it: either may be named
    with pytest.raises(WrongMoment, match="已经重办过两次"):
        redone(town, case, at)


def test_a_closed_demand_is_redone_within_fourteen_days(town: Town) -> None:
    case = case_in("CLOSED", town=town)
    assert case.closed_at is not None
    with pytest.raises(WrongMoment, match="办结已超过 14 天"):
        redone(town, case, case.closed_at + timedelta(days=14, seconds=1))
    assert redone(town, case, case.closed_at + timedelta(days=14)).round == 2


# --- withdrawal ---


@pytest.mark.parametrize("state", OPEN.split())
def test_undoing_a_withdrawal_restores_the_demand(town: Town, state: str) -> None:
    before = case_in(state, town=town)
    clocks = {c.pk: c.state for c in Clock.objects.filter(subject_id=before.pk, stopped_at=None)}
    assert before.head_at is not None
    gone = before.head_at + timedelta(minutes=30)
    case = sound(perform("withdraw", before, by=actor(town.staff, gone), town=town))
    assert (case.state, case.ending, case.ended_at, case.turn_org_id) == ("ENDED", "WITHDRAWN", gone, None)
    assert not running(case)
    back = gone + timedelta(hours=23)
    case = sound(perform("undo_withdrawal", case, by=actor(town.staff, back), town=town))
    kept = ("state", "lead_id", "handler_id", "turn_org_id", "turn_role", "round", "outcome", "ending", "ended_at")
    assert [getattr(case, name) for name in kept] == [getattr(before, name) for name in kept]
    assert running(case) == set(clocks)
    for row in Clock.objects.filter(pk__in=clocks):
        was, now = clocks[row.pk], row.state
        assert (now.started_at, now.limit, now.held_at) == (was.started_at, was.limit, was.held_at)
        assert now.due_at >= was.due_at
        assert Pause(gone, back) in now.pauses
        assert (now.paused_at is None) == (was.paused_at is None)
    assert Withdrawal.objects.get(case=case).undone_at == back


def test_after_a_day_a_withdrawal_stands(town: Town) -> None:
    case = perform("withdraw", case_in("ACCEPTED", town=town), by=actor(town.staff, later(hours=1)), town=town)
    with pytest.raises(WrongMoment, match="撤回已超过 24 小时"):
        perform("undo_withdrawal", case, by=actor(town.staff, later(hours=25, minutes=1)), town=town)


def test_a_demand_that_ended_otherwise_is_not_restored(town: Town) -> None:
    case = case_in("ENDED", town=town)
    with pytest.raises(WrongMoment, match="本件不是企业撤回的"):
        perform("undo_withdrawal", case, by=actor(town.staff, case.ended_at), town=town)  # type: ignore[arg-type]


def test_the_reason_is_kept_from_everybody_who_reads_the_demand(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    secret = "部门要求我们撤回"
    perform("withdraw", case, by=actor(town.staff, later(hours=2)), town=town, reason=secret)
    assert Withdrawal.objects.get(case=case).reason == secret
    for event in Event.objects.filter(subject_id=case.pk).select_related("body"):
        assert secret not in event.body.text
        assert secret not in event.facts


@pytest.mark.parametrize(("hours", "flagged"), [(47, True), (49, False)])
def test_a_withdrawal_soon_after_the_department_called_is_flagged(town: Town, hours: int, flagged: bool) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    assert case.first_contact_at is not None
    at = case.first_contact_at + timedelta(hours=hours)
    perform("withdraw", case, by=actor(town.staff, at), town=town)
    assert Withdrawal.objects.get(case=case).contacted_before is flagged


def test_a_message_through_the_platform_is_a_contact_too(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    case = perform("relay_to_firm", case, by=actor(town.handler, later(hours=2)), town=town)
    perform("withdraw", case, by=actor(town.staff, later(hours=3)), town=town)
    assert Withdrawal.objects.get(case=case).contacted_before


def test_a_neighbour_withdraws_nothing(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    other = next(m for m in town.everybody if m.organisation_id == town.neighbour.pk)
    with pytest.raises(NotVisible):
        perform("withdraw", case, by=actor(other, later(hours=2)), town=town)


# --- nudge ---


def test_a_nudge_is_possible_once_in_two_working_days(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    case = sound(perform("nudge", case, by=actor(town.staff, later(hours=2)), town=town))  # on a Monday
    for days in (0.2, 1, 1.5):
        with pytest.raises(WrongMoment, match="两个工作日内已经催办过一次"):
            perform("nudge", case, by=actor(town.staff, later(days=days)), town=town)
    case = perform("nudge", case, by=actor(town.staff, later(days=2)), town=town)
    assert Event.objects.filter(subject_id=case.pk, action="nudge").count() == 2


def test_a_nudge_neither_moves_the_demand_nor_refuses_who_did_not_see_it(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True)
    seen = case.head_seq
    nudged = perform("nudge", case, by=actor(town.staff, later(hours=2)), town=town, seen=seen)
    assert (nudged.state, nudged.next_due_at, nudged.turn_role) == (case.state, case.next_due_at, case.turn_role)


def test_clocks_that_stopped_at_the_moment_of_the_withdrawal_stay_stopped(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    at = later(hours=1)
    case = perform("accept", case, by=actor(town.intake, at), town=town)
    before = running(case)
    case = perform("withdraw", case, by=actor(town.staff, at), town=town)
    case = sound(perform("undo_withdrawal", case, by=actor(town.staff, later(hours=2)), town=town))
    assert running(case) == before
