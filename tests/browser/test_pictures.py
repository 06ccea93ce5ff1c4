"""The pictures of README and manual, taken of the demonstration; each page must show what its picture is for.

Only when pictures are wanted: what these pages do is tested by the journeys and the tests of pages.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.demands import moves
from cases.demands.enums import SECRETARY_SIGNS, CaseState, Identity, Outcome
from cases.demands.models import Attachment, Case, Category, DutyItem
from foundation.pulse import beat
from foundation.worker import WORKER
from parties.models import Membership
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, LoadCity, Person, Picture
from tests.browser.test_looks_messages import dead_mail
from tests.factories import NOW, actor
from tests.files import DOCX, PDF, upload
from tests.workflow.test_rehearsal_job import work
from workflow.actor import Actor
from workflow.proposals import decide, propose
from workflow.tick import tick

pytestmark = pytest.mark.skipif(os.environ.get("DIALOGUE_PICTURES") != "1", reason="no pictures are wanted")

TALL_DESK = {"width": 1440, "height": 1500}
FIRM, INTAKE, DISPATCHER, ADMINISTRATOR = "qy02", "dsq-sl", "dsq-pd", "shi-xt"
LIAISON, HANDLER, SECRETARY, ARBITRATOR = "nyj-ll", "nyj-cb2", "nyj-sj", "dsq-cj"
ANSWER = (
    "贵公司材料已一次性核对，缺的两份由经办人上门取，11月27日前补齐；供电方案答复单 12月4日 送达。\n"
    "线路走廊涉及林地的一段，我局将尽快会同自然资源局现场踏勘，研究后答复。"
)


def test_the_pages_shown_in_the_documents(load_city: LoadCity, person: Person, picture: Picture) -> None:
    load_city(100)
    queue_of_the_dispatcher(person(DISPATCHER, {"width": 1440, "height": 960}), picture)
    case_of_the_handler(person(HANDLER, TALL_DESK), picture)
    directory_of_the_office(person(INTAKE, DESK), person(INTAKE, PHONE), picture)
    the_handlers_answer_everything()
    home_of_the_secretary(person(SECRETARY, DESK), picture)
    signature_of_the_secretary(person(SECRETARY, PHONE), picture)
    submission_of_the_firm(person(FIRM, PHONE), picture)


def the_handlers_answer_everything() -> None:
    """Of the demonstration no secretary has more than one result to sign; with these one has three."""
    department = Membership.objects.get(user__username=HANDLER).organisation
    for case in Case.objects.filter(lead=department.pk, state=CaseState.IN_PROGRESS, klass__in=SECRETARY_SIGNS):
        by = actor(Membership.objects.get(user=case.handler, organisation=department), timezone.now())
        if case.planned_at is None:
            case = moves.save_plan(case.pk, by=by, seen=case.head_seq, steps=[("答复供电方案", NOW.date())])
        moves.submit_result(
            case.pk, by=by, seen=case.head_seq, outcome=Outcome.PARTLY, text=ANSWER, evidence="现场踏勘记录，材料核对单"
        )


def home_of_the_secretary(page: Page, picture: Picture) -> None:
    expect(page.get_by_role("heading", name="下一步该办什么")).to_be_visible()
    expect(page.get_by_role("link", name="审签")).to_have_count(3)
    picture(page, "home-secretary", whole=False)


def queue_of_the_dispatcher(page: Page, picture: Picture) -> None:
    page.goto(reverse("demands:list"))
    assert page.get_by_role("row").count() > 10
    picture(page, "queue-dispatcher", whole=False)


def case_of_the_handler(page: Page, picture: Picture) -> None:
    """Their demand in progress with the longest story."""
    mine = Case.objects.filter(handler__username=HANDLER, state=CaseState.IN_PROGRESS)
    page.goto(reverse("demands:case", args=[mine.latest("head_seq").public_id]))
    expect(page.get_by_role("region", name="您可以做什么")).to_contain_text("提交结果")
    picture(page, "case-handler", whole=False)


def directory_of_the_office(desk: Page, phone: Page, picture: Picture) -> None:
    """The enterprises of the city, and one of them with its demands; the same firm on a phone."""
    desk.goto(reverse("directory:list", args=["enterprises"]))
    assert desk.get_by_role("row").count() > 20
    picture(desk, "directory-list", whole=False)
    desk.get_by_role("link", name="白驼羊绒制品有限公司").click()
    expect(desk.get_by_role("region", name="变更记录")).to_be_visible()
    picture(desk, "directory-enterprise", whole=False)
    phone.goto(desk.url)
    picture(phone, "directory-enterprise-phone", whole=False)


def submission_of_the_firm(page: Page, picture: Picture) -> None:
    """Two answers to mend; both mistakes stand beside their boxes."""
    page.goto(reverse("demands:questions", args=["FINANCE"]))
    page.get_by_label("一句话说明诉求").fill("流动资金贷款到期续贷")
    page.get_by_label("情况说明").fill(
        "原贷款 12月28日 到期，续贷材料已交，合作银行要求追加抵押物，厂房产权证正在办理。"
    )
    page.get_by_label("希望结果").fill("12月20日前取得续贷审批结果")
    page.get_by_label("到期续贷").check()
    page.get_by_label("融资金额").fill("三百左右")
    page.get_by_label("资金用途").fill("周转")
    page.get_by_label("原贷款到期日").fill("2026-12-28")
    page.get_by_label("已提出，未答复").check()
    page.get_by_label("联系人").fill("何明辉")
    page.get_by_label("联系电话").fill("0477-5550100")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator(".field.bad")).to_have_count(2)
    picture(page, "submit-phone")


def signature_of_the_secretary(page: Page, picture: Picture) -> None:
    page.get_by_role("link", name="审签").nth(1).click()
    expect(page.locator("mark.vague")).to_have_count(2)
    expect(page.get_by_role("region", name="系统已核对")).to_be_visible()
    picture(page, "signoff-phone")


# --- messages, and the administrator ---


def test_the_pages_of_messages_shown_in_the_documents(load_city: LoadCity, person: Person, picture: Picture) -> None:
    load_city(100)
    notices_of_the_office(person(INTAKE, PHONE), picture)
    roster_of_the_department(person(LIAISON, DESK), picture)
    administrator = person(ADMINISTRATOR, DESK)
    what_was_not_delivered(administrator, picture)
    words_of_a_message(administrator, picture)
    state_of_the_system(administrator, picture)


def notices_of_the_office(page: Page, picture: Picture) -> None:
    page.get_by_role("banner").get_by_role("link", name="通知").click()
    expect(page.get_by_role("button", name="轮到您办理").first).to_be_visible()
    picture(page, "notices-phone", whole=False)


def roster_of_the_department(page: Page, picture: Picture) -> None:
    page.get_by_role("navigation").get_by_role("link", name="值班表").first.click()
    expect(page.get_by_role("table", name="值班表").get_by_role("row")).to_have_count(8)
    picture(page, "roster", whole=False)


def what_was_not_delivered(page: Page, picture: Picture) -> None:
    dead_mail()
    page.goto(reverse("workflow:deliveries"))
    expect(page.get_by_role("table")).to_contain_text("收件人没有邮箱")
    picture(page, "deliveries", whole=False)


def words_of_a_message(page: Page, picture: Picture) -> None:
    page.goto(reverse("workflow:message", args=["confirm", "mail"]))
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("region", name="邮件")).to_contain_text("请确认办理结果")
    picture(page, "message-words", whole=False)


def state_of_the_system(page: Page, picture: Picture) -> None:
    beat(WORKER, at=timezone.now())
    tick(timezone.now())
    page.goto(reverse("workflow:health"))
    expect(page.get_by_role("main")).to_contain_text("台账封存")
    picture(page, "system-state", whole=False)


# --- two people, arbitration, hidden firms, lists, rules ---

TITLE = "园区蒸汽管网接入没有单位答复"
TEXT = "二期厂房 12月 试生产需要蒸汽，主管网离厂区 300 米。9月 提出接入申请，两个单位都说不归自己管。"


def post(account: str, role: Role, *, minutes: int = 0) -> Actor:
    """The person of this account in this post, so many minutes from now."""
    held = Membership.objects.get(user__username=account, role=role)
    return actor(held, timezone.now() + timedelta(minutes=minutes))


def matter_of_the_department() -> DutyItem:
    """A matter of the duty list that the department of the liaison owns with others."""
    mine = DutyItem.objects.filter(active=True, owners=Membership.objects.get(user__username=LIAISON).organisation)
    return next(item for item in mine.order_by("code") if item.owners.count() > 1)


def dispatched(item: DutyItem, **said: Any) -> Case:
    """A demand of the firm, dispatched to the department of the liaison: by a rule, or under this matter."""
    firm = post(FIRM, Role.ENTERPRISE_STAFF)
    contact = {"contact_name": "何明辉", "contact_phone": "0477-5550100"}
    words = {"title": TITLE, "text": TEXT, "wanted": "11月30日 前明确由谁答复", **contact, **said}
    case = moves.submit_case(by=firm, category=Category.objects.get(code=item.category.code), **words)
    office = post(INTAKE, Role.INTAKE, minutes=1)
    given = {"category": item.category, "klass": "COMPLEX", "duplicates_seen": True}
    case = moves.accept_case(case.pk, by=office, seen=case.head_seq, **given)
    if case.state == CaseState.DISPATCHED:
        return case
    desk, lead = post(DISPATCHER, Role.DISPATCHER, minutes=2), Membership.objects.get(user__username=LIAISON)
    return moves.dispatch_case(case.pk, by=desk, seen=case.head_seq, lead=lead.organisation, duty_item=item)


def sent_back(case: Case, *, consented: bool) -> None:
    """The liaison proposes to send the demand back; the head of the department consents."""
    clause = "《城镇燃气管理条例》第五条：供热、燃气由住房和城乡建设主管部门管理"
    inputs = {"clause": clause, "suggested": None}
    one = propose(
        Case,
        case.pk,
        "send_back",
        by=post(LIAISON, Role.DEPARTMENT_LIAISON, minutes=3),
        seen=case.head_seq,
        inputs=inputs,
        reason="园区蒸汽管网由市政配套建设，本局只管发电和供电。",
    )
    if consented:
        decide(one.public_id, by=post(SECRETARY, Role.DEPARTMENT_HEAD, minutes=4), consent=True)


def test_the_pages_of_disputes_shown_in_the_documents(
    load_city: LoadCity, person: Person, picture: Picture, clock: Any
) -> None:
    load_city(60)
    item = matter_of_the_department()
    before = dispatched(item)
    sent_back(before, consented=True)
    decided = post(ARBITRATOR, Role.ARBITRATOR, minutes=5)
    reason = "蒸汽管网属市政配套，由市住房和城乡建设局承办；供电部分仍归市能源局。"
    moves.uphold_return(before.pk, by=decided, seen=Case.objects.get(pk=before.pk).head_seq, reason=reason)
    case = dispatched(item, title="二期蒸汽用量增加，管网要扩容")
    sent_back(case, consented=False)
    clock.shift(600)
    the_head_consents(person(SECRETARY, DESK), picture)
    the_arbitrator_reads_precedents(person(ARBITRATOR, DESK), picture, case)


def the_head_consents(page: Page, picture: Picture) -> None:
    page.evaluate("document.querySelectorAll('header details').forEach(fold => fold.open = true)")
    page.get_by_role("banner").get_by_role("button", name="部门主要负责人").first.click()
    expect(page.get_by_role("main")).to_contain_text("提请“退单”")
    picture(page, "proposal-home", whole=False)
    page.get_by_text("提请“退单”").first.click()
    picture(page, "proposal-case", of=page.get_by_role("region", name="提请：退单"))
    page.get_by_role("button", name="同意退单").click()
    expect(page.get_by_role("status")).to_contain_text("已同意，已办理：退单")


def the_arbitrator_reads_precedents(page: Page, picture: Picture, case: Case) -> None:
    page.goto(reverse("demands:act", args=[case.public_id, "uphold_return"]))
    expect(page.get_by_role("main")).to_contain_text("这一事项的裁决先例")
    picture(page, "arbitration")


def test_the_pages_of_a_hidden_firm_shown_in_the_documents(
    load_city: LoadCity, person: Person, picture: Picture, clock: Any
) -> None:
    load_city(30)
    choice_of_identity(person(FIRM, PHONE), picture)
    case = hidden_and_talked_about()
    clock.shift(1800)
    messages_and_files(person(HANDLER, DESK), picture, case)
    who_sees_it(person(FIRM, PHONE), picture, case)


def choice_of_identity(page: Page, picture: Picture) -> None:
    page.goto(reverse("demands:questions", args=["ENERGY"]))
    page.get_by_label("一句话说明诉求").fill("青榆新材料的车间没有蒸汽")
    page.get_by_label("情况说明").fill(TEXT)
    page.get_by_label("希望结果").fill("11月30日 前明确由谁答复")
    page.get_by_label("供热、蒸汽、燃气").check()
    page.get_by_label("现有和需要的容量").fill("需要每小时 4 吨蒸汽")
    page.get_by_label("已申请，未答复").check()
    page.get_by_label("最晚哪天要用上").fill("2026-12-20")
    page.get_by_role("radio", name="对承办部门隐名").check()
    page.get_by_label("联系人").fill("何明辉")
    page.get_by_label("联系电话").fill("0477-5550100")
    picture(page, "identity-choice", of=page.get_by_role("group", name="身份公开程度"))
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("alert")).to_contain_text("这些地方能看出您是哪家企业")
    picture(page, "identity-named")


def hidden_and_talked_about() -> Case:
    """A hidden demand with messages both ways and attachments of every kind."""
    case = dispatched(matter_of_the_department(), identity=Identity.HIDDEN)
    liaison = post(LIAISON, Role.DEPARTMENT_LIAISON, minutes=3)
    handler = Membership.objects.get(user__username=HANDLER)
    case = moves.acknowledge_case(case.pk, by=liaison, seen=case.head_seq, handler=handler)
    said = post(HANDLER, Role.HANDLER, minutes=6)
    moves.relay_to_firm(case.pk, by=said, text="您好，这件事由我们承办。请问每小时用汽多少，最晚哪天要用上？")
    firm = post(FIRM, Role.ENTERPRISE_STAFF, minutes=9)
    moves.relay_to_department(case.pk, by=firm, text="每小时 4 吨，12月20日 试生产。接入申请的回执在附件里。")
    files = [upload("接入申请回执.pdf", PDF), upload("管网位置图.pdf", PDF)]
    moves.attach_files(case.pk, by=firm, uploads=files, description="9月 的回执和园区的图")
    released = Attachment.objects.get(case=case, file__name="接入申请回执.pdf")
    moves.release_attachment(case.pk, by=post(INTAKE, Role.INTAKE, minutes=12), attachment=released)
    answered = post(HANDLER, Role.HANDLER, minutes=15)
    moves.attach_public_files(case.pk, by=answered, uploads=[upload("供汽方案.docx", DOCX)])
    moves.attach_internal_files(case.pk, by=answered, uploads=[upload("现场核对表.docx", DOCX)])
    return case


def messages_and_files(page: Page, picture: Picture, case: Case) -> None:
    page.goto(reverse("demands:case", args=[case.public_id]))
    expect(page.get_by_role("main")).not_to_contain_text("青榆新材料")
    picture(page, "hidden-messages", of=page.get_by_role("region", name="转递消息"))
    picture(page, "hidden-files", of=page.get_by_role("region", name="附件"))


def who_sees_it(page: Page, picture: Picture, case: Case) -> None:
    page.goto(reverse("demands:case", args=[case.public_id]))
    panel = page.get_by_role("region", name="谁能看到这件诉求")
    expect(panel).to_contain_text("谁查阅过")
    picture(page, "who-sees-it", of=panel)


def test_the_pages_of_lists_and_rules_shown_in_the_documents(
    load_city: LoadCity, person: Person, picture: Picture
) -> None:
    load_city(100)
    list_of_the_dispatcher(person(DISPATCHER, {"width": 1440, "height": 760}, scripts=True), picture)
    rules_of_dispatch(person(ADMINISTRATOR, DESK), picture)


def list_of_the_dispatcher(page: Page, picture: Picture) -> None:
    """A filter of one's own is saved, and two rows are picked."""
    page.goto(reverse("demands:list") + "?state=ACCEPTED")
    page.locator("summary", has_text="存为筛选").click()
    page.get_by_label("名字").fill("今天要派的")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("navigation", name="常用筛选")).to_contain_text("今天要派的")
    for row in page.locator("tbody tr").all()[:2]:
        row.get_by_role("checkbox").check()
    expect(page.locator("[data-picked]")).to_have_text("已选 2")
    picture(page, "list-batch", whole=False)


def rules_of_dispatch(page: Page, picture: Picture) -> None:
    page.get_by_role("navigation").get_by_role("link", name="派单规则").first.click()
    picture(page, "dispatch-rules", whole=False)
    page.get_by_role("button", name="修改规则").click()
    page.get_by_role("button", name="下移规则 1").click()
    page.get_by_role("button", name="开始预演").click()
    page.get_by_role("link", name="停止自动刷新").click()
    work()
    page.get_by_role("link", name="刷新", exact=True).click()
    rehearsal = page.get_by_role("region", name="用最近 90 天派出的诉求预演")
    expect(rehearsal).to_contain_text("与实际首派一致")
    picture(page, "dispatch-rehearsal", of=rehearsal)
