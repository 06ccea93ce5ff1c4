"""A firm chooses at submission who may learn its name, and is warned where its own words give it away; so is intake."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.demands import moves
from cases.demands.models import Case
from foundation.errors import Refused
from tests.api import DEMAND, Program, said
from tests.factories import Town, actor, case_in
from tests.pages import fields, statements, text

PLAIN = {
    "title": "变压器增容等待三个月",
    "text": "二期生产线设备已经到场，现有变压器容量不足，申请增容三个月没有答复。",
    "wanted": "十二月二十日前通电",
    "contact_name": "李经理",
    "contact_phone": "0477-5550100",
    **DEMAND["answers"],
}
TELLING = PLAIN | {"title": "云杉 智造增容", "capacity": "现有630千伏安，请打0477 5550100问李经理"}
WARNED = "您选择了对承办部门隐名，但这些地方能看出您是哪家企业"


@pytest.fixture
def firm(town: Town) -> Town:
    """The town's firm has a name that can be found in a text."""
    town.firm.name, town.firm.short_name = "鄂尔多斯市云杉智造科技有限公司", "云杉智造"
    town.firm.save()
    return town


def address() -> str:
    return reverse("demands:questions", args=["ENERGY"])


def check(browser: Client, typed: dict[str, Any], **more: str) -> Any:
    return browser.post(address(), {**typed, **more, "step": "check"})


def send(browser: Client, checked: Any, **more: str) -> Any:
    return browser.post(address(), fields(checked.content.decode()) | {**more, "step": "send"})


def test_both_levels_are_explained_and_open_is_chosen(firm: Town, sign_in: Any) -> None:
    page = sign_in(firm.staff).get(address()).content.decode()
    assert fields(page)["identity"] == "OPEN"
    words = text(page)
    assert "公开 承办部门看到企业名称和电话，可以直接联系您" in words
    assert "对承办部门隐名 承办部门只看到一个称呼，由平台转递消息联系" in words
    assert "提交后可以从隐名改为公开，不能从公开改为隐名" in words


def test_the_level_stands_on_the_check_page_and_on_the_demand(firm: Town, sign_in: Any) -> None:
    browser = sign_in(firm.staff)
    checked = check(browser, PLAIN, identity="HIDDEN")
    assert "身份公开程度 对承办部门隐名 修改" in text(checked.content.decode())
    assert WARNED not in checked.content.decode()
    assert send(browser, checked).status_code == 302
    case = Case.objects.get()
    assert (case.identity, case.contact_phone) == ("HIDDEN", "0477-5550100")
    page = text(browser.get(reverse("demands:case", args=[case.public_id])).content.decode())
    assert f"承办部门看到的称呼 {case.alias}" in page


def test_nothing_chosen_is_open_and_something_else_is_refused(firm: Town, sign_in: Any) -> None:
    browser = sign_in(firm.staff)
    assert send(browser, check(browser, PLAIN)).status_code == 302
    assert Case.objects.get().identity == "OPEN"
    assert check(browser, PLAIN, identity="SECRET").status_code == 422


def test_an_open_demand_may_name_its_firm(firm: Town, sign_in: Any) -> None:
    browser = sign_in(firm.staff)
    checked = check(browser, TELLING, identity="OPEN")
    assert WARNED not in checked.content.decode()
    assert send(browser, checked).status_code == 302


def test_the_check_page_says_where_a_hidden_firm_can_be_recognised_and_sends_only_what_is_meant(
    firm: Town, sign_in: Any
) -> None:
    browser = sign_in(firm.staff)
    checked = check(browser, TELLING, identity="HIDDEN")
    words = text(checked.content.decode())
    assert WARNED in words
    assert "一句话说明诉求：企业简称（云杉智造）" in words
    assert "联系电话（0477-5550100）" in words
    assert "联系人（李经理）" in words
    assert "名（鄂尔多斯市云杉智造科技有限公司）" not in words
    stopped = send(browser, checked)
    assert (stopped.status_code, Case.objects.count()) == (422, 0)
    assert "请先改写，或者勾选这一项" in text(stopped.content.decode())
    sent = send(browser, stopped, named_knowingly="1")
    assert sent.status_code == 302
    assert Case.objects.get().title == TELLING["title"]  # as it was written


def test_changed_words_need_no_tick(firm: Town, sign_in: Any) -> None:
    browser = sign_in(firm.staff)
    stopped = send(browser, check(browser, TELLING, identity="HIDDEN"))
    edit = browser.post(address(), fields(stopped.content.decode()) | {"step": "edit"})
    page = fields(edit.content.decode())
    assert (page["title"], page["identity"]) == (TELLING["title"], "HIDDEN")
    changed = page | {name: PLAIN[name] for name in ("title", "capacity", "applied", "kind")}
    assert send(browser, check(browser, changed)).status_code == 302
    assert Case.objects.get().identity == "HIDDEN"


def test_whoever_skips_the_pages_is_stopped_as_well(firm: Town) -> None:
    inputs = {"category": firm.power, "title": "云杉智造增容", "text": PLAIN["text"], "contact_phone": "1"}
    with pytest.raises(Refused) as refused:
        moves.submit_case(by=actor(firm.staff), identity="HIDDEN", **inputs)
    assert (refused.value.field, str(refused.value)) == (
        "named_knowingly",
        "里面能看出您是哪家企业：企业简称（云杉智造）",
    )
    assert not Case.objects.exists()
    assert moves.submit_case(by=actor(firm.staff), identity="HIDDEN", named_knowingly=True, **inputs).hides_firm


def test_a_hidden_firm_leaves_a_telephone_number_for_the_office(firm: Town) -> None:
    inputs = {"category": firm.power, "title": "变压器增容", "text": PLAIN["text"]}
    with pytest.raises(Refused, match="请留一个联系电话，只有平台办公室看得到"):
        moves.submit_case(by=actor(firm.staff), identity="HIDDEN", **inputs)


def test_the_api_takes_the_level_and_the_tick(firm: Town, clock: Any) -> None:
    program = Program(firm.staff)
    telling = {**DEMAND, "identity": "HIDDEN", "title": "云杉智造增容"}
    refused = program.post("cases/", telling)
    assert said(refused) == (400, "bad_input")
    assert list(refused.json()["fields"]) == ["named_knowingly"]
    assert said(program.post("cases/", {**telling, "named_knowingly": "yes"})) == (400, "bad_input")
    assert said(program.post("cases/", {**DEMAND, "identity": "SECRET"})) == (400, "bad_input")
    assert not Case.objects.exists()
    made = program.post("cases/", {**telling, "named_knowingly": True})
    assert made.status_code == 201
    assert (made.json()["identity"], made.json()["alias"]) == ("HIDDEN", Case.objects.get().alias)
    assert program.post("cases/", {**DEMAND, "identity": "HIDDEN"}).json()["identity"] == "HIDDEN"
    assert program.post("cases/", DEMAND).json()["identity"] == "OPEN"


# --- intake ---


def accept(case: Case) -> str:
    return reverse("demands:act", args=[case.public_id, "accept"])


def test_intake_sees_the_warning_when_it_accepts(firm: Town, sign_in: Any) -> None:
    case = case_in("SUBMITTED", town=firm, hidden=True)
    browser = sign_in(firm.intake)
    warned = "企业对承办部门隐名，但这些地方能看出是哪家企业"
    assert warned not in browser.get(accept(case)).content.decode()
    Case.objects.filter(pk=case.pk).update(text="云杉智造二期生产线缺电，请打5550100")
    words = text(browser.get(accept(case)).content.decode())
    assert warned in words
    assert "情况说明：企业简称（云杉智造）" in words
    assert "情况说明：联系电话（0477-5550100）" in words
    Case.objects.filter(pk=case.pk).update(identity="OPEN")
    assert warned not in browser.get(accept(case)).content.decode()


def test_the_warning_costs_one_statement_and_none_for_an_open_demand(firm: Town, sign_in: Any) -> None:
    browser, costs = sign_in(firm.intake), []
    case = case_in("SUBMITTED", town=firm, hidden=True)
    for identity in ("OPEN", "HIDDEN"):
        Case.objects.filter(pk=case.pk).update(identity=identity)
        costs.append(len(statements(browser, accept(case))))
    assert costs[1] - costs[0] == 1


def test_the_page_of_a_hidden_demand_costs_what_that_of_an_open_one_costs(firm: Town, sign_in: Any) -> None:
    for who in (firm.staff, firm.intake, firm.handler):
        browser = sign_in(who)
        costs = []
        for hidden in (False, True):
            case = case_in("IN_PROGRESS", town=firm, hidden=hidden, contacted=True)
            costs.append(len(statements(browser, reverse("demands:case", args=[case.public_id]))))
        assert costs[0] == costs[1]
    lists = reverse("demands:list")
    browser, costs = sign_in(firm.handler), []
    for _n in range(2):
        costs.append(len(statements(browser, lists)))
        case_in("IN_PROGRESS", town=firm, hidden=True)
    assert costs[0] == costs[1]
