"""Sending back, arbitration, transfer, hand-over: where the demand goes, who pays for the time, who still sees it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.demands import queries
from cases.demands.models import Case, Return
from cases.demands.why import held
from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from parties.roles import Role
from tests.cases.demands.invariants import (
    assert_chain_holds,
    assert_every_clock_is_its_replay,
    assert_next_due_is_the_first_of_the_running,
)
from tests.cases.demands.table import ask_for, perform
from tests.factories import NOW, Town, actor, case_in, later, member
from workflow.models import Clock, Event, Proposal
from workflow.proposals import decide


def sound(case: Case) -> Case:
    """The case as it stands, after everything that must hold of any case was asked of it."""
    case = Case.objects.get(pk=case.pk)
    assert_chain_holds(case)
    assert_every_clock_is_its_replay(case)
    assert_next_due_is_the_first_of_the_running(case)
    return case


def clocks_of(case: Case) -> dict[str, str]:
    """The newest clock of each kind as running, held, in time or late."""
    words = {}
    for clock in Clock.objects.filter(subject_id=case.pk).order_by("started_seq"):
        state = clock.state
        words[clock.kind] = (
            "held" if state.held else "running" if state.running else "in time" if state.in_time else "late"
        )
    return words


def sent_back_by(town: Town, lead: object, case: Case, *, at: int) -> Case:
    """`lead` has sent the demand back, `at` hours after NOW."""
    asks = town.at(lead, Role.DEPARTMENT_LIAISON)  # type: ignore[arg-type]
    proposal = ask_for("send_back", case, by=actor(asks, later(hours=at)), town=town, suggested=None)
    decide(proposal.public_id, by=actor(town.at(lead, Role.DEPARTMENT_HEAD), later(hours=at)), consent=True)  # type: ignore[arg-type]
    return Case.objects.get(pk=case.pk)


# --- sending back ---


def test_a_return_waits_for_arbitration_and_the_first_contact_is_held(town: Town) -> None:
    case = sound(case_in("RETURN_REVIEW", town=town))
    assert (case.turn_org_id, case.turn_role, case.next_clock) == (town.office.pk, "ARBITRATOR", "ARBITRATION")
    assert clocks_of(case) == {
        "ACCEPT": "in time",
        "DISPATCH": "in time",
        "RESOLVE": "running",
        "ACKNOWLEDGE": "in time",
        "FIRST_CONTACT": "held",
        "ARBITRATION": "running",
    }
    (row,) = Return.objects.filter(case=case)
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    assert (row.department_id, row.duty_item, row.duty_code) == (town.energy.pk, town.shared, town.shared.code)
    assert (row.asked_by_id, row.consented_by_id) == (town.liaison.user_id, head.user_id)
    assert (row.reason, row.clause, row.verdict) == ("不归本部门管理", "《电力法》第六条", "PENDING")


def test_a_demand_contacted_before_the_return_has_no_first_contact_to_hold(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, contacted=True)
    case = sound(sent_back_by(town, town.energy, case, at=2))
    assert clocks_of(case)["FIRST_CONTACT"] == "in time"
    case = perform("reject_return", case, by=actor(town.arbitrator, later(hours=3)), town=town)
    assert clocks_of(sound(case))["FIRST_CONTACT"] == "in time"


def test_after_the_acknowledge_term_the_right_to_return_is_lost(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    with pytest.raises(WrongMoment, match="签收时限已过，不能再退单"):
        ask_for("send_back", case, by=actor(town.liaison, later(days=2)), town=town)


def test_a_consent_after_the_acknowledge_term_comes_too_late(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    proposal = ask_for("send_back", case, by=actor(town.liaison, later(hours=2)), town=town)
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    with pytest.raises(WrongMoment, match="签收时限已过"):
        decide(proposal.public_id, by=actor(head, later(days=2)), consent=True)
    assert Case.objects.get(pk=case.pk).state == "DISPATCHED"


def test_a_department_sends_a_demand_back_once(town: Town) -> None:
    case = perform(
        "uphold_return", case_in("RETURN_REVIEW", town=town), by=actor(town.arbitrator, later(hours=2)), town=town
    )
    case = perform("dispatch", case, by=actor(town.dispatcher, later(hours=3)), town=town)
    with pytest.raises(WrongMoment, match="本部门已经退过一次单"):
        ask_for("send_back", case, by=actor(town.liaison, later(hours=4)), town=town)
    twice = Return.objects.get(case=case)
    twice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.save(force_insert=True)


def test_no_department_suggests_itself(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    with pytest.raises(Refused, match="请建议本部门以外的责任部门") as refused:
        ask_for("send_back", case, by=actor(town.liaison), town=town, suggested=town.energy)
    assert refused.value.field == "suggested"


# --- arbitration ---


def test_an_upheld_return_is_dispatched_anew_and_the_platform_pays(town: Town) -> None:
    case = case_in("RETURN_REVIEW", town=town)
    case = sound(perform("uphold_return", case, by=actor(town.arbitrator, later(days=1)), town=town))
    assert (case.state, case.lead_id, case.former_lead_id, case.first_lead_id) == (
        "ACCEPTED",
        None,
        town.energy.pk,
        town.energy.pk,
    )
    words = clocks_of(case)
    assert (words["FIRST_CONTACT"], words["DISPATCH"], words["ARBITRATION"]) == ("in time", "running", "in time")
    (row,) = Return.objects.filter(case=case)
    assert (row.verdict, row.charged_to, row.opinion) == ("UPHELD", "PLATFORM", "管网配套归市住建局")
    case = sound(
        perform("dispatch", case, by=actor(town.dispatcher, later(days=1, hours=1)), town=town, lead=town.housing)
    )
    assert (case.lead_id, case.first_lead_id, case.handler_id) == (town.housing.pk, town.energy.pk, None)
    charged = {
        (one.segment.state, one.organisation): one.charged_to
        for one in held(case, actor(town.dispatcher, later(days=2)))
    }
    assert charged[("DISPATCHED", "市能源局")] == "PLATFORM"
    assert charged[("RETURN_REVIEW", "东胜区平台办公室")] == "PLATFORM"
    assert charged[("DISPATCHED", "市住建局")] == ""


def test_a_rejected_return_stays_with_the_department_which_pays(town: Town) -> None:
    case = case_in("RETURN_REVIEW", town=town)
    case = sound(perform("reject_return", case, by=actor(town.arbitrator, later(days=2)), town=town))
    assert (case.state, case.lead_id, case.turn_role) == ("IN_PROGRESS", town.energy.pk, "DEPARTMENT_LIAISON")
    assert (case.handler_id, case.stand_in) == (town.liaison.user_id, "DEPARTMENT_LIAISON")
    contact = Clock.objects.get(subject_id=case.pk, kind="FIRST_CONTACT")
    assert contact.state.is_overdue(later(days=2))  # the hold gave nothing back
    charged = {one.segment.state: one.charged_to for one in held(case, actor(town.dispatcher, later(days=3)))}
    assert charged["RETURN_REVIEW"] == "DEPARTMENT"
    assert charged["DISPATCHED"] == ""


def test_whoever_dispatched_it_does_not_arbitrate(town: Town) -> None:
    both = member(town.office, Role.ARBITRATOR, person=town.dispatcher.user)
    case = case_in("RETURN_REVIEW", town=town)
    with pytest.raises(NotYours, match="裁决须由派单人以外的裁决员作出"):
        perform("uphold_return", case, by=actor(both, later(hours=2)), town=town)


def test_only_after_two_departments_sent_it_back_may_a_lead_be_assigned(town: Town) -> None:
    case = case_in("RETURN_REVIEW", town=town)
    with pytest.raises(WrongMoment, match="两个以上部门退过单，才能兜底交办"):
        perform("assign_lead", case, by=actor(town.arbitrator, later(hours=2)), town=town)
    case = perform("uphold_return", case, by=actor(town.arbitrator, later(hours=2)), town=town)
    case = perform("dispatch", case, by=actor(town.dispatcher, later(hours=3)), town=town, lead=town.housing)
    case = sent_back_by(town, town.housing, case, at=4)
    case = sound(perform("assign_lead", case, by=actor(town.arbitrator, later(hours=5)), town=town, lead=town.energy))
    assert (case.state, case.lead_id, case.stand_in) == ("IN_PROGRESS", town.energy.pk, "DEPARTMENT_LIAISON")
    words = clocks_of(case)
    assert (words["FIRST_CONTACT"], words["PLAN"]) == ("running", "running")
    kept = Clock.objects.filter(subject_id=case.pk, kind="FIRST_CONTACT").order_by("started_seq")
    assert [clock.state.in_time for clock in kept] == [True, True, None]
    last = Return.objects.filter(case=case).last()
    assert last is not None
    assert (last.verdict, last.assigned_to_id, last.charged_to) == ("ASSIGNED", town.energy.pk, "PLATFORM")


def test_the_next_dispatch_of_the_matter_is_told_how_returns_were_decided(town: Town) -> None:
    assert list(queries.precedents(town.shared.code, actor(town.dispatcher))) == []
    case = case_in("RETURN_REVIEW", town=town)
    assert list(queries.precedents(town.shared.code, actor(town.dispatcher))) == []  # not decided yet
    perform("uphold_return", case, by=actor(town.arbitrator, later(hours=2)), town=town)
    (found,) = queries.precedents(town.shared.code, actor(town.dispatcher))
    assert (found.department.name, found.get_verdict_display(), found.opinion) == (
        "市能源局",
        "同意退单",
        "管网配套归市住建局",
    )
    assert list(queries.precedents(town.only_energy.code, actor(town.dispatcher))) == []


# --- transfer ---


@pytest.fixture
def in_hand(town: Town) -> Case:
    return case_in("IN_PROGRESS", town=town, contacted=True, planned=True)


def test_a_transfer_needs_the_receivers_consent_and_starts_the_receivers_terms(town: Town, in_hand: Case) -> None:
    receiver = town.at(town.housing, Role.DEPARTMENT_LIAISON)
    before = actor(receiver, later(hours=2))
    assert not Case.objects.visible_to(before).exists()
    proposal = ask_for("transfer", in_hand, by=actor(town.liaison, later(hours=2)), town=town)
    assert Case.objects.visible_to(before).get() == in_hand  # to read what they are asked to take over
    assert not Case.objects.visible_to(actor(town.at(town.housing, Role.HANDLER), later(hours=2))).exists()
    decide(proposal.public_id, by=actor(receiver, later(hours=3)), consent=True)
    case = sound(in_hand)
    assert (case.state, case.lead_id, case.former_lead_id, case.handler_id) == (
        "DISPATCHED",
        town.housing.pk,
        town.energy.pk,
        None,
    )
    assert (case.first_contact_at, case.planned_at) == (None, None)
    words = clocks_of(case)
    assert (words["ACKNOWLEDGE"], words["FIRST_CONTACT"], words["RESOLVE"]) == ("running", "running", "running")
    with pytest.raises(WrongMoment, match="本部门已同意接收这次转办，不能再退单"):
        ask_for("send_back", case, by=actor(receiver, later(hours=4)), town=town, suggested=None)


def test_a_receiver_who_declines_sees_the_demand_no_more(town: Town, in_hand: Case) -> None:
    receiver = actor(town.at(town.housing, Role.DEPARTMENT_LIAISON), later(hours=3))
    proposal = ask_for("transfer", in_hand, by=actor(town.liaison, later(hours=2)), town=town)
    decide(proposal.public_id, by=receiver, consent=False, reason="不归我局管")
    assert not Case.objects.visible_to(receiver).exists()
    assert Case.objects.get(pk=in_hand.pk).lead_id == town.energy.pk


def test_the_former_lead_sees_the_demand_up_to_the_end_of_its_part(town: Town, in_hand: Case) -> None:
    case = perform("reassign", in_hand, by=actor(town.dispatcher, later(hours=2)), town=town)
    liaison = actor(town.liaison, later(hours=3))
    assert not Case.objects.visible_to(liaison).exists()
    assert Case.objects.left_by(liaison).get() == case
    (row,) = case.access.all()
    last = Event.objects.filter(subject_id=case.pk).order_by("-seq").first()
    assert last is not None
    assert (row.source, row.until_seq) == ("FORMER_LEAD", last.seq - 1)


def test_the_next_department_plans_anew(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = perform("reassign", case, by=actor(town.dispatcher, later(hours=2)), town=town)
    assert not case.plan_steps.exists()
    there, handler = town.at(town.housing, Role.DEPARTMENT_LIAISON), town.at(town.housing, Role.HANDLER)
    case = perform("acknowledge", case, by=actor(there, later(hours=3)), town=town, handler=handler)
    case = sound(perform("save_plan", case, by=actor(handler, later(hours=4)), town=town))
    assert [step.text for step in case.plan_steps.all()] == ["现场勘察"]


def test_the_right_to_return_is_lost_also_while_another_clock_is_due_before(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, klass="INQUIRY")
    case = perform("reassign", case, by=actor(town.dispatcher, later(days=7)), town=town)
    assert case.next_clock == "RESOLVE"
    there = town.at(town.housing, Role.DEPARTMENT_LIAISON)
    with pytest.raises(WrongMoment, match="签收时限已过，不能再退单"):
        ask_for("send_back", case, by=actor(there, later(days=9)), town=town)


def test_after_a_redo_the_former_handler_is_not_named_at_an_acknowledgement_either(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town)
    case = perform("redo", case, by=actor(town.staff, later(hours=2)), town=town)
    case = perform("reassign", case, by=actor(town.dispatcher, later(hours=3)), town=town)
    there = actor(town.at(town.housing, Role.DEPARTMENT_LIAISON), later(hours=4))
    case = perform("acknowledge", case, by=there, town=town, handler=town.at(town.housing, Role.HANDLER))
    case = perform("reassign", case, by=actor(town.dispatcher, later(hours=5)), town=town, lead=town.energy)
    back = actor(town.liaison, later(hours=6))
    with pytest.raises(Refused, match="重办须由另一位承办人办理"):
        perform("acknowledge", case, by=back, town=town, handler=town.handler)
    case = sound(perform("acknowledge", case, by=back, town=town, handler=town.second_handler))
    assert case.handler_id == town.second_handler.user_id


def test_a_department_passes_a_demand_on_once(town: Town, in_hand: Case) -> None:
    case = perform("reassign", in_hand, by=actor(town.dispatcher, later(hours=2)), town=town)
    there = actor(town.at(town.housing, Role.DEPARTMENT_LIAISON), later(hours=3))
    case = perform("acknowledge", case, by=there, town=town, handler=town.at(town.housing, Role.HANDLER))
    case = perform("reassign", case, by=actor(town.dispatcher, later(hours=4)), town=town, lead=town.energy)
    case = perform("acknowledge", case, by=actor(town.liaison, later(hours=5)), town=town)
    with pytest.raises(WrongMoment, match="本部门已经转办过一次"):
        perform("reassign", case, by=actor(town.dispatcher, later(hours=6)), town=town)
    assert sound(case).transferred == [town.energy.pk, town.housing.pk]


def test_a_demand_is_passed_on_to_an_owner_of_the_matter_and_to_another_department(town: Town, in_hand: Case) -> None:
    for lead, sentence in ((town.far_department, "这件事不归所选部门"), (town.energy, "请选择本部门以外的接收部门")):
        with pytest.raises(Refused, match=sentence) as refused:
            perform("reassign", in_hand, by=actor(town.dispatcher, later(hours=2)), town=town, lead=lead)
        assert refused.value.field == "lead"


# --- city and banner ---


def test_a_banner_reports_up_by_the_city_offices_decision_and_goes_on_seeing_it(town: Town) -> None:
    case = case_in("ACCEPTED", town=town)
    city = actor(town.at(town.city_office, Role.DISPATCHER), later(hours=2))
    assert not Case.objects.visible_to(city).exists()
    proposal = ask_for("report_up", case, by=actor(town.dispatcher, later(hours=1)), town=town)
    assert Case.objects.visible_to(city).get() == case
    assert Proposal.objects.get(pk=proposal.pk).decider_id == town.city_office.pk
    decide(proposal.public_id, by=city, consent=True)
    case = sound(case)
    assert (case.office_id, case.district_id, case.turn_org_id) == (
        town.city_office.pk,
        town.city.pk,
        town.city_office.pk,
    )
    dispatch = Clock.objects.get(subject_id=case.pk, kind="DISPATCH", stopped_at=None)
    assert dispatch.started_at == later(hours=2)
    assert Case.objects.visible_to(actor(town.dispatcher, later(hours=3))).get() == case
    assert not Case.objects.at_hand(actor(town.dispatcher, later(hours=3))).exists()
    with pytest.raises(NotYours):
        perform("dispatch", case, by=actor(town.dispatcher, later(hours=3)), town=town)
    case = perform("pass_down", case, by=city, town=town)
    case = sound(perform("dispatch", case, by=actor(town.dispatcher, later(hours=4)), town=town))
    assert (case.office_id, case.district_id, case.state) == (town.office.pk, town.banner.pk, "DISPATCHED")
    assert Case.objects.visible_to(city).get() == case


def test_each_way_is_gone_once(town: Town) -> None:
    case = perform("report_up", case_in("ACCEPTED", town=town), by=actor(town.dispatcher, later(hours=1)), town=town)
    city = actor(town.at(town.city_office, Role.DISPATCHER), later(hours=2))
    with pytest.raises(WrongMoment, match="本件已在市级，不用上报"):
        ask_for("report_up", case, by=city, town=town)
    case = perform("pass_down", case, by=city, town=town)
    with pytest.raises(WrongMoment, match="已经上报过一次"):
        ask_for("report_up", case, by=actor(town.dispatcher, later(hours=3)), town=town)


def test_a_demand_is_passed_down_to_an_office_of_the_citys_own_banners(town: Town) -> None:
    case = perform("report_up", case_in("ACCEPTED", town=town), by=actor(town.dispatcher, later(hours=1)), town=town)
    city = actor(town.at(town.city_office, Role.DISPATCHER), later(hours=2))
    with pytest.raises(Refused, match="请选择本市旗区的平台办公室") as refused:
        perform("pass_down", case, by=city, town=town, office=town.city_office)
    assert refused.value.field == "office"
    assert [office.pk for office in queries.banner_offices(case)] == [town.office.pk, town.other_office.pk]


def test_an_office_of_another_banner_has_no_part_in_it(town: Town) -> None:
    case = case_in("ACCEPTED", town=town)
    stranger = actor(town.at(town.other_office, Role.DISPATCHER), NOW + timedelta(hours=2))
    with pytest.raises(NotVisible):
        ask_for("report_up", case, by=stranger, town=town)
