"""A demand comes into being: submitted by its firm, or registered from a message of another channel."""

import json

import pytest

from cases.demands import moves
from cases.demands.models import Case, IntakeItem
from foundation.errors import DomainError, NotVisible, NotYours, Refused, WrongMoment
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds, turn_of
from tests.factories import NOW, Town, actor, case_in, intake_item, later
from workflow.models import Event

MOMENT = later(hours=2, minutes=30)


def test_a_firm_submits_a_demand(town: Town) -> None:
    case = moves.submit_case(
        by=actor(town.staff),
        category=town.power,
        title=" 变压器增容 ",
        text=" 我公司现有变压器容量不足，请求增容。 ",
        wanted=" 尽早通电 ",
        answers={"capacity": "630"},
        contact_name=" 李经理 ",
        contact_phone=" 0477-5550100 ",
    )
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.origin, case.round) == ("SUBMITTED", "ENTERPRISE", 1)
    assert case.number is not None
    assert case.number.startswith("2026-150602-")
    assert (case.title, case.text) == ("变压器增容", "我公司现有变压器容量不足，请求增容。")
    assert (case.wanted, case.contact_name, case.contact_phone) == ("尽早通电", "李经理", "0477-5550100")
    assert case.answers == {"capacity": "630"}
    assert (case.enterprise_id, case.district_id, case.office_id) == (town.firm.pk, "150602", town.office.pk)
    assert (case.opened_by_id, case.submitted_at) == (town.staff.user_id, NOW)
    assert (turn_of(case), case.next_clock) == (("office", "INTAKE"), "ACCEPT")
    assert case.next_due_at == later(hours=6, minutes=30)  # 4 working hours: 10:00 to 12:00 and 14:30 to 16:30
    event = Event.objects.get(subject_id=case.pk)
    assert (event.seq, event.prev, event.from_state, event.to_state) == (1, "", "DRAFT", "SUBMITTED")
    assert json.loads(event.body.text)["text"] == "甲公司提交，类别用电用能"
    assert_chain_holds(case)


def test_a_demand_goes_to_the_office_of_the_banner_of_its_firm(town: Town) -> None:
    case = case_in("SUBMITTED", town=town, firm=town.far_firm)
    assert (case.office_id, case.district_id) == (town.other_office.pk, "150625")
    assert case.number is not None
    assert case.number.startswith("2026-150625-")


def test_only_a_firm_submits(town: Town) -> None:
    inputs = {"category": town.power, "title": "变压器", "text": "现有变压器容量不足，请求增容", "contact_phone": "1"}
    for person in town.everybody:
        if person.organisation_id in (town.firm.pk, town.neighbour.pk, town.far_firm.pk):
            if person.role in (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY):
                continue
            with pytest.raises(DomainError):  # an agent needs a mandate, which is not built
                moves.submit_case(by=actor(person), **inputs)
        else:
            with pytest.raises(NotYours, match="只有企业可以提交诉求"):
                moves.submit_case(by=actor(person), **inputs)
    assert not Case.objects.exists()


def test_a_firm_of_a_banner_without_an_office_is_told_whom_to_ask(town: Town) -> None:
    town.office.active = False
    town.office.save()
    with pytest.raises(WrongMoment, match="企业所在旗区还没有平台办公室"):
        case_in("SUBMITTED", town=town)
    assert not Case.objects.exists()


def test_a_refused_submission_leaves_no_draft(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        case_in("SUBMITTED", town=town, text="太短")
    assert (refused.value.field, str(refused.value)) == ("text", "请写得具体些，至少 10 个字")
    assert not Case.objects.exists()


def test_intake_turns_a_message_into_a_demand(town: Town) -> None:
    item = intake_item(town.office, text="停电")
    case = moves.register_intake(item.pk, by=actor(town.intake, MOMENT), enterprise=town.firm, title="")
    case, item = Case.objects.get(pk=case.pk), IntakeItem.objects.get(pk=item.pk)
    assert (case.state, case.origin, case.title, case.text) == ("SUBMITTED", "INTAKE", "停电", "停电")
    assert (case.submitted_at, case.opened_by_id) == (MOMENT, town.intake.user_id)
    assert (item.case_id, item.claimed_by_id, item.claimed_at) == (case.pk, town.intake.user_id, MOMENT)
    assert (turn_of(case), case.next_clock) == (("office", "INTAKE"), "ACCEPT")
    event = Event.objects.get(subject_id=case.pk)
    said = f"来自12345热线，外部编号 {item.external_number}，认领到甲公司"
    assert (event.action, json.loads(event.body.text)["text"]) == ("register", said)
    with pytest.raises(WrongMoment, match="这条来件已经认领"):
        moves.register_intake(item.pk, by=actor(town.second_intake), enterprise=town.neighbour)
    assert Case.objects.count() == 1


def test_a_message_is_seen_by_the_intake_of_its_office_alone(town: Town) -> None:
    item = intake_item(town.office)
    for person in town.everybody:
        if person in (town.intake, town.second_intake):
            continue
        with pytest.raises(NotVisible):
            moves.register_intake(item.pk, by=actor(person), enterprise=town.firm)
    assert not Case.objects.exists()
