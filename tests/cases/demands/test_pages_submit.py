"""A firm submits: every step works without a script and nothing typed is lost."""

import pytest
from django.urls import reverse

from cases.demands.models import Case
from parties.roles import Role
from tests.factories import category
from tests.pages import fields, text


@pytest.fixture
def finance(town):
    """The category whose questions the mock-up shows."""
    return category("FINANCE", "融资", hint="写清用在哪里、什么时候用。")


def answer_to(question):
    """An answer of the right kind to any question."""
    if question.kind == "choice":
        return question.choices[0][0]
    return {"number": "300", "date": "2026-12-28"}.get(question.kind, "支付12月原料采购款，供货合同已签")


@pytest.fixture
def typed(finance, sign_in, town):
    """Answers to all questions of the category, whatever it asks."""
    form = sign_in(town.staff).get(address()).context["form"]
    asked = [bound.field.question for bound in form if hasattr(bound.field, "question")]
    return {question.key: answer_to(question) for question in asked} | {
        "title": "流动资金贷款到期续贷",
        "text": "我公司流动资金贷款下月到期，银行要求追加抵押物。",
        "contact_name": "李经理",
        "contact_phone": "0477-5550100",
    }


def address():
    return reverse("demands:questions", args=["FINANCE"])


def test_step_one_offers_every_active_category(town, finance, sign_in):
    category("CLOSED", "已停用", active=False)
    page = sign_in(town.staff).get(reverse("demands:submit")).content.decode()
    assert f'href="{address()}"' in page
    assert "写清用在哪里、什么时候用。" in page
    assert "已停用" not in page


def test_a_demand_is_submitted_in_four_steps(town, typed, sign_in):
    browser = sign_in(town.staff)
    check = browser.post(address(), typed | {"step": "check"})
    assert check.status_code == 200
    assert Case.objects.count() == 0
    assert "300 万元" in text(check.content.decode())
    sent = browser.post(address(), fields(check.content.decode()) | {"step": "send"})
    case = Case.objects.get()
    assert sent.url == reverse("demands:submitted", args=[case.public_id])
    assert (case.enterprise_id, case.title, case.answers["amount"]) == (town.firm.pk, typed["title"], "300")
    done = text(browser.get(sent.url).content.decode())
    assert case.number in done
    assert "现在轮到 东胜区平台办公室 · 受理员" in done
    assert "承诺时间 2026年11月23日 16:30 前" in done


def test_changing_an_answer_keeps_all_others(town, typed, sign_in):
    browser = sign_in(town.staff)
    check = fields(browser.post(address(), typed | {"step": "check"}).content.decode())
    edit = browser.post(address(), check | {"step": "edit"})
    assert edit.status_code == 200
    page = fields(edit.content.decode())
    assert {name: page.get(name) for name in typed} == typed
    assert "需要修改" not in edit.content.decode()


def test_every_answer_on_the_check_page_leads_back_to_its_own_box(town, typed, sign_in):
    browser = sign_in(town.staff)
    check = browser.post(address(), typed | {"step": "check"})
    edit = browser.post(address(), fields(check.content.decode()) | {"step": "edit"}).content.decode()
    assert [row for row in check.context["rows"] if f'id="{row["target"]}"' not in edit] == []


def test_a_mistake_is_named_beside_its_field_and_everything_typed_is_kept(town, typed, sign_in):
    answer = sign_in(town.staff).post(address(), typed | {"amount": "三百左右", "text": "短", "step": "check"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填数字，例如 300；“三百左右”无法统计" in page
    assert "请写得具体些，至少 10 个字" in page
    assert fields(page)["amount"] == "三百左右"
    assert fields(page)["title"] == typed["title"]


def test_nothing_is_saved_when_the_check_page_is_skipped_with_a_mistake(town, typed, sign_in):
    answer = sign_in(town.staff).post(address(), typed | {"contact_phone": "不留", "step": "send"})
    assert answer.status_code == 422
    assert Case.objects.count() == 0


def test_sending_twice_makes_one_demand(town, typed, sign_in):
    browser = sign_in(town.staff)
    check = fields(browser.post(address(), typed | {"step": "check"}).content.decode()) | {"step": "send"}
    first, second = (browser.post(address(), check) for _n in range(2))
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_two_demands_in_a_row_are_two(town, typed, sign_in):
    browser = sign_in(town.staff)
    for _n in range(2):
        browser.post(address(), fields(browser.post(address(), typed).content.decode()) | {"step": "send"})
    assert Case.objects.count() == 2


@pytest.mark.parametrize("role", [Role.INTAKE, Role.HANDLER, Role.AGENT, Role.LEADER, Role.SYSTEM_ADMIN])
def test_only_a_firm_submits(town, finance, sign_in, role):
    who = next(m for m in town.everybody if m.role == role)
    for page in (reverse("demands:submit"), address()):
        answer = sign_in(who).get(page)
        assert answer.status_code == 403
        assert "只有企业可以提交诉求" in answer.content.decode()
    assert sign_in(who).post(address(), {"step": "send"}).status_code == 403


def test_a_category_nobody_offers_is_not_found(town, sign_in):
    browser = sign_in(town.staff)
    assert browser.get(reverse("demands:questions", args=["NOTHING"])).status_code == 404


def test_the_receipt_is_for_those_who_see_the_demand(town, typed, sign_in):
    browser = sign_in(town.staff)
    sent = browser.post(address(), fields(browser.post(address(), typed).content.decode()) | {"step": "send"})
    case = Case.objects.get()
    receipt = reverse("demands:receipt", args=[case.public_id])
    assert receipt in browser.get(sent.url).content.decode()
    page = browser.get(receipt).content.decode()
    assert case.number in page
    assert 'class="top"' not in page
    stranger = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    assert stranger.get(receipt).status_code == 404
    assert stranger.get(sent.url).status_code == 404
