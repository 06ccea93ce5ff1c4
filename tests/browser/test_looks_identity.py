"""The pages of a hidden demand look right to the firm, the office and the department."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cases.demands.enums import CaseState
from cases.demands.models import Case
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, act, case_page, check_answers, sent_empty, the_pages_are_right
from tests.cases.demands.table import perform
from tests.factories import Town, actor, case_in, later


def talked(town: Town) -> Case:
    """A hidden demand about which firm and department have written to each other."""
    case = case_in(CaseState.IN_PROGRESS, town=town, hidden=True, contacted=True)
    case = perform("relay_to_department", case, by=actor(town.staff, later(hours=1, minutes=50)), town=town)
    return perform("relay_to_firm", case, by=actor(town.handler, later(hours=1, minutes=55)), town=town)


def naming_itself(page: Page, case: Case) -> None:
    """The firm wrote its telephone number, and is asked whether it means that."""
    act(case, "relay_to_department")[1](page)
    page.get_by_role("textbox", name="消息").fill("请打 0477-5550100，找李经理。")
    page.locator(".actbar").get_by_role("button", name="转递消息给承办部门").click()
    expect(page.get_by_role("checkbox", name="我知道会暴露身份，仍然发送")).to_be_visible()


def named_before_sending(page: Page) -> None:
    """The check page of a hidden firm whose words name it, sent without a tick."""
    check_answers(page)
    page.get_by_role("button", name="返回修改").click()
    page.get_by_role("radio", name="对承办部门隐名").check()
    page.get_by_label("一句话说明诉求").fill("请打0477-5550100")
    page.get_by_label("联系电话").fill("0477-5550100")
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="提交诉求").click()
    expect(page.get_by_text("请先改写，或者勾选这一项")).to_be_visible()


def pages_of_the_firm(town: Town) -> Iterator[Visit]:
    case = talked(town)
    yield case_page(case)
    yield act(case, "relay_to_department")
    yield sent_empty(act(case, "relay_to_department"), "转递消息给承办部门")
    yield "a text that names the firm", lambda page: naming_itself(page, case)
    yield act(case, "reveal_firm")
    yield sent_empty(act(case, "reveal_firm"), "公开身份")
    yield "the warning before sending", named_before_sending


def pages_of_the_intake_officer(town: Town) -> Iterator[Visit]:
    case = case_in(CaseState.SUBMITTED, town=town, hidden=True)
    Case.objects.filter(pk=case.pk).update(text="请打 0477-5550100 找李经理，谢谢。")
    yield act(case, "accept")
    yield case_page(talked(town))


def pages_of_the_department(town: Town) -> Iterator[Visit]:
    case = talked(town)
    yield case_page(case)
    yield act(case, "relay_to_firm")
    yield sent_empty(act(case, "relay_to_firm"), "转递消息给企业")
    yield case_page(case_in(CaseState.DISPATCHED, town=town, hidden=True))


ROLES = {"staff": pages_of_the_firm, "intake": pages_of_the_intake_officer, "handler": pages_of_the_department}


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_a_hidden_demand_look_right(role: str, town: Town, person: Person) -> None:
    page = person(getattr(town, role), DESK, scripts=True)
    the_pages_are_right(page, ROLES[role](town))
