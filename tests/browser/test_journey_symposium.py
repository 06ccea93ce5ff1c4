"""A firm's topic becomes minutes with a number, and the minutes a demand that leads back to its paragraph."""

import re
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dialogue.symposia.codes import code_for
from dialogue.symposia.models import ActionItem, Meeting
from documents.enums import DocumentKind
from documents.models import Document
from documents.tasks import make_document
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, OpenBrowser, Person
from tests.browser.looks import sideways
from tests.factories import PASSWORD, Town
from tests.meetings import STARTS, Walk

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "二期增容等了三个月没有答复"
SAID = "甲公司反映，二期增容申请三个月没有供电方案，设备下月到货。市能源局说明，线路余量已经核实。"
DECIDED = "【议定】供电方案十个工作日内答复，需要多部门意见的一次会商。"
ITEM = "答复二期增容供电方案"
MARKED = f"{SAID}\n{DECIDED}\n【任务】{ITEM}｜牵头：市能源局｜责任人：赵喆｜期限：2026-12-30"


def test_a_topic_of_a_firm_becomes_minutes_and_a_demand(
    town: Town, person: Person, open_browser: OpenBrowser, clock: Any
) -> None:
    meeting = Walk(town).open()
    the_firm_puts_a_topic_forward(person(town.staff, PHONE), meeting)
    organiser = town.at(town.leaders, Role.LEADER_OFFICE)
    the_organiser_chooses_invites_and_sends_the_notice(person(organiser, DESK), meeting)
    the_department_answers(person(town.liaison, DESK), meeting)
    clock.move_to(STARTS - timedelta(minutes=5))
    somebody_signs_in(open_browser(PHONE), person(organiser, DESK), town, meeting)
    clock.move_to(STARTS + timedelta(hours=3))
    desk = person(organiser, DESK, scripts=True)
    the_minutes_are_written(desk, meeting)
    the_firm_has_a_comment(person(town.firm_secretary, DESK), meeting)
    the_comment_is_answered_and_the_minutes_sent(desk, meeting)
    the_host_signs(person(town.at(town.leaders, Role.LEADER), DESK), meeting)
    act(desk, meeting, "印发")
    document = Document.objects.get(kind=DocumentKind.MINUTES)
    make_document.func(str(document.job.public_id))
    the_pdf_is_there(desk, document)
    the_public_page_counts(open_browser(PHONE), document)
    clock.shift(timedelta(minutes=10))
    from_the_demand_to_its_paragraph_and_back(person(town.staff, PHONE), meeting)


def at(page: Page, meeting: Meeting) -> None:
    page.goto(reverse("symposia:meeting", args=[meeting.public_id]))


def begin(page: Page, meeting: Meeting, label: str) -> None:
    """The page of this move, by its button on the page of the meeting."""
    at(page, meeting)
    page.get_by_role("main").get_by_role("link", name=label, exact=True).first.click()


def send(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"已完成：{label}")).to_be_visible()


def act(page: Page, meeting: Meeting, label: str) -> None:
    begin(page, meeting, label)
    send(page, label)


# --- before the meeting ---


def the_firm_puts_a_topic_forward(page: Page, meeting: Meeting) -> None:
    page.goto(reverse("symposia:list"))
    page.get_by_role("link", name=meeting.title).first.click()
    page.get_by_role("link", name="提出议题").click()
    page.get_by_role("textbox", name=re.compile("^议题")).fill(TOPIC)
    page.get_by_label("情况说明").fill("9 月提出申请，设备 12 月到货，供电方案一直没有答复。")
    send(page, "提出议题")
    expect(page.get_by_role("region", name="本单位提出的议题")).to_contain_text("待选")
    assert sideways(page, "own topics") == []


def the_organiser_chooses_invites_and_sends_the_notice(page: Page, meeting: Meeting) -> None:
    at(page, meeting)
    page.get_by_role("listitem").filter(has_text=TOPIC).get_by_role("link", name="选用").first.click()
    page.get_by_label("理由").fill("多家企业反映，涉及两个部门")
    send(page, "选用议题")
    begin(page, meeting, "邀请单位")
    page.get_by_label("甲公司").check()
    page.get_by_label("市能源局").check()
    page.get_by_label("列入名单的原因").fill("提出议题的企业")
    send(page, "邀请单位")
    act(page, meeting, "发出通知")


def the_department_answers(page: Page, meeting: Meeting) -> None:
    begin(page, meeting, "回复参会")
    page.get_by_label("参加", exact=True).check()
    page.get_by_label("姓名").first.fill("赵喆")
    page.get_by_label("职务").first.fill("副局长")
    send(page, "回复参会")
    expect(page.get_by_role("region", name="参会单位")).to_contain_text("赵喆")


# --- at the meeting ---


def somebody_signs_in(phone: Page, screen: Page, town: Town, meeting: Meeting) -> None:
    """The secretary of the firm scans the code on the screen, signs in to the platform, and presses one button."""
    screen.goto(reverse("symposia:screen", args=[meeting.public_id]))
    expect(screen.get_by_role("img", name="签到二维码")).to_be_visible()
    code = code_for(meeting.public_id, timezone.now())
    phone.goto(reverse("symposia:check_in", args=[code]))
    phone.get_by_role("textbox", name="账号").fill(town.firm_secretary.user.username)
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_role("main")).to_contain_text("您已签到")
    assert sideways(phone, "signed in") == []


# --- the minutes ---


def the_minutes_are_written(page: Page, meeting: Meeting) -> None:
    act(page, meeting, "会议已召开")
    act(page, meeting, "起草纪要")
    page.goto(reverse("symposia:write", args=[meeting.public_id]))
    box = page.get_by_role("textbox", name=TOPIC)
    box.fill(MARKED)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("table", name="识别出的任务事项")).to_contain_text("市能源局")
    expect(box).to_have_value(MARKED.replace("【任务】", "【任务1】"))
    act(page, meeting, "征求意见")


def the_firm_has_a_comment(page: Page, meeting: Meeting) -> None:
    at(page, meeting)
    page.get_by_role("link", name="看草稿、提意见").click()
    page.get_by_label("对全文的意见").fill("设备到货时间请写“十二月下旬”。")
    page.get_by_role("button", name="提交意见").click()
    expect(page.get_by_role("region", name="本单位的意见")).to_contain_text("待答复")


def the_comment_is_answered_and_the_minutes_sent(page: Page, meeting: Meeting) -> None:
    page.goto(reverse("symposia:comments", args=[meeting.public_id]))
    page.get_by_role("link", name="答复", exact=True).click()
    page.get_by_label("已采纳").check()
    send(page, "答复意见")
    act(page, meeting, "送签")


def the_host_signs(page: Page, meeting: Meeting) -> None:
    begin(page, meeting, "签发")
    expect(page.get_by_role("main")).to_contain_text(ITEM)
    send(page, "签发")


def the_pdf_is_there(page: Page, document: Document) -> None:
    page.goto(reverse("documents:document", args=[document.public_id]))
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    pdf = download.value.path().read_bytes()
    assert pdf.startswith(b"%PDF")
    text = "".join(leaf.get_textpage().get_text_range() for leaf in pypdfium2.PdfDocument(pdf))
    assert document.number in text
    assert ITEM in "".join(text.split())


def the_public_page_counts(page: Page, document: Document) -> None:
    page.goto(reverse("verified", args=[document.code]))
    expect(page.get_by_role("main")).to_contain_text("完成 0")
    expect(page.get_by_role("main")).to_contain_text("共 1")


# --- afterwards ---


def from_the_demand_to_its_paragraph_and_back(page: Page, meeting: Meeting) -> None:
    item = ActionItem.objects.select_related("case").get(meeting=meeting)
    demand = reverse("demands:case", args=[item.case.public_id])
    page.goto(demand)
    page.get_by_role("main").get_by_role("link", name="纪要", exact=False).first.click()
    paragraph = reverse("symposia:minutes", args=[meeting.public_id]) + "#item-1"
    expect(page).to_have_url(re.compile(re.escape(paragraph)))
    expect(page.get_by_role("main")).to_contain_text(DECIDED.removeprefix("【议定】"))
    page.get_by_role("link", name=item.case.number).click()
    expect(page).to_have_url(re.compile(re.escape(demand)))
