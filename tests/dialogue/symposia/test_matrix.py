"""Every state × move × role cell of a meeting, at its office, its host's and elsewhere, and the page that says so.

No test here has a database: that no predicate and no offer runs a statement is shown with it.
"""

import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from dialogue.symposia.models import Meeting
from foundation.errors import NotYours, WrongMoment
from parties.models import Organisation
from parties.roles import Role
from tests.dialogue.symposia.table import (
    APPENDS,
    CLOCKS,
    FIRST,
    KEPT,
    MOVES,
    OF_THE_SYSTEM,
    RESTRICTED,
    STATES,
    is_its_moment,
    is_theirs,
    sentence,
)
from tests.factories import NOW, later
from workflow.actor import Actor, Channel, Post
from workflow.door import offers, refusal
from workflow.reference import matrix, page
from workflow.specs import specs

OFFICE, HOST, ELSEWHERE = 1, 2, 3
PLACES = {"office": OFFICE, "host": HOST, "elsewhere": ELSEWHERE}
ME, SOMEBODY_ELSE = 7, 8
SYSTEM = Actor.system(now=NOW, rule="a rule")
NOBODY = Actor(user_id=ME, now=NOW)  # signed in, without any post
STRANGER = Actor(user_id=None, now=NOW)  # not signed in
PAGE = Path(settings.BASE_DIR, "docs", "reference", "symposia.md")


def person(role: Role, place: int) -> Actor:
    post = Post(1, uuid.UUID(int=1), role, place, Organisation.Kind.OFFICE, "某单位", "150602")
    return Actor(user_id=ME, now=NOW, post=post, posts=(post,), channel=Channel.WEB)


def meeting_with(state: str, **facts: Any) -> Meeting:
    """A loaded row under which nothing but role, organisation and state can stand against a move."""
    row = {"pk": 1, "state": state, "office_id": OFFICE, "host_org_id": HOST, "host_id": ME, "host_role": "LEADER"}
    plan = {"kind": "SYMPOSIUM", "starts_at": NOW, "place": "会议室", "topics_until": NOW.date()}
    return Meeting(**{**row, **plan, "version": 1, "commented_version": 2, **facts})


def people() -> list[tuple[str, Role | None, Actor]]:
    """Every role at every place, the system, and those without any post."""
    posts = [(place, role, person(role, pk)) for place, pk in PLACES.items() for role in Role]
    return [*posts, ("system", None, SYSTEM), ("nowhere", None, NOBODY), ("nowhere", None, STRANGER)]


def test_the_design_and_the_graph_name_the_same_states_and_moves() -> None:
    assert tuple(value for value, _label in Meeting._meta.get_field("state").flatchoices) == STATES
    found = {action: (spec.target, str(spec.label)) for action, spec in specs(Meeting).items()}
    assert found == {action: (target, label) for action, (_who, _from, target, label) in MOVES.items()}
    assert {action for action, spec in specs(Meeting).items() if spec.appends} == APPENDS
    assert {action for action, spec in specs(Meeting).items() if spec.kept_from} == KEPT
    clocks = {action: type(effect).__name__ for action, spec in specs(Meeting).items() for effect in spec.clocks}
    assert clocks == CLOCKS


@pytest.mark.parametrize("action", MOVES)
def test_every_state_and_role_meets_the_answer_of_the_design(action: str) -> None:
    """Who may open the meeting at all is asked before (`visible_to`), so here every place may."""
    found: dict[Any, Any] = {}
    wanted: dict[Any, Any] = {}
    for state in STATES:
        for place, role, actor in people():
            cell = (state, place, role, actor.user_id)
            error = refusal(meeting_with(state), action, actor)
            found[cell] = (type(error), str(error) if isinstance(error, NotYours) else "")
            if not is_theirs(action, role, place):
                wanted[cell] = (NotYours, sentence(action))
            elif not is_its_moment(action, state):
                wanted[cell] = (WrongMoment, "")
            else:
                wanted[cell] = (type(None), "")
    assert len(found) == 11 * (3 * 19 + 3)
    assert found == wanted


@pytest.mark.parametrize("action", ["return_minutes", "approve_issue"])
def test_minutes_are_signed_by_the_host_or_who_signs_instead_in_person(action: str) -> None:
    for role in ("LEADER", "DEPARTMENT_SECRETARY", "DEPARTMENT_HEAD"):
        error = refusal(meeting_with("IN_APPROVAL", host_id=SOMEBODY_ELSE), action, person(Role(role), HOST))
        assert (type(error), str(error)) == (NotYours, "纪要由签发人本人签发")
    instead = {"host_org_id": OFFICE, "host_id": SOMEBODY_ELSE, "signer_org_id": HOST, "signer_role": "LEADER"}
    for signer, place, why in (
        (ME, HOST, None),
        (SOMEBODY_ELSE, HOST, "纪要由签发人本人签发"),
        (ME, OFFICE, "只有纪要的签发人可以签发"),
    ):
        row = meeting_with("IN_APPROVAL", **instead, signer_id=signer)
        error = refusal(row, action, person(Role.LEADER, place))
        assert (error and str(error)) == why


def test_topics_are_taken_until_the_end_of_their_day_and_by_the_office_afterwards() -> None:
    for place, role, words in (
        (ELSEWHERE, "HANDLER", "议题征集已经截止，请联系主办单位"),
        (HOST, "ENTERPRISE_STAFF", "议题征集已经截止，请联系主办单位"),
        (OFFICE, "DEPARTMENT_LIAISON", "议题征集已经截止，请联系主办单位"),
        (OFFICE, "LEADER_OFFICE", None),
    ):
        for days, wanted in ((0, None), (1, words)):
            until = NOW.date() - timedelta(days=days)
            error = refusal(meeting_with("COLLECTING", topics_until=until), "propose_topic", person(Role(role), place))
            assert (error and str(error)) == wanted


def test_what_must_have_been_before_is_said() -> None:
    roles = {"report_progress": "HANDLER", "withdraw_topic": "HANDLER"}
    met = {}
    for action in MOVES:
        if action in OF_THE_SYSTEM:
            continue
        state = MOVES[action][1].split()[0]
        place = HOST if "host" in MOVES[action][0] else OFFICE
        role = Role("LEADER" if place == HOST else roles.get(action, "LEADER_OFFICE"))
        row = meeting_with(state, version=0, commented_version=0, place="", starts_at=later(days=1))
        if error := refusal(row, action, person(role, place)):
            met[action] = (type(error), str(error))
    assert met == {action: (WrongMoment, words) for action, words in FIRST.items()}


def test_comments_on_the_version_before_are_none_on_this_one() -> None:
    desk = person(Role.INTAKE, OFFICE)
    for version, commented, refused in ((0, 1, False), (1, 1, True), (1, 2, False), (2, 1, True)):
        row = meeting_with("COMMENTING", version=version, commented_version=commented)
        assert (refusal(row, "submit_minutes", desk) is not None) is refused


def test_nobody_is_offered_a_move_of_another_role_organisation_or_state() -> None:
    for state in STATES:
        for place, role, actor in people():
            offered = {offer.name for offer in offers(meeting_with(state), actor)}
            assert offered == {
                action
                for action in MOVES
                if role is not None and is_theirs(action, role, place) and is_its_moment(action, state)
            }


# --- the generated page ---


def test_the_page_is_what_the_graph_gives_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(Meeting)


def test_the_matrix_of_the_reference_is_what_trying_gives() -> None:
    """Tried at the door: a move stands in a cell when the role may make it at one of the places."""
    tried = {
        (state, role): [
            (spec, role is not None and action in RESTRICTED)
            for action, spec in specs(Meeting).items()
            if any(
                refusal(meeting_with(state), action, actor) is None
                for actor in ([SYSTEM] if role is None else [person(role, place) for place in PLACES.values()])
            )
        ]
        for state in STATES
        for role in (*Role, None)
    }
    assert matrix(Meeting) == tried


def test_the_moves_of_the_page_are_those_of_the_design() -> None:
    labels = {str(value): str(label) for value, label in Meeting._meta.get_field("state").flatchoices}
    section = PAGE.read_text(encoding="utf-8").split("## Moves\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")][2:]
    assert [row[:3] for row in rows] == [
        [f"`{action}`", label, f"{'、'.join(labels[s] for s in froms.split())} → {labels.get(to or '', '(stays)')}"]
        for action, (_who, froms, to, label) in MOVES.items()
    ]
    for row in rows:
        action = row[0].strip("`")
        assert f"“{sentence(action)}”" in row[3]
        assert ("every organisation that may open it" in row[3]) == ("readers" in MOVES[action][0])
        assert row[4] == FIRST.get(action, "–")
        assert ("only adds" in row[6]) == (action in APPENDS)


def test_the_diagram_has_an_arrow_for_every_change_of_state() -> None:
    diagram = PAGE.read_text(encoding="utf-8").split("```mermaid\n")[1].split("```")[0]
    arrows = set(re.findall(r"^    (\w+) --> (\w+): (.+)$", diagram, flags=re.MULTILINE))
    moves = [(source, to, label) for _who, froms, to, label in MOVES.values() for source in froms.split()]
    changes = {(source, str(to), label) for source, to, label in moves if to}
    stays = {state: "、".join(label for source, to, label in moves if not to and source == state) for state in STATES}
    assert arrows == changes | {(state, state, labels) for state, labels in stays.items() if labels}
