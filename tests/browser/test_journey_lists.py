"""The list of demands in a browser: by keys at a desk, a batch without a script on a phone, paper, and two boxes."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.demands.models import Case
from tests.browser.conftest import DESK, PHONE, Person, Picture
from tests.browser.looks import faults_at, sideways
from tests.factories import Town, case_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(town: Town, clock: Any) -> list[Case]:
    """Three demands that wait for a dispatcher."""
    return [case_in("ACCEPTED", town=town, title=f"第{n}件等待派单") for n in (1, 2, 3)]


def current(page: Page) -> str:
    return page.locator("tr.cur").locator(".t").inner_text()


def test_somebody_with_a_keyboard_walks_picks_opens_and_asks_for_help(
    waiting: list[Case], town: Town, person: Person
) -> None:
    page = person(town.dispatcher, DESK, scripts=True)
    page.goto(reverse("demands:list"))
    page.keyboard.press("j")
    assert current(page) == "第1件等待派单"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")  # the last row is the last
    assert current(page) == "第3件等待派单"
    page.keyboard.press("k")
    assert current(page) == "第2件等待派单"
    outline = page.locator("tr.cur").evaluate("row => getComputedStyle(row).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("x")
    expect(page.locator("tr.cur input[type=checkbox]")).to_be_checked()
    expect(page.locator("[data-picked]")).to_have_text("已选 1")
    page.keyboard.press("?")
    help_box = page.get_by_role("dialog", name="键盘操作")
    expect(help_box).to_contain_text("勾选这一行")
    page.keyboard.press("j")  # what is behind the dialogue stays as it is
    page.keyboard.press("Escape")
    expect(help_box).to_be_hidden()
    page.get_by_role("link", name="键盘操作").click()
    expect(help_box).to_be_visible()
    help_box.get_by_role("button", name="关闭").click()
    expect(help_box).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("main input[name=q]")).to_be_focused()
    page.keyboard.type("jkx?")
    expect(page.locator("main input[name=q]")).to_have_value("jkx?")
    expect(help_box).to_be_hidden()
    page.locator("main input[name=q]").fill("")
    page.locator("tr", has_text="第3件").locator("input[type=checkbox]").focus()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("第2件等待派单")


def test_the_keys_work_in_the_boxes_of_the_home_page_too(waiting: list[Case], town: Town, person: Person) -> None:
    page = person(town.dispatcher, DESK, scripts=True)
    page.goto(reverse("home"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("li.cur .t")).to_have_text("第2件等待派单")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"{waiting[1].public_id}/dispatch/$"))
    page.goto(reverse("box", args=["todo"]))
    page.keyboard.press("j")
    expect(page.locator("li.cur .t")).to_have_text("第1件等待派单")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_many_are_dispatched_without_a_script(
    waiting: list[Case], town: Town, person: Person, picture: Picture, viewport: dict[str, int]
) -> None:
    page = person(town.dispatcher, viewport)
    page.goto(reverse("demands:list"))
    assert sideways(page, "list") == []
    for n in (1, 3):
        page.get_by_label(re.compile(waiting[n - 1].number)).check()
    page.get_by_role("button", name="派单").click()
    expect(page.get_by_role("heading", name="批量派单", level=1)).to_be_visible()
    page.get_by_label("职责清单事项").select_option(value=str(town.shared.public_id))
    page.get_by_label("主办部门").select_option(value=str(town.energy.public_id))
    assert sideways(page, "batch") == []
    if viewport == PHONE:
        picture(page, "lists-batch-phone")
    page.get_by_role("button", name="派单 2 件").click()
    expect(page.get_by_role("status")).to_contain_text("已办 2 件")
    assert sideways(page, "result") == []
    page.get_by_role("link", name="返回诉求列表").last.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert sorted(Case.objects.values_list("state", flat=True)) == ["ACCEPTED", "DISPATCHED", "DISPATCHED"]


def test_a_filter_is_built_saved_and_taken_apart_on_a_phone_without_a_script(
    waiting: list[Case], town: Town, person: Person
) -> None:
    page = person(town.dispatcher, PHONE)
    page.goto(reverse("demands:list"))
    expect(page.get_by_label("类别")).to_be_hidden()
    page.get_by_role("link", name="更多筛选").click()
    page.get_by_label("待派单").check()
    page.get_by_label("档次").select_option("复杂")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".chips")).to_contain_text("档次：复杂")
    page.locator("summary", has_text="存为筛选").click()
    page.get_by_label("名字").fill("复杂待派")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("navigation", name="常用筛选")).to_contain_text("复杂待派 3")
    page.locator(".chips a", has_text="档次").click()
    expect(page.locator(".chips")).not_to_contain_text("档次")
    assert sideways(page, "filtered") == []


def test_every_page_of_lists_is_fit_for_desk_and_phone(waiting: list[Case], town: Town, person: Person) -> None:
    moved = case_in("IN_PROGRESS", town=town)
    page = person(town.dispatcher, DESK, scripts=True)
    found = []
    page.goto(reverse("demands:list") + "?all=1&klass=COMPLEX&state=ACCEPTED&state=SUBMITTED&submitted_from=x")
    found += faults_at(page, "all filters")
    page.set_viewport_size(DESK)
    for name, address in (
        ("list", reverse("demands:list")),
        ("columns", reverse("demands:columns")),
        ("keys", reverse("demands:keys")),
        ("filters", reverse("demands:filters")),
        ("paper", reverse("demands:print_list")),
        ("paper of a demand", reverse("demands:print_case", args=[moved.public_id])),
    ):
        page.goto(address)
        found += faults_at(page, name)
        page.set_viewport_size(DESK)
    page.goto(reverse("demands:list"))
    page.get_by_label(re.compile("全部")).last.check()
    page.get_by_role("button", name="派单").click()
    found += faults_at(page, "batch")
    page.set_viewport_size(DESK)
    page.get_by_label("职责清单事项").select_option(value=str(town.shared.public_id))
    page.get_by_label("主办部门").select_option(value=str(town.energy.public_id))
    page.get_by_role("button", name="派单 3 件").click()
    found += faults_at(page, "result")
    assert found == []


def test_internal_note_and_public_reply_look_different(
    town: Town, person: Person, picture: Picture, clock: Any
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    clock.shift(7200)
    page = person(town.handler, DESK, scripts=True)
    page.goto(reverse("demands:case", args=[case.public_id]))
    note, reply = page.locator("details.note"), page.locator("details.reply")
    expect(note.get_by_role("textbox")).to_be_visible()  # the internal one is the default
    expect(reply.get_by_role("textbox")).to_be_hidden()
    for box, word, drawing in ((note, "内部", "#lock"), (reply, "公开", "#chat")):
        expect(box.locator("summary .tag")).to_have_text(word)
        assert drawing in box.locator("summary").inner_html()
    look = "box => { const s = getComputedStyle(box); return [s.backgroundColor, s.borderTopStyle, s.borderLeftWidth] }"
    assert all(a != b for a, b in zip(note.evaluate(look), reply.evaluate(look), strict=True))
    note.get_by_role("textbox").fill("请核对现场情况")
    note.get_by_role("button", name="存为内部备注，企业看不到").click()
    reply.locator("summary").click()
    reply.get_by_role("textbox").fill("已安排现场勘察")
    reply.get_by_role("button", name="公开答复，企业看得到").click()
    lines = page.get_by_role("region", name="流转记录").get_by_role("listitem")
    expect(lines.nth(0).locator(".tag")).to_have_text("公开")
    expect(lines.nth(1).locator(".tag")).to_have_text("内部")
    picture(page, "lists-note-and-reply", of=page.get_by_role("region", name="写一条"))
    assert faults_at(page, "case") == []
    firm = person(town.staff, PHONE)
    firm.goto(reverse("demands:case", args=[case.public_id]))
    expect(firm.get_by_role("region", name="流转记录")).to_contain_text("已安排现场勘察")
    expect(firm.get_by_role("main")).not_to_contain_text("请核对现场情况")
