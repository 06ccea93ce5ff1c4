"""The search of the page head: what each kind finds, for this reader alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from cases.demands.models import Case, CaseAccess
from cases.demands.moves.access import grant
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import Town, actor, case_in, later
from tests.pages import FRAME, statements, text
from workflow import registry

SEARCH = "/search/"


def found(browser: Client, words: str) -> dict[str, list[str]]:
    """The titles of what was found, by kind."""
    sections = browser.get(SEARCH, {"q": words}).context["sections"]
    return {section["name"]: [entry.title for entry in section["entries"]] for section in sections}


@pytest.fixture
def demands(town: Town) -> Iterator[Case]:
    """One that is open, one whose firm is hidden, one of another department; what must be found and what must not."""
    open_one = case_in("IN_PROGRESS", town=town, title="变压器增容")
    case_in("IN_PROGRESS", town=town, hidden=True, contacted=True, title="隐名的增容")
    case_in("IN_PROGRESS", town=town, firm=town.far_firm, title="外地的增容")
    return open_one


def test_the_box_finds_demands_by_number_title_and_firm_whatever_their_state(
    town: Town, sign_in: SignIn, demands: Case
) -> None:
    closed = case_in("CLOSED", town=town, firm=town.neighbour, title="已办结的增容")
    office = sign_in(town.intake)
    page = office.get("/").content.decode()
    assert 'role="search" action="/search/"' in page
    assert found(office, "增容") == {"demands": ["已办结的增容", "隐名的增容", "变压器增容"]}
    assert found(office, str(closed.number)) == {"demands": ["已办结的增容"]}
    assert found(office, "甲公司") == {"demands": ["隐名的增容", "变压器增容"]}
    assert found(sign_in(town.staff), "增容") == {"demands": ["隐名的增容", "变压器增容"]}
    answer = office.get(SEARCH, {"q": "增容"}).content.decode()
    assert f'href="/demands/{closed.public_id}/"' in answer
    whole = office.get("/demands/?q=增容&state=ALL")
    assert "/demands/?q=%E5%A2%9E%E5%AE%B9&amp;state=ALL" in answer
    assert [row.title for row in whole.context["rows"]] == found(office, "增容")["demands"]


def test_a_department_never_finds_a_hidden_firm_by_its_name(town: Town, sign_in: SignIn, demands: Case) -> None:
    bureau = sign_in(town.liaison)
    assert found(bureau, "增容") == {"demands": ["隐名的增容", "变压器增容"]}
    assert found(bureau, "甲公司") == {"demands": ["变压器增容"]}
    hidden, by = Case.objects.get(title="隐名的增容"), actor(town.second_intake, later(minutes=-5))
    grant(hidden, organisation=town.housing, by=by, source=CaseAccess.Source.MANUAL)
    grant(demands, organisation=town.housing, by=by, source=CaseAccess.Source.MANUAL)
    others = sign_in(town.housing_liaison)
    assert found(others, "增容") == {"granted": ["隐名的增容", "变压器增容"]}
    assert found(others, "甲公司") == {"granted": ["变压器增容"]}
    for browser in (bureau, others):
        assert hidden.alias in browser.get(SEARCH, {"q": "隐名"}).content.decode()
        assert "甲公司" not in text(browser.get(SEARCH, {"q": "隐名"}).content.decode())


def test_whoever_may_open_none_finds_none(town: Town, sign_in: SignIn, demands: Case) -> None:
    others = (town.at(town.far_department, Role.HANDLER), town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    for who in (*others, town.at(town.city_office, Role.SYSTEM_ADMIN), town.at(town.leaders, Role.LEADER)):
        browser = sign_in(who)
        for words in ("变压器", "甲公司", str(demands.number), str(demands.number)[:11]):
            assert found(browser, words) == {}, (who.role, words)
            assert "没有找到包含这些字的内容" in browser.get(SEARCH, {"q": words}).content.decode()


def test_ten_of_a_kind_stand_there_and_the_list_has_the_rest(town: Town, sign_in: SignIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("config.pages.search.SHOWN", 1)
    browser = sign_in(town.intake)
    case_in("SUBMITTED", town=town)
    assert "先列" not in browser.get(SEARCH, {"q": "变压器"}).content.decode()
    case_in("SUBMITTED", town=town)
    page = browser.get(SEARCH, {"q": "变压器"}).content.decode()
    assert ("先列 1 件" in text(page), len(found(browser, "变压器")["demands"])) == (True, 1)


@pytest.mark.parametrize("words", ["", "字" * 61, "\x00", "\ud800", "%_'\";--", "　"])
def test_words_that_cannot_be_searched_for_are_answered_with_a_sentence(
    town: Town, sign_in: SignIn, words: str
) -> None:
    case_in("SUBMITTED", town=town)
    page = sign_in(town.intake).get("/search/", query_params=None, data={"q": words.encode("utf-8", "replace")})
    said = text(page.content.decode())
    sentences = ("填写编号", "最多搜索 60 个字", "无法识别的字符", "没有找到包含这些字的内容")
    assert (page.status_code, sum(sentence in said for sentence in sentences)) == (200, 1)


def test_each_kind_costs_one_statement_however_much_it_finds(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(town.liaison)
    for rows in (1, 2):  # demands at hand and granted, meetings, action items
        for _n in range(rows):
            case_in("IN_PROGRESS", town=town, title="变压器")
        assert len(statements(browser, f"{SEARCH}?q=变压器")) == FRAME + 4
    assert len(statements(browser, SEARCH)) == FRAME
    assert len({source.name for source in registry.search_sources()}) == len(registry.search_sources())
