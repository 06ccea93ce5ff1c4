"""为什么是这一天 and 各环节用时, as page and API: for those who may see the demand, and nothing internal."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demands import moves
from cases.demands.models import Case
from tests.cases.demands.table import perform
from tests.conftest import SignIn
from tests.factories import Town, actor, case_in, later
from workflow.erasure import erase_body
from workflow.models import Clock, Event


@pytest.fixture
def asked(town: Town) -> Case:
    """Asked of its firm on Monday noon, answered on Wednesday."""
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    by = actor(town.handler, later(hours=2))
    case = moves.ask_firm(case.pk, by=by, seen=case.head_seq, points=["用电负荷多少"])
    return perform("answer", case, by=actor(town.staff, later(days=2)), town=town)


def page(case: Case, name: str) -> str:
    return f"/demands/{case.public_id}/clocks/{name}/"


def api(case: Case, rest: str) -> str:
    return f"/api/v1/cases/{case.public_id}/{rest}/"


def test_the_case_page_leads_to_the_page_of_each_clock_and_to_the_durations(
    town: Town, sign_in: SignIn, asked: Case
) -> None:
    text = sign_in(town.handler).get(f"/demands/{asked.public_id}/").content.decode()
    for row in Clock.objects.filter(subject_id=asked.pk):
        assert f'href="{page(asked, f"{row.kind.lower()}-{row.started_seq}")}"' in text
    assert f'href="/demands/{asked.public_id}/durations/"' in text


def test_the_page_counts_the_days_names_the_pause_and_says_that_a_replay_agrees(
    town: Town, sign_in: SignIn, asked: Case, clock: Any
) -> None:
    clock.move_to(later(days=3))
    text = sign_in(town.staff).get(page(asked, "resolve-2")).content.decode()
    assert "办结：2026年12月16日 17:30" in text  # 14 December and the two working days of the pause
    assert "11月23日 12:00 至 11月25日 10:00 暂停，顺延 2 个工作日。" in text
    assert text.count("暂停</small>") == 2
    assert f"按 {asked.head_seq} 条流转记录重算，结果一致" in text
    assert "<dd>时限规则第 1 版</dd>" in text
    assert "<dd>工作日历第 1 版</dd>" in text
    assert "clocks/1" not in text


def test_a_clock_changed_behind_the_ledger_is_told_by_its_page(town: Town, sign_in: SignIn, asked: Case) -> None:
    Clock.objects.filter(subject_id=asked.pk, kind="RESOLVE").update(due_at=later(days=90))
    text = sign_in(town.staff).get(page(asked, "resolve-2")).content.decode()
    assert "按流转记录重算，结果不一致" in text


@pytest.mark.parametrize(
    "name", ["resolve-3", "nothing-2", "resolve-", "resolve", "resolve-99999999999999999999", "-2"]
)
def test_a_clock_that_is_not_there_is_not_found(town: Town, sign_in: SignIn, asked: Case, name: str) -> None:
    assert sign_in(town.staff).get(page(asked, name)).status_code == 404
    assert sign_in(town.staff).get(api(asked, f"clocks/{name}")).status_code == 404


def test_exactly_those_who_see_the_demand_see_its_clocks_and_durations(
    town: Town, sign_in: SignIn, asked: Case
) -> None:
    for who in town.everybody:
        sees = Case.objects.visible_to(actor(who)).filter(pk=asked.pk).exists()
        browser = sign_in(who)
        for address in (page(asked, "resolve-2"), f"/demands/{asked.public_id}/durations/", api(asked, "durations")):
            assert (who.role, browser.get(address).status_code) == (who.role, 200 if sees else 404)


def test_a_firm_does_not_learn_of_internal_events_from_its_clock(town: Town, sign_in: SignIn) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    found = {
        who.role: [m["label"] for m in sign_in(who).get(api(case, "clocks/resolve-2")).json()["moments"]]
        for who in (town.staff, town.handler)
    }
    assert found == {"ENTERPRISE_STAFF": ["受理"], "HANDLER": ["受理", "提交结果"]}


def test_the_api_says_what_the_page_says(town: Town, sign_in: SignIn, asked: Case, clock: Any) -> None:
    clock.move_to(later(days=3))
    body = sign_in(town.staff).get(api(asked, "clocks/resolve-2")).json()
    assert (body["clock"]["name"], body["clock"]["due_at"], body["limit"]) == (
        "resolve-2",
        "2026-12-16T17:30:00+08:00",
        "15 个工作日",
    )
    assert [day["day"] for day in body["days"] if day["how"] == "credited"] == ["2026-11-24", "2026-11-25"]
    assert (body["days"][0]["how"], body["days"][-1]) == (
        "start",
        {"day": "2026-12-16", "how": "due", "n": 15, "working": True},
    )
    assert [(m["seq"], m["label"]) for m in body["moments"]] == [(2, "受理"), (7, "请企业补充"), (8, "企业补充")]
    assert (body["replayed"], body["events"], body["credits"][0]["amount"]) == (True, 8, 2)


def test_the_stretches_name_their_holders_and_add_up(town: Town, sign_in: SignIn, asked: Case, clock: Any) -> None:
    clock.move_to(later(days=3))
    found = sign_in(town.staff).get(api(asked, "durations")).json()
    assert [(one["organisation"], one["state"]) for one in found] == [
        ("东胜区平台办公室", "SUBMITTED"),
        ("东胜区平台办公室", "ACCEPTED"),
        ("市能源局", "DISPATCHED"),
        ("市能源局", "IN_PROGRESS"),
        ("甲公司", "WAIT_ENTERPRISE"),
        ("市能源局", "IN_PROGRESS"),
    ]
    assert sum(one["seconds"] for one in found) == 3 * 86_400
    text = sign_in(town.staff).get(f"/demands/{asked.public_id}/durations/").content.decode()
    assert text.count("等企业") == 1
    assert text.count("工作时间 ") == len(found)


def test_the_pages_cost_a_fixed_number_of_statements(town: Town, sign_in: SignIn, asked: Case) -> None:
    browser = sign_in(town.handler)
    addresses = (page(asked, "resolve-2"), f"/demands/{asked.public_id}/durations/")
    for address in addresses:
        browser.get(address)  # the versions are read once a process

    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    before = [statements(address) for address in addresses]
    for n in range(20):
        moves.add_internal_note(asked.pk, by=actor(town.handler, later(days=2, minutes=n)), text="跟进")
    assert [statements(address) for address in addresses] == before


def test_a_firm_learns_nothing_of_a_result_that_was_sent_back_inside(town: Town, sign_in: SignIn, clock: Any) -> None:
    clock.move_to(later(days=1))
    case = case_in("RESULT_REVIEW", town=town)
    case = perform("return_result", case, by=actor(town.party_secretary, later(hours=3)), town=town)
    staff, handler = sign_in(town.staff), sign_in(town.handler)
    states = {
        who: [one["state"] for one in browser.get(api(case, "durations")).json()]
        for who, browser in (("firm", staff), ("handler", handler))
    }
    assert states["handler"][-3:] == ["IN_PROGRESS", "RESULT_REVIEW", "IN_PROGRESS"]
    assert states["firm"] == ["SUBMITTED", "ACCEPTED", "DISPATCHED", "IN_PROGRESS"]
    review = Clock.objects.get(subject_id=case.pk, kind="REVIEW")
    address = page(case, f"review-{review.started_seq}")
    assert (staff.get(address).status_code, handler.get(address).status_code) == (404, 200)
    for browser, there in ((staff, False), (handler, True)):
        kinds = {clock["kind"] for clock in browser.get(f"/api/v1/cases/{case.public_id}/").json()["clocks"]}
        assert ("REVIEW" in kinds, address in browser.get(f"/demands/{case.public_id}/").content.decode()) == (
            there,
            there,
        )
    known = staff.get(api(case, "clocks/resolve-2")).json()["events"]
    assert known == handler.get(api(case, "clocks/resolve-2")).json()["events"] - 2


def test_words_that_were_erased_leave_the_line_of_their_event(town: Town, sign_in: SignIn) -> None:
    case = case_in("CLOSED", town=town)
    event = Event.objects.get(subject_id=case.pk, action="record_contact")
    erase_body(event, by=actor(town.intake), second=actor(town.second_intake), reason="保管期满", now=later(days=9))
    text = sign_in(town.staff).get(f"/demands/{case.public_id}/").content.decode()
    assert (text.count("正文已销毁"), "电话说明办理步骤" in text) == (1, False)
