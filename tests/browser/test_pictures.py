"""The pictures of README and manual, taken of the demonstration; each page must show what its picture is for."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.demands import moves
from cases.demands.enums import SECRETARY_SIGNS, CaseState, Outcome
from cases.demands.models import Case
from foundation.pulse import beat
from foundation.worker import WORKER
from parties.models import Membership
from tests.browser.conftest import DESK, PHONE, LoadCity, Person, Picture
from tests.browser.test_looks_messages import dead_mail
from tests.factories import NOW, actor
from workflow.tick import tick

TALL_DESK = {"width": 1440, "height": 1500}
FIRM, INTAKE, DISPATCHER, ADMINISTRATOR = "qy02", "dsq-sl", "dsq-pd", "shi-xt"
LIAISON, HANDLER, SECRETARY = "nyj-ll", "nyj-cb2", "nyj-sj"
ANSWER = (
    "贵公司材料已一次性核对，缺的两份由经办人上门取，11月27日前补齐；供电方案答复单 12月4日 送达。\n"
    "线路走廊涉及林地的一段，我局将尽快会同自然资源局现场踏勘，研究后答复。"
)


def test_the_pages_shown_in_the_documents(load_city: LoadCity, person: Person, picture: Picture) -> None:
    load_city(100)
    queue_of_the_dispatcher(person(DISPATCHER, {"width": 1440, "height": 960}), picture)
    case_of_the_handler(person(HANDLER, TALL_DESK), picture)
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
