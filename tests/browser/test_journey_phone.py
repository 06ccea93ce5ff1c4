"""One demand from the firm's phone to 已办结, every step on a phone of 360 px without a script."""

import re
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from cases.demands.enums import CaseState
from cases.demands.models import Case
from parties.models import User
from tests.browser import steps
from tests.browser.conftest import PHONE, LoadCity, Person, Picture
from workflow.models import Event

# People of the demonstration: a firm in 东胜区, its platform office, 市能源局.
FIRM, INTAKE, DISPATCHER = "qy02", "dsq-sl", "dsq-pd"
LIAISON, HANDLER, SECRETARY = "nyj-ll", "nyj-cb1", "nyj-sj"

TITLE = "二期厂房供热管网接入没有答复"
TEXT = "二期厂房 12 月试生产需要用热，园区主管网离厂区 300 米。9 月提出接入申请，两个单位都说不归自己管。"
WANTED = "11月30日前明确由谁答复，12月20日前通汽"
CAPACITY = "需要每小时 4 吨蒸汽，现在没有接入"
MATTER = "园区集中供热和蒸汽管网接入"  # two departments own it and no rule names it, so that a person dispatches
RESULT = "接入方案答复单已于 11月23日 送达贵公司：由市能源局牵头，12月18日 通汽。管网施工安排近期书面告知。"

MINUTES = 60  # seconds


def test_a_demand_goes_from_the_firms_phone_to_its_end(
    person: Person, load_city: LoadCity, clock: Any, picture: Picture
) -> None:
    load_city(1)
    number, address = the_firm_submits(person(FIRM, PHONE), picture)
    clock.shift(20 * MINUTES)
    the_office_accepts(person(INTAKE, PHONE), picture)
    clock.shift(10 * MINUTES)
    the_office_dispatches(person(DISPATCHER, PHONE), picture)
    clock.shift(15 * MINUTES)
    the_liaison_takes_it_and_calls_the_firm(person(LIAISON, PHONE), picture)
    clock.shift(50 * MINUTES)
    the_handler_plans_and_answers(person(HANDLER, PHONE), picture)
    clock.shift(45 * MINUTES)
    the_secretary_signs_in_two_presses(person(SECRETARY, PHONE), picture)
    clock.shift(60 * MINUTES)
    firm = person(FIRM, PHONE)
    the_firm_confirms(firm, picture)
    expect(firm).to_have_url(re.compile(re.escape(address)))
    the_case_page_says_it_is_done(firm)
    picture(firm, "journey-16-closed", whole=False)
    the_ledger_tells_the_whole_story(Case.objects.get(number=number))


# --- the firm submits ---


def the_firm_submits(page: Page, picture: Picture) -> tuple[str, str]:
    """The number that the firm is told, and the address of its demand."""
    picture(page, "journey-01-firm-home")
    page.get_by_role("link", name="提交诉求").first.click()
    picture(page, "journey-02-category", whole=False)
    page.get_by_role("link", name="用电用能").click()

    page.get_by_label("一句话说明诉求").fill(TITLE)
    page.get_by_label("情况说明").fill("没有热源")
    page.get_by_label("希望结果").fill(WANTED)
    page.get_by_label("供热、蒸汽、燃气").check()
    page.get_by_label("现有和需要的容量").fill(CAPACITY)
    page.get_by_label("已申请，未答复").check()
    page.get_by_label("最晚哪天要用上").fill("2026-12-20")
    page.get_by_label("联系人").fill("何明辉")
    page.get_by_label("联系电话").fill("0477-5550100")
    steps.press(page, "下一步：核对")
    the_mistake_stands_beside_its_box_and_nothing_is_lost(page)
    picture(page, "journey-03-mistake")

    page.get_by_label("情况说明").fill(TEXT)
    steps.press(page, "下一步：核对")
    everything_typed_can_be_looked_over(page)
    picture(page, "journey-04-check")

    steps.press(page, "提交诉求")
    number = the_firm_is_told_who_has_it_and_by_when(page)
    picture(page, "journey-05-submitted")

    page.get_by_role("link", name="回执").click()
    expect(page.get_by_role("heading", name="诉求回执")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(number)
    expect(page.get_by_role("main")).to_contain_text(TEXT)
    picture(page, "journey-06-receipt")
    page.get_by_role("link", name="返回这件诉求").click()
    return number, page.url


def the_mistake_stands_beside_its_box_and_nothing_is_lost(page: Page) -> None:
    wrong = page.locator(".field.bad")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("请写得具体些，至少 10 个字")
    expect(wrong.get_by_label("情况说明")).to_have_value("没有热源")
    expect(wrong.get_by_label("情况说明")).to_have_accessible_description(re.compile("至少 10 个字"))
    expect(page.get_by_role("alert")).to_contain_text("有 1 处需要修改，已填内容都在")
    expect(page.get_by_label("一句话说明诉求")).to_have_value(TITLE)
    expect(page.get_by_label("希望结果")).to_have_value(WANTED)
    expect(page.get_by_label("供热、蒸汽、燃气")).to_be_checked()
    expect(page.get_by_label("现有和需要的容量")).to_have_value(CAPACITY)
    expect(page.get_by_label("已申请，未答复")).to_be_checked()
    expect(page.get_by_label("最晚哪天要用上")).to_have_value("2026-12-20")
    expect(page.get_by_label("联系人")).to_have_value("何明辉")
    expect(page.get_by_label("联系电话")).to_have_value("0477-5550100")


def everything_typed_can_be_looked_over(page: Page) -> None:
    expect(page.get_by_role("heading", name="核对后提交")).to_be_visible()
    answers = page.get_by_role("region", name="您填写的内容")
    for words in (TITLE, TEXT, WANTED, "供热、蒸汽、燃气", CAPACITY, "已申请，未答复", "2026年12月20日", "何明辉"):
        expect(answers).to_contain_text(words)


def the_firm_is_told_who_has_it_and_by_when(page: Page) -> str:
    expect(page.get_by_role("heading", name="诉求已提交")).to_be_visible()
    number = page.locator(".receipt-no").inner_text()
    assert re.fullmatch(r"2026-150602-\d+", number)
    promise = page.get_by_role("region", name="回执内容")
    expect(promise).to_contain_text("东胜区两新工委办公室 · 受理员")
    expect(promise).to_contain_text("受理，定类别和档次")
    # Four working hours from Monday 10:00, the noon break not counted.
    expect(promise).to_contain_text(re.compile(r"2026年11月23日 16:3\d 前"))
    return number


# --- the office ---


def the_office_accepts(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    expect(page.get_by_role("main")).to_contain_text(TEXT)
    steps.accept(page, klass="复杂", matter=MATTER)
    picture(page, "journey-07-accept")
    steps.press(page, "受理")
    steps.done(page, "受理", "待派单")


def the_office_dispatches(page: Page, picture: Picture) -> None:
    """To the wrong department at first: the duty list refuses it, and what was typed stays."""
    steps.open_from_home(page, TITLE)
    page.get_by_label("派单意见").fill("请牵头答复，住建部门配合")
    steps.choose(page, "主办部门", "市能源局")
    picture(page, "journey-08-dispatch")
    steps.choose(page, "主办部门", "市财政局")
    steps.press(page, "派单")
    expect(page.locator(".field.bad")).to_contain_text("职责清单里，这件事不归所选部门")
    expect(page.get_by_label("派单意见")).to_have_value("请牵头答复，住建部门配合")
    steps.choose(page, "主办部门", "市能源局")
    steps.press(page, "派单")
    steps.done(page, "派单", "待签收")


# --- the department ---


def the_liaison_takes_it_and_calls_the_firm(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    steps.choose(page, "承办人", User.objects.get(username=HANDLER).name)
    picture(page, "journey-09-acknowledge")
    steps.press(page, "签收")
    steps.done(page, "签收", "办理中")
    steps.record_contact(page, person="何明辉", summary="核对了用汽量和通汽日期，约定下午到现场看主管网接口")
    picture(page, "journey-10-contact")
    steps.press(page, "登记首联")
    steps.done(page, "登记首联", "办理中")


def the_handler_plans_and_answers(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    steps.plan(page, [("现场看主管网接口", "2026-11-24"), ("出具接入方案答复单", "2026-11-27")])
    picture(page, "journey-11-plan")
    steps.press(page, "登记方案")
    steps.done(page, "登记方案", "办理中")
    expect(page.get_by_role("region", name="办理方案")).to_contain_text("11月27日 · 出具接入方案答复单")
    steps.submit_result(page, outcome="解决", text=RESULT, evidence="鄂能热函〔2026〕31号，与企业经办人通话记录")
    picture(page, "journey-12-result")
    steps.press(page, "提交结果")
    steps.done(page, "提交结果", "待审签")


class Presses:
    """Presses, and counts."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, target: Locator) -> None:
        target.click()
        self.made += 1


def the_secretary_signs_in_two_presses(page: Page, picture: Picture) -> None:
    picture(page, "journey-13-secretary-home")
    press = Presses()
    press(steps.todo_line(page, TITLE).locator(".act").get_by_role("link"))
    expect(page.get_by_role("main")).to_contain_text("1 处用词没有期限")
    expect(page.locator("mark.vague")).to_contain_text("近期")
    expect(page.get_by_role("region", name="系统已核对")).to_contain_text("承办人与审签人不是同一人")
    picture(page, "journey-14-sign-off")
    press(page.get_by_role("button", name="通过，送企业确认"))
    expect(page.get_by_role("status")).to_contain_text("已通过，送企业确认")
    assert press.made == 2
    assert Case.objects.get(title=TITLE).state == CaseState.AWAIT_CONFIRM


# --- the firm confirms ---


def the_firm_confirms(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    expect(page.get_by_role("region", name="办理结果")).to_contain_text("12月18日 通汽")
    expect(page.get_by_role("main")).to_contain_text("任何人不能代为确认")
    page.get_by_label("已解决").check()
    picture(page, "journey-15-confirm")
    steps.press(page, "确认，办结")
    expect(page.get_by_role("status")).to_contain_text("感谢您的确认，本件已办结")


def the_case_page_says_it_is_done(page: Page) -> None:
    head = page.locator(".case-h")
    expect(head).to_contain_text("已办结")
    expect(head).to_contain_text("企业确认 已解决")
    five = page.get_by_role("list", name="进度").get_by_role("listitem").all()
    for step, label in zip(five, ["已提交", "已派单", "办理中", "待您确认", "已办结"], strict=True):
        expect(step).to_contain_text(label)
        expect(step).to_contain_text("11月23日")
        expect(step).to_contain_text("已完成")


def the_ledger_tells_the_whole_story(case: Case) -> None:
    assert case.state == CaseState.CLOSED
    events = Event.objects.filter(subject_kind=case.ledger_kind, subject_id=case.pk).order_by("seq")
    assert list(events.values_list("action", flat=True)) == [
        "submit",
        "accept",
        "dispatch",
        "acknowledge",
        "record_contact",
        "save_plan",
        "submit_result",
        "sign_off",
        "confirm",
    ]
    call_command("verify_ledger")  # leaves with a fault if it finds one
