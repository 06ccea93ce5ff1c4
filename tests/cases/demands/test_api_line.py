"""A demand from its submission to its confirmation through the API alone, and from a message of the hotline."""

import json
from typing import Any

import pytest

from cases.demands.models import Case, PlanStep, Result
from tests.api import DEMAND, Program, inputs, said
from tests.cases.demands.invariants import assert_chain_holds
from tests.factories import Town, intake_item, later
from workflow.models import Clock, Event

pytestmark = pytest.mark.usefixtures("clock")


def test_a_demand_goes_from_submission_to_confirmation_through_the_api(town: Town, clock: Any) -> None:
    def moved(who: str, action: str, **changes: Any) -> dict[str, Any]:
        """The demand as this person finds it, moved by them."""
        program, address = Program(getattr(town, who)), f"cases/{case_id}/"
        clock.shift(600)
        found = program.get(address).json()
        assert action in {offer["name"] for offer in found["actions"] if offer["refusal"] is None}
        response = program.post(f"{address}{action}/", {**inputs(action, town), "seen": found["seen"], **changes})
        assert response.status_code == 200, response.content.decode()
        after: dict[str, Any] = response.json()
        assert after == program.get(address).json()
        assert after["seen"] == found["seen"] + 1
        return after

    submitted = Program(town.staff).post("cases/", DEMAND)
    assert submitted.status_code == 201
    case_id = submitted.json()["id"]
    assert submitted.json()["number"].startswith("2026-150602-")
    assert submitted.json()["answers"][0] == {"label": "哪一类用能？", "text": "用电报装或增容"}
    assert submitted.json()["answers"][3] == {"label": "最晚哪天要用上", "text": "2026年12月20日"}

    assert moved("intake", "accept")["state"] == "ACCEPTED"
    assert moved("dispatcher", "dispatch")["lead"] == "市能源局"
    assert moved("liaison", "acknowledge")["handler"] == town.handler.user.name
    assert moved("liaison", "record_contact", contacted_at=later(minutes=25).isoformat())["state"] == "IN_PROGRESS"
    assert moved("staff", "deny_contact")["state"] == "IN_PROGRESS"
    assert [step["due_on"] for step in moved("handler", "save_plan")["plan"]] == ["2026-11-26", "2026-11-30"]
    assert moved("arbitrator", "note_internal")["timeline"][0]["note"] == "请跟踪进展"
    assert moved("handler", "reply_public")["timeline"][0]["note"] == "已安排现场勘察"
    assert moved("handler", "submit_result")["state"] == "RESULT_REVIEW"
    assert moved("party_secretary", "return_result")["state"] == "IN_PROGRESS"
    assert moved("handler", "submit_result", text="供电方案已送达企业，十二月二十日前通电。")["outcome"] == "SOLVED"
    assert moved("party_secretary", "sign_off")["state"] == "AWAIT_CONFIRM"
    closed = moved("firm_secretary", "confirm")
    assert (closed["state"], closed["confirmation"], closed["outcome"]) == ("CLOSED", "SOLVED", "SOLVED")
    assert [offer["name"] for offer in closed["actions"]] == ["redo", "issue_receipt", "issue_case_file"]

    case = Case.objects.get(public_id=case_id)
    assert (case.state, case.head_seq, case.origin) == ("CLOSED", 14, "ENTERPRISE")
    assert_chain_holds(case)
    events = Event.objects.filter(subject_id=case.pk)
    assert {json.loads(event.actor)["channel"] for event in events} == {"API"}
    assert PlanStep.objects.filter(case=case).count() == 2
    assert [result.signed_at is not None for result in Result.objects.filter(case=case)] == [False, True]
    assert not Clock.objects.filter(subject_id=case.pk, stopped_at=None).exists()


def test_a_message_of_the_hotline_becomes_a_demand_through_the_api(town: Town) -> None:
    item, officer = intake_item(town.office), Program(town.intake)
    waiting = officer.get("intake/").json()["results"]
    assert [row["id"] for row in waiting] == [str(item.public_id)]
    (firm,) = officer.get("enterprises/", q="甲公").json()
    body = {"enterprise": firm["id"], "title": "停电"}
    claimed = officer.post(f"intake/{item.public_id}/claim/", body)
    assert claimed.status_code == 201
    assert (claimed.json()["enterprise"], claimed.json()["category"]) == ("甲公司", None)
    assert (claimed.json()["answers"], claimed.json()["state"]) == ([], "SUBMITTED")
    assert officer.get("intake/").json()["results"] == []
    again = officer.post(f"intake/{item.public_id}/claim/", body)
    assert said(again) == (409, "wrong_moment")
    address = f"cases/{claimed.json()['id']}/accept/"
    accepted = officer.post(address, {**inputs("accept", town), "seen": claimed.json()["seen"]})
    assert (accepted.status_code, accepted.json()["category_code"]) == (200, "ENERGY")


def test_accepting_a_matter_with_one_owner_answers_with_the_dispatched_demand(town: Town) -> None:
    submitted = Program(town.staff).post("cases/", DEMAND).json()
    body = {**inputs("accept", town), "duty_item": str(town.only_energy.public_id), "seen": submitted["seen"]}
    accepted = Program(town.intake).post(f"cases/{submitted['id']}/accept/", body).json()
    assert (accepted["state"], accepted["lead"], accepted["seen"]) == ("DISPATCHED", "市能源局", 3)
    assert accepted["duty_item"]["matter"] == "电力接入协调"


def test_answers_may_be_left_out_only_where_the_question_allows_it(town: Town) -> None:
    firm = Program(town.staff)
    required = {name: text for name, text in DEMAND["answers"].items() if name != "needed_by"}
    assert firm.post("cases/", {**DEMAND, "answers": required}).status_code == 201
    refused = firm.post("cases/", {**DEMAND, "answers": {}})
    assert said(refused) == (400, "bad_input")
    assert set(refused.json()["fields"]) == {"kind", "capacity", "applied"}
    assert Case.objects.count() == 1


def test_a_number_may_be_written_as_a_json_number(town: Town) -> None:
    town.power.pk = "FINANCE"  # the category whose questions ask for an amount
    town.power.save()
    answers = {"support": "NEW_LOAN", "use": "十二月的原料采购，供货合同已签", "bank_asked": "NOT_YET"}
    for amount, text in ((300, "300"), (18.6, "18.6"), ("300", "300")):
        response = Program(town.staff).post(
            "cases/", {**DEMAND, "category": "FINANCE", "answers": {**answers, "amount": amount}}
        )
        assert response.status_code == 201, response.json()
        assert Case.objects.latest("id").answers["amount"] == text


@pytest.mark.parametrize("name", ["intake", "liaison", "arbitrator"])
def test_only_a_firm_submits(town: Town, name: str) -> None:
    assert said(Program(getattr(town, name)).post("cases/", DEMAND)) == (403, "not_yours")
