"""The pictures of README and manual, taken of the demonstration; each page must show what its picture is for."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.demands import moves
from cases.demands.enums import SECRETARY_SIGNS, CaseState, Outcome
from cases.demands.models import Case
from parties.models import Membership
from tests.browser.conftest import DESK, PHONE, LoadCity, Person, Picture
from tests.factories import NOW, actor

TALL_DESK = {"width": 1440, "height": 1500}
FIRM, DISPATCHER, HANDLER, SECRETARY = "qy02", "dsq-pd", "nyj-cb2", "nyj-sj"
ANSWER = (
    "贵公司材料已一次性核对，缺的两份由经办人上门取，11月27日前补齐；供电方案答复单 12月4日 送达。\n"
    "线路走廊涉及林地的一段，我局将尽快会同自然资源局现场踏勘，研究后答复。"
)


def test_the_pages_shown_in_the_documents(load_city: LoadCity, person: Person, picture: Picture) -> None:
    load_city(100)
    queue_of_the_dispatcher(person(DISPATCHER, DESK), picture)
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
