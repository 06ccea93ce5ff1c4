"""The system administrator loads a year and changes the limits, at a desk of 1440 px without a script."""

import csv
from io import StringIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from parties.models import Office
from parties.roles import Role
from tests.browser import steps
from tests.browser.conftest import DESK, LoadCity, Person, Picture
from tests.factories import member, user
from tests.workflow.calendar_years import NOTICE_2027
from tests.workflow.test_rehearsal_job import work
from workflow import versions
from workflow.calendar import days_between
from workflow.calendar_notice import read_day
from workflow.models import CalendarVersion, PolicyDraft

SOURCE = "鄂政企办〔2026〕18号。企业反映一般诉求等得久，参照山东平台的期限，复杂类留足会商时间。"


@pytest.fixture(autouse=True)
def versions_are_read_anew() -> None:
    versions.forget()


@pytest.fixture
def administrator(load_city: LoadCity, person: Person) -> Page:
    """In a city of forty demands."""
    load_city(40)
    office = Office.objects.get(serves__code="150600", office_kind=Office.OfficeKind.PLATFORM)
    return person(member(office, Role.SYSTEM_ADMIN, person=user("布仁")), DESK)


def test_a_year_is_loaded_and_the_limits_are_changed(administrator: Page, clock: Any, picture: Picture) -> None:
    page = administrator
    the_year_is_provisional(page)
    a_file_fills_the_form(page, the_template(page))
    the_preview_says_what_changes(page, picture)
    work()
    the_year_is_confirmed(page, picture)

    the_limits_start_from_a_profile(page, picture)
    the_rehearsal_runs_in_the_background(page)
    the_figures_are_read(page, picture)
    the_draft_becomes_a_version(page)
    assert PolicyDraft.objects.get().result_seen


def rail(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


# --- the year ---


def the_year_is_provisional(page: Page) -> None:
    rail(page, "工作日历")
    page.get_by_role("link", name="2027年").click()
    expect(page.get_by_role("main")).to_contain_text("2027年的放假安排没有载入")
    page.get_by_role("link", name="载入放假安排").click()


def the_template(page: Page) -> list[str]:
    """The head of the sample of the page, by which the file is written."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 CSV 样例").click()
    head, *rows = csv.reader(download.value.path().read_text("utf-8-sig").splitlines())
    assert ["2026-02-14", "班", ""] in rows
    return head


def a_file_fills_the_form(page: Page, head: list[str]) -> None:
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow(head)
    for festival, span in NOTICE_2027["days_off"].items():
        first, last = map(read_day, span)
        assert first
        assert last
        writer.writerows((day.isoformat(), "休", festival) for day in days_between(first, last))
    writer.writerows((day, "班", "") for day in NOTICE_2027["make_up"])
    file = {"name": "2027.csv", "mimeType": "text/csv", "buffer": table.getvalue().encode("gbk")}  # as Excel saves it
    page.locator("input[type=file]").set_input_files(file)
    steps.press(page, "读取文件")
    expect(page.get_by_label("通知标题")).to_have_value(NOTICE_2027["notice"])
    expect(page.get_by_label("补班日")).to_have_value("\n".join(NOTICE_2027["make_up"]))
    page.get_by_label("文号").fill(NOTICE_2027["number"])
    page.get_by_label("来源网址").fill(NOTICE_2027["source"])
    steps.press(page, "下一步：看改变了什么")
    expect(page.locator(".field.bad")).to_have_count(1)
    page.get_by_label("印发日期").fill(NOTICE_2027["date"])
    steps.press(page, "下一步：看改变了什么")


def the_preview_says_what_changes(page: Page, picture: Picture) -> None:
    expect(page.get_by_role("heading", name="载入前核对：2027年")).to_be_visible()
    expect(page.get_by_role("region", name="逐日改变")).to_contain_text("2027年2月14日")
    picture(page, "calendar-preview", whole=False)
    page.get_by_label("载入理由").fill("国务院办公厅公布2027年放假安排")
    steps.press(page, "确认载入")
    expect(page.get_by_role("heading", name="2027年工作日历")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("现行第 2 版")
    assert CalendarVersion.objects.latest("number").number == 2


def the_year_is_confirmed(page: Page, picture: Picture) -> None:
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("上次重算")
    expect(page.get_by_role("main")).not_to_contain_text("暂定")
    picture(page, "calendar-year", whole=False)


# --- the limits ---


def the_limits_start_from_a_profile(page: Page, picture: Picture) -> None:
    """One number is no number at first; it stands beside its sentence and nothing else is lost."""
    rail(page, "时限规则")
    picture(page, "policies", whole=False)
    page.get_by_role("link", name="修改时限").click()
    page.get_by_role("link", name="山东").click()
    page.get_by_label("生效日期").fill("2027-01-01")
    page.get_by_label("理由和依据").fill(SOURCE)
    page.get_by_role("textbox", name="办结 · 复杂：一般", exact=True).fill("0")
    steps.press(page, "下一步：核对改动")
    expect(page.locator(".limit-errors")).to_have_count(1)
    expect(page.get_by_label("理由和依据")).to_have_value(SOURCE)
    page.get_by_role("textbox", name="办结 · 复杂：一般", exact=True).fill("10")
    steps.press(page, "下一步：核对改动")
    expect(page.get_by_role("region", name="与第 1 版的不同")).to_contain_text("10 个工作日")


def the_rehearsal_runs_in_the_background(page: Page) -> None:
    steps.press(page, "开始预演")
    page.get_by_role("link", name="停止自动刷新").click()
    expect(page.get_by_role("region", name="用去年的诉求预演")).to_contain_text("后台就要开始预演")
    work()
    page.get_by_role("link", name="刷新", exact=True).click()


def the_figures_are_read(page: Page, picture: Picture) -> None:
    rehearsal = page.get_by_role("region", name="用去年的诉求预演")
    expect(rehearsal).to_contain_text("重算的诉求40")
    expect(rehearsal).to_contain_text("新增超期")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").click()
    assert "市能源局" in download.value.path().read_text("utf-8-sig")
    picture(page, "policy-rehearsal", whole=False)


def the_draft_becomes_a_version(page: Page) -> None:
    page.get_by_role("link", name="去启用").click()
    page.get_by_label("我已看过预演结果").check()
    steps.press(page, "启用")
    expect(page.get_by_role("heading", name="时限规则第 2 版")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("启用前看过预演结果")
    rail(page, "时限规则")
    expect(page.get_by_role("main")).to_contain_text("第 2 版将于 2027年1月1日生效")
