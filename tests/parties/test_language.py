"""The interface speaks Chinese until a person chooses otherwise; what is kept is Chinese whoever writes it."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cases.demands.enums import CaseState, Klass
from cases.demands.models import Case
from cases.demands.questions import QUESTIONS
from parties.models import User
from parties.views import SignInView
from tests.api import SETTINGS
from tests.cases.demands.table import (
    DECIDED_BY,
    OF_THE_HIDDEN,
    OF_THE_SYSTEM,
    ON_A_FILE,
    WITH_FILES,
    last_attachment,
    perform,
)
from tests.factories import actor, case_in, intake_item, later, system
from tests.files import JPEG, sent
from tests.languages import CHINESE, ENGLISH, language_of, stored_words, words_in
from tests.pages import fields, text
from workflow.door import offers
from workflow.models import Event, EventBody, Proposal
from workflow.specs import specs


@pytest.fixture
def everybody_reads_english(town):
    User.objects.update(language="en")


def read(browser, address, **wanted):
    answer = browser.get(address, wanted)
    assert answer.status_code == 200, address
    return answer.content.decode()


def switch(browser, language, back="/"):
    return browser.post(reverse("language"), {"language": language, "next": back})


# --- the button ---


def test_one_press_changes_the_language_and_one_changes_it_back(town, sign_in):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.staff)
    pages = {
        reverse("home"): ("Submit a demand", "提交诉求"),
        reverse("demands:list"): ("Time left", "剩余时间"),
        reverse("demands:case", args=[case.public_id]): ("Who has it now", "现在谁在办"),
        reverse("demands:submit"): ("Submit a demand: choose a category", "提交诉求：选择类别"),
    }
    for language, shown, hidden in (("en", 0, 1), ("zh-hans", 1, 0)):
        assert switch(browser, language).status_code == 302
        for address, words in pages.items():
            page = read(browser, address)
            assert language_of(page) == language
            assert words[shown] in text(page)
            assert words[hidden] not in text(page)


def test_the_button_names_the_other_language_in_that_language(town, sign_in):
    browser = sign_in(town.staff)
    assert '<button class="top-link" type="submit" name="language" value="en" lang="en" ' in read(browser, "/")
    switch(browser, "en")
    page = read(browser, "/")
    assert 'value="zh-hans" lang="zh-hans"' in page
    assert "中文" in text(page)
    assert 'value="en"' not in page


def test_the_language_stays_with_the_person(town, sign_in):
    switch(sign_in(town.staff), "en")
    assert language_of(read(sign_in(town.staff), "/")) == "en"
    assert language_of(read(sign_in(town.intake), "/")) == "zh-hans"


@pytest.mark.parametrize("language", ["", "EN", "xx", "zh"])
def test_a_language_that_is_not_offered_is_refused(town, sign_in, language):
    answer = switch(sign_in(town.staff), language)
    assert answer.status_code == 400
    assert "没有这种语言" in answer.content.decode()
    assert User.objects.get(pk=town.staff.user_id).language == ""


@pytest.mark.parametrize(("wanted", "back"), [("/demands/", "/demands/"), ("https://example.org/", "/"), ("", "/")])
def test_the_button_leads_back_to_a_page_of_ours_only(town, sign_in, wanted, back):
    assert switch(sign_in(town.staff), "en", wanted).url == back


def test_the_language_is_changed_by_a_post_of_somebody_signed_in(town, sign_in, client):
    assert sign_in(town.staff).get(reverse("language")).status_code == 405
    assert switch(client, "en").url.startswith(reverse("login"))


@pytest.mark.parametrize("wish", ["en", "en-GB,en;q=0.9", "mn", ""])
def test_who_is_not_signed_in_reads_chinese_whatever_the_browser_asks_for(db, wish):
    browser = Client(headers={"accept-language": wish})
    for address in (reverse("login"), "/nowhere/"):
        page = browser.get(address).content.decode()
        assert language_of(page) == "zh-hans"
        assert CHINESE.search(text(page))
        assert words_in(page, ENGLISH, data=stored_words()) == []


# --- every page in either language ---


def pages_of(town, sign_in, *, moves_once=False):
    """Every page that somebody in the line of a demand opens, with whoever opens it.

    `moves_once`: of the pages of one move only the first.
    """
    opened = set()
    cases = {state: case_in(state, town=town) for state in CaseState if state != CaseState.DRAFT}
    cases["a plain question"] = case_in("IN_PROGRESS", town=town, klass=Klass.INQUIRY, contacted=True, urgent=True)
    cases["hidden"] = case_in("IN_PROGRESS", town=town, hidden=True, contacted=True)
    cases["hidden and named"] = case_in("SUBMITTED", town=town, hidden=True)
    Case.objects.filter(pk=cases["hidden and named"].pk).update(text="请打 0477-5550100 找李经理")
    cases["planned"] = case_in("DISPATCHED", town=town, contacted=True)
    item = intake_item(town.office)
    people = (town.staff, town.intake, town.dispatcher, town.liaison, town.handler, town.deputy, town.party_secretary)
    for who in people:
        browser = sign_in(who)
        addresses = [reverse("home"), *(reverse("box", args=[box]) for box in ("todo", "done", "mine"))]
        addresses += [reverse("demands:list"), reverse("demands:list") + "?state=ALL&all=1"]
        for case in cases.values():
            if not Case.objects.visible_to(actor(who)).filter(pk=case.pk).exists():
                continue
            addresses.append(reverse("demands:case", args=[case.public_id]))
            can = {offer.name for offer in offers(case, actor(who)) if offer.refusal is None}
            can -= opened if moves_once else set()
            opened |= can
            addresses += [reverse("demands:act", args=[case.public_id, action]) for action in sorted(can)]
        for address in addresses:
            yield address, read(browser, address)
    browser = sign_in(town.staff)
    for name in ("demands:submitted", "demands:receipt"):
        yield name, read(browser, reverse(name, args=[cases[CaseState.SUBMITTED].public_id]))
    yield "submit", read(browser, reverse("demands:submit"))
    for code in ("ENERGY", "BUILDING"):
        yield code, read(browser, reverse("demands:questions", args=[code]))
    browser = sign_in(town.intake)
    yield "import", read(browser, reverse("demands:import"))
    yield "intake", read(browser, reverse("demands:intake"))
    yield "claim", read(browser, reverse("demands:claim", args=[item.public_id]), firm=town.firm.name)
    for kind in ("enterprises", "party-organisations", "departments", "people"):
        yield kind, read(browser, reverse("directory:list", args=[kind]))
    for page in ("entry", "change", "activate"):
        yield page, read(browser, reverse(f"directory:{page}", args=["enterprises", town.firm.public_id]))


@pytest.mark.every_page
def test_no_page_in_english_has_a_chinese_word_of_the_interface(town, sign_in, clock, everybody_reads_english):
    clock.move_to(later(hours=3))
    pages = list(pages_of(town, sign_in))
    data = stored_words()
    assert {address: words for address, page in pages if (words := words_in(page, CHINESE, data=data))} == {}


@pytest.mark.every_page
def test_no_page_in_chinese_has_an_english_word(town, sign_in, clock):
    clock.move_to(later(hours=3))
    # An English word here was typed by somebody, not left untranslated: one page of each move says it.
    pages = list(pages_of(town, sign_in, moves_once=True))
    data = stored_words()
    assert {address: words for address, page in pages if (words := words_in(page, ENGLISH, data=data))} == {}


def test_what_refuses_and_what_is_to_be_mended_is_said_in_english_too(town, sign_in, everybody_reads_english):
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    reply, accept, plan = (
        reverse("demands:act", args=[case.public_id, action]) for action in ("reply_public", "accept", "save_plan")
    )
    form = fields(read(browser, plan))
    moved = form | {"steps_text_0": "现场勘察", "steps_date_0": "2026-11-25", "seen": "2"}
    for answer, status in (
        (browser.get("/nowhere/"), 404),
        (browser.get(accept), 403),
        (browser.post(reply, fields(read(browser, reply))), 422),
        (browser.post(plan, form), 422),
        (browser.post(plan, moved), 409),
        (switch(browser, "xx"), 400),
    ):
        page = answer.content.decode()
        assert (answer.status_code, language_of(page)) == (status, "en")
        assert words_in(page, CHINESE, data=stored_words()) == []


def test_the_sign_in_page_has_its_words_in_english_too(db, rf):
    request = rf.get(reverse("login"))
    request.user = AnonymousUser()
    with translation.override("en"):
        page = SignInView.as_view()(request).render().content.decode()
    assert language_of(page) == "en"
    assert words_in(page, CHINESE, data=stored_words()) == []


# --- what is kept ---


def press(browser, address, **typed):
    """Send the page's form as a browser would, with these answers."""
    answer = browser.post(address, fields(read(browser, address)) | typed)
    assert answer.status_code == 302, text(answer.content.decode())
    return answer.url


def submitted_by_page(browser, code):
    address = reverse("demands:questions", args=[code])
    example = {"number": "300", "date": "2026-12-28"}
    typed = {
        question.key: question.choices[0][0] if question.kind == "choice" else example.get(question.kind, "二期生产线")
        for question in QUESTIONS[code]
    } | {"title": "变压器增容", "text": "申请变压器增容三个月，没有答复。", "wanted": "取得供电方案答复单"}
    typed |= {"contact_name": "李经理", "contact_phone": "0477-5550100", "step": "check"}
    check = browser.post(address, fields(read(browser, address)) | typed)
    assert check.status_code == 200, check.context["form"].errors
    sent = browser.post(address, fields(check.content.decode()) | {"step": "send"})
    assert sent.status_code == 302
    return Case.objects.get()


def kept(case):
    """The words of every event of a case: action, who as text, what as text."""
    events = Event.objects.filter(subject_id=case.pk).order_by("seq")
    bodies = dict(EventBody.objects.filter(event__in=events).values_list("event_id", "text"))
    return [(e.action, json.loads(e.actor)["role_text"], json.loads(bodies[e.pk])["text"]) for e in events]


def test_people_who_read_english_write_a_chinese_ledger(town, sign_in, clock, everybody_reads_english):
    case = submitted_by_page(sign_in(town.staff), "ENERGY")
    result = {"outcome": "PARTLY", "text": "供电方案答复单已于11月25日送达贵公司。", "evidence": "答复单一份"}
    clock.move_to(later(hours=1))
    for who, action, typed in (
        (town.intake, "request_completion", {"points": "营业执照"}),
        (town.staff, "complete", {"answer": "已附上"}),
        (town.intake, "accept", {"category": "ENERGY", "klass": Klass.COMPLEX, "urgent": "on"}),
        (town.dispatcher, "dispatch", {"duty_item": town.shared.public_id, "lead": town.energy.public_id}),
        (town.liaison, "acknowledge", {"handler": town.handler.public_id}),
        (town.handler, "record_contact", {"channel": "PHONE", "person": "李经理", "summary": "电话说明步骤"}),
        (town.firm_secretary, "deny_contact", {"reason": "没有接到电话"}),
        (town.handler, "save_plan", {"steps_text_0": "现场勘察", "steps_date_0": "2026-11-25"}),
        (town.dispatcher, "note_internal", {"text": "请跟进"}),
        (town.handler, "reply_public", {"text": "请补一份负荷清单"}),
        (town.handler, "ask_firm", {"points": "用电负荷\n投产日期"}),
        (town.staff, "answer", {"answer": "负荷 800 千伏安，十二月投产"}),
        (town.liaison, "name_handler", {"handler": town.second_handler.public_id, "reason": "原承办人出差"}),
        (town.second_handler, "submit_result", result),
        (town.party_secretary, "sign_off", {"verdict": "return", "note": "请补送达日期"}),
        (town.second_handler, "submit_result", result),
        (town.party_secretary, "sign_off", {"verdict": "pass"}),
        (town.staff, "confirm", {"confirmation": "SOLVED"}),
    ):
        press(sign_in(who), reverse("demands:act", args=[case.public_id, action]), **typed)
    assert kept(case) == [
        ("submit", "企业经办人", "甲公司提交，类别用电用能"),
        ("request_completion", "受理员", "请企业补充 1 项"),
        ("complete", "企业经办人", ""),
        ("accept", "受理员", "定为用电用能类、复杂、紧急"),
        ("dispatch", "派单员", "依据职责清单“配套管网协调”，主办市能源局"),
        ("acknowledge", "部门联络员", f"承办人 {town.handler.user.name}"),
        ("record_contact", "承办人", "11月23日 11:00 电话联系 李经理"),
        ("deny_contact", "企业党组织书记", "企业表示没有被联系"),
        ("save_plan", "承办人", "1 个步骤，最后一步 11月25日"),
        ("note_internal", "派单员", ""),
        ("reply_public", "承办人", ""),
        ("ask_firm", "承办人", "请企业补充 2 项"),
        ("answer", "企业经办人", ""),
        ("name_handler", "部门联络员", f"承办人 {town.second_handler.user.name}"),
        ("submit_result", "承办人", "办理结果：部分解决"),
        ("return_result", "党组书记", "结果退回承办人"),
        ("submit_result", "承办人", "办理结果：部分解决"),
        ("sign_off", "党组书记", "结果送企业确认"),
        ("confirm", "企业经办人", "企业确认：已解决"),
    ]
    # A move that is new in the product has to be added here, or below.
    made = {action for action, _who, _what in kept(case)}
    assert made | {"register", *DISPUTED, *OF_THE_SYSTEM, *OF_THE_HIDDEN, *WITH_FILES, *ON_A_FILE, *OF_ITEMS} == set(
        specs(Case)
    )


def test_what_two_people_do_is_chinese_in_the_ledger_too(town, sign_in, clock, everybody_reads_english):
    case = case_in("SUBMITTED", town=town)
    clock.move_to(later(hours=1))
    typed = {"declined_for": "DUPLICATE", "explanation": "与上一件相同", "proposal_reason": "核对过"}
    page = press(sign_in(town.intake), reverse("demands:act", args=[case.public_id, "decline"]), **typed)
    for who, verb, reason in ((town.second_intake, "refuse", "再看看"), (town.second_intake, "consent", "")):
        browser, proposal = sign_in(who), Proposal.objects.get(verdict="PENDING")
        address = reverse("demands:proposal", args=[proposal.public_id, verb])
        assert browser.post(address, fields(read(browser, page)) | {"reason": reason}).status_code == 302
        if verb == "refuse":
            press(sign_in(town.intake), reverse("demands:act", args=[case.public_id, "decline"]), **typed)
    asked = ("propose", "受理员", "提请“不予受理”，须东胜区平台办公室另一人同意：不予受理的原因：重复")
    assert kept(case)[1:] == [
        asked,
        ("reject_proposal", "受理员", "不同意“不予受理”"),
        asked,
        ("decline", "受理员", "不予受理：重复"),
    ]
    assert Proposal.objects.latest("pk").proposer == "受理员 · 东胜区平台办公室"


def test_what_a_hidden_firm_and_its_department_do_is_chinese_in_the_ledger_too(
    town, sign_in, clock, everybody_reads_english
):
    with translation.override("en"):
        case = case_in("IN_PROGRESS", town=town, hidden=True)
    clock.move_to(later(hours=1))
    for who, action, typed in (
        (town.handler, "relay_to_firm", {"text": "请问现有容量是多少？"}),
        (town.staff, "relay_to_department", {"text": "六百三十千伏安。"}),
        (town.staff, "reveal_firm", {"sure": "on"}),
    ):
        press(sign_in(who), reverse("demands:act", args=[case.public_id, action]), **typed)
    assert kept(case)[0] == ("submit", "企业经办人", "企业提交，类别用电用能")
    assert kept(case)[-3:] == [
        ("relay_to_firm", "承办人", ""),
        ("relay_to_department", "企业经办人", ""),
        ("reveal_firm", "企业经办人", "企业公开身份，承办部门可以看到企业名称和联系方式"),
    ]


def test_files_are_chinese_in_the_ledger_too(town, sign_in, clock, everybody_reads_english):
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    clock.move_to(later(hours=2))
    before = len(kept(case))
    for who, action, typed in (
        (town.staff, "attach", {"uploads": [sent(), sent("现场.jpg", JPEG)], "description": "合同和现场"}),
        (town.intake, "release_attachment", {}),
        (town.liaison, "attach_public", {"uploads": sent()}),
        (town.liaison, "withdraw_attachment", {}),
        (town.dispatcher, "attach_internal", {"uploads": sent()}),
        (town.dispatcher, "withdraw_internal", {}),
    ):
        if action in ON_A_FILE:
            typed["attachment"] = str(last_attachment().public_id)
        press(sign_in(who), reverse("demands:act", args=[case.public_id, action]), **typed)
    assert kept(case)[before:] == [
        ("attach", "企业经办人", "附件 2 个"),
        ("release_attachment", "受理员", "放行附件 1 个"),
        ("attach_public", "部门联络员", "附件 1 个"),
        ("withdraw_attachment", "部门联络员", "撤回附件 1 个"),
        ("attach_internal", "派单员", "附件 1 个"),
        ("withdraw_internal", "派单员", "撤回附件 1 个"),
    ]
    assert {action for action, _who, _what in kept(case)[before:]} == {*WITH_FILES, *ON_A_FILE}


# What moves between departments, offices and rounds, those of the firm, and recusals write; those of two people by the
# second.
DISPUTED = {
    "decline": ("受理员", "不予受理：非职责范围，请向鄂尔多斯供电公司反映（95598）"),
    "reclassify": ("受理员", "由复杂升为疑难"),
    "send_back": ("部门主要负责人", "退单，职责依据：《电力法》第六条"),
    "uphold_return": ("裁决员", "同意退单，重新派单；占用时间计入平台"),
    "reject_return": ("裁决员", "驳回退单，由原部门办理；占用时间计入部门"),
    "assign_lead": ("裁决员", "先办后议，由市能源局办理；占用时间计入平台"),
    "transfer": ("部门联络员", "转办给市住建局，接收部门已同意"),
    "reassign": ("派单员", "平台转办，依据职责清单“配套管网协调”，主办市住建局"),
    "pass_down": ("派单员", "市转旗区，由东胜区平台办公室派单"),
    "report_up": ("派单员", "上报市级，由市平台办公室派单"),
    "redo": ("企业经办人", "企业申请重办，由另一位承办人办理，党组书记审签"),
    "withdraw": ("企业经办人", "企业撤回诉求"),
    "undo_withdrawal": ("企业经办人", "企业恢复诉求，继续办理"),
    "nudge": ("企业经办人", "催办"),
    "ask_recusal": ("企业经办人", "申请回避：王某（市能源局）"),
    "recuse": ("部门联络员", "登记回避 1 人"),
    "lift_recusal": ("受理员", "解除回避 1 人"),
    "make_pack": ("受理员", "生成证据包"),
    "issue_receipt": ("企业经办人", "制发受理回执"),
    "issue_case_file": ("承办人", "制发办理单"),
}


@pytest.mark.parametrize("action", DISPUTED)
def test_a_dispute_and_what_is_proposed_are_chinese_in_the_ledger_too(town, action):
    setting = SETTINGS[action]
    with translation.override("en"):
        case = setting.case(town)
        perform(action, case, by=actor(getattr(town, setting.who), later(hours=2)), town=town)
        *before, last = kept(case)
    assert last == (action, *DISPUTED[action])
    if action in DECIDED_BY:
        assert before[-1][0] == "propose"
    for _action, who, what in (*before, last):
        assert not ENGLISH.search(who + what.replace(town.handler.user.name, "")), what


def test_what_the_system_does_is_chinese_in_the_ledger_too(town):
    with translation.override("en"):
        waiting = case_in("WAIT_ENTERPRISE", town=town)
        perform("answer_overdue", waiting, by=system(later(days=9)), town=town)
        moved = case_in("IN_PROGRESS", town=town)
        perform("recalculate", moved, by=system(later(hours=3)), town=town)
        told = [
            *kept(case_in("ENDED", town=town)),
            *kept(case_in("IN_PROGRESS", town=town, stand_in=True)),
            *kept(case_in("ARCHIVED", town=town, confirmation="UNANSWERED")),
            *kept(waiting),
            *kept(moved),
        ]
    found = {action: what for action, _who, what in told if action in OF_THE_SYSTEM}
    assert found == {
        "end_incomplete": "补正期满没有补正，诉求终止",
        "acknowledge_overdue": f"签收期满未签收，自动签收，由 {town.liaison.user.name} 暂代承办人",
        "answer_overdue": "企业补充期满，按现有情况继续办理",
        "close_unanswered": "确认期满，企业未回应，默认办结",
        "archive": "归档",
        "recalculate": "2027 年日历发布，重算办结期限",
    }
    assert {who for action, who, _what in told if action in OF_THE_SYSTEM} == {"系统"}


OF_ITEMS = {
    "record_opinion": ("督办员", "企业期满未回应，督办员核实企业意见：部分解决（电话，联系 李经理）"),
    "confirm_by_office": ("受理员", "主办单位确认：已解决"),
}


def test_what_is_said_of_action_items_is_chinese_in_the_ledger_too(town, sign_in, clock, everybody_reads_english):
    with translation.override("en"):
        asked = case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM")
        nobodys = case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM", no_firm=True)
    clock.move_to(asked.next_due_at + timedelta(hours=1))
    opinion = {"channel": "PHONE", "person": "李经理", "confirmation": "PARTLY", "words": "还没有通电。"}
    for case, who, action, typed in (
        (asked, town.supervisor, "record_opinion", opinion),
        (nobodys, town.intake, "confirm_by_office", {"confirmation": "SOLVED"}),
    ):
        press(sign_in(who), reverse("demands:act", args=[case.public_id, action]), **typed)
    told = [kept(case)[-1] for case in (asked, nobodys)]
    assert {action: (who, what) for action, who, what in told} == OF_ITEMS


def test_a_message_claimed_and_dispatched_by_rule_is_chinese_in_the_ledger_too(town, sign_in, everybody_reads_english):
    item = intake_item(town.office)
    browser = sign_in(town.intake)
    claim = reverse("demands:claim", args=[item.public_id]) + f"?firm={town.firm.name}"
    went_on = press(browser, claim, enterprise=town.firm.public_id, title="厂区停电")
    assert "Registered as a demand; the deadline for acceptance runs from now" in text(read(browser, went_on))
    case = Case.objects.get()
    accept = reverse("demands:act", args=[case.public_id, "accept"])
    press(browser, accept, category="ENERGY", klass="ORDINARY", duty_item=town.only_energy.public_id)
    assert kept(case) == [
        ("register", "受理员", f"来自12345热线，外部编号 {item.external_number}，认领到甲公司"),
        ("accept", "受理员", "定为用电用能类、一般"),
        ("dispatch", "系统", "依据职责清单“电力接入协调”，主办市能源局"),
    ]
