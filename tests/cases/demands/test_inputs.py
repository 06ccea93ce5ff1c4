"""What a move does not take: the sentence, the field it stands beside, and that nothing is half-saved."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.demands import moves
from cases.demands.enums import CaseState
from cases.demands.rules import vague_words
from foundation.errors import Refused
from tests.factories import Town, actor, case_in, later

LATE = later(hours=3)
CALL: dict[str, Any] = {"contacted_at": LATE, "channel": "PHONE", "person": "何经办", "summary": "电话了解情况"}
RESULT = {"outcome": "SOLVED", "text": "供电方案已于11月20日送达贵公司", "evidence": "答复单一份"}
TODAY = date(2026, 11, 23)
PLAN = {"steps": [("勘察", TODAY)]}
SOLVED = {"confirmation": "SOLVED"}
CONTACT = moves.record_first_contact
POINTS = {"points": ["现有容量", "申请单编号"]}
ANSWER = {"answer": "现有容量 630 千伏安"}


@pytest.mark.parametrize(
    ("state", "who", "run", "good", "bad", "beside"),
    [
        ("SUBMITTED", "intake", moves.request_completion, POINTS, {"points": ["", " "]}, "points"),
        ("SUBMITTED", "intake", moves.request_completion, POINTS, {"points": ["缺"]}, "points"),
        ("IN_PROGRESS", "handler", moves.ask_firm, POINTS, {"points": ["申请单"] * 11}, "points"),
        ("IN_PROGRESS", "handler", moves.ask_firm, POINTS, {"points": ["长" * 201]}, "points"),
        ("NEED_INFO", "staff", moves.complete_case, ANSWER, {"answer": " "}, "answer"),
        ("WAIT_ENTERPRISE", "staff", moves.answer_case, ANSWER, {"answer": "长" * 4001}, "answer"),
        ("IN_PROGRESS", "handler", CONTACT, CALL, {"contacted_at": LATE + timedelta(hours=1)}, "contacted_at"),
        ("IN_PROGRESS", "handler", CONTACT, CALL, {"contacted_at": later(hours=-1)}, "contacted_at"),
        ("IN_PROGRESS", "handler", CONTACT, CALL, {"channel": "PIGEON"}, "channel"),
        ("IN_PROGRESS", "handler", CONTACT, CALL, {"person": "  "}, "person"),
        ("IN_PROGRESS", "handler", CONTACT, CALL, {"summary": "好"}, "summary"),
        ("IN_PROGRESS", "handler", moves.save_plan, PLAN, {"steps": []}, "steps"),
        ("IN_PROGRESS", "handler", moves.save_plan, PLAN, {"steps": [("勘察", date(2026, 11, 22))]}, "steps"),
        ("IN_PROGRESS", "handler", moves.submit_result, RESULT, {"outcome": "MAYBE"}, "outcome"),
        ("IN_PROGRESS", "handler", moves.submit_result, RESULT, {"text": "已办"}, "text"),
        ("IN_PROGRESS", "handler", moves.submit_result, RESULT, {"evidence": ""}, "evidence"),
        ("IN_PROGRESS", "handler", moves.add_internal_note, {"text": "跟踪"}, {"text": "长" * 1001}, "text"),
        ("IN_PROGRESS", "handler", moves.add_public_reply, {"text": "已到场"}, {"text": " "}, "text"),
        ("RESULT_REVIEW", "party_secretary", moves.return_result, {"reason": "请写明日期"}, {"reason": "不"}, "reason"),
        ("AWAIT_CONFIRM", "staff", moves.confirm_case, SOLVED, {"confirmation": "SILENT"}, "confirmation"),
        ("AWAIT_CONFIRM", "staff", moves.confirm_case, SOLVED, {"confirmation": "UNANSWERED"}, "confirmation"),
    ],
)  # fmt: skip
def test_bad_input_stands_beside_its_field_and_the_good_one_is_taken(
    town: Town, state: str, who: str, run: Any, good: dict[str, Any], bad: dict[str, Any], beside: str
) -> None:
    contacted = run is moves.submit_result
    case = case_in(state, town=town, contacted=contacted, planned=contacted)
    by = actor(getattr(town, who), LATE)
    with pytest.raises(Refused) as refused:
        run(case.pk, by=by, seen=case.head_seq, **{**good, **bad})
    assert refused.value.field == beside
    before = case.head_seq
    case.refresh_from_db()
    assert case.head_seq == before
    assert run(case.pk, by=by, seen=before, **good).head_seq == before + 1


def test_a_call_in_the_minute_of_the_dispatch_came_after_it(town: Town) -> None:
    case = case_in(CaseState.DISPATCHED, town=town, start=later(minutes=0.5))
    assert case.dispatched_at is not None
    assert case.dispatched_at.second == 30
    called = {**CALL, "contacted_at": case.dispatched_at.replace(second=0)}
    after = moves.record_first_contact(case.pk, by=actor(town.liaison, LATE), seen=case.head_seq, **called)
    assert after.first_contact_at == called["contacted_at"]


def test_a_matter_of_another_category_is_refused_at_acceptance(town: Town) -> None:
    case = case_in(CaseState.SUBMITTED, town=town)
    with pytest.raises(Refused) as refused:
        moves.accept_case(
            case.pk,
            by=actor(town.intake, LATE),
            seen=case.head_seq,
            category=town.building,
            klass="ORDINARY",
            duty_item=town.shared,
        )
    assert refused.value.field == "duty_item"


def test_only_an_owner_of_the_matter_can_lead(town: Town) -> None:
    case = case_in(CaseState.ACCEPTED, town=town)
    with pytest.raises(Refused) as refused:
        moves.dispatch_case(
            case.pk,
            by=actor(town.dispatcher, LATE),
            seen=case.head_seq,
            lead=town.housing,
            duty_item=town.only_energy,
        )
    assert refused.value.field == "lead"


def test_only_a_handler_of_the_department_can_be_named(town: Town) -> None:
    case = case_in(CaseState.DISPATCHED, town=town)
    for somebody in (town.liaison, town.at(town.housing, town.handler.role)):
        with pytest.raises(Refused) as refused:
            moves.acknowledge_case(case.pk, by=actor(town.liaison, LATE), seen=case.head_seq, handler=somebody)
        assert refused.value.field == "handler"


def test_another_handler_of_the_department_is_named_for_a_reason(town: Town) -> None:
    case = case_in(CaseState.IN_PROGRESS, town=town)
    good = {"handler": town.second_handler, "reason": "原承办人出差"}
    for bad, beside in (
        ({"handler": town.handler}, "handler"),
        ({"handler": town.liaison}, "handler"),
        ({"handler": town.at(town.housing, town.handler.role)}, "handler"),
        ({"reason": " "}, "reason"),
    ):
        with pytest.raises(Refused) as refused:
            moves.name_handler(case.pk, by=actor(town.liaison, LATE), seen=case.head_seq, **{**good, **bad})
        assert refused.value.field == beside
    case = moves.name_handler(case.pk, by=actor(town.liaison, LATE), seen=case.head_seq, **good)
    assert (case.handler_id, case.head_seq) == (town.second_handler.user_id, 5)


def test_words_without_a_date_are_pointed_out_in_their_order() -> None:
    assert vague_words("将尽快答复，近期研究，并尽快回访") == ["尽快", "近期", "研究", "尽快"]
    assert vague_words("11月27日前送达") == []
