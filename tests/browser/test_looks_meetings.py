"""The pages of a meeting before it is held, at both widths: as organiser, firm and department."""

import os
from typing import Any

import pytest

from cases.demands.models import Case
from dialogue.symposia import moves
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.looks import faults_at
from tests.factories import Town, actor, case_in, later
from tests.meetings import fresh, meeting_in

pytestmark = pytest.mark.django_db(transaction=True)


def _shoot(page: Any, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        for screen in (DESK, PHONE):
            page.set_viewport_size(screen)
            page.screenshot(path=f"{folder}/{name}-{screen['width']}.png", full_page=True)


def test_the_pages_of_an_agenda_have_no_faults(town: Town, person: Person, clock: Any) -> None:
    case: Case = case_in("IN_PROGRESS", town=town, hidden=True)
    called = meeting_in("COLLECTING", town=town, title="十二月工作推进会", kind="PROGRESS", place="")
    moves.propose_topic(called.pk, by=actor(town.liaison), case=case)
    moves.propose_topic(called.pk, by=actor(town.staff), title="园区道路亮化", text="夜班职工出行不便。")
    told = meeting_in("NOTIFIED", town=town, answered=True)
    clock.move_to(later(hours=6))
    desk, firm, bureau = (
        person(who, DESK, scripts=True)
        for who in (town.at(town.leaders, Role.LEADER_OFFICE), town.staff, town.housing_liaison)
    )
    topic = called.topics.first()
    looked = (
        (desk, "list", "/symposia/"),
        (desk, "new", "/symposia/new/"),
        (desk, "called", f"/symposia/{called.public_id}/"),
        (desk, "choose", f"/symposia/{called.public_id}/act/choose_topic/?topic={topic.public_id}"),
        (desk, "invite", f"/symposia/{called.public_id}/act/invite/"),
        (desk, "told", f"/symposia/{told.public_id}/"),
        (firm, "firm-called", f"/symposia/{called.public_id}/"),
        (firm, "firm-propose", f"/symposia/{called.public_id}/act/propose_topic/"),
        (firm, "firm-told", f"/symposia/{told.public_id}/"),
        (firm, "firm-answer", f"/symposia/{told.public_id}/act/answer_invitation/"),
        (bureau, "bureau-told", f"/symposia/{told.public_id}/"),
    )
    found = []
    for page, name, address in looked:
        page.goto(address)
        found += faults_at(page, name)
        _shoot(page, name)
    assert found == []
    assert fresh(called).state == "COLLECTING"
