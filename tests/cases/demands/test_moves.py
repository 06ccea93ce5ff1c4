"""One path through the database for every move: the state, the event, the clocks and whose turn it is afterwards."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.demands.enums import CaseState
from cases.demands.models import Case, PlanStep, Result
from foundation.errors import Refused
from parties.roles import Role
from tests.cases.demands.invariants import (
    assert_chain_holds,
    assert_every_clock_is_its_replay,
    assert_next_due_is_the_first_of_the_running,
    running,
    turn_of,
)
from tests.cases.demands.table import AFTER, MOVES, OF_ITS_ORIGIN, OF_THE_HIDDEN, ON_A_FILE, PAPERS, WITH_FILES, perform
from tests.factories import NOW, Town, actor, case_in, later, remind, system
from workflow.calendar import ZONE
from workflow.models import Clock, Event

MOMENT = later(hours=2, minutes=30)  # when the move of each path is made: Monday 12:30


@dataclass(frozen=True)
class Path:
    """From a state and traits, through one move of one person, to what must be found."""

    action: str
    before: str
    who: str  # the attribute of the town
    after: str
    turn: tuple[str, str] | None  # attribute of the case, role
    said: str  # the sentence of the event
    clocks: dict[str, str]  # by kind: running until, paused, held, or ended by this move and how
    next_clock: str
    effects: list[list[str]]  # what the event says happened to clocks
    note: str = ""
    traits: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    at: datetime = MOMENT
    effective_at: datetime | None = None  # when the clock was over, of a move that the system makes then


def local(day: int, hour: int, minute: int, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def until(day: int, hour: int, minute: int, month: int = 11) -> str:
    return local(day, hour, minute, month).strftime("%m-%d %H:%M")


# NOW is Monday 23 November, 10:00; the moves before the one under test stand ten minutes apart.
RESOLVE = until(14, 17, 30, month=12)  # 15 working days
PLAN = until(26, 17, 30)  # 3 working days
DAY = until(24, 17, 30)  # 1 working day
COMPLETION = until(4, 0, 0, month=12)  # 10 days: 24:00 of Thursday 3 December
ANSWER = until(30, 17, 30)  # 5 working days
CONFIRM = until(1, 0, 0, month=12)  # 7 days, of which 5 are working days: 24:00 of Monday 30 November

PATHS = [
    Path(
        "accept",
        "SUBMITTED",
        "intake",
        "ACCEPTED",
        ("office", "DISPATCHER"),
        "定为用电用能类、复杂",
        {"ACCEPT": "stopped in time", "RESOLVE": RESOLVE, "DISPATCH": until(24, 9, 30)},
        "DISPATCH",
        [["stop", "ACCEPT"], ["start", "RESOLVE"], ["start", "DISPATCH"]],
        facts={"class": "COMPLEX", "category": "ENERGY", "lead": None},
    ),
    Path(
        "dispatch",
        "ACCEPTED",
        "dispatcher",
        "DISPATCHED",
        ("lead", "DEPARTMENT_LIAISON"),
        "依据职责清单“配套管网协调”，主办市能源局",
        {"DISPATCH": "stopped in time", "RESOLVE": RESOLVE, "ACKNOWLEDGE": DAY, "FIRST_CONTACT": DAY},
        "ACKNOWLEDGE",
        [["stop", "DISPATCH"], ["start", "ACKNOWLEDGE"], ["start", "FIRST_CONTACT"]],
    ),
    Path(
        "acknowledge",
        "DISPATCHED",
        "liaison",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "承办人 {handler}",
        {"ACKNOWLEDGE": "stopped in time", "RESOLVE": RESOLVE, "FIRST_CONTACT": DAY, "PLAN": PLAN},
        "FIRST_CONTACT",
        [["stop", "ACKNOWLEDGE"], ["start", "PLAN"]],
    ),
    Path(
        "record_contact",
        "DISPATCHED",
        "liaison",
        "DISPATCHED",
        ("lead", "DEPARTMENT_LIAISON"),
        "11月23日 12:30 电话联系 李经理",
        {"FIRST_CONTACT": "stopped in time", "RESOLVE": RESOLVE, "ACKNOWLEDGE": DAY},
        "ACKNOWLEDGE",
        [["stop", "FIRST_CONTACT"]],
        note="电话说明办理步骤",
    ),
    Path(
        "record_contact",
        "IN_PROGRESS",
        "handler",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "11月23日 12:30 电话联系 李经理",
        {"FIRST_CONTACT": "stopped in time", "RESOLVE": RESOLVE, "PLAN": PLAN},
        "PLAN",
        [["stop", "FIRST_CONTACT"]],
        note="电话说明办理步骤",
    ),
    Path(
        "deny_contact",
        "IN_PROGRESS",
        "staff",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "企业表示没有被联系",
        {"RESOLVE": RESOLVE, "PLAN": PLAN},
        "PLAN",
        [],
        note="没有接到电话",
        traits={"contacted": True},
    ),
    Path(
        "save_plan",
        "IN_PROGRESS",
        "handler",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "1 个步骤，最后一步 11月26日",
        {"PLAN": "stopped in time", "RESOLVE": RESOLVE, "FIRST_CONTACT": DAY},
        "FIRST_CONTACT",
        [["stop", "PLAN"]],
    ),
    Path(
        "note_internal",
        "SUBMITTED",
        "dispatcher",
        "SUBMITTED",
        ("office", "INTAKE"),
        "",
        {"ACCEPT": until(23, 16, 30)},
        "ACCEPT",
        [],
        note="请跟踪进展",
    ),
    Path(
        "reply_public",
        "AWAIT_CONFIRM",
        "liaison",
        "AWAIT_CONFIRM",
        ("enterprise", "ENTERPRISE_STAFF"),
        "",
        {"CONFIRM": CONFIRM},
        "CONFIRM",
        [],
        note="已安排现场勘察",
    ),
    Path(
        "submit_result",
        "IN_PROGRESS",
        "handler",
        "RESULT_REVIEW",
        ("lead", "DEPARTMENT_SECRETARY"),
        "办理结果：解决",
        {"RESOLVE": "held", "REVIEW": DAY},
        "REVIEW",
        [["hold", "RESOLVE"], ["start", "REVIEW"]],
        traits={"contacted": True, "planned": True},
        facts={"outcome": "SOLVED"},
    ),
    Path(
        "sign_off",
        "RESULT_REVIEW",
        "party_secretary",
        "AWAIT_CONFIRM",
        ("enterprise", "ENTERPRISE_STAFF"),
        "结果送企业确认",
        {"RESOLVE": "stopped before in time", "REVIEW": "stopped in time", "CONFIRM": CONFIRM},
        "CONFIRM",
        [["stop_held", "RESOLVE"], ["stop", "REVIEW"], ["start", "CONFIRM"]],
        facts={"outcome": "SOLVED"},
    ),
    Path(
        "return_result",
        "RESULT_REVIEW",
        "party_secretary",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "结果退回承办人",
        {"REVIEW": "stopped in time", "RESOLVE": RESOLVE},
        "RESOLVE",
        [["release", "RESOLVE"], ["stop", "REVIEW"]],
        note="请补充送达凭证",
        facts={"outcome": ""},
    ),
    Path(
        "confirm",
        "AWAIT_CONFIRM",
        "firm_secretary",
        "CLOSED",
        None,
        "企业确认：已解决",
        {"CONFIRM": "stopped in time"},
        "",
        [["stop", "CONFIRM"]],
        facts={"confirmation": "SOLVED"},
    ),
    Path(
        "request_completion",
        "SUBMITTED",
        "intake",
        "NEED_INFO",
        ("enterprise", "ENTERPRISE_STAFF"),
        "请企业补充 2 项",
        {"ACCEPT": "stopped in time", "COMPLETION": COMPLETION},
        "COMPLETION",
        [["stop", "ACCEPT"], ["start", "COMPLETION"]],
        note="现有变压器的容量\n增容申请单的编号",
    ),
    Path(
        "complete",
        "NEED_INFO",
        "staff",
        "SUBMITTED",
        ("office", "INTAKE"),
        "",
        {"COMPLETION": "stopped in time", "ACCEPT": until(23, 16, 30)},  # 2 of 4 working hours from 12:30
        "ACCEPT",
        [["stop", "COMPLETION"], ["start_half", "ACCEPT"]],
        note="申请单编号为 2026-0831。",
    ),
    Path(
        "end_incomplete",
        "NEED_INFO",
        "system",
        "ENDED",
        None,
        "补正期满没有补正，诉求终止",
        {"COMPLETION": "breached"},
        "",
        [["expire", "COMPLETION"]],
        facts={"ending": "INCOMPLETE", "confirmation": ""},
        at=local(4, 8, 31, month=12),
        effective_at=local(4, 0, 0, month=12),
    ),
    Path(
        "acknowledge_overdue",
        "DISPATCHED",
        "system",
        "IN_PROGRESS",
        ("lead", "DEPARTMENT_LIAISON"),
        "签收期满未签收，自动签收，由 {liaison} 暂代承办人",
        # The plan is owed three working days after the term of acknowledgement ended, not after somebody noticed.
        {"ACKNOWLEDGE": "breached", "RESOLVE": RESOLVE, "FIRST_CONTACT": DAY, "PLAN": until(27, 17, 30)},
        "FIRST_CONTACT",
        [["expire", "ACKNOWLEDGE"], ["start", "PLAN"]],
        at=local(25, 8, 31),
        effective_at=local(24, 17, 30),
    ),
    Path(
        "name_handler",
        "IN_PROGRESS",
        "liaison",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "承办人 {second_handler}",
        {"RESOLVE": RESOLVE, "FIRST_CONTACT": DAY, "PLAN": PLAN},
        "FIRST_CONTACT",
        [],
        note="原承办人出差",
    ),
    Path(
        "ask_firm",
        "IN_PROGRESS",
        "handler",
        "WAIT_ENTERPRISE",
        ("enterprise", "ENTERPRISE_STAFF"),
        "请企业补充 2 项",
        {"RESOLVE": "paused", "ANSWER": ANSWER},
        "ANSWER",
        [["pause", "RESOLVE"], ["start", "ANSWER"]],
        note="现有变压器的容量\n增容申请单的编号",
        traits={"contacted": True, "planned": True},
    ),
    Path(
        "answer",
        "WAIT_ENTERPRISE",
        "staff",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "",
        {"ANSWER": "stopped in time", "RESOLVE": until(15, 17, 30, month=12)},  # one day later than asked
        "RESOLVE",
        [["stop", "ANSWER"], ["resume", "RESOLVE"]],
        note="现有容量 630 千伏安。",
        traits={"contacted": True, "planned": True},
        at=local(24, 9, 0),
    ),
    Path(
        "answer_overdue",
        "WAIT_ENTERPRISE",
        "system",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "企业补充期满，按现有情况继续办理",
        {"ANSWER": "breached", "RESOLVE": until(21, 17, 30, month=12)},  # 5 working days later
        "RESOLVE",
        [["expire", "ANSWER"], ["resume", "RESOLVE"]],
        traits={"contacted": True, "planned": True},
        at=local(1, 8, 31, month=12),
        effective_at=local(30, 17, 30),
    ),
    Path(
        "relay_to_firm",
        "DISPATCHED",
        "liaison",
        "DISPATCHED",
        ("lead", "DEPARTMENT_LIAISON"),
        "",
        {"FIRST_CONTACT": "stopped in time", "RESOLVE": RESOLVE, "ACKNOWLEDGE": DAY},
        "ACKNOWLEDGE",
        [["stop", "FIRST_CONTACT"]],
        note="请问现有变压器容量是多少？",
        traits={"hidden": True},
    ),
    Path(
        "relay_to_firm",
        "WAIT_ENTERPRISE",
        "handler",
        "WAIT_ENTERPRISE",
        ("enterprise", "ENTERPRISE_STAFF"),
        "",
        {"ANSWER": ANSWER, "RESOLVE": "paused"},
        "ANSWER",
        [["stop", "FIRST_CONTACT"]],  # it was stopped before, by the first message
        note="请问现有变压器容量是多少？",
        traits={"hidden": True, "contacted": True, "planned": True},
    ),
    Path(
        "relay_to_department",
        "RESULT_REVIEW",
        "staff",
        "RESULT_REVIEW",
        ("lead", "DEPARTMENT_SECRETARY"),
        "",
        {"REVIEW": DAY, "RESOLVE": "held"},
        "REVIEW",
        [],
        note="现有容量 630 千伏安。",
        traits={"hidden": True},
    ),
    Path(
        "reveal_firm",
        "IN_PROGRESS",
        "staff",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "企业公开身份，承办部门可以看到企业名称和联系方式",
        {"RESOLVE": RESOLVE, "PLAN": PLAN},
        "PLAN",
        [],
        traits={"hidden": True, "contacted": True},
    ),
    Path(
        "recalculate",
        "IN_PROGRESS",
        "system",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "2027 年日历发布，重算办结期限",
        {"RESOLVE": RESOLVE, "FIRST_CONTACT": DAY, "PLAN": PLAN},
        "FIRST_CONTACT",
        [["rebase", "RESOLVE"]],
    ),
    Path(
        "relieve_handler",
        "IN_PROGRESS",
        "system",
        "IN_PROGRESS",
        ("lead", "HANDLER"),
        "承办人 {second_handler}",
        {"RESOLVE": RESOLVE, "FIRST_CONTACT": DAY, "PLAN": PLAN},
        "FIRST_CONTACT",
        [],
        note="人员离任移交",
    ),
    Path(
        "close_unanswered",
        "AWAIT_CONFIRM",
        "system",
        "CLOSED",
        None,
        "确认期满，企业未回应，默认办结",
        {"CONFIRM": "breached"},
        "",
        [["expire", "CONFIRM"]],
        facts={"confirmation": "UNANSWERED", "outcome": "SOLVED", "ending": ""},
        at=local(1, 8, 31, month=12),
        effective_at=local(1, 0, 0, month=12),
    ),
    Path("archive", "CLOSED", "system", "ARCHIVED", None, "归档", {}, "", [], at=local(23, 11, 20, month=12)),
    Path("archive", "ENDED", "system", "ARCHIVED", None, "归档", {}, "", [], at=local(5, 9, 0, month=1, year=2027)),
]


# Moves with a file of their own: test_proposals, test_disputes, test_firm_moves, test_attachments, test_relay,
# test_recusal, test_evidence_packs and test_origins.
ELSEWHERE = {
    *("decline", "reclassify"),
    *("send_back", "uphold_return", "reject_return", "assign_lead", "transfer", "reassign", "pass_down", "report_up"),
    *("redo", "withdraw", "undo_withdrawal", "nudge"),
    *("ask_recusal", "recuse", "lift_recusal"),
    "make_pack",
    *PAPERS,
    *WITH_FILES,
    *ON_A_FILE,
    *OF_THE_HIDDEN,
    *OF_ITS_ORIGIN,
    "confirm_by_office",
    "record_opinion",
}


def test_every_move_of_an_existing_demand_has_a_path() -> None:
    assert {path.action for path in PATHS} | {"submit", "register"} | ELSEWHERE == set(MOVES)


@pytest.mark.parametrize("path", PATHS, ids=[f"{path.action} in {path.before}" for path in PATHS])
def test_the_move_leads_where_the_table_says(town: Town, path: Path) -> None:
    case = case_in(path.before, town=town, **path.traits)
    for clock in Clock.objects.filter(subject_id=case.pk, stopped_at=None, kind=AFTER.get(path.action, "")):
        remind(clock)
    was_running = running(case)
    head = (case.head_seq, case.head_hash)
    by = system(path.at) if path.who == "system" else actor(getattr(town, path.who), path.at)
    returned = perform(path.action, case, by=by, town=town, **path.inputs)
    case = Case.objects.get(pk=case.pk)

    assert (returned.pk, returned.state, returned.head_hash) == (case.pk, case.state, case.head_hash)
    assert case.state == path.after
    event = Event.objects.get(subject_id=case.pk, seq=head[0] + 1)
    assert (case.head_seq, case.head_hash, event.prev) == (event.seq, event.digest, head[1])
    assert (event.action, event.from_state, event.to_state) == (path.action, path.before, path.after)
    effective_at = path.effective_at or path.at
    assert (event.at, event.effective_at, event.user_id) == (path.at, effective_at, by.user_id)
    assert (event.policy, event.calendar) == ("clocks/1", "calendar/1")
    assert json.loads(event.actor) == who_acts(path, town)
    turn = {"turn": [case.turn_org_id, case.turn_role], "clocks": path.effects}
    assert json.loads(event.facts) == {**case.event_facts(), **path.facts, **turn}
    body = json.loads(event.body.text)
    names = {name: getattr(town, name).user.name for name in ("handler", "second_handler", "liaison")}
    assert (body["text"], body["note"]) == (path.said.format(**names), path.note)
    assert clocks_after(case, was_running, effective_at) == path.clocks
    assert turn_of(case) == path.turn
    assert case.next_clock == path.next_clock
    assert_next_due_is_the_first_of_the_running(case)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)


def who_acts(path: Path, town: Town) -> dict[str, Any]:
    """The actor as the ledger keeps it."""
    if path.who == "system":
        words = {"role": "SYSTEM", "role_text": "系统", "organisation_id": None, "organisation": "时限到期"}
        return {"user_id": None, **words, "on_behalf": [], "channel": "SYSTEM", "request": "test"}
    person = getattr(town, path.who)
    return {
        "user_id": person.user_id,
        "role": person.role,
        "role_text": Role(person.role).label,
        "organisation_id": person.organisation_id,
        "organisation": person.organisation.name,
        "on_behalf": [],
        "channel": "WEB",
        "request": "test",
    }


def clocks_after(case: Case, was_running: set[int], effective_at: datetime) -> dict[str, str]:
    """Every clock that runs or was ended by the last move, in the words of a path."""
    words = {}
    for clock in Clock.objects.filter(subject_id=case.pk):
        if clock.stopped_at is not None:
            if clock.pk in was_running:
                when = "stopped" if clock.stopped_at == effective_at else "stopped before"
                words[clock.kind] = f"{when} {'in time' if clock.state.in_time else 'late'}"
                if clock.breached:
                    assert clock.stopped_at == effective_at
                    assert clock.state.in_time is False
                    words[clock.kind] = "breached"
        elif clock.held_at is not None:
            words[clock.kind] = "held"
        elif clock.paused_at is not None:
            words[clock.kind] = "paused"
        else:
            words[clock.kind] = clock.due_at.astimezone(ZONE).strftime("%m-%d %H:%M")
    return words


# --- what else a move does ---


def test_a_matter_with_one_owner_is_dispatched_by_rule_at_once(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    perform("accept", case, by=actor(town.intake, MOMENT), town=town, duty_item=town.only_energy)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.lead_id, case.first_lead_id) == ("DISPATCHED", town.energy.pk, town.energy.pk)
    accepted, dispatched = Event.objects.filter(subject_id=case.pk, seq__gt=1).order_by("seq")
    assert (accepted.action, accepted.user_id) == ("accept", town.intake.user_id)
    assert (dispatched.action, dispatched.user_id, dispatched.at) == ("dispatch", None, MOMENT)
    by = json.loads(dispatched.actor)
    assert (by["role_text"], by["organisation"], by["channel"]) == ("系统", "职责清单单一责任部门自动派单", "SYSTEM")
    assert_chain_holds(case)


def test_an_owner_that_was_switched_off_is_not_dispatched_to_by_rule(town: Town) -> None:
    town.housing.active = False
    town.housing.save()
    case = case_in("SUBMITTED", town=town)
    case = perform("accept", case, by=actor(town.intake, MOMENT), town=town, duty_item=town.shared)
    assert (case.state, case.lead_id) == ("DISPATCHED", town.energy.pk)


def test_intake_must_look_at_other_open_demands_of_the_firm(town: Town) -> None:
    case_in("IN_PROGRESS", town=town)
    case_in("CLOSED", town=town)
    case_in("IN_PROGRESS", town=town, firm=town.neighbour)
    case = case_in("SUBMITTED", town=town)
    with pytest.raises(Refused, match="该企业还有 1 件在办诉求") as refused:
        perform("accept", case, by=actor(town.intake), town=town, duplicates_seen=False)
    assert refused.value.field == "duplicates_seen"
    case = perform("accept", case, by=actor(town.intake, MOMENT), town=town)
    assert json.loads(Event.objects.get(subject_id=case.pk, seq=2).body.text)["open_siblings"] == 1


def test_an_urgent_demand_is_acknowledged_within_the_hour(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, urgent=True)
    assert case.dispatched_at is not None
    assert (case.next_clock, case.next_due_at) == ("ACKNOWLEDGE", case.dispatched_at + timedelta(hours=1))


def test_an_inquiry_owes_no_plan(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, klass="INQUIRY")
    assert not Clock.objects.filter(subject_id=case.pk, kind="PLAN").exists()
    assert case_in("CLOSED", town=town, klass="INQUIRY").state == CaseState.CLOSED


def test_the_plan_is_kept_in_the_order_of_its_dates(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    steps = [("出具方案", NOW.date() + timedelta(days=9)), ("现场勘察", NOW.date())]
    perform("save_plan", case, by=actor(town.handler, MOMENT), town=town, steps=steps)
    found = PlanStep.objects.filter(case=case).values_list("round", "position", "text", "due_on")
    assert list(found) == [(1, 1, "现场勘察", steps[1][1]), (1, 2, "出具方案", steps[0][1])]


def test_a_returned_result_stays_readable_beside_the_signed_one(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    case = perform("return_result", case, by=actor(town.party_secretary, MOMENT), town=town)
    case = perform("submit_result", case, by=actor(town.handler, later(days=1)), town=town, outcome="EXPLAINED")
    case = perform("sign_off", case, by=actor(town.party_secretary, later(days=1, hours=1)), town=town)
    returned, signed = Result.objects.filter(case=case)
    assert (returned.outcome, returned.returned_at, returned.signed_at) == ("SOLVED", MOMENT, None)
    assert (signed.outcome, signed.returned_at, signed.signed_at) == ("EXPLAINED", None, later(days=1, hours=1))
    assert (signed.submitted_by_id, signed.signed_by_id) == (town.handler.user_id, town.party_secretary.user_id)
    assert case.outcome == "EXPLAINED"


def test_a_result_handed_in_in_time_counts_from_then_however_late_it_is_signed(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    perform("sign_off", case, by=actor(town.party_secretary, later(days=60)), town=town)
    clock = Clock.objects.get(subject_id=case.pk, kind="RESOLVE")
    assert (clock.stopped_at, clock.state.in_time) == (clock.held_at, True)


def test_a_result_handed_in_late_is_late_from_its_signature(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = perform("submit_result", case, by=actor(town.handler, later(days=60)), town=town)
    perform("sign_off", case, by=actor(town.party_secretary, later(days=61)), town=town)
    clock = Clock.objects.get(subject_id=case.pk, kind="RESOLVE")
    assert (clock.stopped_at, clock.state.in_time) == (later(days=61), False)


def test_a_closed_demand_has_no_running_clock(town: Town) -> None:
    case = case_in("CLOSED", town=town)
    assert not running(case)
    assert (case.turn_org_id, case.next_clock, case.next_due_at) == (None, "", None)
