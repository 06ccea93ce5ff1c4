"""Histories loaded in bulk lie in the tables as the named moves would have left them."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django_fsm import TransitionNotAllowed

from cases.demands import moves
from cases.demands.enums import OPEN_STATES, Klass
from cases.demands.models import Case, InfoRequest, PlanStep, Result
from cases.demands.numbers import new_number
from parties.models import Membership
from tests.cases.demands.invariants import assert_next_due_is_the_first_of_the_running
from tests.cases.demands.table import perform
from tests.factories import NOW, Town, actor, case_in, later
from workflow.actor import Actor
from workflow.bulk import History, Loaded, Step, load
from workflow.models import Clock, Event, EventBody
from workflow.replay import replay_all
from workflow.verify import verify_all

OWN = ("id", "public_id", "number", "head_hash")  # what no two demands share
OF_ITS_CHAIN = ("id", "subject_id", "prev", "digest", "payload_sha256")
OF_ITS_CASE = ("id", "case_id")
# What is known of a demand before its first move.
OPENED = (
    *("origin", "enterprise_id", "district_id", "office_id", "opened_by_id", "category_id", "title", "text", "wanted"),
    *(
        "answers",
        "questions_of",
        "questions_version",
        "submission",
        "contact_name",
        "contact_phone",
        "identity",
        "alias",
    ),
)


def inputs(case: Case, event: Event, body: dict[str, Any]) -> dict[str, Any]:
    """What the transition method was given, found again in the demand and its event."""
    given: dict[str, Callable[[], dict[str, Any]]] = {
        "submit": lambda: {"number": new_number(2026, case.district_id)},
        "register": lambda: {"number": new_number(2026, case.district_id)},
        "accept": lambda: {
            "category": case.category,
            "klass": case.klass,
            "urgent": case.urgent,
            "duty_item": None,  # the dispatcher names it
            "duplicates_seen": True,
        },
        "dispatch": lambda: {"lead": case.lead, "duty_item": case.duty_item, "dispatcher": event.user_id},
        "acknowledge": lambda: {"handler": Membership.objects.filter(user_id=case.handler_id).get()},
        "record_contact": lambda: {
            "contacted_at": case.first_contact_at,
            "channel": "PHONE",
            "person": "李经理",
            "summary": body["note"],
        },
        "deny_contact": lambda: {"reason": body["note"]},
        "save_plan": lambda: {"steps": []},
        "note_internal": lambda: {"text": body["note"]},
        "reply_public": lambda: {"text": body["note"]},
        "submit_result": lambda: {
            "outcome": body["outcome"],
            "text": body["result"],
            "evidence": body["evidence"],
        },
        "return_result": lambda: {"reason": body["note"]},
        "sign_off": dict,
        "request_completion": lambda: {"points": body["points"]},
        "complete": lambda: {"answer": body["note"]},
        "ask_firm": lambda: {"points": body["points"]},
        "answer": lambda: {"answer": body["note"]},
        "close_unanswered": lambda: {"known_at": event.at, "reminded_at": event.effective_at},
        "archive": dict,
        "confirm": lambda: {"confirmation": case.confirmation},
    }
    return given[event.action]()


def history_of(case: Case) -> History:
    """The history by which this demand came where it stands."""
    steps = []
    for event in Event.objects.filter(subject_kind="case", subject_id=case.pk).select_related("body").order_by("seq"):
        body = json.loads(event.body.text)
        del body["salt"]
        steps.append(
            Step(
                action=event.action,
                actor=json.loads(event.actor),
                at=event.at,
                effective_at=event.effective_at,
                inputs=inputs(case, event, body),
                body=body,
            )
        )
    opened = {name: getattr(case, name) for name in OPENED}
    if opened["origin"] == "INTAKE":
        opened["category_id"] = None
    beside = rows_beside(case)
    for row in beside:
        row.pk = None
    return History(Case(**opened), steps, beside)


def columns(row: Any, without: tuple[str, ...]) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in without}


def events_of(case: Case) -> list[dict[str, Any]]:
    rows = Event.objects.filter(subject_kind="case", subject_id=case.pk).select_related("body").order_by("seq")
    return [columns(e, OF_ITS_CHAIN) | {"body": {**json.loads(e.body.text), "salt": ""}} for e in rows]


def clocks_of(case: Case) -> list[dict[str, Any]]:
    rows = Clock.objects.filter(subject_kind="case", subject_id=case.pk).order_by("kind", "started_at", "due_at")
    return [columns(row, ("id", "subject_id")) for row in rows]


def rows_beside(case: Case) -> list[Any]:
    return [row for model in (PlanStep, Result, InfoRequest) for row in model.objects.filter(case=case).order_by("id")]


def beside(case: Case) -> list[dict[str, Any]]:
    return [columns(row, OF_ITS_CASE) for row in rows_beside(case)]


def newest() -> Case:
    return Case.objects.order_by("-id")[0]


def faults() -> list[Any]:
    """What verifying the chains and replaying the clocks find."""
    broken = [fault for step in verify_all([Case]) for fault in step.faults]
    return broken + [difference for step in replay_all([Case]) for difference in step.differences]


def a_submission(town: Town, **changes: Any) -> History:
    """A demand of the town's firm that has just been submitted."""
    opened = {
        "enterprise": town.firm,
        "district": town.banner,
        "office": town.office,
        "category": town.power,
        "title": "变压器增容",
        "text": "申请增容三个月没有答复，请协调。",
    }
    number = changes.pop("number", new_number(2026, town.banner.pk))
    step = Step("submit", actor(town.staff).as_record(), NOW, {"number": number}, {"text": "提交"})
    return History(Case(**(opened | changes)), [step])


STATES = ("SUBMITTED", "ACCEPTED", "DISPATCHED", "IN_PROGRESS", "RESULT_REVIEW", "AWAIT_CONFIRM", "CLOSED")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("traits", [{}, {"klass": Klass.INQUIRY}, {"urgent": True}, {"origin": "INTAKE"}], ids=str)
def test_a_loaded_demand_equals_the_one_that_was_moved(town: Town, state: str, traits: dict[str, Any]) -> None:
    moved = case_in(state, town=town, **traits)
    moved.refresh_from_db()
    assert load([history_of(moved)]) == Loaded(1, moved.head_seq)
    loaded = newest()
    assert loaded.pk != moved.pk
    assert columns(loaded, OWN) == columns(moved, OWN)
    assert events_of(loaded) == events_of(moved)
    assert clocks_of(loaded) == clocks_of(moved)
    assert beside(loaded) == beside(moved)
    assert_next_due_is_the_first_of_the_running(loaded)
    assert faults() == []


def test_a_result_that_was_returned_and_signed_again_is_loaded_alike(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    for n, (action, who) in enumerate(
        [
            ("return_result", town.party_secretary),
            ("note_internal", town.intake),
            ("submit_result", town.handler),
            ("sign_off", town.party_secretary),
            ("confirm", town.staff),
        ]
    ):
        case = perform(action, case, by=actor(who, later(days=1, hours=n)), town=town)
    assert_loaded_alike(case)


def assert_loaded_alike(case: Case) -> None:
    case.refresh_from_db()
    load([history_of(case)])
    loaded = newest()
    assert loaded.pk != case.pk
    assert columns(loaded, OWN) == columns(case, OWN)
    assert (events_of(loaded), clocks_of(loaded), beside(loaded)) == (events_of(case), clocks_of(case), beside(case))
    assert faults() == []


def test_a_demand_whose_firm_was_asked_twice_is_loaded_alike(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    points = ["请补充用电合同"]
    case = moves.request_completion(case.pk, by=actor(town.intake, later(hours=1)), seen=case.head_seq, points=points)
    assert_loaded_alike(case)
    case = moves.complete_case(
        case.pk, by=actor(town.staff, later(days=1)), seen=case.head_seq, answer="合同已上传，见附件"
    )
    for n, (action, who) in enumerate(
        [("accept", town.intake), ("dispatch", town.dispatcher), ("acknowledge", town.liaison)]
    ):
        case = perform(action, case, by=actor(who, later(days=1, hours=1 + n)), town=town)
    case = moves.ask_firm(case.pk, by=actor(town.handler, later(days=2)), seen=case.head_seq, points=points)
    assert_loaded_alike(case)
    case = moves.answer_case(
        case.pk, by=actor(town.staff, later(days=5)), seen=case.head_seq, answer="合同编号已在附件中写明"
    )
    assert [pause for clock in clocks_of(case) for pause in clock["pauses"]]
    assert_loaded_alike(case)


def test_a_silence_that_closed_a_demand_earlier_than_it_was_written_is_loaded_alike(town: Town) -> None:
    case = case_in("AWAIT_CONFIRM", town=town)
    due = Clock.objects.get(subject_id=case.pk, kind="CONFIRM").due_at
    Clock.objects.filter(subject_id=case.pk, kind="CONFIRM").update(reminded_at=due - timedelta(days=4))
    system = Actor.system(now=due + timedelta(hours=5), rule="默认办结")
    case = moves.close_unanswered(case.pk, by=system)
    event = Event.objects.get(subject_id=case.pk, action="close_unanswered")
    assert event.effective_at < event.at
    Clock.objects.filter(subject_id=case.pk).update(reminded_at=None)  # a note of the tick, not of the history
    assert_loaded_alike(case)


def test_a_loaded_demand_moves_on_through_the_door(town: Town) -> None:
    load([history_of(case_in("ACCEPTED", town=town))])
    case = perform("dispatch", newest(), by=actor(town.dispatcher, later(days=1)), town=town)
    assert (case.state, case.head_seq) == ("DISPATCHED", 3)
    assert case_in("SUBMITTED", town=town).pk == case.pk + 1
    assert faults() == []


def test_a_batch_with_a_fault_leaves_nothing_and_those_before_it_stay(town: Town) -> None:
    number = new_number(2026, town.banner.pk)
    stories = [a_submission(town) for _n in range(5)]
    stories[2] = a_submission(town, number=number)
    stories[4] = a_submission(town, number=number)  # given twice: the table refuses it
    told: list[Loaded] = []
    with pytest.raises(IntegrityError):
        load(iter(stories), batch=3, told=told.append)
    assert told == [Loaded(3, 3)]
    counts = [model.objects.count() for model in (Case, Event, EventBody, Clock)]
    assert counts == [3, 3, 3, 3]
    assert faults() == []


def test_a_history_that_the_graph_does_not_know_is_refused_whole(town: Town) -> None:
    story = a_submission(town)
    confirm = Step("confirm", actor(town.staff).as_record(), later(hours=1), {"confirmation": "SOLVED"})
    with pytest.raises(TransitionNotAllowed):
        load([History(story.subject, [*story.steps, confirm])])
    assert (Case.objects.count(), Event.objects.count()) == (0, 0)


def test_a_condition_of_the_graph_holds_for_what_is_loaded(town: Town) -> None:
    moved = history_of(case_in("RESULT_REVIEW", town=town))
    steps = [step for step in moved.steps if step.action != "record_contact"]
    with pytest.raises(TransitionNotAllowed):
        load([History(moved.subject, steps)])
    assert Case.objects.count() == 1


def test_steps_out_of_order_are_refused(town: Town) -> None:
    story = a_submission(town)
    earlier = Step("note_internal", actor(town.intake).as_record(), NOW - timedelta(seconds=1), {"text": "备注"})
    with pytest.raises(ValueError, match="before the one it follows"):
        load([History(story.subject, [*story.steps, earlier])])


def test_a_saved_subject_is_refused(town: Town) -> None:
    saved = case_in("SUBMITTED", town=town)
    with pytest.raises(ValueError, match="unsaved"):
        load([History(saved, [])])


def test_the_clocks_count_from_the_effective_time_and_the_event_keeps_both(town: Town) -> None:
    story = a_submission(town)
    (step,) = story.steps
    late = later(days=2)
    load([History(story.subject, [Step("submit", step.actor, late, step.inputs, step.body, effective_at=NOW)])])
    event, clock = Event.objects.get(), Clock.objects.get()
    assert (event.at, event.effective_at) == (late, NOW)
    assert (clock.started_at, newest().next_since, newest().head_at) == (NOW, NOW, late)


def test_keys_go_on_where_they_were_on_both_sides(town: Town) -> None:
    first = case_in("SUBMITTED", town=town)
    load([a_submission(town) for _n in range(3)], batch=2)
    assert list(Case.objects.order_by("id").values_list("id", flat=True)) == [first.pk + n for n in range(4)]
    event = case_in("SUBMITTED", town=town)
    assert event.pk == first.pk + 4
    assert Event.objects.order_by("-id")[0].subject_id == event.pk


def test_nothing_to_load_writes_nothing(town: Town) -> None:
    assert load([]) == Loaded(0, 0)


def test_the_cost_of_a_batch_does_not_depend_on_its_size(
    town: Town, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    stories = [a_submission(town) for _n in range(40)]
    with django_assert_max_num_queries(12):
        load(stories)
    assert Case.objects.filter(state__in=OPEN_STATES).count() == 40
