"""A request that carries an Idempotency-Key moves a demand once, however often and by whomever it is sent again."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse

from cases.demands import moves
from cases.demands.models import Case, IntakeItem
from foundation.models import IdempotencyRecord
from tests.api import DEMAND, Program, inputs, of, said
from tests.cases.demands.invariants import assert_chain_holds
from tests.factories import Town, actor, case_in, intake_item, later, member
from workflow.models import Event

pytestmark = pytest.mark.usefixtures("clock")

NOTE = {"text": "请跟踪进展"}


def replayed(response: HttpResponse) -> bool:
    return response.headers.get("Idempotency-Replayed") == "true"


def test_a_repeat_gets_the_same_bytes_and_submits_nothing_more(town: Town, clock: Any) -> None:
    program = Program(town.staff)
    first = program.post("cases/", DEMAND, key="a")
    clock.shift(3600)
    again = program.post("cases/", DEMAND, key="a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (replayed(first), replayed(again)) == (False, True)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"] == "application/json"
    assert (Case.objects.count(), Event.objects.count()) == (1, 1)


def test_a_repeated_move_gets_the_first_answer_even_when_the_demand_went_on(town: Town) -> None:
    case, program = case_in("SUBMITTED", town=town), Program(town.intake)
    body = {**inputs("accept", town), "seen": case.head_seq}
    first = program.post(of(case, "accept"), body, key="a")
    moves.add_internal_note(case.pk, by=actor(town.arbitrator, later(hours=1)), text="一句话")
    again = program.post(of(case, "accept"), body, key="a")
    assert (again.status_code, again.content) == (200, first.content)
    assert Event.objects.filter(subject_id=case.pk, action="accept").count() == 1
    assert said(program.post(of(case, "accept"), body)) == (409, "changed")  # without the key it is a second request


def test_a_repeated_claim_makes_one_demand(town: Town) -> None:
    item, program = intake_item(town.office), Program(town.intake)
    body = {"enterprise": str(town.firm.public_id), "title": "停电"}
    answers = {program.post(f"intake/{item.public_id}/claim/", body, key="a").content for _n in range(3)}
    assert len(answers) == 1
    assert Case.objects.get() == IntakeItem.objects.get().case


def test_another_body_under_the_same_key_is_refused(town: Town) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(town.handler)
    assert program.post(of(case, "note_internal"), NOTE, key="a").status_code == 200
    refused = program.post(of(case, "note_internal"), {"text": "另一句话"}, key="a")
    assert said(refused) == (409, "key_reused")
    assert not replayed(refused)
    assert Event.objects.filter(subject_id=case.pk, action="note_internal").count() == 1


def test_a_key_belongs_to_its_user_and_its_address(town: Town) -> None:
    case, other = case_in("IN_PROGRESS", town=town), case_in("IN_PROGRESS", town=town)
    for program, demand in (
        (Program(town.handler), case),
        (Program(town.second_handler), case),
        (Program(town.handler), other),
    ):
        response = program.post(of(demand, "note_internal"), NOTE, key="a")
        assert (response.status_code, replayed(response)) == (200, False)
    assert Event.objects.filter(action="note_internal").count() == 3


def test_two_tokens_of_one_post_share_its_keys_and_two_posts_of_one_person_do_not(town: Town) -> None:
    second_post = member(town.neighbour, "ENTERPRISE_STAFF", person=town.staff.user)
    first = Program(town.staff).post("cases/", DEMAND, key="a")
    assert Program(town.staff).post("cases/", DEMAND, key="a").content == first.content
    assert said(Program(second_post).post("cases/", DEMAND, key="a")) == (409, "key_reused")
    assert [case.enterprise_id for case in Case.objects.all()] == [town.firm.pk]


def test_a_key_is_forgotten_after_24_hours(town: Town, clock: Any) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(town.handler)
    clock.move_to(later(hours=2))
    program.post(of(case, "note_internal"), NOTE, key="a")
    for hours, repeated in ((26, True), (26.001, False)):
        clock.move_to(later(hours=hours))
        assert replayed(program.post(of(case, "note_internal"), NOTE, key="a")) is repeated
    assert Event.objects.filter(subject_id=case.pk, action="note_internal").count() == 2


def test_a_refused_request_is_not_remembered(town: Town) -> None:
    case, program = case_in("SUBMITTED", town=town), Program(town.intake)
    good = {**inputs("accept", town), "seen": case.head_seq}
    for bad, refusal in (
        ({**good, "klass": "HUGE"}, (400, "bad_input")),
        ({**good, "seen": None}, (400, "bad_input")),
        ({**good, "seen": 0}, (409, "changed")),
    ):
        for _twice in range(2):
            refused = program.post(of(case, "accept"), bad, key="a")
            assert (said(refused), replayed(refused)) == (refusal, False)
    assert said(Program(town.dispatcher).post(of(case, "accept"), good, key="a")) == (403, "not_yours")
    assert said(program.post(of(case, "confirm"), {}, key="a")) == (403, "not_yours")
    assert not IdempotencyRecord.objects.exists()
    assert program.post(of(case, "accept"), good, key="a").status_code == 200


@pytest.mark.parametrize("key", ["k" * 81, "a\tb", "\x7f", "caf\xe9", "\x00"])
def test_an_unfit_key_is_refused_and_nothing_moves(town: Town, key: str) -> None:
    refused = Program(town.staff).post("cases/", DEMAND, key=key)
    assert said(refused) == (400, "bad_input")
    assert "Idempotency-Key" in refused.json()["detail"]
    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sent_by_eight_at_once_a_demand_moves_once_and_all_get_the_same_answer(town: Town) -> None:
    case, start = case_in("SUBMITTED", town=town), Barrier(8)
    body = {**inputs("accept", town), "seen": case.head_seq}
    programs = [Program(town.intake) for _n in range(8)]

    def send(program: Program) -> HttpResponse:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return program.post(of(case, "accept"), body, key="a")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, programs))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert sorted(replayed(answer) for answer in answers) == [False] + [True] * 7
    assert [event.action for event in Event.objects.filter(subject_id=case.pk).order_by("seq")] == ["submit", "accept"]
    assert_chain_holds(Case.objects.get(pk=case.pk))


@pytest.mark.django_db(transaction=True)
def test_sent_by_eight_at_once_under_eight_keys_one_wins_and_seven_are_told(town: Town) -> None:
    case, start = case_in("SUBMITTED", town=town), Barrier(8)
    body = {**inputs("accept", town), "seen": case.head_seq}
    program = Program(town.intake)

    def send(n: int) -> HttpResponse:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return Program(town.intake).post(of(case, "accept"), body, key=f"key-{n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(send, range(8)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200] + [409] * 7
    for refused in answers[1:]:
        assert said(refused) == (409, "changed")
        assert "东胜区平台办公室 · 受理员" in refused.json()["detail"]
    assert IdempotencyRecord.objects.count() == 1
    assert program.get(of(case)).json()["seen"] == 2
