"""The page of each move: the move is made once, a mistake keeps what was typed, a refusal says why."""

import pytest
from django.urls import reverse

from cases.demands import moves
from cases.demands.enums import Klass
from cases.demands.forms import FORMS
from cases.demands.models import Case
from tests.cases.demands.table import OF_THE_SYSTEM
from tests.factories import actor, case_in, later
from tests.pages import fields, text
from workflow.models import Event


def address(case, action):
    return reverse("demands:act", args=[case.public_id, action])


def untouched(browser, case, action):
    """What the page of the move would send back if nothing were typed."""
    answer = browser.get(address(case, action))
    assert answer.status_code == 200, action
    return fields(answer.content.decode())


def press(browser, case, action, **typed):
    return browser.post(address(case, action), untouched(browser, case, action) | typed)


def state_of(case):
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


def events(case):
    return Event.objects.filter(subject_kind="case", subject_id=case.pk).count()


def test_a_demand_goes_from_submission_to_confirmation_by_its_pages(town, sign_in, clock):
    case = case_in("SUBMITTED", town=town)
    clock.move_to(later(hours=1))
    signed = "供电方案答复单已于11月25日送达贵公司。"
    steps = {"steps_text_0": "现场勘察", "steps_date_0": "2026-11-25"}
    for who, action, typed, becomes in (
        (town.intake, "accept", {"category": town.power.pk, "klass": Klass.COMPLEX}, "ACCEPTED"),
        (
            town.dispatcher,
            "dispatch",
            {"duty_item": town.shared.public_id, "lead": town.energy.public_id},
            "DISPATCHED",
        ),
        (town.liaison, "acknowledge", {"handler": town.handler.public_id}, "IN_PROGRESS"),
        (town.handler, "record_contact", {"channel": "PHONE", "summary": "电话说明步骤"}, "IN_PROGRESS"),
        (town.handler, "save_plan", steps, "IN_PROGRESS"),
        (
            town.handler,
            "submit_result",
            {"outcome": "SOLVED", "text": signed, "evidence": "答复单一份"},
            "RESULT_REVIEW",
        ),
        (town.party_secretary, "sign_off", {"verdict": "pass"}, "AWAIT_CONFIRM"),
        (town.staff, "confirm", {"confirmation": "SOLVED"}, "CLOSED"),
    ):
        answer = press(sign_in(who), case, action, **typed)
        assert answer.status_code == 302, (action, answer.context["form"].errors)
        assert state_of(case) == becomes
        clock.shift(600)


def test_a_double_click_makes_one_move(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    form = untouched(browser, case, "reply_public") | {"text": "请补一份负荷清单"}
    before = events(case)
    first, second = (browser.post(address(case, "reply_public"), form) for _n in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert events(case) == before + 1


def test_the_second_click_on_a_move_that_is_done_leads_where_the_first_did(town, sign_in):
    case = case_in("DISPATCHED", town=town)
    browser = sign_in(town.liaison)
    form = untouched(browser, case, "acknowledge") | {"handler": town.handler.public_id}
    first, second = (browser.post(address(case, "acknowledge"), form) for _n in range(2))
    assert first.url == second.url == reverse("demands:case", args=[case.public_id])


def test_the_same_form_with_other_words_is_refused_as_a_second_sending(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    form = untouched(browser, case, "reply_public")
    browser.post(address(case, "reply_public"), form | {"text": "第一次"})
    before = events(case)
    answer = browser.post(address(case, "reply_public"), form | {"text": "第二次"})
    assert answer.status_code == 409
    assert events(case) == before


def test_a_mistake_keeps_what_was_typed_and_says_what_to_mend(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    answer = press(sign_in(town.handler), case, "submit_result", outcome="SOLVED", text="办了", evidence="答复单一份")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请写得具体些，至少 10 个字" in page
    assert fields(page)["text"] == "办了"
    assert fields(page)["evidence"] == "答复单一份"
    assert fields(page)["outcome"] == "SOLVED"
    assert 'href="#id_text"' in page
    assert state_of(case) == "IN_PROGRESS"


def test_rows_of_a_plan_are_kept_when_one_has_no_date(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    typed = {"steps_text_0": "现场勘察", "steps_date_0": "2026-11-25", "steps_text_1": "出具方案"}
    answer = press(sign_in(town.handler), case, "save_plan", **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "每个步骤要有文字和完成日期" in page
    assert {name: fields(page)[name] for name in typed} == typed
    assert 'href="#id_steps_0"' in page
    assert 'id="id_steps_0"' in page


def test_who_comes_second_is_told_who_was_first_and_can_press_again_after_reading(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    browser = sign_in(town.handler)
    form = untouched(browser, case, "submit_result")
    form |= {"outcome": "SOLVED", "text": "供电方案答复单已于11月25日送达。", "evidence": "答复单一份"}
    moves.add_internal_note(case.pk, by=actor(town.liaison, later(hours=2)), text="先等一等")
    answer = browser.post(address(case, "submit_result"), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "市能源局 · 部门联络员 于 11月23日 12:00 办理了“内部备注”" in text(page)
    assert fields(page)["text"] == form["text"]
    assert int(fields(page)["seen"]) == int(form["seen"]) + 1
    assert state_of(case) == "IN_PROGRESS"
    again = browser.post(address(case, "submit_result"), fields(page))
    assert again.status_code == 302
    assert state_of(case) == "RESULT_REVIEW"


def test_a_move_of_another_role_is_refused_with_its_sentence_and_a_way_back(town, sign_in):
    case = case_in("DISPATCHED", town=town)
    for send in (lambda b: b.get(address(case, "acknowledge")), lambda b: b.post(address(case, "acknowledge"), {})):
        answer = send(sign_in(town.handler))
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "只有主办部门的联络员可以签收" in page
        assert f'href="{reverse("demands:case", args=[case.public_id])}"' in page


def test_a_move_at_the_wrong_moment_is_refused_with_its_sentence(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    answer = sign_in(town.handler).get(address(case, "submit_result"))
    assert answer.status_code == 409
    assert "请先登记首联，再提交结果" in answer.content.decode()


@pytest.mark.parametrize("action", [*FORMS, *OF_THE_SYSTEM, "submit", "register", "nothing"])
def test_somebody_who_does_not_see_the_demand_gets_the_same_answer_for_every_move(town, sign_in, action):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.at(town.housing, "DEPARTMENT_LIAISON"))
    assert browser.get(address(case, action)).status_code == 404
    assert browser.post(address(case, action), {"seen": case.head_seq}).status_code == 404


@pytest.mark.parametrize("action", [*OF_THE_SYSTEM, "submit", "register", "nothing"])
def test_a_move_without_a_page_is_not_found(town, sign_in, action):
    case = case_in("IN_PROGRESS", town=town)
    for who in (town.handler, town.liaison, town.intake, town.staff):
        assert sign_in(who).get(address(case, action)).status_code == 404
        assert sign_in(who).post(address(case, action), {"seen": case.head_seq}).status_code == 404
    assert events(case) == case.head_seq


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999", "２"])
def test_a_form_without_a_readable_sequence_is_not_carried_out(town, sign_in, seen):
    case = case_in("DISPATCHED", town=town)
    answer = press(sign_in(town.liaison), case, "acknowledge", handler=town.handler.public_id, seen=seen)
    assert answer.status_code in (409, 422)
    assert state_of(case) == "DISPATCHED"


def test_intake_reads_the_other_open_demands_of_the_firm_before_accepting(town, sign_in):
    other = case_in("IN_PROGRESS", town=town, title="可能是同一件事")
    case = case_in("SUBMITTED", town=town)
    browser = sign_in(town.intake)
    page = browser.get(address(case, "accept")).content.decode()
    assert "可能是同一件事" in page
    assert reverse("demands:case", args=[other.public_id]) in page
    refused = press(browser, case, "accept", category=town.power.pk, klass=Klass.COMPLEX)
    assert refused.status_code == 422
    assert "请核对是否重复后勾选" in refused.content.decode()
    accepted = press(browser, case, "accept", category=town.power.pk, klass=Klass.COMPLEX, duplicates_seen="on")
    assert accepted.status_code == 302


def test_a_matter_with_one_owner_is_dispatched_the_moment_it_is_accepted(town, sign_in):
    case = case_in("SUBMITTED", town=town)
    typed = {"category": town.power.pk, "klass": Klass.COMPLEX, "duty_item": town.only_energy.public_id}
    assert press(sign_in(town.intake), case, "accept", **typed).status_code == 302
    assert state_of(case) == "DISPATCHED"


# --- signing ---


def test_the_secretary_signs_and_is_led_to_the_next_result(town, sign_in):
    first, second = case_in("RESULT_REVIEW", town=town), case_in("RESULT_REVIEW", town=town)
    browser = sign_in(town.party_secretary)
    page = browser.get(address(first, "sign_off")).content.decode()
    assert "审签 2 件中的第 1 件" in text(page)
    answer = press(browser, first, "sign_off", verdict="pass")
    assert answer.url == address(second, "sign_off")
    answer = browser.get(answer.url)
    assert "已通过，送企业确认" in answer.content.decode()
    assert press(browser, second, "sign_off", verdict="pass").url == reverse("home")
    assert state_of(first) == state_of(second) == "AWAIT_CONFIRM"


def test_sending_a_result_back_takes_a_reason_from_the_same_box(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    browser = sign_in(town.party_secretary)
    refused = press(browser, case, "sign_off", verdict="return")
    assert refused.status_code == 422
    assert 'href="#id_note"' in refused.content.decode()
    assert state_of(case) == "RESULT_REVIEW"
    short = press(browser, case, "sign_off", verdict="return", note="不行")
    assert short.status_code == 422
    assert fields(short.content.decode())["note"] == "不行"
    answer = press(browser, case, "sign_off", verdict="return", note="请写明送达日期")
    assert answer.status_code == 302
    assert state_of(case) == "IN_PROGRESS"


def test_words_kept_after_a_refused_return_can_be_sent_as_an_opinion(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    browser = sign_in(town.party_secretary)
    kept = fields(press(browser, case, "sign_off", verdict="return", note="可以").content.decode())
    answer = browser.post(address(case, "sign_off"), kept | {"verdict": "pass"})
    assert answer.status_code == 302
    assert state_of(case) == "AWAIT_CONFIRM"


def test_vague_words_are_marked_and_counted_for_the_signer(town, sign_in):
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    by = actor(town.handler, later(hours=2))
    answer = "近期上门协助更正。\n其余事项研究后尽快答复。"
    moves.submit_result(case.pk, by=by, seen=case.head_seq, outcome="PARTLY", text=answer, evidence="记录一份")
    page = sign_in(town.party_secretary).get(address(case, "sign_off")).content.decode()
    assert "3 处用词没有期限" in page
    assert '<mark class="vague">近期<sup>①</sup></mark>上门协助更正。' in page
    assert (
        '其余事项<mark class="vague">研究<sup>②</sup></mark>后<mark class="vague">尽快<sup>③</sup></mark>答复。' in page
    )


def test_the_signer_is_told_what_the_system_has_checked(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    checks = sign_in(town.party_secretary).get(address(case, "sign_off")).context["checks"]
    assert [well for well, _sentence in checks] == [True, True, True, True]
    assert [sentence for _well, sentence in checks] == [
        "首联按时：11月23日 10:40，限 1 个工作日",
        "方案 2 步，已登记",
        "承办人与审签人不是同一人",
        "结果按时提交：11月23日 11:00，限 12月14日 17:30",
    ]


def test_the_deputy_may_not_sign_what_is_the_secretarys(town, sign_in):
    answer = sign_in(town.deputy).get(address(case_in("RESULT_REVIEW", town=town), "sign_off"))
    assert answer.status_code == 403
    assert "须党组书记本人审签" in answer.content.decode()


def test_nobody_reads_the_page_of_a_move_that_is_not_theirs_by_sending_it_a_bad_key(town, sign_in):
    case = case_in("RESULT_REVIEW", town=town)
    answer = sign_in(town.staff).post(address(case, "sign_off"), {"idempotency_key": "x" * 81})
    assert (answer.status_code, "供电方案答复单一份" in answer.content.decode()) == (403, False)


# --- confirming ---


def test_the_firm_reads_the_result_and_confirms_it(town, sign_in):
    case = case_in("AWAIT_CONFIRM", town=town)
    browser = sign_in(town.staff)
    page = browser.get(address(case, "confirm")).content.decode()
    assert "供电方案已于十一月二十日送达企业。" in page
    assert "供电方案答复单一份" not in page
    answer = press(browser, case, "confirm", confirmation="SOLVED", note="谢谢")
    assert answer.status_code == 302
    assert "本件已办结" in browser.get(answer.url).content.decode()
    assert Case.objects.get(pk=case.pk).confirmation == "SOLVED"


@pytest.mark.parametrize("said", ["PARTLY", "UNSOLVED"])
def test_what_is_not_solved_is_offered_a_redo_first_and_closed_by_a_second_press(town, sign_in, said):
    case = case_in("AWAIT_CONFIRM", town=town)
    browser = sign_in(town.staff)
    first = press(browser, case, "confirm", confirmation=said, note="还差并网时间")
    page = first.content.decode()
    assert (first.status_code, state_of(case)) == (200, "AWAIT_CONFIRM")
    assert "没有完全解决，可以要求重办" in page
    assert page.index("申请重办") < page.index("同意办结")
    assert page.count("还差并网时间") == 2  # kept in its own field, and beside 申请重办
    again = browser.post(address(case, "confirm"), fields(page) | {"confirmation": said, "note": "还差并网时间"})
    assert again.status_code == 302
    assert "本件已办结" in browser.get(again.url).content.decode()
    assert Case.objects.get(pk=case.pk).confirmation == said


def test_the_redo_that_is_offered_first_begins_another_round(town, sign_in):
    case = case_in("AWAIT_CONFIRM", town=town)
    browser = sign_in(town.staff)
    page = press(browser, case, "confirm", confirmation="PARTLY").content.decode()
    form = page.split('<form id="redo"')[1].split("</form>")[0]
    answer = browser.post(address(case, "redo"), fields(form) | {"reason": "供电方案没有送达"})
    assert answer.status_code == 302
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.round, after.confirmation) == ("IN_PROGRESS", 2, "")


def test_confirming_without_a_choice_says_so_beside_the_choices(town, sign_in):
    case = case_in("AWAIT_CONFIRM", town=town)
    answer = press(sign_in(town.staff), case, "confirm")
    assert answer.status_code == 422
    assert 'href="#id_confirmation_0"' in answer.content.decode()
    assert state_of(case) == "AWAIT_CONFIRM"


@pytest.mark.parametrize("action", ["note_internal", "reply_public", "save_plan", "record_contact"])
def test_a_character_no_database_keeps_is_a_mistake_and_not_a_fault(town, sign_in, action):
    case = case_in("IN_PROGRESS", town=town)
    bad = "换行\0之后"
    typed = {"text": bad, "steps_text_0": bad, "steps_date_0": "2026-11-25", "person": bad, "summary": bad}
    answer = press(sign_in(town.handler), case, action, channel="PHONE", **typed)
    assert answer.status_code == 422
