"""The list of demands: filters in the address, counters that equal the list, a fixed number of statements."""

from datetime import timedelta

import pytest

from cases.demands.enums import CaseState
from parties.roles import Role
from tests.factories import NOW, case_in, later
from tests.pages import FRAME, statements

LIST = "/demands/"


def titles(browser, **wanted):
    answer = browser.get(LIST, wanted)
    assert answer.status_code == 200
    return [row.title for row in answer.context["rows"]]


@pytest.fixture
def one_of_each(town):
    """A demand in every state, named by it."""
    return {
        state: case_in(state, town=town, title=f"{state.value} 件") for state in CaseState if state != CaseState.DRAFT
    }


def test_open_demands_stand_least_time_left_first(town, sign_in):
    case_in("SUBMITTED", town=town, title="后", start=NOW)
    case_in("SUBMITTED", town=town, title="先", start=NOW - timedelta(days=5))
    case_in("CLOSED", town=town, title="已经办结")
    assert titles(sign_in(town.intake)) == ["先", "后"]


def test_every_counter_above_the_list_equals_the_list_it_leads_to(town, sign_in, one_of_each, clock):
    clock.move_to(later(days=1))
    for who in (town.intake, town.liaison, town.staff):
        browser = sign_in(who)
        for shortcut in browser.get(LIST).context["saved"]:
            answer = browser.get(shortcut["url"])
            assert len(answer.context["rows"]) == int(shortcut["number"]), shortcut
            assert answer.context["total"] == shortcut["number"]
            assert [saved["label"] for saved in answer.context["saved"] if saved["current"]] == [shortcut["label"]]


def test_a_state_in_which_nothing_stands_has_no_shortcut(town, sign_in):
    case_in("ACCEPTED", town=town)
    labels = [str(saved["label"]) for saved in sign_in(town.intake).get(LIST).context["saved"]]
    assert labels == ["全部在办", "待派单", "今天到期", "已超期", "已办结", "全部"]


def test_the_list_is_filtered_by_state_category_banner_and_time(town, sign_in, one_of_each, clock):
    browser = sign_in(town.intake)
    assert titles(browser, state="ACCEPTED") == ["ACCEPTED 件"]
    assert titles(browser, state="CLOSED") == ["CLOSED 件"]
    assert titles(browser, category=town.building.pk) == []
    assert titles(browser, state="ENDED") == ["ENDED 件"]
    assert titles(browser, state="ARCHIVED") == ["ARCHIVED 件"]
    assert len(titles(browser, category=town.power.pk)) == 9
    assert len(titles(browser, district=town.banner.pk)) == 9
    assert titles(browser, district=town.other_banner.pk) == []
    assert titles(browser, due="late") == []
    assert titles(browser, due="today") == ["SUBMITTED 件", "ACCEPTED 件"]
    clock.move_to(later(hours=7))
    browser = sign_in(town.intake)
    assert titles(browser, due="late") == ["SUBMITTED 件", "ACCEPTED 件"]
    assert titles(browser, due="today") == []


def test_words_find_titles_and_firms_and_a_number_finds_its_demand(town, sign_in, one_of_each):
    browser = sign_in(town.intake)
    case = one_of_each[CaseState.ACCEPTED]
    assert titles(browser, q="ACCEPTED") == ["ACCEPTED 件"]
    assert len(titles(browser, q="甲公司")) == 9
    assert titles(browser, q=case.number) == ["ACCEPTED 件"]
    assert titles(browser, q="乙公司") == []


def test_a_firm_does_not_find_demands_of_another_firm(town, sign_in, one_of_each):
    browser = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    mine = case_in("SUBMITTED", town=town, firm=town.neighbour, title="自己的")
    other = one_of_each[CaseState.ACCEPTED]
    assert titles(browser, state="ALL") == ["自己的"]
    assert titles(browser, state="ALL", q="甲公司") == []
    assert titles(browser, state="ALL", q=other.number) == []
    assert titles(browser, state="ALL", q=mine.number[:11]) == ["自己的"]


@pytest.mark.parametrize(
    "garbage",
    [
        {"state": "NONSENSE"},
        {"category": "无此类"},
        {"district": "999999"},
        {"due": "never"},
        {"after": "garbage"},
        {"q": "%_'\";--"},
        {"q": "字" * 500},
        {"q": "\x00"},
    ],
)
def test_an_address_with_garbage_still_opens(town, sign_in, garbage):
    case_in("SUBMITTED", town=town)
    assert sign_in(town.intake).get(LIST, garbage).status_code == 200


def test_a_filter_nobody_offers_is_as_good_as_none(town, sign_in):
    case_in("SUBMITTED", town=town, title="还在")
    assert titles(sign_in(town.intake), state="NONSENSE", category="无此类", due="never") == ["还在"]


def test_a_long_list_is_read_page_by_page_and_keeps_its_filters(town, sign_in, monkeypatch):
    monkeypatch.setattr("cases.demands.views.lists.PAGE", 2)
    for n in range(3):
        case_in("SUBMITTED", town=town, title=f"第{n}件")
    browser = sign_in(town.intake)
    first = browser.get(LIST, {"state": "SUBMITTED"})
    assert [row.title for row in first.context["rows"]] == ["第0件", "第1件"]
    assert f'href="?state=SUBMITTED&amp;after={first.context["next"]}"' in first.content.decode()
    second = browser.get(LIST, {"state": "SUBMITTED", "after": first.context["next"]})
    assert [row.title for row in second.context["rows"]] == ["第2件"]
    assert second.context["next"] == ""
    assert 'href="?state=SUBMITTED"' in second.content.decode()


def test_the_list_takes_four_statements_however_long_it_is(town, sign_in):
    """What was saved, the choices of the filters, all counters, the rows."""
    browser = sign_in(town.intake)
    case_in("SUBMITTED", town=town)
    assert len(statements(browser, LIST)) == FRAME - 1 + 4
    case_in("IN_PROGRESS", town=town)
    case_in("AWAIT_CONFIRM", town=town)
    assert len(statements(browser, LIST)) == FRAME - 1 + 4
    assert len(statements(browser, f"{LIST}?state=ALL&q=变压器")) == FRAME - 1 + 4
    assert len(statements(browser, f"{LIST}?all=1&klass=COMPLEX&lead={town.energy.public_id}")) == FRAME - 1 + 4


def test_a_role_that_sees_no_demand_gets_an_empty_list(town, sign_in, one_of_each):
    for role in (Role.SUPERVISOR, Role.STATISTICS, Role.LEADER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        who = next(m for m in town.everybody if m.role == role)
        assert titles(sign_in(who), state="ALL") == []
