"""A firm is asked by the office and by the handler, and answers on its phone; what that did to the dates can be read.

Every page is on a phone of 360 px without a script.
"""

from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.demands import moves
from cases.demands.enums import CaseState
from cases.demands.models import Case, Category
from parties.models import Membership, User
from tests.browser import steps
from tests.browser.conftest import PHONE, LoadCity, Person, Picture
from tests.factories import actor
from workflow.models import Event

# People of the demonstration: a firm in 东胜区, its platform office, 市能源局.
FIRM, INTAKE, LIAISON, HANDLER = "qy02", "dsq-sl", "nyj-ll", "nyj-cb1"

TITLE = "二期配电室增容申请等了两个月"
TEXT = "二期配电室 9 月申请增容，材料两次被退，窗口说法不一样，设备 12 月进场，担心赶不上。"
MATTER = "专用变压器增容和供电方案答复"  # 市能源局 alone owns it, so that accepting dispatches
MISSING = ["现有和需要的容量", "两次退回材料的通知单"]
COMPLETED = "现有 630 千伏安，需要 1250 千伏安。\n两次退回的通知单已由经办人上传到供电营业厅，编号 T-0917、T-1012。"
QUESTIONS = ["设备进场的具体日期", "厂区内电缆沟是否已经施工"]
ANSWER = "设备 12月7日 进场。\n电缆沟 11月20日 已经完工，可以随时看现场。"
HOURS = 3600  # seconds
DAYS = 24 * HOURS


def test_a_firm_answers_on_its_phone_and_the_page_counts_the_pause(
    person: Person, load_city: LoadCity, clock: Any, picture: Picture
) -> None:
    load_city(1)
    submitted()
    clock.shift(HOURS / 2)
    the_office_asks_for_what_is_missing(person(INTAKE, PHONE), picture)
    clock.shift(DAYS)
    firm = person(FIRM, PHONE)
    the_firm_completes(firm, picture)
    clock.shift(HOURS / 2)
    the_office_accepts(person(INTAKE, PHONE))
    clock.shift(HOURS / 4)
    the_liaison_acknowledges(person(LIAISON, PHONE))
    clock.shift(HOURS / 4)
    the_handler_asks(person(HANDLER, PHONE), picture)
    clock.shift(2 * DAYS)
    the_firm_answers(person(FIRM, PHONE), picture)
    handler = person(HANDLER, PHONE)
    the_case_page_shows_the_pause(handler, picture)
    the_page_of_the_clock_counts_it(handler, picture)
    the_stretches_tell_who_waited_for_whom(handler, picture)
    the_ledger_has_both_rounds()


def submitted() -> Case:
    """On the phone as in the other journey, so here through the move alone."""
    return moves.submit_case(
        by=actor(Membership.objects.get(user__username=FIRM), timezone.now()),
        category=Category.objects.get(code="ENERGY"),
        title=TITLE,
        text=TEXT,
        contact_name="何明辉",
        contact_phone="0477-5550100",
    )


def to_the_case(page: Page) -> None:
    page.get_by_role("link", name="返回这件诉求").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


# --- what the office misses ---


def the_office_asks_for_what_is_missing(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    to_the_case(page)
    page.get_by_role("link", name="要求补正").click()
    expect(page.get_by_role("main")).to_contain_text(TEXT)
    page.get_by_label("还缺什么").fill("\n".join(MISSING))
    picture(page, "answers-01-missing")
    steps.press(page, "要求补正")
    steps.done(page, "要求补正", "待补正")


def the_firm_completes(page: Page, picture: Picture) -> None:
    """An empty answer is refused beside its box; then each point is answered."""
    steps.open_from_home(page, TITLE)
    for point in MISSING:
        expect(page.get_by_role("main")).to_contain_text(point)
    page.get_by_label("您的答复").fill(COMPLETED)
    picture(page, "answers-02-complete")
    page.get_by_label("您的答复").fill("  ")
    steps.press(page, "补正提交")
    expect(page.locator(".field.bad").get_by_label("您的答复")).to_be_visible()
    page.get_by_label("您的答复").fill(COMPLETED)
    steps.press(page, "补正提交")
    steps.done(page, "补正提交", "待受理")


def the_office_accepts(page: Page) -> None:
    steps.open_from_home(page, TITLE)
    steps.accept(page, klass="复杂", matter=MATTER)
    steps.press(page, "受理")


# --- what the handler asks ---


def the_liaison_acknowledges(page: Page) -> None:
    steps.open_from_home(page, TITLE)
    steps.choose(page, "承办人", User.objects.get(username=HANDLER).name)
    steps.press(page, "签收")
    steps.done(page, "签收", "办理中")
    steps.record_contact(page, person="何明辉", summary="核对了容量，约定先看配电室")
    steps.press(page, "登记首联")
    steps.done(page, "登记首联", "办理中")


def the_handler_asks(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    page.get_by_role("link", name="请企业补充").click()
    page.get_by_label("请企业补充什么").fill("\n".join(QUESTIONS))
    picture(page, "answers-03-ask")
    steps.press(page, "请企业补充")
    steps.done(page, "请企业补充", "待企业补充")


def the_firm_answers(page: Page, picture: Picture) -> None:
    picture(page, "answers-04-firm-home")
    steps.open_from_home(page, TITLE)
    for question in QUESTIONS:
        expect(page.get_by_role("main")).to_contain_text(question)
    page.get_by_label("您的答复").fill(ANSWER)
    picture(page, "answers-05-answer")
    steps.press(page, "企业补充")
    steps.done(page, "企业补充", "办理中")


# --- what it did to the dates ---


def the_case_page_shows_the_pause(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    requests = page.get_by_role("region", name="请企业补充的内容")
    for words in (*MISSING, *QUESTIONS, "T-1012", "12月7日 进场"):
        expect(requests).to_contain_text(words)
    picture(page, "answers-06-case", of=requests)


def the_page_of_the_clock_counts_it(page: Page, picture: Picture) -> None:
    page.get_by_role("link", name="怎么算的 办结").click()
    counted = page.get_by_role("region", name="怎么数出来的")
    expect(counted).to_contain_text("暂停")
    expect(page.get_by_role("main")).to_contain_text("重算，结果一致")
    picture(page, "answers-07-why")


def the_stretches_tell_who_waited_for_whom(page: Page, picture: Picture) -> None:
    page.get_by_role("navigation", name="所在位置").get_by_role("link").last.click()
    page.get_by_role("link", name="各环节用时").click()
    expect(page.get_by_role("main")).to_contain_text("等企业")
    picture(page, "answers-08-durations")


def the_ledger_has_both_rounds() -> None:
    case = Case.objects.get(title=TITLE)
    assert case.state == CaseState.IN_PROGRESS
    events = Event.objects.filter(subject_kind=case.ledger_kind, subject_id=case.pk).order_by("seq")
    assert list(events.values_list("action", flat=True)) == [
        "submit",
        "request_completion",
        "complete",
        "accept",
        "dispatch",
        "acknowledge",
        "record_contact",
        "ask_firm",
        "answer",
    ]
