"""The pages of the working calendar look right at a desk and on a phone, for readers and for whoever loads a year."""

import json
from collections.abc import Iterator

from django.urls import reverse
from playwright.sync_api import Page, expect

from parties.roles import Role
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, sent_empty, the_pages_are_right, to
from tests.factories import Town
from tests.workflow.calendar_years import NOTICE_2027


def read(page: Page) -> None:
    """A whole notice in a file has led to its preview."""
    page.goto(reverse("workflow:calendar_load"))
    content = json.dumps(NOTICE_2027, ensure_ascii=False).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "2027.json", "mimeType": "application/json", "buffer": content}
    )
    page.get_by_role("button", name="读取文件").click()
    expect(page.get_by_role("heading", name="载入前核对：2027年")).to_be_visible()


def not_confirmed(page: Page) -> None:
    read(page)
    page.get_by_role("button", name="确认载入").click()
    expect(page.get_by_role("alert")).to_be_visible()


def loaded(page: Page) -> None:
    read(page)
    page.get_by_label("载入理由").fill("国务院办公厅公布2027年放假安排")
    page.get_by_role("button", name="确认载入").click()
    expect(page.get_by_role("heading", name="2027年工作日历")).to_be_visible()


def years() -> Iterator[Visit]:
    yield to("workflow:calendar")
    yield to("workflow:calendar", query="?year=2020")
    yield to("workflow:calendar", query="?year=2027")


def pages_of_the_administrator() -> Iterator[Visit]:
    yield from years()
    yield to("workflow:calendar_load")
    yield sent_empty(to("workflow:calendar_load"), "下一步：看改变了什么")
    yield "preview", read
    yield "preview with errors", not_confirmed
    yield "loaded", loaded


def test_a_year_is_loaded_on_pages_that_look_right(town: Town, person: Person) -> None:
    page = person(town.at(town.city_office, Role.SYSTEM_ADMIN), DESK, scripts=True)
    the_pages_are_right(page, pages_of_the_administrator())


def test_a_year_looks_right_to_a_firm(town: Town, person: Person) -> None:
    the_pages_are_right(person(town.staff, DESK, scripts=True), years())
