"""Meetings at a glance in a real browser: list, calendar, duties of a year, search; no fault at either width."""

from datetime import timedelta

import pytest

from dialogue.symposia.models import Meeting
from parties.roles import Role
from tests.browser.conftest import PHONE, Person
from tests.browser.looks import faults_at
from tests.factories import Town, case_in, later
from tests.meetings import STARTS, meeting_in

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "/symposia/?all=1": "会议列表",
    "/symposia/calendar/?month=2026-12": "月历",
    "/symposia/cadence/": "会议频次",
    "/search/?q=增容": "搜索",
}


def test_meetings_at_a_glance(town: Town, person: Person) -> None:
    case_in("IN_PROGRESS", town=town)
    meeting_in("NOTIFIED", town=town, title="鄂尔多斯市民营企业用电用能增容专题政商座谈会")
    meeting_in("COLLECTING", town=town, starts_at=STARTS + timedelta(days=3), ends_at=STARTS + timedelta(days=4))
    past = meeting_in("NOTIFIED", town=town, title="九月座谈会")
    there = {"state": "HELD", "held_at": later(), "starts_at": later(days=-70), "ends_at": later(days=-69)}
    Meeting.objects.filter(pk=past.pk).update(**there)
    page = person(town.at(town.leaders, Role.LEADER_OFFICE), PHONE, scripts=True)
    found = []
    for address, name in PAGES.items():
        page.goto(address)
        found += faults_at(page, name)
        page.set_viewport_size(PHONE)
    assert found == []
