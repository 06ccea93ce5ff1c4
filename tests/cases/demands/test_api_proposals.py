"""Moves that take two people over the API: asked for, listed for whoever decides, answered."""

import uuid
from typing import Any

import pytest

from cases.demands.models import Case
from parties.models import Membership
from parties.roles import Role
from tests.api import Program, inputs, of, said
from tests.cases.demands.table import DECLINED, ask_for, perform
from tests.factories import Town, actor, case_in, later
from workflow.models import Event, Proposal

VERBS = ("consent", "refuse", "take-back")


@pytest.fixture(autouse=True)
def _two_hours_later(clock: Any) -> None:
    clock.move_to(later(hours=2))


@pytest.fixture
def case(town: Town) -> Case:
    return case_in("SUBMITTED", town=town)


@pytest.fixture
def proposal(town: Town, case: Case) -> Proposal:
    return ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)


def to(proposal: Proposal | str, verb: str) -> str:
    name = proposal if isinstance(proposal, str) else proposal.public_id
    return f"proposals/{name}/{verb}/"


def test_the_move_is_asked_for_and_answered_with_what_was_proposed(case: Case, town: Town) -> None:
    body = {**inputs("decline", town), "seen": case.head_seq}
    answer = Program(town.intake).post(of(case, "decline"), body)
    found = Proposal.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {
        "id": str(found.public_id),
        "action": "decline",
        "label": "不予受理",
        "proposer": "受理员 · 东胜区平台办公室",
        "reason": "核对过材料",
        "created_at": "2026-11-23T12:00:00+08:00",
        "due_at": case.next_due_at.astimezone(later().tzinfo).isoformat() if case.next_due_at else None,
        "verdict": "PENDING",
        "decision_reason": "",
        "decided_at": None,
        "proposed": [
            {"label": "不予受理的原因", "text": "非职责范围"},
            {"label": "应找的部门或渠道", "text": "鄂尔多斯供电公司"},
            {"label": "联系方式", "text": "95598"},
            {"label": "对企业的说明", "text": DECLINED["explanation"]},
        ],
    }
    assert Case.objects.get(pk=case.pk).state == "SUBMITTED"


def test_the_same_key_asks_once(case: Case, town: Town) -> None:
    body, program = {**inputs("decline", town), "seen": case.head_seq}, Program(town.intake)
    answers = [program.post(of(case, "decline"), body, key="once") for _n in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert Proposal.objects.count() == 1


def test_the_detail_names_what_waits_to_those_inside_and_not_to_the_firm(
    case: Case, proposal: Proposal, town: Town
) -> None:
    for post in (town.intake, town.second_intake, town.arbitrator):
        assert Program(post).get(of(case)).json()["proposal"]["id"] == str(proposal.public_id)
    firm = Program(town.staff).get(of(case))
    assert firm.json()["proposal"] is None
    for word in ("提请", "propose", "不予受理", "95598", "供电公司", str(proposal.public_id)):
        assert word not in firm.content.decode()


def test_nothing_tells_the_firm_that_something_waits(case: Case, town: Town) -> None:
    program = Program(town.staff)
    before = program.get(of(case)).json()
    ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    after = program.get(of(case)).json()
    assert after == before


def test_consent_runs_the_move(case: Case, proposal: Proposal, town: Town) -> None:
    answer = Program(town.second_intake).post(to(proposal, "consent"), {"reason": "属实"})
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("verdict", "decision_reason", "decided_at")} == {
        "verdict": "CONSENTED",
        "decision_reason": "属实",
        "decided_at": "2026-11-23T12:00:00+08:00",
    }
    detail = Program(town.staff).get(of(case)).json()
    assert (detail["state"], detail["declined_for"], detail["proposal"]) == ("ENDED", "OUT_OF_SCOPE", None)
    assert detail["timeline"][0]["text"] == "不予受理：非职责范围，请向鄂尔多斯供电公司反映（95598）"


def test_refusing_takes_a_reason(case: Case, proposal: Proposal, town: Town) -> None:
    program = Program(town.at(town.office, Role.SUPERVISOR))
    for body in ({}, {"reason": " "}):
        refused = program.post(to(proposal, "refuse"), body)
        assert said(refused) == (400, "bad_input")
        assert refused.json()["fields"] == {"reason": ["不同意时请写明理由"]}
    answer = program.post(to(proposal, "refuse"), {"reason": "应当受理"})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "REJECTED")
    assert Case.objects.get(pk=case.pk).state == "SUBMITTED"


def test_who_proposed_takes_it_back_and_nobody_else(proposal: Proposal, town: Town) -> None:
    assert said(Program(town.second_intake).post(to(proposal, "take-back"))) == (403, "not_yours")
    answer = Program(town.intake).post(to(proposal, "take-back"))
    assert (answer.status_code, answer.json()["verdict"]) == (200, "TAKEN_BACK")


def test_the_proposer_is_told_that_another_person_decides(proposal: Proposal, town: Town) -> None:
    for verb in ("consent", "refuse"):
        refused = Program(town.intake).post(to(proposal, verb), {"reason": "改变主意"})
        assert said(refused) == (403, "not_yours")
        assert refused.json()["detail"] == "提出人不能自己同意，须由另一人决定"


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_finds_no_proposal(proposal: Proposal, town: Town, verb: str) -> None:
    answers = set()
    for post in (
        town.staff,
        town.handler,
        town.at(town.other_office, Role.INTAKE),
        town.at(town.other_office, Role.SUPERVISOR),
        town.at(town.city_office, Role.AUDIT_ADMIN),
    ):
        refused = Program(post).post(to(proposal, verb), {} if verb == "take-back" else {"reason": "看过"})
        assert said(refused) == (404, "not_found")
        answers.add(refused.content)
    missing = Program(town.second_intake).post(to(str(uuid.uuid4()), verb))
    assert {missing.content} == answers
    assert Proposal.objects.get().verdict == "PENDING"


@pytest.mark.parametrize("verb", VERBS)
def test_what_was_voided_is_a_conflict_that_names_the_move(
    case: Case, proposal: Proposal, town: Town, verb: str
) -> None:
    case = Case.objects.get(pk=case.pk)
    perform("accept", case, by=actor(town.intake, later(hours=1.5)), town=town)
    program = Program(town.intake if verb == "take-back" else town.second_intake)
    refused = program.post(to(proposal, verb), {} if verb == "take-back" else {"reason": "看过"})
    assert said(refused) == (409, "wrong_moment")
    assert refused.json()["detail"] == "本件已经办理了“受理”，这项提请随之失效"


def test_an_answer_takes_only_what_it_knows(proposal: Proposal, town: Town) -> None:
    program = Program(town.second_intake)
    for body in ({"reason": 3}, {"why": "x"}, {"reason": "长" * 501}, []):
        assert said(program.post(to(proposal, "consent"), body)) == (400, "bad_input")
    assert said(Program(town.intake).post(to(proposal, "take-back"), {"reason": "x"})) == (400, "bad_input")
    assert Event.objects.filter(subject_id=proposal.subject_id).count() == 2


# --- the list ---


def waiting(post: Membership) -> list[str]:
    return [row["id"] for row in Program(post).get("proposals/").json()["results"]]


def test_the_list_has_what_waits_for_this_post_and_nothing_else(town: Town) -> None:
    cases = [case_in("SUBMITTED", town=town, title=f"第{n}件") for n in range(3)]
    late, early = (
        ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town, due=later(days=days))
        for case, days in zip(cases, (2, 1), strict=False)
    )
    theirs = ask_for("decline", cases[2], by=actor(town.second_intake, later(hours=1)), town=town)
    far = case_in("SUBMITTED", town=town, firm=town.far_firm)
    member = town.at(town.other_office, Role.INTAKE)
    Membership.objects.create(
        user=town.staff.user, organisation=town.other_office, role=Role.SUPERVISOR, valid_from=member.valid_from
    )
    elsewhere = ask_for("decline", far, by=actor(member, later(hours=1)), town=town)
    first, second, third, fourth = (str(p.public_id) for p in (early, late, theirs, elsewhere))
    supervisor = town.at(town.office, Role.SUPERVISOR)
    assert waiting(town.second_intake) == [first, second]
    assert waiting(town.intake) == [third]
    assert waiting(supervisor) == [third, first, second]  # the third by the term of its case, tomorrow morning
    assert waiting(town.at(town.other_office, Role.SUPERVISOR)) == [fourth]
    for post in (town.dispatcher, town.staff, town.handler, town.at(town.city_office, Role.SUPERVISOR), member):
        assert waiting(post) == []
    row = Program(supervisor).get("proposals/").json()["results"][1]
    assert (row["case"], row["number"], row["title"]) == (str(cases[1].public_id), cases[1].number, "第1件")


def test_the_list_has_pages_and_a_fixed_number_of_statements(
    town: Town, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 2)
    program, wanted = Program(town.second_intake), []
    for n in range(3):
        case = case_in("SUBMITTED", town=town)
        made = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town, due=later(days=1, hours=n))
        wanted.append(str(made.public_id))
        if n in (0, 2):
            program.get("proposals/")
            with django_assert_num_queries(3):  # token, post, rows
                program.get("proposals/")
    page = program.get("proposals/").json()
    rest = program.get(page["next"]).json()
    assert [row["id"] for row in (*page["results"], *rest["results"])] == wanted
    assert rest["next"] is None
