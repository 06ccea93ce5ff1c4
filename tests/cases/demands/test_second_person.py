"""What the moves of the platform office that take two people do: 不予受理 and 升档."""

import copy
import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.demands import rules
from cases.demands.enums import DeclineReason, Klass
from cases.demands.models import Case
from foundation.errors import Refused, WrongMoment
from parties.roles import Role
from tests.cases.demands.invariants import (
    assert_chain_holds,
    assert_every_clock_is_its_replay,
    assert_next_due_is_the_first_of_the_running,
    running,
    turn_of,
)
from tests.cases.demands.table import DECLINED, ask_for, perform
from tests.factories import CALENDAR, NOW, Town, actor, case_in, later, system
from workflow.clocks import DEFAULT_CLOCK_POLICY, ClockKind, Limit, Unit, due_at
from workflow.models import Clock, Event
from workflow.policies import adopt
from workflow.proposals import decide


def declined(town: Town, **changes: Any) -> Case:
    return perform(
        "decline", case_in("SUBMITTED", town=town), by=actor(town.intake, later(hours=1)), town=town, **changes
    )


def last(case: Case) -> tuple[Event, dict[str, Any], dict[str, Any]]:
    event = Event.objects.get(subject_id=case.pk, seq=case.head_seq)
    return event, json.loads(event.facts), json.loads(event.body.text)


# --- 不予受理 ---


def test_a_declined_demand_has_ended_with_its_reason_and_its_clock_has_stopped(town: Town) -> None:
    case = declined(town)
    assert (case.state, case.ending, case.declined_for, case.ended_at) == (
        "ENDED",
        "DECLINED",
        "OUT_OF_SCOPE",
        later(hours=1),
    )
    event, facts, body = last(case)
    assert (event.action, event.from_state, event.to_state) == ("decline", "SUBMITTED", "ENDED")
    assert (facts["clocks"], facts["ending"], facts["declined_for"]) == (
        [["stop", "ACCEPT"]],
        "DECLINED",
        "OUT_OF_SCOPE",
    )
    assert body["text"] == "不予受理：非职责范围，请向鄂尔多斯供电公司反映（95598）"
    assert (body["note"], body["channel"], body["channel_contact"]) == (
        DECLINED["explanation"],
        "鄂尔多斯供电公司",
        "95598",
    )
    assert (turn_of(case), running(case), case.next_due_at) == (None, set(), None)
    assert Clock.objects.get(subject_id=case.pk, kind="ACCEPT").stopped_at == later(hours=1)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)


@pytest.mark.parametrize("reason", [reason for reason in DeclineReason if reason != DeclineReason.OUT_OF_SCOPE])
def test_other_reasons_name_no_other_channel(town: Town, reason: DeclineReason) -> None:
    case = declined(town, declined_for=reason.value, channel="", channel_contact="")
    assert (case.declined_for, last(case)[2]["text"]) == (reason.value, f"不予受理：{reason.label}")


def test_the_reasons_are_those_of_the_design() -> None:
    assert {reason.label for reason in DeclineReason} == {"涉法涉诉", "重复", "不属实", "非职责范围"}


def test_a_declined_demand_goes_into_the_archive_after_thirty_days(town: Town) -> None:
    case = perform("archive", declined(town), by=system(later(days=31)), town=town)
    assert (case.state, case.ending, case.declined_for) == ("ARCHIVED", "DECLINED", "OUT_OF_SCOPE")


def test_the_database_knows_no_declined_demand_without_a_reason_and_no_reason_without_one(town: Town) -> None:
    case, open_one = declined(town), case_in("SUBMITTED", town=town)
    with pytest.raises(IntegrityError, match="case_declined_for_a_reason"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(declined_for="")
    with pytest.raises(IntegrityError, match="case_declined_for_a_reason"), transaction.atomic():
        Case.objects.filter(pk=open_one.pk).update(declined_for="DUPLICATE")


# --- 升档 ---


def raised(town: Town, state: str, klass: str, becomes: str, **traits: Any) -> tuple[Case, Case]:
    before = case_in(state, town=town, klass=klass, **traits)
    by = actor(town.dispatcher, later(hours=2))
    return before, perform("reclassify", before, by=by, town=town, klass=becomes)


@pytest.mark.parametrize("state", ["ACCEPTED", "DISPATCHED", "IN_PROGRESS"])
@pytest.mark.parametrize(
    ("klass", "becomes", "days"), [("ORDINARY", "COMPLEX", 15), ("ORDINARY", "HARD", 30), ("COMPLEX", "HARD", 30)]
)
def test_a_heavier_class_gives_its_limit_from_the_same_start(
    town: Town, state: str, klass: str, becomes: str, days: int
) -> None:
    before, case = raised(town, state, klass, becomes)
    assert (case.state, case.klass, case.reclassified_from) == (state, becomes, klass)
    assert turn_of(case) == turn_of(before)
    was = Event.objects.get(subject_id=case.pk, action="accept").at
    clock = Clock.objects.get(subject_id=case.pk, kind="RESOLVE")
    assert (clock.started_at, clock.limit_amount, clock.stopped_at) == (was, days, None)
    assert clock.due_at == due_at(was, Limit(days, Unit.WORKING_DAY), CALENDAR)
    _event, facts, body = last(case)
    assert facts["clocks"] == [["relimit", "RESOLVE", days, "WORKING_DAY", None]]
    assert (facts["class"], facts["reclassified_from"]) == (becomes, klass)
    assert body["text"] == f"由{Klass(klass).label}升为{Klass(becomes).label}"
    assert body["note"] == "涉及三个部门，需现场论证"
    assert_next_due_is_the_first_of_the_running(case)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)


@pytest.mark.parametrize(("state", "owes"), [("ACCEPTED", False), ("DISPATCHED", False), ("IN_PROGRESS", True)])
def test_an_inquiry_that_becomes_more_owes_a_plan_once_somebody_has_it(town: Town, state: str, owes: bool) -> None:
    _before, case = raised(town, state, "INQUIRY", "ORDINARY")
    plan = Clock.objects.filter(subject_id=case.pk, kind="PLAN", stopped_at=None).first()
    assert (plan is not None) == owes
    assert plan is None or plan.started_at == later(hours=2)
    assert_next_due_is_the_first_of_the_running(case)
    assert_every_clock_is_its_replay(case)


def test_the_class_goes_up_only(town: Town) -> None:
    case, by = case_in("ACCEPTED", town=town, klass="COMPLEX"), actor(town.dispatcher, later(hours=2))
    for klass in ("INQUIRY", "ORDINARY", "COMPLEX"):
        with pytest.raises(Refused, match="只能往上升档，现在是“复杂”") as refused:
            ask_for("reclassify", case, by=by, town=town, klass=klass)
        assert refused.value.field == "klass"
    with pytest.raises(Refused, match="请选择档次"):
        ask_for("reclassify", case, by=by, town=town, klass="HUGE")
    assert rules.HEAVIER["HARD"] == []


def test_once_a_case_and_never_after_the_plan(town: Town) -> None:
    _before, case = raised(town, "IN_PROGRESS", "ORDINARY", "COMPLEX")
    with pytest.raises(WrongMoment, match="已经升过一次档，不能再升"):
        ask_for("reclassify", case, by=actor(town.dispatcher, later(hours=3)), town=town)
    planned = case_in("IN_PROGRESS", town=town, klass="ORDINARY", planned=True)
    with pytest.raises(WrongMoment, match="方案已经登记，不能再升档"):
        ask_for("reclassify", planned, by=actor(town.dispatcher, later(hours=3)), town=town)


def test_a_plan_saved_while_the_consent_is_awaited_makes_it_too_late(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, klass="ORDINARY")
    proposal = ask_for("reclassify", case, by=actor(town.dispatcher, later(hours=2)), town=town)
    perform("save_plan", Case.objects.get(pk=case.pk), by=actor(town.handler, later(hours=3)), town=town)
    with pytest.raises(WrongMoment, match="本件已经办理了“登记方案”，这项提请随之失效"):
        decide(proposal.public_id, by=actor(town.second_intake, later(hours=4)), consent=True)
    assert Case.objects.get(pk=case.pk).klass == "ORDINARY"


def test_a_case_that_was_raised_is_signed_by_the_signer_of_its_new_class(town: Town) -> None:
    _before, case = raised(town, "IN_PROGRESS", "ORDINARY", "COMPLEX")
    for action, who in (("record_contact", "handler"), ("save_plan", "handler"), ("submit_result", "handler")):
        case = perform(action, case, by=actor(getattr(town, who), later(hours=3)), town=town)
    assert turn_of(case) == ("lead", "DEPARTMENT_SECRETARY")
    assert_every_clock_is_its_replay(case)


def test_the_limit_is_of_the_policy_with_which_the_clock_started(town: Town) -> None:
    """A policy adopted meanwhile gives 40 days to 疑难; this demand was accepted under one that gives 30."""
    case = case_in("ACCEPTED", town=town, klass="COMPLEX")
    limits = copy.deepcopy(DEFAULT_CLOCK_POLICY["limits"])
    limits["RESOLVE"]["by_class"]["HARD"]["amount"] = 40
    by = actor(town.at(town.city_office, Role.SYSTEM_ADMIN))
    adopt({"kind": "clocks", "limits": limits}, effective_from=date(2026, 11, 24), source="依据", by=by)
    by = actor(town.dispatcher, later(days=1, hours=2))
    case = perform("reclassify", case, by=by, town=town, klass="HARD")
    clock = Clock.objects.get(subject_id=case.pk, kind=ClockKind.RESOLVE)
    assert (clock.policy, clock.limit_amount) == ("clocks/1", 30)
    assert Event.objects.get(subject_id=case.pk, action="reclassify").policy == "clocks/2"
    assert_every_clock_is_its_replay(case)


def test_the_database_knows_no_class_before_without_a_class(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    with pytest.raises(IntegrityError, match="case_reclassified_from_a_class"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(reclassified_from="ORDINARY")
    assert case.submitted_at == NOW
