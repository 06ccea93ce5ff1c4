"""POST /cases/batch/: the same batch as the pages run, 200 whatever came of the rows."""

import pytest

from cases.demands import moves
from cases.demands.models import BatchRun, Case
from foundation.identifiers import random_id
from tests.api import Program, said
from tests.factories import actor, case_in, later
from workflow.models import Event

BATCH = "cases/batch/"


@pytest.fixture(autouse=True)
def an_hour_later(clock):
    clock.move_to(later(hours=3))


def body(action, *cases, **inputs):
    rows = [{"id": str(case.public_id), "seen": case.head_seq} for case in cases]
    return {"action": action, "rows": rows, "inputs": inputs}


def dispatching(town):
    return {"duty_item": str(town.shared.public_id), "lead": str(town.energy.public_id)}


def test_each_row_has_its_result_and_the_answer_is_200(town):
    ready, late, moved = (case_in(state, town=town) for state in ("ACCEPTED", "IN_PROGRESS", "ACCEPTED"))
    hidden = case_in("ACCEPTED", town=town, firm=town.far_firm)
    moves.add_internal_note(moved.pk, by=actor(town.intake, later(hours=1)), text="有新情况")
    answer = Program(town.dispatcher).post(BATCH, body("dispatch", ready, late, moved, hidden, **dispatching(town)))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["done"], told["refused"], told["changed"]) == (1, 2, 1)
    assert [(row["id"], row["verdict"], row["code"]) for row in told["results"]] == [
        (str(ready.public_id), "DONE", None),
        (str(late.public_id), "REFUSED", "wrong_moment"),
        (str(moved.public_id), "CHANGED", "changed"),
        (str(hidden.public_id), "REFUSED", "not_found"),
    ]
    assert told["results"][1]["detail"] == "现在是“办理中”，不能“派单”"
    assert Case.objects.get(pk=ready.pk).state == "DISPATCHED"


def test_a_hidden_demand_and_one_that_never_was_answer_alike(town):
    hidden = case_in("ACCEPTED", town=town, firm=town.far_firm)
    nowhere = random_id()
    sent = {"action": "note_internal", "inputs": {"text": "x"}}
    rows = [{"id": str(hidden.public_id), "seen": hidden.head_seq}, {"id": str(nowhere), "seen": hidden.head_seq}]
    one, other = Program(town.dispatcher).post(BATCH, {**sent, "rows": rows}).json()["results"]
    assert {**one, "id": ""} == {**other, "id": ""}
    assert one["code"] == "not_found"


def test_the_same_key_gives_the_same_answer_and_does_nothing_twice(town):
    cases = [case_in("IN_PROGRESS", town=town) for _n in range(2)]
    program, sent = Program(town.handler), body("note_internal", *cases, text="请跟踪")
    first = program.post(BATCH, sent, key="k1")
    events = Event.objects.count()
    second = program.post(BATCH, sent, key="k1")
    assert first.json() == second.json()
    assert Event.objects.count() == events
    assert said(program.post(BATCH, body("note_internal", *cases, text="别的"), key="k1")) == (409, "key_reused")
    program.post(BATCH, sent)
    assert Event.objects.count() == events + 2  # without a key it is another request


def test_the_list_gives_what_a_batch_must_have_seen(town):
    case = case_in("ACCEPTED", town=town)
    row = Program(town.dispatcher).get("cases/").json()["results"][0]
    assert (row["id"], row["seen"]) == (str(case.public_id), case.head_seq)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"action": "confirm"}, "action"),
        ({"action": 7}, "action"),
        ({"rows": []}, "rows"),
        ({"rows": "x"}, "rows"),
        ({"rows": [{"id": "x", "seen": 1}]}, "rows"),
        ({"rows": [{"id": str(random_id())}]}, "rows"),
        ({"rows": [{"id": str(random_id()), "seen": True}]}, "rows"),
        ({"rows": [{"id": str(random_id()), "seen": 1}] * 201}, "rows"),
        ({"more": 1}, "more"),
        ({"inputs": {"nonsense": "x"}}, "nonsense"),
        ({"inputs": {}}, "text"),
        ({"inputs": {"text": 7}}, "text"),
    ],
)
def test_a_body_that_cannot_be_run_is_refused_as_a_whole(town, change, field):
    case = case_in("IN_PROGRESS", town=town)
    answer = Program(town.handler).post(BATCH, body("note_internal", case, text="请跟踪") | change)
    assert said(answer) == (400, "bad_input")
    assert field in answer.json()["fields"]
    assert BatchRun.objects.count() == 0


def test_an_action_of_another_role_is_not_offered(town):
    case = case_in("SUBMITTED", town=town)
    assert said(Program(town.staff).post(BATCH, body("note_internal", case, text="x"))) == (400, "bad_input")
    assert said(Program(town.handler).post(BATCH, body("accept", case, klass="HARD"))) == (400, "bad_input")
