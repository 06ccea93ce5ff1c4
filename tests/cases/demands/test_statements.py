"""How many statements a move costs: literal numbers, the same on both engines and however long the history is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demands import moves
from foundation.errors import Changed, NotVisible, NotYours
from parties.roles import Role
from tests.api import SETTINGS
from tests.cases.demands.table import (
    AFTER,
    ON_A_CASE,
    ON_A_FILE,
    WITH_FILES,
    ask_for,
    last_attachment,
    perform,
    second_person,
)
from tests.factories import Town, actor, case_in, intake_item, later, remind, system
from tests.files import upload
from workflow.models import Clock
from workflow.proposals import decide

AT = later(days=1)
TRANSACTION = re.compile(r"^(BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)")

# Besides BEGIN, SAVEPOINT and COMMIT, and besides signing in and finding the actor. A move that tells somebody costs
# two statements more: its message, and the task that sends it.
COSTS = [
    ("request_completion", "SUBMITTED", "intake", 10),
    ("complete", "NEED_INFO", "staff", 10),
    ("accept", "SUBMITTED", "intake", 11),
    ("dispatch", "ACCEPTED", "dispatcher", 9),
    ("acknowledge", "DISPATCHED", "liaison", 10),
    ("name_handler", "IN_PROGRESS", "liaison", 8),
    ("ask_firm", "IN_PROGRESS", "handler", 10),
    ("answer", "WAIT_ENTERPRISE", "staff", 10),
    ("record_contact", "DISPATCHED", "liaison", 6),
    ("deny_contact", "IN_PROGRESS", "staff", 7),
    ("save_plan", "IN_PROGRESS", "handler", 7),
    ("note_internal", "IN_PROGRESS", "intake", 5),
    ("reply_public", "IN_PROGRESS", "handler", 7),
    ("submit_result", "IN_PROGRESS", "handler", 11),
    ("relay_to_firm", "DISPATCHED", "liaison", 8),
    ("relay_to_department", "IN_PROGRESS", "staff", 7),
    ("reveal_firm", "IN_PROGRESS", "staff", 7),
    ("sign_off", "RESULT_REVIEW", "party_secretary", 11),
    ("return_result", "RESULT_REVIEW", "party_secretary", 10),
    ("confirm", "AWAIT_CONFIRM", "staff", 8),
    ("end_incomplete", "NEED_INFO", "system", 12),
    ("acknowledge_overdue", "DISPATCHED", "system", 12),
    ("answer_overdue", "WAIT_ENTERPRISE", "system", 12),
    ("recalculate", "IN_PROGRESS", "system", 7),
    ("relieve_handler", "IN_PROGRESS", "system", 9),
    ("close_unanswered", "AWAIT_CONFIRM", "system", 11),
    ("archive", "CLOSED", "system", 6),
    ("ask_recusal", "IN_PROGRESS", "staff", 7),
    ("recuse", "IN_PROGRESS", "liaison", 11),
    ("lift_recusal", "IN_PROGRESS", "intake", 9),
    ("make_pack", "IN_PROGRESS", "intake", 10),
    ("attach", "IN_PROGRESS", "staff", 10),
    ("attach_public", "IN_PROGRESS", "liaison", 9),
    ("attach_internal", "IN_PROGRESS", "liaison", 7),
    ("release_attachment", "IN_PROGRESS", "intake", 8),
    ("withdraw_attachment", "IN_PROGRESS", "staff", 6),
    ("withdraw_internal", "IN_PROGRESS", "liaison", 6),
    ("move_date_by_origin", "IN_PROGRESS", "system", 12),
    ("tie_by_origin", "RESULT_REVIEW", "system", 10),
    ("untie_by_origin", "RESULT_REVIEW", "system", 9),
    ("share_by_origin", "IN_PROGRESS", "system", 12),
    ("end_by_correction", "IN_PROGRESS", "system", 11),
    ("hand_down", "ACCEPTED", "system", 9),
]
# Moves after which another department, office or round has the demand, and those of the firm, from the state in which
# the tests of the API make them.
ELSEWHERE = [
    ("uphold_return", 14),
    ("reject_return", 12),
    ("assign_lead", 15),
    ("reassign", 14),
    ("pass_down", 12),
    ("redo", 10),
    ("withdraw", 14),
    ("undo_withdrawal", 13),
    ("nudge", 7),
    ("confirm_by_office", 8),
    ("record_opinion", 9),
]
# Moves that take two people: the proposal, and the consent that makes the move.
OF_TWO = [
    ("decline", 9, 12),
    ("reclassify", 9, 14),
    ("send_back", 10, 17),
    ("transfer", 9, 19),
    ("report_up", 10, 17),
]
# Papers read all that they say, take a number, and are queued for the worker; then what they cost when they are there.
PAPERS = [
    ("issue_receipt", "staff", 14, 2),
    ("issue_case_file", "handler", 18, 9),
]
MOST = 14
MOST_ELSEWHERE = 16  # who had it is read before, and what they still see is written after
MOST_OF_TWO = 20  # a consent reads the proposal too, and what was stored of its inputs
TRAITS = {
    "deny_contact": {"contacted": True},
    "submit_result": {"contacted": True, "planned": True},
    "relay_to_firm": {"hidden": True},
    "relay_to_department": {"hidden": True},
    "reveal_firm": {"hidden": True},
    "release_attachment": {"attached": "attach", "hidden": True},
    "withdraw_attachment": {"attached": "attach"},
    "withdraw_internal": {"attached": "attach_internal"},
}
TRAITS["lift_recusal"] = {"kept_out": True}
TRAITS["end_by_correction"] = TRAITS["hand_down"] = {"origin": "ACTION_ITEM"}


def cost(captured: CaptureQueriesContext) -> int:
    return sum(not TRANSACTION.match(query["sql"]) for query in captured.captured_queries)


@pytest.mark.parametrize(("action", "state", "who", "statements"), COSTS)
def test_a_move_costs_so_many_statements(town: Town, action: str, state: str, who: str, statements: int) -> None:
    case = case_in(state, town=town, **TRAITS.get(action, {}))
    for clock in Clock.objects.filter(subject_id=case.pk, stopped_at=None, kind=AFTER.get(action, "")):
        remind(clock)
    by = system(later(days=60)) if who == "system" else actor(getattr(town, who), AT)
    if action == "untie_by_origin":
        perform("tie_by_origin", case, by=by, town=town)
    assert town.shared.owner_ids  # the form has read the owners already
    inputs = {"uploads": [upload(), upload()]} if action in WITH_FILES else {}
    if action in ON_A_FILE:
        inputs = {"attachment": last_attachment()}
    with CaptureQueriesContext(connection) as captured:
        perform(action, case, by=by, town=town, **inputs)
    assert cost(captured) == statements <= MOST


@pytest.mark.parametrize(("action", "statements"), ELSEWHERE)
def test_a_move_to_elsewhere_or_of_the_firm_costs_so_many_statements(town: Town, action: str, statements: int) -> None:
    case, by = SETTINGS[action].case(town), actor(getattr(town, SETTINGS[action].who), later(hours=2))
    assert town.shared.owner_ids
    with CaptureQueriesContext(connection) as captured:
        perform(action, case, by=by, town=town)
    assert cost(captured) == statements <= MOST_ELSEWHERE


@pytest.mark.parametrize(("action", "proposal", "consent"), OF_TWO)
def test_a_move_of_two_people_costs_so_many_statements(town: Town, action: str, proposal: int, consent: int) -> None:
    case, by = SETTINGS[action].case(town), actor(getattr(town, SETTINGS[action].who), later(hours=2))
    with CaptureQueriesContext(connection) as captured:
        asked = ask_for(action, case, by=by, town=town)
    assert cost(captured) == proposal <= MOST
    second = actor(second_person(action, case, by, town), later(hours=2))
    with CaptureQueriesContext(connection) as captured:
        decide(asked.public_id, by=second, consent=True)
    assert cost(captured) == consent <= MOST_OF_TWO


@pytest.mark.parametrize(("action", "who", "statements", "again"), PAPERS)
def test_a_paper_costs_so_many_statements_and_few_when_it_is_there(
    town: Town, action: str, who: str, statements: int, again: int
) -> None:
    perform(
        action, case_in("IN_PROGRESS", town=town), by=actor(getattr(town, who), AT), town=town
    )  # the series has begun
    for events in (0, 20):
        case = case_in("IN_PROGRESS", town=town, asked=1, attached="attach")
        for n in range(events):
            moves.add_internal_note(case.pk, by=actor(town.intake, later(hours=3 + n)), text="请跟踪进展")
        by = actor(getattr(town, who), AT)
        costs = []
        for _again in range(2):
            with CaptureQueriesContext(connection) as captured:
                perform(action, case, by=by, town=town)
            costs.append(cost(captured))
        assert costs == [statements, again]


def test_every_move_of_an_existing_demand_is_counted() -> None:
    assert {action for action, *_rest in (*COSTS, *ELSEWHERE, *OF_TWO, *PAPERS)} == set(ON_A_CASE)


def test_only_a_move_of_a_case_on_which_something_waits_pays_for_voiding_it(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    ask_for("decline", case, by=actor(town.second_intake, later(hours=1)), town=town)
    case.refresh_from_db(fields=["head_seq"])
    by = actor(town.intake, AT)
    with CaptureQueriesContext(connection) as captured:
        perform("request_completion", case, by=by, town=town)
    assert cost(captured) == {action: n for action, _state, _who, n in COSTS}["request_completion"] + 1


def test_the_cost_does_not_grow_with_the_history(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for n in range(20):
        case = perform("note_internal", case, by=actor(town.intake, later(hours=2 + n)), town=town)
    by = actor(town.intake, AT)
    with CaptureQueriesContext(connection) as captured:
        perform("note_internal", case, by=by, town=town)
    assert cost(captured) == 5


def test_opening_a_demand_costs_so_many_statements(town: Town) -> None:
    """Besides the move: the firm, its office, the draft, and for a message the message itself."""
    inputs = {"category": town.power, "title": "增容", "text": "现有变压器容量不足，请求增容", "contact_phone": "1"}
    by = actor(town.staff, AT)
    with CaptureQueriesContext(connection) as captured:
        moves.submit_case(by=by, **inputs)
    assert cost(captured) == 11 <= MOST
    item, by = intake_item(town.office), actor(town.intake, AT)
    with CaptureQueriesContext(connection) as captured:
        moves.register_intake(item.pk, by=by, enterprise=town.firm)
    assert cost(captured) == 11 <= MOST


def test_accepting_what_is_dispatched_by_rule_costs_both_moves(town: Town) -> None:
    case, by = case_in("SUBMITTED", town=town), actor(town.intake, AT)
    with CaptureQueriesContext(connection) as captured:
        perform("accept", case, by=by, town=town, duty_item=town.only_energy)
    assert cost(captured) == 23  # 11 to accept, 2 for the matter and its owners, 9 to dispatch, 1 for the rule


def test_a_refused_move_costs_the_row_and_the_name_of_who_was_faster(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    stranger, firm, liaison = (
        actor(town.at(town.housing, Role.DEPARTMENT_LIAISON), AT),
        actor(town.staff, AT),
        actor(town.liaison, AT),
    )
    for by, seen, error, statements in (
        (stranger, case.head_seq, NotVisible, 1),
        (firm, case.head_seq, NotYours, 1),
        (liaison, case.head_seq - 1, Changed, 2),
    ):
        with CaptureQueriesContext(connection) as captured, pytest.raises(error):
            perform("record_contact", case, by=by, town=town, seen=seen)
        assert cost(captured) == statements
