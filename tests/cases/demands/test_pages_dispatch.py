"""Pages of the rules of dispatch: written, ordered, rehearsed and adopted by clicking alone, without JavaScript."""

import re

import pytest

from cases.demands.dispatching.book import in_force
from cases.demands.dispatching.drafts import current_draft
from cases.demands.dispatching.rehearsal_job import rehearse_rules
from cases.demands.dispatching.rules import Effect
from cases.demands.models import DispatchRuleSet
from parties.roles import OFFICE_ROLES, Role
from tests.cases.demands.dispatching import admin, administrator, adopted, drafted, rehearsed, rule
from tests.cases.demands.table import perform
from tests.factories import actor, case_in, later
from tests.pages import FRAME, fields, statements, text

RULES = "/demands/dispatch-rules/"
DRAFT = f"{RULES}draft/"


@pytest.fixture
def browser(town, sign_in):
    return sign_in(administrator(town))


def page(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, text(answer.content.decode())
    return answer.content.decode()


def work(town):
    """What the worker does with the rehearsal that waits, in this very process."""
    rehearse_rules.func(str(current_draft(admin(town)).job.public_id))


def seen(browser):
    return re.search(r'name="seen" value="(\d+)"', page(browser, DRAFT))[1]


def press(browser, what, position=""):
    answer = browser.post(f"{DRAFT}change/", {"what": what, "position": position, "seen": seen(browser)})
    assert answer.status_code == 302
    return answer


def typed(town, **other):
    usual = {"effect": "DISPATCH", "matter": town.shared.code, "lead": town.housing.code, "urgent": ""}
    return usual | {"words": "变压器", **other}


def test_rules_are_written_ordered_rehearsed_and_adopted_by_clicking(town, browser, clock):
    case_in("CLOSED", town=town, start=later(days=-30))
    shown = page(browser, RULES)
    assert f'href="{RULES}"' in page(browser, "/")
    assert "还没有启用过规则，只有内置规则" in shown
    assert "若所选职责事项只有一个责任部门 → 该部门" in shown
    assert browser.post(f"{DRAFT}begin/")["Location"] == DRAFT
    address = f"{DRAFT}rules/new/"
    assert address in page(browser, DRAFT)
    preview = browser.post(address, typed(town, preview="1", seen=seen(browser)))
    sentence = "若标题或正文含“变压器” → 市住建局（职责事项：配套管网协调）"
    assert sentence in text(preview.content.decode())
    assert current_draft(admin(town)).rules == []
    assert browser.post(address, typed(town, seen=seen(browser)))["Location"] == DRAFT
    leave = {"effect": "LEAVE", "urgent": "yes", "words": ""}
    assert browser.post(address, typed(town, matter="", lead="", seen=seen(browser)) | leave).status_code == 302
    press(browser, "up", 2)
    draft = current_draft(admin(town))
    assert [one["effect"] for one in draft.rules] == ["LEAVE", "DISPATCH"]
    press(browser, "down", 1)
    edit = f"{DRAFT}rules/1/"
    filled = fields(page(browser, edit))
    assert filled["words"].strip() == "变压器"
    assert browser.post(edit, typed(town, words="变压器\n停电", seen=seen(browser))).status_code == 302
    press(browser, "remove", 2)
    assert "去启用" not in page(browser, DRAFT)
    assert browser.get(f"{DRAFT}adopt/")["Location"] == DRAFT
    assert browser.post(f"{DRAFT}rehearse/", {"seen": seen(browser)})["Location"] == DRAFT
    waiting = page(browser, DRAFT)
    assert 'http-equiv="refresh"' in waiting
    assert "后台就要开始预演。" in waiting
    work(town)
    shown = text(page(browser, DRAFT))
    assert "重派的诉求 1 会自动派单 1" in shown
    assert "规则 1 不一致 1" in shown
    assert "市住建局 市能源局 1" in shown
    file = browser.get(f"{DRAFT}rehearsal.csv")
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("规则 1,若标题或正文含“变压器”或“停电”")
    adopt = f"{DRAFT}adopt/"
    assert adopt in page(browser, DRAFT)
    missing = browser.post(adopt, {"seen": seen(browser), "source": "市府办〔2026〕1号"})
    assert missing.status_code == 422
    assert "请先看预演结果，再勾选" in missing.content.decode()
    done = browser.post(adopt, {"seen": seen(browser), "source": "市府办〔2026〕1号", "result_seen": "on"})
    assert done["Location"] == f"{RULES}versions/1/"
    version = text(page(browser, done["Location"]))
    assert "市府办〔2026〕1号" in version
    assert "新增 第 1 条" in version
    assert in_force().version == 1
    assert browser.get(DRAFT).status_code == 404


def test_who_may_read_them_and_who_may_change_them(town, sign_in):
    adopted(town, rule(matter=town.shared.code, lead=town.housing.code))
    drafted(town, rule(effect=Effect.LEAVE))
    for post in town.everybody:
        browser = sign_in(post)
        reads = post.role in OFFICE_ROLES | {Role.SYSTEM_ADMIN}
        changes = post.role == Role.SYSTEM_ADMIN
        assert (f'href="{RULES}"' in browser.get("/").content.decode()) is reads
        for address in (RULES, f"{RULES}versions/", f"{RULES}versions/1/"):
            assert browser.get(address).status_code == (200 if reads else 403)
        for address in (DRAFT, f"{DRAFT}rules/new/", f"{DRAFT}rules/1/"):
            assert browser.get(address).status_code == (200 if changes else 403)
        if changes:
            assert "继续改草案" in browser.get(RULES).content.decode()
            continue
        for address in ("begin/", "change/", "rehearse/", "adopt/", "rules/1/"):
            answer = browser.post(f"{DRAFT}{address}", {"what": "remove", "position": "1", "seen": "2"})
            assert answer.status_code == 403, (post.role, address)
        for address in ("adopt/", "rehearsal.csv"):
            assert browser.get(f"{DRAFT}{address}").status_code == 403
        if reads:
            assert "草案" not in browser.get(RULES).content.decode()
    assert len(DispatchRuleSet.objects.get(state="DRAFT").rules) == 2


def test_a_mistake_in_a_rule_keeps_what_was_typed_and_an_overtaken_one_too(town, browser):
    drafted(town, rule(effect=Effect.LEAVE))
    address = f"{DRAFT}rules/new/"
    wrong = browser.post(address, typed(town, words="甲公司", seen=seen(browser)))
    assert wrong.status_code == 422
    assert "规则里不能写企业名称" in wrong.content.decode()
    assert "甲公司" in wrong.content.decode()
    before = seen(browser)
    drafted(town, rule(effect=Effect.LEAVE, urgent=True))
    late = browser.post(address, typed(town, seen=before))
    assert late.status_code == 409
    assert "请看过再改" in late.content.decode()
    assert "变压器" in late.content.decode()
    stale = browser.post(f"{DRAFT}change/", {"what": "remove", "position": "1", "seen": before})
    assert stale.status_code == 409


@pytest.mark.parametrize("place", ["0", "9", "x", "99999999"])
def test_a_place_that_is_none_is_not_found(town, browser, place):
    drafted(town, rule(effect=Effect.LEAVE))
    assert browser.get(f"{DRAFT}rules/{place}/").status_code == 404
    assert browser.get(f"{RULES}versions/{place}/").status_code == 404


def test_a_draft_is_given_up_and_nonsense_is_refused(town, browser):
    drafted(town, rule(effect=Effect.LEAVE))
    assert browser.post(f"{DRAFT}change/", {"what": "explode", "seen": seen(browser)}).status_code == 400
    assert press(browser, "drop")["Location"] == RULES
    assert DispatchRuleSet.objects.get().state == "DROPPED"
    assert "修改规则" in page(browser, RULES)


def test_the_rates_stand_beside_the_rules(town, browser, clock):
    adopted(town, rule(matter=town.shared.code, lead=town.energy.code, words=("变压器",)), now=later(days=-40))
    case_in("CLOSED", town=town, start=later(days=-30))
    case_in("CLOSED", town=town, start=later(days=-30), title="停电", text="经常停电，影响生产，请尽快处理。")
    shown = text(page(browser, RULES))
    assert "规则 1 若标题或正文含“变压器” → 市能源局（职责事项：配套管网协调） 首派准确率 1/1（100%）" in shown
    assert "内置规则：单一责任部门 若所选职责事项只有一个责任部门 → 该部门 首派准确率 —" in shown
    assert "派单员 没有规则派出的，由派单员派单 首派准确率 1/1（100%）" in shown
    assert "合计 首派准确率 2/2（100%）" in shown
    adopted(town, rule(effect=Effect.LEAVE), now=later())
    draft = drafted(town)
    browser.post(f"{DRAFT}change/", {"what": "remove", "position": "1", "seen": draft.revision})
    draft = rehearsed(town)
    browser.post(f"{DRAFT}adopt/", {"seen": draft.revision, "source": "依据", "result_seen": "on"})
    assert "以前的规则 已修改或删除的规则 首派准确率 1/1（100%）" in text(page(browser, RULES))


@pytest.mark.parametrize("more", [0, 2])
def test_pages_take_few_statements_whatever_their_length(town, browser, more):
    rules = [
        rule(matter=town.shared.code, lead=town.housing.code, categories=(town.power.pk,), districts=("150602",))
        for _n in range(1 + more)
    ]
    adopted(town, *rules)
    drafted(town, *rules)
    # the rules in force, the rates, four kinds of names, the draft
    assert len(statements(browser, RULES)) == FRAME + 7
    assert len(statements(browser, DRAFT)) == FRAME + 6
    assert len(statements(browser, f"{RULES}versions/1/")) == FRAME + 6 + 1
    assert len(statements(browser, f"{RULES}versions/")) == FRAME + 1


def test_the_dispatcher_sees_the_suggested_departments_first(town, sign_in, clock):
    case = case_in("SUBMITTED", town=town)
    case = perform("accept", case, by=actor(town.intake, later(hours=1)), town=town, duty_item=town.shared)
    clock.move_to(later(hours=2))
    answer = sign_in(town.dispatcher).get(f"/demands/{case.public_id}/dispatch/")
    shown = text(answer.content.decode())
    assert "建议的主办部门 市能源局 · 职责清单的责任部门 · 配套管网协调" in shown
    leads = [str(label) for value, label in answer.context["form"].fields["lead"].choices if value]
    assert leads[:2] == ["市能源局", "市住建局"]
    assert len(leads) == 3
