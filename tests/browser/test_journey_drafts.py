"""A firm is interrupted while it writes, on a phone of 360 px: nothing typed is lost."""

import re
import time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases.demands.models import Case, Draft, FormDraft
from config.demo.accounts import SIGN_IN_WITH
from parties.models import Membership
from tests.browser import looks, steps
from tests.browser.conftest import PHONE, Faults, LoadCity, Person, Picture

FIRM, COLLEAGUE, HANDLER = "qy03", "qy03sj", "nyj-cb1"
TITLE = "二期厂房蒸汽管网接入没有答复"
TEXT = "二期厂房 12 月试生产需要蒸汽，园区主管网离厂区 300 米。9 月提出接入申请，两个单位都说不归自己管。"
AUTOSAVE = 5.0  # seconds, the longest that what is typed is not kept


def saved(page: Page) -> None:
    expect(page.locator(".saved-at")).to_contain_text("草稿已保存")


def drafts_of_the_firm() -> QuerySet[Draft]:
    """The demonstration keeps a draft of another firm."""
    return Draft.objects.filter(enterprise_id=Membership.objects.get(user__username=FIRM).organisation_id)


def the_drafts() -> dict[str, str]:
    """The first matter of the only draft of the firm."""
    return dict(drafts_of_the_firm().get().matters[0]["fields"])


def fill_in(page: Page) -> None:
    page.get_by_label("情况说明").fill(TEXT)
    page.get_by_label("希望结果").fill("11月30日前明确由谁答复")
    page.get_by_label("供热、蒸汽、燃气").check()
    page.get_by_label("现有和需要的容量").fill("需要每小时 4 吨蒸汽")
    page.get_by_label("已申请，未答复").check()
    page.get_by_label("最晚哪天要用上").fill("2026-12-20")
    page.get_by_label("联系人").fill("何明辉")
    page.get_by_label("联系电话").fill("0477-5550100")


def fits_a_phone(page: Page, name: str) -> None:
    assert looks.sideways(page, name) + looks.small_targets(page) == []


def test_what_is_typed_is_kept_and_survives_the_end_of_the_session(
    person: Person, load_city: LoadCity, clock: Any, faults: Faults, live_server: Any, picture: Picture
) -> None:
    load_city(1)
    cases = Case.objects.count()
    page = person(FIRM, PHONE, scripts=True)
    page.goto(reverse("demands:questions", args=["ENERGY"]))

    began = time.monotonic()
    page.get_by_label("一句话说明诉求").press_sequentially(TITLE)
    saved(page)
    assert time.monotonic() - began < AUTOSAVE
    assert the_drafts() == {"title": TITLE}

    page.get_by_label("情况说明").fill("供汽")
    with page.expect_response(lambda answer: answer.url.endswith(reverse("demands:save_draft"))) as answer:
        began = time.monotonic()
        page.get_by_label("情况说明").blur()
    assert answer.value.json()["fields"]["_seq"] == 2
    assert time.monotonic() - began < 2  # at once, not when the time is over
    assert the_drafts()["text"] == "供汽"
    fits_a_phone(page, "questions")
    picture(page, "drafts-01-saved", whole=False)

    fill_in(page)
    clock.shift(3 * 3600)
    page.get_by_label("联系电话").blur()
    expect(page.locator(".saved-at")).to_contain_text("登录已失效，没有保存")
    faults.found.remove(f"403: {live_server.url}{reverse('demands:save_draft')}")
    steps.press(page, "下一步：核对")
    expect(page.get_by_role("main")).to_contain_text("登录已失效，刚才没有提交")
    expect(page.get_by_role("main")).not_to_contain_text(TITLE)
    fits_a_phone(page, "sign in")
    page.get_by_role("textbox", name="账号").fill(FIRM)
    page.get_by_label("密码").fill(SIGN_IN_WITH)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", name="继续刚才的填写")).to_be_visible()
    expect(page.get_by_role("region", name="您填写的内容")).to_contain_text(TEXT)
    assert Case.objects.count() == cases
    fits_a_phone(page, "recovered")
    steps.press(page, "再提交一次")
    expect(page.get_by_role("heading", name="核对后提交")).to_be_visible()
    fits_a_phone(page, "check")
    steps.press(page, "提交诉求")
    expect(page.get_by_role("heading", name="诉求已提交")).to_be_visible()
    assert Case.objects.count() == cases + 1
    assert not drafts_of_the_firm().exists()


def test_two_windows_and_a_colleague(
    person: Person, load_city: LoadCity, faults: Faults, live_server: Any, picture: Picture
) -> None:
    load_city(1)
    page = person(FIRM, PHONE, scripts=True)
    page.goto(reverse("demands:questions", args=["ENERGY"]))
    page.get_by_label("一句话说明诉求").fill(TITLE)
    page.get_by_label("一句话说明诉求").blur()
    saved(page)

    colleague = person(COLLEAGUE, PHONE)  # without a script
    colleague.get_by_role("link", name="继续填写").click()
    expect(colleague.get_by_role("main")).to_contain_text(TITLE)
    fits_a_phone(colleague, "drafts")
    colleague.get_by_role("link", name=f"继续填写 {TITLE}").click()
    expect(colleague.get_by_label("一句话说明诉求")).to_have_value(TITLE)
    colleague.get_by_label("一句话说明诉求").fill("同事改的标题")
    steps.press(colleague, "保存草稿")
    expect(colleague.get_by_role("status").first).to_contain_text("草稿已保存")

    page.get_by_label("情况说明").fill(TEXT)
    page.get_by_label("情况说明").blur()
    expect(page.locator(".saved-at")).to_contain_text("两份内容都在")
    fits_a_phone(page, "conflict")
    picture(page, "drafts-05-conflict", whole=False)
    faults.found.remove(f"409: {live_server.url}{reverse('demands:save_draft')}")
    with page.context.expect_page() as other:
        page.get_by_role("link", name="查看另一处保存的内容").click()
    expect(other.value.get_by_label("一句话说明诉求")).to_have_value("同事改的标题")
    other.value.close()
    steps.press(page, "保留本页内容")
    saved(page)
    assert the_drafts() == {"title": TITLE, "text": TEXT}


def test_a_handlers_words_are_there_again_after_the_window_was_closed(person: Person, load_city: LoadCity) -> None:
    load_city(60)
    case = Case.objects.filter(state="IN_PROGRESS", handler__username=HANDLER).order_by("pk").first()
    assert case is not None
    address = reverse("demands:act", args=[case.public_id, "reply_public"])
    page = person(HANDLER, PHONE, scripts=True)
    page.goto(address)
    page.get_by_role("textbox").last.fill("管网施工单位明天到现场勘察。")
    page.get_by_role("textbox").last.blur()
    expect(page.locator(".saved-at")).to_contain_text("已保存，没有提交")
    page.goto(reverse("home"))
    page.goto(address)
    expect(page.get_by_role("textbox").last).to_have_value("管网施工单位明天到现场勘察。")
    expect(page.get_by_role("main")).to_contain_text("没有提交的内容都在下面")
    fits_a_phone(page, "act")
    page.get_by_role("button", name=re.compile("公开答复")).click()
    expect(page.get_by_role("status").first).to_contain_text("已完成")
    assert FormDraft.objects.count() == 0
