"""A message of the hotline becomes a demand and is brought to its end, at a desk of 1440 px without a script."""

from typing import Any

from django.core.management import call_command
from playwright.sync_api import Page, expect

from cases.demands.enums import CaseState, Origin
from cases.demands.models import Case, IntakeItem
from parties.models import Department, User
from tests.browser import steps
from tests.browser.conftest import DESK, LoadCity, Person, Picture
from workflow.models import Event

# People of the demonstration: the office of 东胜区, 市人社局, and the firm that called.
INTAKE, FIRM = "dsq-sl", "qy04"
LIAISON, HANDLER, SIGNER = "rsj-ll", "rsj-cb1", "rsj-fg"

MESSAGE = "软件企业人才公寓申请没有回音"
TITLE = "三名新进工程师的人才公寓申请没有回音"
MATTER = "职称评审和引进人才待遇落实"  # one department owns it, so that the rule dispatches
MINUTES = 60  # seconds


def test_a_message_of_the_hotline_becomes_a_demand_and_ends(
    person: Person, load_city: LoadCity, clock: Any, picture: Picture
) -> None:
    load_city(1)
    intake = person(INTAKE, DESK)
    an_officer_finds_the_firm_and_claims_the_message(intake, picture)
    clock.shift(10 * MINUTES)
    accepting_dispatches_by_rule(intake)

    clock.shift(15 * MINUTES)
    liaison = person(LIAISON, DESK)
    steps.open_from_home(liaison, TITLE)
    steps.choose(liaison, "承办人", User.objects.get(username=HANDLER).name)
    steps.press(liaison, "签收")
    steps.done(liaison, "签收", "办理中")

    clock.shift(15 * MINUTES)
    the_handler_answers(person(HANDLER, DESK), picture)
    clock.shift(15 * MINUTES)
    signer = person(SIGNER, DESK)
    steps.open_from_home(signer, TITLE)
    steps.press(signer, "通过，送企业确认")
    expect(signer.get_by_role("status")).to_contain_text("已通过，送企业确认")

    clock.shift(15 * MINUTES)
    firm = person(FIRM, DESK)
    steps.open_from_home(firm, TITLE)
    firm.get_by_label("部分解决").check()
    firm.get_by_label("还想说的话").fill("第三个人的入住日期还没有定")
    steps.press(firm, "确认，办结")
    expect(firm.get_by_role("region", name="没有完全解决，可以要求重办")).to_be_visible()
    steps.press(firm, "同意办结")
    expect(firm.locator(".case-h")).to_contain_text("企业确认 部分解决")
    it_ended_as_the_firm_said()


def an_officer_finds_the_firm_and_claims_the_message(page: Page, picture: Picture) -> None:
    page.get_by_role("link", name="去认领").click()
    page.get_by_label("关键词").fill("人才公寓")
    steps.press(page, "筛选")
    expect(page.get_by_role("row")).to_have_count(2)  # the head and one message
    page.get_by_role("link", name=MESSAGE).click()
    expect(page.get_by_role("region", name="来件内容")).to_contain_text("云栈软件的人事来电")

    page.get_by_label("企业名称或统一社会信用代码").fill("查无此企业")
    steps.press(page, "查找")
    expect(page.get_by_role("main")).to_contain_text("没有找到")
    page.get_by_label("企业名称或统一社会信用代码").fill("云栈")
    steps.press(page, "查找")
    page.get_by_role("textbox", name="标题").fill(TITLE)
    steps.press(page, "登记为诉求")
    # No firm was picked: nothing is written, and the title typed stays.
    expect(page.locator(".field.bad")).to_contain_text("云栈软件有限公司")
    expect(page.get_by_role("textbox", name="标题")).to_have_value(TITLE)
    assert not Case.objects.filter(origin=Origin.INTAKE, title=TITLE).exists()

    steps.press(page, "查找")
    page.get_by_label("云栈软件有限公司").check()
    page.get_by_role("textbox", name="标题").fill(TITLE)
    picture(page, "intake-claim", whole=False)
    steps.press(page, "登记为诉求")
    expect(page.get_by_role("status")).to_contain_text("已登记为诉求，受理时限开始计算")
    expect(page.locator(".case-h")).to_contain_text("待受理")
    page.get_by_role("link", name="待认领来件").click()
    expect(page.get_by_role("main")).not_to_contain_text(MESSAGE)


def accepting_dispatches_by_rule(page: Page) -> None:
    page.get_by_role("link", name="首页").click()
    steps.open_from_home(page, TITLE)
    steps.choose(page, "类别", "人才与社保")
    steps.accept(page, klass="一般", matter=MATTER)
    steps.press(page, "受理")
    steps.done(page, "受理", "待签收")
    line = page.get_by_role("region", name="流转记录").get_by_role("listitem").first
    expect(line).to_contain_text("派单")
    expect(line).to_contain_text("职责清单单一责任部门自动派单")


def the_handler_answers(page: Page, picture: Picture) -> None:
    steps.open_from_home(page, TITLE)
    reason = page.locator(".refused").filter(has_text="提交结果")
    expect(reason).to_contain_text("请先登记首联，再提交结果")
    steps.record_contact(page, person="云栈软件人事", summary="核对了三名工程师的申请编号和缺的材料")
    steps.press(page, "登记首联")
    steps.done(page, "登记首联", "办理中")
    steps.plan(page, [("补齐劳动合同备案页", "2026-11-25"), ("公寓审核并通知", "2026-11-30")])
    steps.press(page, "登记方案")
    steps.done(page, "登记方案", "办理中")
    steps.submit_result(
        page,
        outcome="部分解决",
        text="两名工程师 11月23日 通过审核，可于 11月30日 前入住；另一名补齐材料后 3 个工作日内答复。",
        evidence="人才公寓审核通知书两份",
    )
    steps.press(page, "提交结果")
    steps.done(page, "提交结果", "待审签")


def it_ended_as_the_firm_said() -> None:
    case = Case.objects.get(title=TITLE)
    assert (case.state, case.origin, case.confirmation) == (CaseState.CLOSED, Origin.INTAKE, "PARTLY")
    assert case.lead == Department.objects.get(code="rsj")
    assert IntakeItem.objects.get(title=MESSAGE).case == case
    by_rule = Event.objects.get(subject_kind=case.ledger_kind, subject_id=case.pk, action="dispatch")
    assert by_rule.user_id is None
    call_command("verify_ledger")
