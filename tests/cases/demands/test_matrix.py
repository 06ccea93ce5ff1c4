"""Every state × move × role cell of a demand, at its own organisations and at others', and the page that says so."""

import itertools
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.demands.models import Case
from foundation.errors import NotYours, WrongMoment
from parties.models import Organisation
from parties.roles import Role
from tests.cases.demands.table import (
    AFTER,
    DECIDED_BY,
    MOVES,
    OF_ITS_ORIGIN,
    OF_THE_HIDDEN,
    OF_THE_SYSTEM,
    ON_A_FILE,
    OPEN,
    PAPERS,
    RESTRICTED,
    STATES,
    WITH_FILES,
    is_its_moment,
    is_theirs,
)
from tests.factories import NOW
from workflow.actor import Actor, Channel, Post
from workflow.door import offers, refusal
from workflow.models import Proposal
from workflow.reference import page
from workflow.specs import specs

FIRM, OFFICE, LEAD, ELSEWHERE = 1, 2, 3, 4
PLACES = {"firm": FIRM, "office": OFFICE, "lead": LEAD, "elsewhere": ELSEWHERE}
ME, SOMEBODY_ELSE = 7, 8
SYSTEM = Actor.system(now=NOW, rule="a rule")
NOBODY = Actor(user_id=ME, now=NOW)  # signed in, without any post
STRANGER = Actor(user_id=None, now=NOW)  # not signed in
OF_AN_ITEM = ("hand_down", "end_by_correction", "record_opinion")


def person(role: Role, place: int) -> Actor:
    post = Post(1, uuid.UUID(int=1), role, place, Organisation.Kind.OFFICE, "某单位", "150602")
    return Actor(user_id=ME, now=NOW, post=post, posts=(post,), channel=Channel.WEB)


def case_with(state: str, **facts: Any) -> Case:
    """A loaded row; nothing of it is in the database."""
    row = {
        "pk": 1,
        "state": state,
        "enterprise_id": FIRM,
        "office_id": OFFICE,
        "lead_id": LEAD,
        "handler_id": ME,
        "klass": "COMPLEX",
        "category_id": "ENERGY",
        "district_id": "150602",
    }
    return Case(**{**row, **facts})


def favourable(action: str, role: Role | None) -> dict[str, Any]:
    """Facts under which nothing but role, organisation and state can stand against this move."""
    signs = action in ("sign_off", "return_result")
    return {
        "handler_id": SOMEBODY_ELSE if signs else ME,
        "klass": "ORDINARY" if signs and role == Role.DEPUTY_HEAD else "COMPLEX",
        "first_contact_at": NOW if action in ("deny_contact", "submit_result") else None,
        "planned_at": NOW if action == "submit_result" else None,
        "sent_back": [FIRM, OFFICE] if action == "assign_lead" else [],
        "district_id": "150600" if action == "pass_down" else "150602",
        "ending": "WITHDRAWN" if action == "undo_withdrawal" else "",
        "origin": "ACTION_ITEM" if action in OF_AN_ITEM else "ENTERPRISE",
        "tied_key": "item-1" if action == "untie_by_origin" else "",
        "next_clock": "CONFIRM" if action == "record_opinion" else "",
        "next_due_at": NOW - timedelta(seconds=1) if action == "record_opinion" else None,
        "enterprise_id": None if action == "confirm_by_office" else FIRM,
        "identity": "HIDDEN" if action in {*OF_THE_HIDDEN, "release_attachment"} else "OPEN",
    }


def people() -> list[tuple[str, Role | None, Actor]]:
    """Every role at every place, the system, and those without any post."""
    posts = [(place, role, person(role, pk)) for place, pk in PLACES.items() for role in Role]
    return [*posts, ("system", None, SYSTEM), ("nowhere", None, NOBODY), ("nowhere", None, STRANGER)]


def test_the_design_and_the_graph_name_the_same_states_and_moves() -> None:
    assert tuple(value for value, _label in Case._meta.get_field("state").flatchoices) == STATES
    assert {action: str(spec.label) for action, spec in specs(Case).items()} == {
        action: label for action, (_who, _sources, _target, label) in MOVES.items()
    }
    assert len(Role) == 19


@pytest.mark.parametrize("action", MOVES)
def test_every_state_and_role_meets_the_answer_of_the_design(action: str) -> None:
    found, wanted = {}, {}
    for state in STATES:
        for place, role, actor in people():
            cell = (state, place, role, actor.user_id)
            error = refusal(case_with(state, **favourable(action, role)), action, actor)
            found[cell] = type(error)
            if not is_theirs(action, role, place):
                wanted[cell] = NotYours
            elif not is_its_moment(action, state):
                wanted[cell] = WrongMoment
            else:
                wanted[cell] = type(None)
    assert len(found) == 13 * (4 * 19 + 3)
    assert found == wanted


@pytest.mark.parametrize("action", DECIDED_BY)
def test_who_consents_to_a_move_of_two_people_is_who_the_design_names(action: str) -> None:
    """Every state, role and place again, of somebody else and of the very person who proposed it."""
    (where, roles) = next(iter(DECIDED_BY[action].items()))
    asked_of = {"decider": "elsewhere"}.get(where, where)  # whom the proposal names is no organisation of the case
    for proposer in (SOMEBODY_ELSE, ME):
        proposal = Proposal(action=action, by_id=proposer, decider_id=PLACES[asked_of])
        found, wanted = {}, {}
        for state in STATES:
            for place, role, actor in people():
                cell = (state, place, role, actor.user_id)
                case = case_with(state, pending_proposal=action, **favourable(action, role))
                found[cell] = type(refusal(case, action, actor, proposal))
                asked = role is not None and place == asked_of and role.value in roles.split()
                if not asked or proposer == ME:
                    wanted[cell] = NotYours
                elif not is_its_moment(action, state):
                    wanted[cell] = WrongMoment
                else:
                    wanted[cell] = type(None)
        assert found == wanted


def test_no_move_of_one_person_has_a_second() -> None:
    assert {action for action, spec in specs(Case).items() if spec.decided_by} == set(DECIDED_BY)
    with pytest.raises(TypeError, match="accept is a move of one person"):
        refusal(case_with("SUBMITTED"), "accept", person(Role.INTAKE, OFFICE), Proposal(action="accept"))


def test_while_a_proposal_waits_no_other_is_made() -> None:
    case = case_with("SUBMITTED", pending_proposal="decline")
    error = refusal(case, "decline", person(Role.INTAKE, OFFICE))
    assert (type(error), str(error)) == (WrongMoment, "本件已有一项提请在等候决定：不予受理")
    assert refusal(case, "accept", person(Role.INTAKE, OFFICE)) is None


@pytest.mark.parametrize("action", MOVES)
def test_the_target_of_a_move_is_the_one_of_the_design(action: str) -> None:
    assert specs(Case)[action].target == MOVES[action][2]


def test_the_moves_that_wait_for_a_clock_are_those_of_the_design() -> None:
    assert {action: spec.after for action, spec in specs(Case).items() if spec.after} == AFTER


@pytest.mark.parametrize("action", OF_THE_SYSTEM)
def test_a_move_of_the_system_is_nobodys(action: str) -> None:
    for state in STATES:
        for _place, role, actor in people():
            error = refusal(case_with(state, **favourable(action, role)), action, actor)
            if actor is not SYSTEM:
                whose = "由会议、批示或走访的系统办理" if action in OF_ITS_ORIGIN else "由系统按时限办理"
                assert (type(error), str(error)) == (NotYours, f"这一步{whose}")


def test_before_a_department_is_named_no_department_may_do_anything() -> None:
    for state in ("DRAFT", "SUBMITTED", "NEED_INFO", "ACCEPTED"):
        case = case_with(state, lead_id=None, handler_id=None)
        for action, (who, *_rest) in MOVES.items():
            for role in who.get("lead", "").split():
                assert type(refusal(case, action, person(Role(role), LEAD))) is NotYours


# --- who, beyond role and organisation ---


@pytest.mark.parametrize(
    ("action", "role", "facts", "sentence"),
    [
        ("record_contact", "HANDLER", {"handler_id": SOMEBODY_ELSE}, "签收后由本件承办人登记首联"),
        ("save_plan", "HANDLER", {"handler_id": SOMEBODY_ELSE}, "本件由另一位承办人办理"),
        ("submit_result", "HANDLER", {"handler_id": SOMEBODY_ELSE}, "本件由另一位承办人办理"),
        ("ask_firm", "HANDLER", {"handler_id": SOMEBODY_ELSE}, "本件由另一位承办人办理"),
        ("sign_off", "DEPUTY_HEAD", {"klass": "COMPLEX", "handler_id": SOMEBODY_ELSE}, "class"),
        ("sign_off", "DEPUTY_HEAD", {"klass": "HARD", "handler_id": SOMEBODY_ELSE}, "class"),
        ("sign_off", "DEPARTMENT_SECRETARY", {"klass": "ORDINARY", "handler_id": SOMEBODY_ELSE}, "class"),
        ("sign_off", "DEPARTMENT_SECRETARY", {"klass": "INQUIRY", "handler_id": SOMEBODY_ELSE}, "class"),
        ("sign_off", "DEPARTMENT_SECRETARY", {"klass": "COMPLEX"}, "承办人不能审签自己办理的结果"),
        ("sign_off", "DEPUTY_HEAD", {"klass": "INQUIRY"}, "承办人不能审签自己办理的结果"),
        ("return_result", "DEPUTY_HEAD", {"klass": "HARD", "handler_id": SOMEBODY_ELSE}, "class"),
        ("return_result", "DEPARTMENT_SECRETARY", {"klass": "HARD"}, "承办人不能审签自己办理的结果"),
    ],
)
def test_some_people_of_a_role_are_kept_from_a_move(action: str, role: str, facts: Any, sentence: str) -> None:
    if sentence == "class":
        sentence = "咨询和一般诉求由分管负责人审签；复杂、疑难、重办的诉求和会议、批示事项须党组书记本人审签"
    state = MOVES[action][1].split()[-1]
    error = refusal(case_with(state, **facts), action, person(Role(role), LEAD))
    assert (type(error), str(error)) == (NotYours, sentence)


@pytest.mark.parametrize(
    ("klass", "role"),
    [
        ("INQUIRY", "DEPUTY_HEAD"),
        ("ORDINARY", "DEPUTY_HEAD"),
        ("COMPLEX", "DEPARTMENT_SECRETARY"),
        ("HARD", "DEPARTMENT_SECRETARY"),
    ],
)
@pytest.mark.parametrize("action", ["sign_off", "return_result"])
def test_the_class_decides_who_signs(klass: str, role: str, action: str) -> None:
    case = case_with("RESULT_REVIEW", klass=klass, handler_id=SOMEBODY_ELSE)
    may = [r.value for r in Role if refusal(case, action, person(r, LEAD)) is None]
    assert may == [role]
    assert case.signer_role == role


@pytest.mark.parametrize(
    ("facts", "role"),
    [
        ({"origin": "ACTION_ITEM"}, "DEPARTMENT_SECRETARY"),
        ({"origin": "INSTRUCTION"}, "DEPARTMENT_SECRETARY"),
        ({"tied_to": "ACTION_ITEM"}, "DEPARTMENT_SECRETARY"),
        ({"origin": "FINDING"}, "DEPUTY_HEAD"),
    ],
)
def test_the_party_secretary_signs_what_was_ordered_whatever_its_class(facts: Any, role: str) -> None:
    case = case_with("RESULT_REVIEW", klass="INQUIRY", handler_id=SOMEBODY_ELSE, **facts)
    assert [r.value for r in Role if refusal(case, "sign_off", person(r, LEAD)) is None] == [role]


def test_silence_closes_no_action_item_and_only_one_of_no_firm_is_the_offices_to_confirm() -> None:
    for facts in ({"origin": "ACTION_ITEM"}, {"tied_to": "ACTION_ITEM"}):
        error = refusal(case_with("AWAIT_CONFIRM", **facts), "close_unanswered", SYSTEM)
        assert str(error) == "会议任务事项不因企业未回应而办结，请督办员征求企业意见"
    for origin in ("INSTRUCTION", "FINDING"):
        assert refusal(case_with("AWAIT_CONFIRM", origin=origin), "close_unanswered", SYSTEM) is None
    error = refusal(case_with("AWAIT_CONFIRM", origin="ACTION_ITEM"), "confirm_by_office", person(Role.INTAKE, OFFICE))
    assert str(error) == "本件有提出企业，须由企业确认"
    error = refusal(case_with("IN_PROGRESS", enterprise_id=None), "ask_firm", person(Role.HANDLER, LEAD))
    assert str(error) == "本件没有提出企业，请直接向主办的办公室了解"


def test_a_liaison_may_record_the_contact_of_a_case_in_other_hands() -> None:
    case = case_with("IN_PROGRESS", handler_id=SOMEBODY_ELSE)
    assert refusal(case, "record_contact", person(Role.DEPARTMENT_LIAISON, LEAD)) is None


# --- what must come first ---


@pytest.mark.parametrize(
    ("action", "role", "place", "state", "facts", "sentence"),
    [
        ("reclassify", "DISPATCHER", OFFICE, "ACCEPTED", {"reclassified_from": "ORDINARY"}, "已经升过一次档，不能再升"),
        ("reclassify", "DISPATCHER", OFFICE, "IN_PROGRESS", {"planned_at": NOW}, "方案已经登记，不能再升档"),
        ("reclassify", "DISPATCHER", OFFICE, "DISPATCHED", {"klass": "HARD"}, "已经是最高档次"),
        (
            "request_completion",
            "INTAKE",
            OFFICE,
            "SUBMITTED",
            {"completion_asked_at": NOW},
            "已经要求补正过一次，请受理或者不予受理",
        ),
        ("ask_firm", "HANDLER", LEAD, "IN_PROGRESS", {"firm_asked": 2}, "已经请企业补充过两次，请按现有情况办理"),
        ("dispatch", "DISPATCHER", OFFICE, "ACCEPTED", {"klass": ""}, "还没有定类别、档次和紧急程度"),
        ("dispatch", "DISPATCHER", OFFICE, "ACCEPTED", {"category_id": None}, "还没有定类别、档次和紧急程度"),
        ("record_contact", "HANDLER", LEAD, "IN_PROGRESS", {"first_contact_at": NOW}, "首联已经登记过"),
        ("deny_contact", "ENTERPRISE_STAFF", FIRM, "DISPATCHED", {}, "主办部门还没有登记首联"),
        (
            "deny_contact",
            "ENTERPRISE_STAFF",
            FIRM,
            "IN_PROGRESS",
            {"first_contact_at": NOW, "first_contact_denied_at": NOW},
            "您已经标记过未联系",
        ),
        ("save_plan", "HANDLER", LEAD, "IN_PROGRESS", {"klass": "INQUIRY"}, "咨询类诉求不需要办理方案"),
        ("save_plan", "HANDLER", LEAD, "IN_PROGRESS", {"planned_at": NOW}, "方案已经登记过"),
        ("submit_result", "HANDLER", LEAD, "IN_PROGRESS", {"planned_at": NOW}, "请先登记首联，再提交结果"),
        (
            "submit_result",
            "HANDLER",
            LEAD,
            "IN_PROGRESS",
            {"first_contact_at": NOW},
            "请先登记办理方案，再提交结果（咨询类除外）",
        ),
    ],
)
def test_what_must_come_first_is_said(
    action: str, role: str, place: int, state: str, facts: Any, sentence: str
) -> None:
    error = refusal(case_with(state, **facts), action, person(Role(role), place))
    assert (type(error), str(error)) == (WrongMoment, sentence)


def test_the_result_of_an_inquiry_needs_no_plan() -> None:
    case = case_with("IN_PROGRESS", klass="INQUIRY", first_contact_at=NOW)
    assert refusal(case, "submit_result", person(Role.HANDLER, LEAD)) is None


def test_the_wrong_moment_names_the_state_and_the_move() -> None:
    error = refusal(case_with("SUBMITTED"), "confirm", person(Role.ENTERPRISE_STAFF, FIRM))
    assert (type(error), str(error)) == (WrongMoment, "现在是“待受理”，不能“企业确认”")


def test_whose_move_it_is_comes_before_whether_it_is_the_moment() -> None:
    error = refusal(case_with("SUBMITTED"), "confirm", person(Role.INTAKE, OFFICE))
    assert (type(error), str(error)) == (NotYours, "只有提出企业可以确认，任何人不能代为确认")


# --- buttons ---


def buttons(case: Case, actor: Actor) -> list[tuple[str, str | None]]:
    return [(offer.name, offer.refusal and str(offer.refusal)) for offer in offers(case, actor)]


def buttons_of_the_line(case: Case, actor: Actor) -> list[tuple[str, str | None]]:
    """The buttons but for those of attachments and papers, which stand in every open state."""
    return [button for button in buttons(case, actor) if button[0] not in (*WITH_FILES, *ON_A_FILE, *PAPERS)]


def test_a_handler_sees_the_moves_of_the_state_with_what_is_missing() -> None:
    assert buttons_of_the_line(case_with("IN_PROGRESS"), person(Role.HANDLER, LEAD)) == [
        ("submit_result", "请先登记首联，再提交结果"),
        ("record_contact", None),
        ("save_plan", None),
        ("ask_firm", None),
        ("note_internal", None),
        ("reply_public", None),
    ]


def test_another_handler_sees_whose_case_it_is() -> None:
    assert buttons_of_the_line(case_with("IN_PROGRESS", handler_id=SOMEBODY_ELSE), person(Role.HANDLER, LEAD)) == [
        ("submit_result", "本件由另一位承办人办理"),
        ("note_internal", None),
        ("reply_public", None),
        ("record_contact", "签收后由本件承办人登记首联"),
        ("save_plan", "本件由另一位承办人办理"),
        ("ask_firm", "本件由另一位承办人办理"),
    ]


def test_a_liaison_who_stands_in_can_name_a_handler() -> None:
    case = case_with("IN_PROGRESS", handler_id=ME, stand_in="DEPARTMENT_LIAISON")
    assert buttons_of_the_line(case, person(Role.DEPARTMENT_LIAISON, LEAD)) == [
        ("transfer", None),
        ("name_handler", None),
        ("record_contact", None),
        ("note_internal", None),
        ("reply_public", None),
        ("recuse", None),
    ]


def test_once_asked_twice_the_firm_is_not_asked_again_and_the_button_says_so() -> None:
    offered = dict(buttons(case_with("IN_PROGRESS", firm_asked=2), person(Role.HANDLER, LEAD)))
    assert offered["ask_firm"] == "已经请企业补充过两次，请按现有情况办理"
    offered = dict(buttons(case_with("SUBMITTED", completion_asked_at=NOW), person(Role.INTAKE, OFFICE)))
    assert offered["request_completion"] == "已经要求补正过一次，请受理或者不予受理"


def test_nobody_is_offered_a_move_of_another_role_organisation_or_state() -> None:
    for state, identity in itertools.product(STATES, ("OPEN", "HIDDEN")):
        for place, role, actor in people():
            offered = {name for name, _refusal in buttons(case_with(state, identity=identity), actor)}
            assert offered == {
                action
                for action in MOVES
                if role is not None and is_theirs(action, role, place) and is_its_moment(action, state)
                if identity == "HIDDEN" or action not in OF_THE_HIDDEN
                if action not in ("confirm_by_office", "record_opinion")  # it has a firm, and is no action item
            }


# --- the generated page ---

PAGE = Path(settings.BASE_DIR, "docs", "reference", "demands.md")


TARGETS = {None: "(stays)", "BEFORE": "(the state before)"}


def table_under(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of the page, without the line of dashes."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [rows[0], *rows[2:]]


def test_the_page_is_what_the_graph_gives_now(tmp_path: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(Case)
    call_command("workflow_reference", "--check")
    with pytest.raises(CommandError, match=r"demands\.md"):
        call_command("workflow_reference", "--check", folder=tmp_path)
    call_command("workflow_reference", folder=tmp_path, verbosity=0)
    call_command("workflow_reference", "--check", folder=tmp_path)
    (tmp_path / "demands.md").write_text(page(Case).replace("企业确认", "确认"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"demands\.md"):
        call_command("workflow_reference", "--check", folder=tmp_path)


def test_the_matrix_of_the_page_is_what_trying_gives() -> None:
    """Tried at the door: a move stands in a cell when the role may make it under favourable facts."""
    head, *rows = table_under("States and roles")
    labels = dict(Case._meta.get_field("state").flatchoices)
    assert head == ["role", *(str(labels[state]) for state in STATES)]
    tried = []
    for role in (*Role, None):
        row = [str(role.label) if role else "系统"]
        for state in STATES:
            cell = []
            for action, spec in specs(Case).items():
                actors = [SYSTEM] if role is None else [person(role, pk) for pk in (FIRM, OFFICE, LEAD)]
                good = case_with(state, **favourable(action, role))
                if any(refusal(good, action, actor) is None for actor in actors):
                    cell.append(f"{spec.label}{'*' if role and action in RESTRICTED else ''}")
            row.append("、".join(cell) or "–")
        tried.append(row)
    assert rows == tried


def test_the_moves_of_the_page_are_those_of_the_design() -> None:
    labels = {str(value): str(label) for value, label in Case._meta.get_field("state").flatchoices}
    _head, *rows = table_under("Moves")
    assert [row[:3] for row in rows] == [
        [
            f"`{action}`",
            label,
            f"{'、'.join(labels[s] for s in sources.split())} → {TARGETS.get(target) or labels[str(target)]}",
        ]
        for action, (_who, sources, target, label) in MOVES.items()
    ]
    for row in rows:
        spec = specs(Case)[row[0].strip("`")]
        assert f"“{spec.permission.sentence}”" in row[3]
        if action_decides := DECIDED_BY.get(spec.action):
            ((where, names),) = action_decides.items()
            roles = "、".join(str(role.label) for role in Role if role in names.split())
            house = {"office": "办公室", "lead": "政府部门", "decider": "the organisation that the proposal names"}[
                where
            ]
            assert spec.decided_by is not None
            assert row[3].endswith(f"<br>decides, another person:<br>{house}：{roles}<br>“{spec.decided_by.sentence}”")
        assert ("two persons" in row[6]) == (spec.action in DECIDED_BY)
        first = [str(must.sentence) for must in (*spec.conditions, *spec.moments)]
        assert row[4] == ("<br>".join(first) or "–")


def test_the_diagram_has_an_arrow_for_every_change_of_state() -> None:
    diagram = PAGE.read_text(encoding="utf-8").split("```mermaid\n")[1].split("```")[0]
    arrows = re.findall(r"^    (\w+) --> (\w+): (.+)$", diagram, flags=re.MULTILINE)
    changes = {(a, b, label) for a, b, label in arrows if a != b}
    assert changes == {
        (source, to, label)
        for _who, sources, target, label in MOVES.values()
        if target
        for source in sources.split()
        for to in (OPEN.split() if target == "BEFORE" else [target])
    }
    loops = {a: set(label.split("、")) for a, b, label in arrows if a == b}
    assert loops == {
        state: stays
        for state in STATES
        if (stays := {label for _who, sources, to, label in MOVES.values() if to is None and state in sources.split()})
    }
