"""The pages on which a firm is asked and answers, and on which a handler is named."""

import pytest
from django.urls import reverse

from cases.demands import moves
from cases.demands.models import Case, InfoRequest
from parties.roles import Role
from tests.cases.demands.table import OF_THE_SYSTEM, perform
from tests.factories import POINTS, actor, case_in, later, system
from tests.pages import fields, text
from workflow.models import Event


def address(case, action=""):
    return (
        reverse("demands:act", args=[case.public_id, action])
        if action
        else reverse("demands:case", args=[case.public_id])
    )


def press(browser, case, action, **typed):
    page = browser.get(address(case, action))
    assert page.status_code == 200
    return browser.post(address(case, action), fields(page.content.decode()) | typed)


def state_of(case):
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


TYPED = "现有变压器的容量\n\n 增容申请单的编号 \n"


@pytest.fixture(autouse=True)
def _three_hours_later(clock):
    clock.move_to(later(hours=3))


def test_intake_asks_and_the_firm_completes_by_their_pages(town, sign_in, clock):
    case = case_in("SUBMITTED", town=town)
    asked = press(sign_in(town.intake), case, "request_completion", points=TYPED)
    assert (asked.status_code, asked.url, state_of(case)) == (302, address(case), "NEED_INFO")
    assert InfoRequest.objects.get(case=case).points == POINTS
    firm = sign_in(town.staff)
    clock.shift(3600)
    given = press(firm, case, "complete", answer="容量 630 千伏安，编号 2026-0831。")
    assert (given.status_code, state_of(case)) == (302, "SUBMITTED")
    for browser in (firm, sign_in(town.intake)):
        page = text(browser.get(address(case)).content.decode())
        assert "现有变压器的容量 增容申请单的编号 企业 11月23日 14:00 答复 容量 630 千伏安，编号 2026-0831。" in page


def test_a_handler_asks_and_the_firm_answers_by_their_pages(town, sign_in, clock):
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    assert press(sign_in(town.handler), case, "ask_firm", points=TYPED).status_code == 302
    assert state_of(case) == "WAIT_ENTERPRISE"
    clock.shift(3600)
    firm = sign_in(town.firm_secretary)
    assert press(firm, case, "answer", answer="容量 630 千伏安。").status_code == 302
    assert state_of(case) == "IN_PROGRESS"
    assert InfoRequest.objects.get(case=case).answered_by_id == town.firm_secretary.user_id
    assert "企业 11月23日 14:00 答复 容量 630 千伏安。" in text(
        sign_in(town.handler).get(address(case)).content.decode()
    )


@pytest.mark.parametrize(("state", "action"), [("NEED_INFO", "complete"), ("WAIT_ENTERPRISE", "answer")])
def test_the_firm_reads_each_point_where_it_answers_and_on_the_page_of_the_demand(town, sign_in, state, action):
    case = case_in(state, town=town, contacted=True)
    browser = sign_in(town.staff)
    for page in (browser.get(address(case, action)), browser.get(address(case))):
        html = page.content.decode()
        assert [html.count(f"<li>{point}</li>") for point in POINTS] == [1, 1]
    assert "请您补充" in text(browser.get(address(case, action)).content.decode())
    neighbour = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    assert neighbour.get(address(case, action)).status_code == neighbour.get(address(case)).status_code == 404


def test_where_the_firm_answers_it_reads_only_what_it_has_not_answered(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, completed=True, contacted=True)
    by = actor(town.handler, later(hours=2))
    moves.ask_firm(case.pk, by=by, seen=case.head_seq, points=["第二轮的问题"])
    browser = sign_in(town.staff)
    answering = browser.get(address(case, "answer")).content.decode()
    assert "<li>第二轮的问题</li>" in answering
    assert POINTS[0] not in answering
    whole = browser.get(address(case)).content.decode()
    assert whole.index(f"<li>{POINTS[0]}</li>") < whole.index("<li>第二轮的问题</li>")


def test_a_request_that_ran_out_says_so(town, sign_in, clock):
    case = case_in("WAIT_ENTERPRISE", town=town, contacted=True, planned=True)
    clock.move_to(later(days=10))
    moves.answer_overdue(case.pk, by=system(later(days=10)))
    for who in (town.staff, town.handler):
        assert "增容申请单的编号 期满未答复" in text(sign_in(who).get(address(case)).content.decode())


@pytest.mark.parametrize(
    ("state", "who", "action", "typed", "sentence"),
    [
        ("SUBMITTED", "intake", "request_completion", {"points": " \n "}, "请填写还缺什么。"),
        ("SUBMITTED", "intake", "request_completion", {"points": "缺"}, "请写得具体些，至少 2 个字"),
        ("IN_PROGRESS", "handler", "ask_firm", {"points": "申请单\n" * 11}, "一次最多 10 条"),
        ("IN_PROGRESS", "handler", "ask_firm", {"points": "长" * 201}, "内容太长，最多 200 个字"),
        ("NEED_INFO", "staff", "complete", {"answer": "有"}, "请写得具体些，至少 2 个字"),
        ("WAIT_ENTERPRISE", "staff", "answer", {"answer": "有"}, "请写得具体些，至少 2 个字"),
        ("IN_PROGRESS", "liaison", "name_handler", {"reason": "换"}, "请写得具体些，至少 2 个字"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_keeps_what_was_typed(town, sign_in, state, who, action, typed, sentence):
    case = case_in(state, town=town)
    field, words = next(iter(typed.items()))
    more = {"handler": town.second_handler.public_id} if action == "name_handler" else {}
    answer = press(sign_in(getattr(town, who)), case, action, **typed, **more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert f'href="#id_{field}"' in page
    assert fields(page)[field].strip() == words.strip()
    assert (state_of(case), Event.objects.filter(subject_id=case.pk).count()) == (state, case.head_seq)


def test_who_is_asked_a_third_time_is_not(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True, asked=2)
    browser = sign_in(town.handler)
    answer = browser.get(address(case, "ask_firm"))
    assert (answer.status_code, "已经请企业补充过两次，请按现有情况办理" in answer.content.decode()) == (409, True)
    page = browser.get(address(case)).content.decode()
    assert '<p id="why-ask_firm">已经请企业补充过两次，请按现有情况办理</p>' in page
    case = case_in("SUBMITTED", town=town, completed=True)
    answer = sign_in(town.intake).get(address(case, "request_completion"))
    assert (answer.status_code, "已经要求补正过一次，请受理或者不予受理" in answer.content.decode()) == (409, True)


def test_nobody_answers_for_the_firm(town, sign_in):
    for state, action in (("NEED_INFO", "complete"), ("WAIT_ENTERPRISE", "answer")):
        case = case_in(state, town=town)
        assert sign_in(town.intake).get(address(case, action)).status_code == 403
        assert sign_in(town.intake).post(address(case, action), {"answer": "代答一句"}).status_code == 403
        assert state_of(case) == state


# --- the handler ---


def test_a_liaison_who_stands_in_names_a_handler(town, sign_in, clock):
    case = case_in("IN_PROGRESS", town=town, stand_in=True)
    clock.move_to(later(days=3))
    browser = sign_in(town.liaison)
    shown = text(browser.get(address(case)).content.decode())
    assert "现在轮到 市能源局 · 部门联络员" in shown
    assert "下一步 指定承办人" in shown
    typed = {"handler": town.second_handler.public_id, "reason": "确定承办人"}
    assert press(browser, case, "name_handler", **typed).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert (case.handler_id, case.stand_in) == (town.second_handler.user_id, "")
    shown = text(sign_in(town.second_handler).get(address(case)).content.decode())
    assert "现在轮到 市能源局 · 承办人" in shown


def test_only_handlers_of_the_department_are_offered(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    form = sign_in(town.deputy).get(address(case, "name_handler")).context["form"]
    assert set(form.fields["handler"].queryset) == {town.handler, town.second_handler}
    stranger = town.at(town.housing, Role.HANDLER)
    answer = press(sign_in(town.deputy), case, "name_handler", handler=stranger.public_id, reason="换一个人")
    assert answer.status_code == 422
    assert Case.objects.get(pk=case.pk).handler_id == town.handler.user_id


# --- the system's own moves ---


@pytest.mark.parametrize(
    ("state", "traits"),
    [
        ("NEED_INFO", {}),
        ("DISPATCHED", {}),
        ("WAIT_ENTERPRISE", {"contacted": True}),
        ("AWAIT_CONFIRM", {}),
        ("CLOSED", {}),
        ("ENDED", {}),
    ],
)
def test_nobody_has_a_button_for_what_the_system_does(town, sign_in, clock, state, traits):
    case = case_in(state, town=town, **traits)
    clock.move_to(later(days=60))
    for post in town.everybody:
        if post.organisation_id not in (town.firm.pk, town.office.pk, town.energy.pk):
            continue
        answer = sign_in(post).get(address(case))
        if answer.status_code == 404:
            continue
        shown = {action["name"] for action in (*answer.context["possible"], *answer.context["refused"])}
        assert shown.isdisjoint(OF_THE_SYSTEM)
        assert not [action for action in OF_THE_SYSTEM if f"/{action}/" in answer.content.decode()]


def test_what_the_system_did_is_read_in_the_history(town, sign_in, clock):
    case = case_in("ARCHIVED", town=town, confirmation="UNANSWERED", stand_in=True)
    clock.move_to(later(days=60))
    shown = text(sign_in(town.staff).get(address(case)).content.decode())
    for words in ("归档", "默认办结", "确认期满，企业未回应，默认办结", "逾期自动签收", "企业确认 未回应"):
        assert words in shown
    case = case_in("ENDED", town=town)
    shown = text(sign_in(town.staff).get(address(case)).content.decode())
    assert "补正期满没有补正，诉求终止" in shown
    assert "原因 未补正" in shown


def test_the_other_demands_that_intake_is_shown_are_the_open_ones(town, sign_in):
    for state in ("NEED_INFO", "WAIT_ENTERPRISE", "ENDED", "ARCHIVED"):
        case_in(state, town=town, title=f"另一件 {state}")
    case = case_in("SUBMITTED", town=town)
    page = sign_in(town.intake).get(address(case, "accept")).content.decode()
    assert [state for state in ("NEED_INFO", "WAIT_ENTERPRISE", "ENDED", "ARCHIVED") if f"另一件 {state}" in page] == [
        "NEED_INFO",
        "WAIT_ENTERPRISE",
    ]
    assert perform("accept", case, by=actor(town.intake, later(hours=4)), town=town).state == "ACCEPTED"
