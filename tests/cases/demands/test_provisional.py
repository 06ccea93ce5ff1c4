"""A due date counted through a year whose holidays are not announced says “暂定” wherever it stands."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from cases.demands.enums import Klass
from tests.api import Program, of
from tests.factories import NOW, case_in
from tests.pages import text
from workflow.calendar import ZONE

YEAR_END = datetime(2026, 12, 30, 10, 0, tzinfo=ZONE)  # seven working days later is January, of which nothing is known


@pytest.fixture(params=[NOW, YEAR_END], ids=["announced", "not announced"])
def started(request, clock):
    clock.move_to(request.param + timedelta(hours=2))
    return request.param


@pytest.fixture
def case(town, started):
    return case_in("IN_PROGRESS", town=town, klass=Klass.ORDINARY, contacted=True, planned=True, start=started)


def words(browser, name, *args):
    return text(browser.get(reverse(name, args=args)).content.decode())


def test_lists_and_pages_and_the_receipt_say_it(town, sign_in, started, case):
    provisional = started == YEAR_END
    handler, firm = sign_in(town.handler), sign_in(town.staff)
    assert ("暂定" in words(handler, "home")) is provisional
    assert ("暂定" in words(handler, "box", "todo")) is provisional
    assert ("暂定" in words(handler, "demands:list")) is provisional
    assert ("暂定" in words(firm, "demands:receipt", case.public_id)) is provisional
    page = words(firm, "demands:case", case.public_id)
    assert ("到期 2027年1月8日 17:30 暂定" in page) is provisional
    assert ("预计 2027年1月8日前（暂定）" in page) is provisional
    assert ("先按周一至周五计算，到期日为暂定。" in page) is provisional


def test_the_page_of_signing_off_says_it(town, sign_in, started):
    case = case_in("RESULT_REVIEW", town=town, start=started + timedelta(days=1))
    page = words(sign_in(town.party_secretary), "demands:act", case.public_id, "sign_off")
    assert ("前 暂定" in page) is (started == YEAR_END)


def test_the_api_says_it(town, started, case):
    program = Program(town.handler)
    row = program.get("cases/").json()["results"][0]
    assert row["due_provisional"] is (started == YEAR_END)
    clocks = {clock["kind"]: clock["provisional"] for clock in program.get(of(case)).json()["clocks"]}
    assert clocks["RESOLVE"] is (started == YEAR_END)
    assert not any(provisional for kind, provisional in clocks.items() if kind != "RESOLVE")


def test_natural_hours_ask_no_calendar(town, sign_in, clock):
    start = datetime(2026, 12, 31, 23, 30, tzinfo=ZONE)
    clock.move_to(start + timedelta(minutes=20))
    case = case_in("DISPATCHED", town=town, urgent=True, start=start, pace=timedelta(minutes=1))
    answer = sign_in(town.liaison).get(reverse("demands:case", args=[case.public_id]))
    acknowledge = next(shown for shown in answer.context["clocks"] if str(shown.label) == "签收")
    assert acknowledge.due_at.astimezone(ZONE).year == 2027
    assert not acknowledge.left.provisional
