"""Pages of the rules of time: who reads, who changes, what a mistake in the form does, and what they cost."""

from datetime import date

import pytest

from foundation.models import Policy
from parties.roles import Role
from tests.factories import later
from tests.pages import FRAME, fields, statements, text
from tests.workflow.test_policies import admin, document, draft
from workflow import versions
from workflow.models import PolicyDraft
from workflow.policies import adopt, profiles

pytestmark = pytest.mark.every_page

PAGE = "/policies/"
FORM = "/policies/change/current/"
SHANDONG = next(profile for profile in profiles() if profile.slug == "shandong").data


@pytest.fixture(autouse=True)
def versions_are_read_anew():
    versions.forget()


@pytest.fixture
def browser(town, sign_in):
    """Of the system administrator."""
    return sign_in(town.at(town.city_office, Role.SYSTEM_ADMIN))


def page(browser, address, **query):
    answer = browser.get(address, query)
    assert answer.status_code == 200, text(answer.content.decode())
    return answer.content.decode()


def filled(browser, address=FORM, **typed):
    """The form as the page draws it, selects included, with what is typed instead."""
    answer = browser.get(address)
    form = answer.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    drawn = {name: "" if value is None else str(value) for name, value in values.items()}
    return drawn | {"effective_from": "2027-01-01", "source": "市府办〔2026〕1号"} | typed


# --- reading ---


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMIN])
def test_everybody_reads_and_nobody_but_the_administrator_changes(town, sign_in, role):
    post = next(m for m in town.everybody if m.role == role)
    browser = sign_in(post)
    shown = page(browser, PAGE)
    assert "现行第 1 版，2020年1月1日起生效" in text(shown)
    assert "15 个工作日" in shown
    assert "修改时限" not in shown
    assert "/policies/" in page(browser, "/")
    for address in ("/policies/versions/", "/policies/versions/1/"):
        page(browser, address)
    made = draft(town)
    for address in ("/policies/change/", FORM, f"/policies/drafts/{made.public_id}/adopt/"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"skipped_because": "急"}).status_code == 403
    assert browser.post(f"/policies/drafts/{made.public_id}/rehearse/").status_code in (403, 404)
    assert Policy.objects.count() == 1
    assert PolicyDraft.objects.get().job is None


def test_drafts_are_seen_by_administrators_and_the_office_of_the_city_alone(town, sign_in):
    made = draft(town)
    address = f"/policies/drafts/{made.public_id}/"
    seen_by = set()
    for post in town.everybody:
        answer = sign_in(post).get(address)
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            seen_by.add((post.organisation.name, post.role))
            assert ("开始预演" in answer.content.decode()) is (post.role == Role.SYSTEM_ADMIN)
    assert seen_by == {
        ("市平台办公室", role) for role in (Role.SYSTEM_ADMIN, Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR)
    }


def test_the_coming_version_is_announced_with_what_it_changes(town, sign_in):
    adopt(SHANDONG, effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    shown = text(page(sign_in(town.staff), PAGE))
    assert "第 2 版将于 2027年1月1日生效" in shown
    assert "咨询 2 个工作日 1 个工作日" in shown
    assert "一般 7 个工作日 3 个工作日" in shown


def test_versions_to_come_are_each_held_against_the_one_before(town, sign_in, browser):
    adopt(SHANDONG, effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    adopt(document(), effective_from=date(2027, 2, 1), source="依据", by=admin(town))
    shown = text(page(sign_in(town.staff), PAGE))
    assert "第 2 版将于 2027年1月1日生效 查看这一版 改动 时限 档次 原来 改为 办结 咨询 2 个工作日 1 个工作日" in shown
    assert "第 3 版将于 2027年2月1日生效 查看这一版 改动 时限 档次 原来 改为 办结 咨询 1 个工作日 2 个工作日" in shown
    made = draft(town, data=document(), effective_from=date(2027, 1, 20))
    shown = text(page(browser, f"/policies/drafts/{made.public_id}/"))
    assert "与第 2 版的不同 改动 时限 档次 原来 改为 办结 咨询 1 个工作日 2 个工作日" in shown


def test_the_calculator_says_when_something_would_be_due_that_begins_now_or_then(town, sign_in):
    browser = sign_in(town.staff)
    adopt(SHANDONG, effective_from=date(2026, 12, 1), source="依据", by=admin(town))
    shown = text(page(browser, PAGE))
    assert "2026年11月23日 10:00开始，按第 1 版计算" in shown
    assert "办结 · 咨询 11月25日 17:30" in shown
    assert "办结 · 疑难 2027年1月4日 17:30 暂定" in shown
    shown = text(page(browser, PAGE, start="2026-12-01T09:00"))
    assert "2026年12月1日 09:00开始，按第 2 版计算" in shown
    assert "办结 · 咨询 12月2日 17:30" in shown


@pytest.mark.parametrize(
    "start", ["", "soon", "0001-01-01T00:00", "1066-10-14T09:00", "9999-12-31T23:59", "2029-01-01T00:00"]
)
def test_a_start_that_is_none_is_refused_beside_its_box(town, sign_in, start):
    answer = sign_in(town.staff).get(PAGE, {"start": start})
    assert answer.status_code == 422
    assert answer.context["form"].errors["start"]
    assert answer.context["due"] == []


def test_versions_are_listed_with_who_adopted_them_and_compared(town, sign_in):
    browser = sign_in(town.handler)
    adopt(SHANDONG, effective_from=date(2026, 12, 1), source="依据甲", by=admin(town))
    adopt(document(), effective_from=date(2026, 12, 1), source="依据乙", by=admin(town))
    shown = text(page(browser, "/policies/versions/"))
    assert "第 3 版 待生效" in shown
    assert "第 2 版 未生效已被取代 2026年12月1日起生效 · 市平台办公室 · 系统管理员 · 2026年11月23日 10:00" in shown
    assert "第 1 版 现行" in shown
    assert "与第 2 版相比" in text(page(browser, "/policies/versions/3/"))
    shown = text(page(browser, "/policies/versions/3/", **{"with": "1"}))
    assert "与第 1 版相比" in shown
    assert "时限没有不同" in shown
    assert "没有第 9 版" in text(page(browser, "/policies/versions/3/", **{"with": "9"}))
    for missing in ("9", "x", "0", "1234567"):
        assert browser.get(f"/policies/versions/{missing}/").status_code == 404


def test_what_was_in_force_and_is_not_any_more_is_told(town, sign_in, clock):
    adopt(SHANDONG, effective_from=date(2026, 11, 24), source="依据", by=admin(town))
    clock.move_to(later(days=2))
    shown = text(page(sign_in(town.handler), "/policies/versions/"))
    assert "第 2 版 现行" in shown
    assert "第 1 版 已停用" in shown


# --- changing ---


def test_a_change_starts_from_the_version_in_force_or_from_a_profile(browser):
    shown = text(page(browser, "/policies/change/"))
    for words in ("现行的第 1 版", "平台默认", "与现行版本有 0 处不同", "北京：按轻重缓急", "与现行版本有 8 处不同"):
        assert words in shown
    form = browser.get("/policies/change/beijing/").context["form"]
    assert form["RESOLVE-COMPLEX-amount"].value() == 15
    assert form["RESOLVE-COMPLEX-unit"].value() == "NATURAL_DAY"
    assert form["RESOLVE-COMPLEX-urgent-amount"].value() == 2
    assert "北京市《12345热线服务与管理规范》" in form["source"].value()
    assert browser.get("/policies/change/paris/").status_code == 404


@pytest.mark.parametrize("start", ["current", "ours", "beijing", "shandong"])
def test_the_form_gives_back_the_document_it_was_drawn_from(browser, start):
    address = f"/policies/change/{start}/"
    answer = browser.post(address, filled(browser, address))
    assert answer.status_code == 302, answer.context["form"].errors
    want = next((p.data for p in profiles() if p.slug == start), None) or Policy.objects.get(version=1).data
    assert PolicyDraft.objects.get().data["limits"] == want["limits"]


def test_a_limit_is_changed_and_an_urgent_one_taken_away(browser):
    typed = {"PLAN-amount": "５", "PLAN-urgent-amount": "", "RESOLVE-HARD-urgent-amount": "48", "CONFIRM-amount": "10"}
    answer = browser.post(FORM, filled(browser, **typed))
    limits = PolicyDraft.objects.get().data["limits"]
    assert limits["PLAN"] == {"amount": 5, "unit": "WORKING_DAY"}
    assert limits["RESOLVE"]["by_class"]["HARD"]["urgent"] == {"amount": 48, "unit": "HOUR"}
    assert limits["RESOLVE"]["half_at_least"] == 3
    assert limits["CONFIRM"] == {
        "amount": 10,
        "unit": "NATURAL_DAY",
        "at_least_working_days": 5,
        "remind_on_days": [3, 6],
    }
    shown = text(page(browser, answer.url))
    assert "方案 各档 3 个工作日 5 个工作日" in shown
    assert "方案 各档 · 紧急 24 小时 同一般情况" in shown
    assert "办结 疑难 · 紧急 同一般情况 48 小时" in shown


@pytest.mark.parametrize(
    ("typed", "box", "sentence"),
    [
        ({"PLAN-amount": "0"}, "PLAN-amount", "请填 1 到 365 的整数"),
        ({"PLAN-amount": "三"}, "PLAN-amount", "请填 1 到 365 的整数"),
        ({"PLAN-amount": ""}, "PLAN-amount", "请填 1 到 365 的整数"),
        ({"PLAN-urgent-amount": "999"}, "PLAN-urgent-amount", "请填 1 到 365 的整数"),
        ({"RESOLVE-HARD-amount": "1.5"}, "RESOLVE-HARD-amount", "请填 1 到 365 的整数"),
        (
            {"CONFIRM-unit": "WORKING_DAY"},
            "CONFIRM-at_least_working_days",
            "只有按天计算的时限可以写“至少几个工作日”",
        ),
        ({"RESOLVE-half": "x"}, "RESOLVE-half", "请填 1 到 365 的整数"),
        ({"effective_from": "2026-11-22"}, "effective_from", "生效日期不能早于今天（2026年11月23日）"),
        ({"effective_from": "9999-12-31"}, "effective_from", "生效日期太远，最晚到 2028 年底"),
        ({"effective_from": ""}, "effective_from", "请填写生效日期。"),
        ({"source": ""}, "source", "请填写理由和依据。"),
    ],
)
def test_a_mistake_is_told_beside_its_box_and_what_was_typed_stays(browser, typed, box, sentence):
    answer = browser.post(FORM, filled(browser, **{"REVIEW-amount": "9"} | typed))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {box: [sentence]}
    shown = answer.content.decode()
    assert sentence in shown
    assert fields(shown)["REVIEW-amount"] == "9"
    for name, value in typed.items():
        if not name.endswith("-unit"):
            assert fields(shown)[name] == value
    assert not PolicyDraft.objects.exists()


def test_a_unit_that_does_not_exist_is_refused(browser):
    answer = browser.post(FORM, filled(browser, **{"PLAN-unit": "WEEK"}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["PLAN-unit"]


def test_a_draft_can_be_mended(browser, town):
    made = draft(town, effective_from=date(2026, 12, 5), source="旧的理由")
    address = f"{FORM}?draft={made.public_id}"
    form = browser.get(address).context["form"]
    assert form["RESOLVE-INQUIRY-unit"].value() == "HOUR"
    assert (form["effective_from"].value(), form["source"].value()) == (date(2026, 12, 5), "旧的理由")
    assert browser.post(address, filled(browser, address)).status_code == 302
    assert PolicyDraft.objects.count() == 2
    assert browser.get(f"{FORM}?draft=x").status_code == 404


def test_a_draft_is_adopted_without_a_rehearsal_only_for_a_reason(browser, town):
    made = draft(town, effective_from=date(2027, 1, 1))
    address = f"/policies/drafts/{made.public_id}/adopt/"
    shown = text(page(browser, address))
    assert "2027年1月1日零点起，新开始的时限按下表计算" in shown
    assert "办结 咨询 2 个工作日 24 小时" in shown
    answer = browser.post(address, {"result_seen": "on"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"skipped_because": ["请写明为什么不等预演"]}
    answer = browser.post(address, {"skipped_because": "上级要求"})
    assert answer.url == "/policies/versions/2/"
    assert "没有等预演就启用，理由： 上级要求" in text(page(browser, answer.url))
    assert browser.post(address, {"skipped_because": "再来"}).url == "/policies/versions/2/"
    assert Policy.objects.count() == 2
    assert "已作为第 2 版启用" in text(page(browser, f"/policies/drafts/{made.public_id}/"))


def test_a_draft_that_was_overtaken_is_not_adopted(browser, town):
    made = draft(town)
    adopt(document(), effective_from=date(2026, 12, 1), source="依据", by=admin(town))
    answer = browser.post(f"/policies/drafts/{made.public_id}/adopt/", {"skipped_because": "急"})
    assert answer.status_code == 409
    assert "刚刚启用了第 2 版时限规则" in answer.content.decode()
    assert Policy.objects.count() == 2


# --- costs ---


def test_pages_cost_so_many_statements(browser, town, sign_in):
    made = draft(town)
    for _n in range(3):
        adopt(document(), effective_from=date(2027, 1, 1), source="依据", by=admin(town))
        draft(town)
    costs = {
        PAGE: 3,  # in force, coming, drafts
        "/policies/versions/": 2,  # in force, the page
        "/policies/versions/3/": 4,  # it, the one before, in force, its draft
        "/policies/change/": 1,
        FORM: 1,
        f"/policies/drafts/{made.public_id}/": 2,
        f"/policies/drafts/{made.public_id}/adopt/": 2,
    }
    assert {address: len(statements(browser, address)) - FRAME for address in costs} == costs
    assert len(statements(sign_in(town.staff), PAGE)) - FRAME == 2
    assert len(statements(sign_in(town.at(town.city_office, Role.INTAKE)), PAGE)) - FRAME == 4  # whether of the city
