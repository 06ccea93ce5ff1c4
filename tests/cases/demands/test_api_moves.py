"""Every move over the API: done with good inputs, and refused with the right status, code and sentence."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db.models import F

from cases.demands import moves
from cases.demands.forms import FORMS, form_of
from cases.demands.models import Case, InfoRequest
from foundation.identifiers import random_id
from parties.models import Office
from parties.roles import Role
from tests.api import SETTINGS, Program, Setting, inputs, of, said
from tests.cases.demands.table import APPENDS, DECIDED_BY, MOVES, OF_THE_SYSTEM, OPENING, WITH_FILES
from tests.factories import Town, actor, case_in, later
from workflow import registry
from workflow.models import Event
from workflow.specs import specs


# That a good request moves the demand is shown on both databases; what is refused before anything is written, on one.
def each(actions: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("action", [pytest.param(one, marks=pytest.mark.every_page) for one in actions])


ALL = each(SETTINGS)
# Whoever sees a demand has its case file made, at any time.
BUT_CASE_FILES = each(a for a in SETTINGS if a != "issue_case_file")
# While a firm completes its demand, or has withdrawn it, nobody else does anything that it may know of.
ALONE = {"complete", "undo_withdrawal"}
COMPARING = each(a for a in SETTINGS if a not in {*APPENDS, *ALONE})


@pytest.fixture(autouse=True)
def _two_hours_later(clock: Any) -> None:
    clock.move_to(later(hours=2))


def setting(action: str, town: Town) -> tuple[Case, Setting, dict[str, Any]]:
    """A demand ready for this move, who makes it, and a good body."""
    where = SETTINGS[action]
    case = where.case(town)
    return case, where, {**inputs(action, town), "seen": case.head_seq}


def unmoved(case: Case) -> None:
    assert Case.objects.get(pk=case.pk).head_seq == case.head_seq
    assert Event.objects.filter(subject_id=case.pk).count() == case.head_seq


def test_every_move_of_an_existing_demand_has_an_address_and_a_test() -> None:
    assert set(FORMS) == set(MOVES) - OPENING - set(OF_THE_SYSTEM)
    assert set(SETTINGS) == set(FORMS) - set(WITH_FILES)  # those are sent as forms: test_api_files


@ALL
def test_a_good_request_moves_the_demand_and_answers_with_it(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.who))
    response = program.post(of(case, action), body)
    assert response.status_code == (202 if action in DECIDED_BY else 200), response.json()
    written = Event.objects.get(subject_id=case.pk, seq=case.head_seq + 1)
    shown = program.get(of(case)).json()
    # Whoever a recusal is kept from has seen nothing new, although they entered it themselves.
    unseen = action not in DECIDED_BY and getattr(town, where.who).role in specs(Case)[action].kept_from
    assert shown["seen"] == case.head_seq + (not unseen)
    if action in DECIDED_BY:
        assert (response.json()["action"], response.json()["verdict"]) == (action, "PENDING")
        assert (written.action, shown["state"], shown["proposal"]) == ("propose", case.state, response.json())
        return
    assert (written.action, shown) == (action, response.json())


WHOLE = ("sign_off", "note_internal")  # tried by one of every role; the other moves by three, who take turns


def who_try(action: str, roles: list[str]) -> list[str]:
    """Whose turn it is to try this move; the supervisor always does."""
    first = 3 * list(SETTINGS).index(action)
    turns = roles if action in WHOLE else [roles[(first + more) % len(roles)] for more in range(3)]
    return sorted({*turns, "SUPERVISOR"})


@ALL
def test_whoever_does_not_see_the_demand_finds_none(town: Town, action: str) -> None:
    case, _where, body = setting(action, town)
    blind = [p for p in town.everybody if not Case.objects.visible_to(actor(p)).filter(pk=case.pk).exists()]
    roles = {person.role: person for person in blind}  # one of every role that somebody blind has
    assert sorted(roles) == sorted(Role)
    answers = set()
    for role in who_try(action, sorted(roles)):
        refused = Program(roles[role]).post(of(case, action), body)
        assert said(refused) == (404, "not_found")
        answers.add(refused.content)
    program = Program(roles["SUPERVISOR"])
    answers |= {program.post(address, {}).content for address in (of(case, action), f"cases/{random_id()}/{action}/")}
    assert len(answers) == 1  # nothing tells a demand that exists from one that does not
    unmoved(case)


def test_one_of_every_role_tried_moves_of_a_demand_that_it_does_not_see() -> None:
    roles = sorted(Role)
    assert {role for action in SETTINGS if action not in WHOLE for role in who_try(action, roles)} == set(roles)
    assert all(who_try(action, roles) == roles for action in WHOLE)


@BUT_CASE_FILES
def test_whoever_sees_the_demand_but_has_not_this_move_is_told_whose_it_is(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.not_theirs))
    assert program.get(of(case)).status_code == 200
    refused = program.post(of(case, action), body)
    assert said(refused) == (403, "not_yours")
    assert "fields" not in refused.json()
    unmoved(case)


# A case file and an evidence pack have no wrong state; how many packs are being made is counted after the inputs.
@each(a for a in SETTINGS if a not in ("issue_case_file", "make_pack"))
def test_the_wrong_moment_is_told_before_the_inputs_are_looked_at(town: Town, action: str) -> None:
    where = SETTINGS[action]
    case = where.too_late_case(town)
    program = Program(getattr(town, where.who))
    for body in ({**inputs(action, town), "seen": case.head_seq}, {"seen": case.head_seq}):
        assert said(program.post(of(case, action), body)) == (409, "wrong_moment")
    unmoved(case)


@COMPARING
def test_a_demand_that_changed_meanwhile_is_not_moved_and_who_did_what_is_told(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    replies = case.lead_id and case.state != "RETURN_REVIEW"
    other = "reply_public" if replies else "note_internal"
    who = town.at(town.energy, "DEPARTMENT_HEAD") if replies else town.at(case.office, "ARBITRATOR")
    run = moves.add_public_reply if replies else moves.add_internal_note
    run(case.pk, by=actor(who, later(hours=1, minutes=50)), text="请看新材料")
    refused = Program(getattr(town, where.who)).post(of(case, action), body)
    assert said(refused) == (409, "changed")
    what = {"reply_public": "公开答复", "note_internal": "内部备注"}[other]
    where_from = "市能源局 · 部门主要负责人" if replies else f"{case.office.name} · 裁决员"
    assert f"{where_from} 于 11月23日 11:50 办理了“{what}”" in refused.json()["detail"]
    assert Case.objects.get(pk=case.pk).head_seq == case.head_seq + 1


@pytest.mark.parametrize("action", ["note_internal", "reply_public"])
def test_what_only_adds_does_not_ask_what_was_seen(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.who))
    del body["seen"]
    assert program.post(of(case, action), body).status_code == 200
    assert program.post(of(case, action), {**body, "seen": 1}).status_code == 200


@pytest.mark.parametrize("action", ["deny_contact", "confirm", "complete", "answer"])
def test_internal_events_neither_refuse_the_firm_nor_are_named_to_it(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    moves.add_internal_note(case.pk, by=actor(town.arbitrator, later(hours=1)), text="企业情绪较大")
    response = Program(getattr(town, where.who)).post(of(case, action), body)
    assert response.status_code == 200
    assert "内部备注" not in response.content.decode()


def test_seen_must_be_the_sequence_that_was_shown(town: Town) -> None:
    case, _where, body = setting("confirm", town)
    program = Program(town.staff)
    for seen in (None, "1", 1.0, True, -1, 0.5, 10**30, [1], {}, 2**31, case.head_seq + 1):
        refused = program.post(of(case, "confirm"), {**body, "seen": seen})
        assert said(refused) == (400, "bad_input"), seen
        assert set(refused.json()["fields"]) == {"seen"}
    unmoved(case)


@ALL
def test_what_must_be_given_is_named_when_it_is_left_out(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.who))
    required = {name for name, field in form_of(action).base_fields.items() if field.required}
    required |= {"person"} if action == "recuse" else set()  # a department names one of its own people
    refused = program.post(of(case, action), {"seen": case.head_seq})
    if not required:
        assert refused.status_code == 200
        return
    assert said(refused) == (400, "bad_input")
    assert set(refused.json()["fields"]) == required
    assert all(sentence for sentences in refused.json()["fields"].values() for sentence in sentences)
    for name in required:
        for empty in (None, ""):
            refused = program.post(of(case, action), {**body, name: empty})
            assert said(refused) == (400, "bad_input"), (name, empty)
            assert set(refused.json()["fields"]) == {name}
    unmoved(case)


@ALL
def test_a_name_that_the_move_does_not_know_is_refused_and_named(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.who))
    for name in ("state", "id", "lead_id", "handler_id", "case", "by", "csrfmiddlewaretoken", ""):
        refused = program.post(of(case, action), {**body, name: "CLOSED"})
        assert said(refused) == (400, "bad_input")
        assert refused.json()["detail"] == "没有这一项"
        assert set(refused.json().get("fields", {""})) == {name}
    unmoved(case)


@ALL
def test_every_value_has_its_json_type(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.who))
    for name, good in inputs(action, town).items():
        for wrong in (7, 1.5, True, "文字", ["x"], {"x": "y"}, [{"x": "y"}], [{"text": 7}], [["text"]]):
            if type(wrong) is type(good) and not isinstance(good, list):
                continue
            refused = program.post(of(case, action), {**body, name: wrong})
            assert said(refused) == (400, "bad_input"), (name, wrong)
            assert set(refused.json()["fields"]) == {name}
    unmoved(case)


def test_the_sentence_of_a_rule_stands_with_its_input(town: Town) -> None:
    case, _where, body = setting("record_contact", town)
    program = Program(town.liaison)
    refused = program.post(of(case, "record_contact"), {**body, "contacted_at": later(hours=3).isoformat()})
    assert refused.json() == {
        "code": "bad_input",
        "detail": "联系时间不能晚于现在",
        "fields": {"contacted_at": ["联系时间不能晚于现在"]},
    }


FAR_OFF = ["9999-12-31T23:59:59Z", "9999-12-31T23:59", "0001-01-01T00:00:00+14:00", "1999-12-31"]


@pytest.mark.parametrize("moment", FAR_OFF)
def test_a_moment_far_outside_our_time_is_no_moment(town: Town, moment: str) -> None:
    case, _where, body = setting("record_contact", town)
    refused = Program(town.liaison).post(of(case, "record_contact"), {**body, "contacted_at": moment})
    assert refused.json()["fields"] == {"contacted_at": ["请填写正确的日期和时间"]}
    unmoved(case)


def test_a_plan_has_twenty_steps_at_most(town: Town) -> None:
    case, _where, body = setting("save_plan", town)
    step = {"text": "现场勘察", "due_on": "2026-11-26"}
    for many in (21, 50_000):
        refused = Program(town.handler).post(of(case, "save_plan"), {**body, "steps": [step] * many})
        assert refused.json() == {
            "code": "bad_input",
            "detail": "步骤太多，最多 20 个",
            "fields": {"steps": ["步骤太多，最多 20 个"]},
        }
    unmoved(case)
    saved = Program(town.handler).post(of(case, "save_plan"), {**body, "steps": [step] * 20})
    assert len(saved.json()["plan"]) == 20


@pytest.mark.parametrize("action", ["request_completion", "ask_firm"])
def test_the_firm_is_asked_ten_points_at_most_each_of_them_said(town: Town, action: str) -> None:
    case, where, body = setting(action, town)
    program = Program(getattr(town, where.who))
    for points, sentence in (
        ("\n".join("缺" * 2 for _n in range(11)), "一次最多 10 条"),
        ("缺\n增容申请单", "请写得具体些，至少 2 个字"),
        ("长" * 201, "内容太长，最多 200 个字"),
    ):
        refused = program.post(of(case, action), {**body, "points": points})
        assert refused.json()["fields"] == {"points": [sentence]}
    unmoved(case)
    moved = program.post(of(case, action), {**body, "points": "  甲项\n\n 乙项 \n"})
    assert moved.status_code == 200
    assert InfoRequest.objects.get(case=case).points == ["甲项", "乙项"]


def test_an_answer_is_said_in_more_than_a_word(town: Town) -> None:
    case, where, body = setting("answer", town)
    refused = Program(getattr(town, where.who)).post(of(case, "answer"), {**body, "answer": "有"})
    assert refused.json()["fields"] == {"answer": ["请写得具体些，至少 2 个字"]}
    unmoved(case)


def test_the_handler_who_has_it_is_not_named_again(town: Town) -> None:
    case, _where, body = setting("name_handler", town)
    refused = Program(town.liaison).post(of(case, "name_handler"), {**body, "handler": str(town.handler.public_id)})
    assert refused.json()["fields"] == {"handler": ["这位已经是承办人"]}
    unmoved(case)


def test_silence_is_not_a_vote_that_a_firm_can_give(town: Town) -> None:
    case, _where, body = setting("confirm", town)
    refused = Program(town.staff).post(of(case, "confirm"), {**body, "confirmation": "UNANSWERED"})
    assert said(refused) == (400, "bad_input")
    assert set(refused.json()["fields"]) == {"confirmation"}
    unmoved(case)


def test_a_row_of_another_organisation_cannot_be_chosen_by_its_id(town: Town) -> None:
    case, _where, body = setting("acknowledge", town)
    stranger = town.at(town.housing, "HANDLER")
    refused = Program(town.liaison).post(of(case, "acknowledge"), {**body, "handler": str(stranger.public_id)})
    assert said(refused) == (400, "bad_input")
    for guess in (str(town.handler.pk), "0", "-1", "1e9", "x" * 10_000):
        refused = Program(town.liaison).post(of(case, "acknowledge"), {**body, "handler": guess})
        assert said(refused) == (400, "bad_input")
    unmoved(case)


def test_whoever_no_longer_sees_the_demand_after_their_own_move_gets_no_content(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _where, body = setting("note_internal", town)

    def give_away(subject: Case, event: Event, by: Any) -> None:
        far = Office.objects.get(pk=town.other_office.pk)
        Case.objects.filter(pk=subject.pk).update(office=far, head_seq=F("head_seq"))

    monkeypatch.setitem(registry._subscriptions, ("case", "note_internal"), [give_away])
    response = Program(town.arbitrator).post(of(case, "note_internal"), body)
    assert (response.status_code, response.content) == (204, b"")


def test_moves_are_posted_and_nothing_else(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    program = Program(town.intake)
    for method in ("get", "put", "patch", "delete", "options"):
        response = getattr(program.client, method)(f"/api/v1/{of(case, 'accept')}")
        assert said(response) == (405, "no_such_method")
        assert response["Allow"] == "POST"
    for method in ("put", "patch", "delete"):
        assert said(getattr(program.client, method)(f"/api/v1/{of(case)}")) == (405, "no_such_method")
    for action in ("submit", "register", *OF_THE_SYSTEM, "hand_turn", "save", "delete"):
        assert said(program.post(of(case, action), {})) == (404, "not_found")
    unmoved(case)
