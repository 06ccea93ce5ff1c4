"""The page of one demand: what each reader is told, and a fixed number of statements."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.demands import moves
from cases.demands.enums import CaseState, Klass
from cases.demands.models import Case
from parties.roles import Role
from tests.factories import NOW, actor, case_in, later
from tests.pages import FRAME, statements, text


def address(case):
    return reverse("demands:case", args=[case.public_id])


def page(browser, case):
    answer = browser.get(address(case))
    assert answer.status_code == 200
    return text(answer.content.decode())


@pytest.mark.parametrize("state", [state for state in CaseState if state != CaseState.DRAFT])
def test_the_page_opens_for_exactly_those_who_see_the_demand(town, sign_in, state):
    case = case_in(state, town=town)
    for membership in town.everybody:
        visible = Case.objects.visible_to(actor(membership)).filter(pk=case.pk).exists()
        assert sign_in(membership).get(address(case)).status_code == (200 if visible else 404), membership.role


def test_the_head_says_whose_turn_it_is_what_is_next_and_by_when(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    words = page(sign_in(town.staff), case)
    assert "现在轮到 市能源局 · 承办人" in words
    assert "下一步 提交结果，送党组书记审签" in words
    assert "到期 2026年12月14日 17:30" in words


@pytest.mark.parametrize(
    ("state", "done", "now"),
    [
        ("SUBMITTED", 0, "已提交"),
        ("NEED_INFO", 0, "已提交"),
        ("ENDED", 0, "已提交"),
        ("ACCEPTED", 0, "已提交"),
        ("DISPATCHED", 1, "已派单"),
        ("IN_PROGRESS", 2, "办理中"),
        ("WAIT_ENTERPRISE", 2, "办理中"),
        ("RESULT_REVIEW", 2, "办理中"),
        ("AWAIT_CONFIRM", 3, "待您确认"),
        ("CLOSED", 5, None),
        ("ARCHIVED", 5, None),
    ],
)
def test_a_firm_sees_five_plain_steps(town, sign_in, state, done, now):
    steps = sign_in(town.staff).get(address(case_in(state, town=town))).context["steps"]
    assert [step["label"] for step in steps] == ["已提交", "已派单", "办理中", "待您确认", "已办结"]
    assert [step["status"] for step in steps].count("done") == done
    assert [step["label"] for step in steps if step["status"] == "now"] == ([now] if now else [])


def test_a_refused_action_stays_in_sight_with_its_sentence(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    html = sign_in(town.handler).get(address(case)).content.decode()
    assert 'aria-disabled="true" aria-describedby="why-submit_result"' in html
    assert '<p id="why-submit_result">请先登记首联，再提交结果</p>' in html
    assert f'href="{address(case)}record_contact/"' in html
    assert f'href="{address(case)}submit_result/"' not in html


def test_a_firm_sees_the_reply_and_never_the_internal_note(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    by = actor(town.handler, later(hours=1))
    moves.add_internal_note(case.pk, by=by, text="不宜外传的话")
    moves.add_public_reply(case.pk, by=by, text="可以告诉企业的话")
    firm, office, lead = (page(sign_in(who), case) for who in (town.staff, town.intake, town.liaison))
    assert "可以告诉企业的话" in firm
    assert "内部备注 2026" not in firm
    assert "不宜外传的话" not in firm
    for words in (office, lead):
        assert "不宜外传的话" in words
        assert "仅承办单位与平台可见，企业看不到" in words


def test_a_firm_reads_the_result_only_when_it_is_signed(town, sign_in):
    answer = "供电方案已于十一月二十日送达企业。"
    unsigned, signed = case_in("RESULT_REVIEW", town=town), case_in("AWAIT_CONFIRM", town=town)
    assert answer not in page(sign_in(town.staff), unsigned)
    assert answer in page(sign_in(town.handler), unsigned)
    assert answer in page(sign_in(town.staff), signed)
    assert "供电方案答复单一份" not in page(sign_in(town.staff), signed)
    assert "供电方案答复单一份" in page(sign_in(town.liaison), signed)


def test_a_returned_result_is_not_told_to_the_firm(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    by = actor(town.party_secretary, later(hours=3))
    moves.return_result(case.pk, by=by, seen=case.head_seq, reason="没有写明日期")
    words = page(sign_in(town.staff), case)
    assert "没有写明日期" not in words
    assert "供电方案已于十一月二十日送达企业。" not in words
    assert "没有写明日期" in page(sign_in(town.handler), case)


def test_the_firm_is_promised_a_day_until_that_day_has_passed(town, sign_in, clock):
    case = case_in("IN_PROGRESS", town=town)
    assert "预计 12月14日前" in page(sign_in(town.staff), case)
    clock.move_to(later(days=30))
    assert "预计" not in page(sign_in(town.staff), case)


def test_a_due_date_opens_to_the_days_that_were_counted(town, sign_in, clock):
    case = case_in("IN_PROGRESS", town=town, klass=Klass.ORDINARY, contacted=True, planned=True)
    clock.move_to(later(days=2))
    shown = sign_in(town.handler).get(address(case)).context["clocks"]
    resolve = next(clock for clock in shown if str(clock.label) == "办结")
    days = {day.number: (day.words, day.look) for week in resolve.weeks for day in week}
    assert days["23"] == ("起算", "s")
    assert [days[n] for n in ("24", "25", "26")] == [("1", "c"), ("2", "c today"), ("3", "f")]
    assert days["28"] == ("休", "w")
    assert days["2"] == ("到期", "due")
    assert resolve.left.words == "第 2/7 个工作日"
    assert "数满 7 个工作日为 12月2日 17:30。" in resolve.sentences[0]
    assert resolve.sentences[1] == "规则：时限规则第 1 版 · 工作日历第 1 版"


def test_a_clock_that_ended_says_whether_in_time(town, sign_in):
    case = case_in("DISPATCHED", town=town, start=NOW - timedelta(days=10), pace=timedelta(days=4))
    clocks = {str(c.label): c.left for c in sign_in(town.liaison).get(address(case)).context["clocks"]}
    assert clocks["受理"].words == "超期 3 天完成"
    assert clocks["受理"].tone == "red"
    assert clocks["首联"].tone in ("blue", "amber", "red")


def test_a_result_under_review_holds_the_clock_in_words(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    clocks = {str(c.label): c.left.words for c in sign_in(town.handler).get(address(case)).context["clocks"]}
    assert clocks["办结"] == "已提交结果，等待审签"


def test_the_page_names_every_organisation_that_sees_the_demand(town, sign_in):
    words = page(sign_in(town.staff), case_in("IN_PROGRESS", town=town))
    seen_by = words[words.index("谁能看到这件诉求") :]
    bureau = "部门联络员、承办人、分管负责人、部门主要负责人、党组书记"
    assert "甲公司 全部，内部备注除外 提出企业，11月23日起 企业经办人、企业党组织书记" in seen_by
    assert f"市能源局 全部 主办部门，11月23日起 {bureau}" in seen_by
    assert "东胜区平台办公室 全部 平台办公室，11月23日起 受理员、派单员、裁决员" in seen_by


@pytest.mark.parametrize("who", ["staff", "intake", "handler", "party_secretary"])
def test_the_page_takes_as_many_statements_with_few_events_as_with_sixty(town, sign_in, who):
    """Who sees it, two; that it was opened, one; for firm and office who else has opened it."""
    many = 7 + (who in ("staff", "intake"))
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    browser = sign_in(getattr(town, who))
    assert len(statements(browser, address(case))) == FRAME + many
    for n in range(54):
        moves.add_public_reply(case.pk, by=actor(town.handler, later(minutes=200 + n)), text=f"第{n}次答复")
    assert len(statements(browser, address(case))) == FRAME + many


@pytest.mark.parametrize("who", ["staff", "intake", "handler"])
def test_what_the_firm_was_asked_takes_one_statement_more_however_often(town, sign_in, who):
    browser, many = sign_in(getattr(town, who)), 7 + (who in ("staff", "intake"))
    for traits in ({"asked": 1}, {"asked": 2}, {"asked": 2, "completed": True}):
        case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True, **traits)
        assert len(statements(browser, address(case))) == FRAME + many + 1


def test_what_was_typed_is_shown_as_text(town, sign_in):
    case = case_in("SUBMITTED", town=town, title="<b>标题</b>", text="<script>alert(1)</script> 十个字以上的情况说明")
    html = sign_in(town.intake).get(address(case)).content.decode()
    assert "<script>" not in html
    assert "&lt;b&gt;标题&lt;/b&gt;" in html


def test_another_role_of_the_department_sees_the_demand_but_is_offered_no_move_of_the_handler(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    who = town.at(town.energy, Role.DEPARTMENT_HEAD)
    answer = sign_in(who).get(address(case))
    assert answer.context["possible"] == []
    assert [box["url"].split("/")[-2] for box in answer.context["boxes"]] == ["note_internal", "reply_public"]
    assert answer.context["refused"] == []
