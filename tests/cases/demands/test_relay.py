"""A hidden firm and its department write to each other through the platform, and the firm may say who it is."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.demands.models import Case
from foundation.errors import NotYours, Refused, WrongMoment
from parties.models import Membership
from tests.api import Program, inputs, of, said
from tests.cases.demands.table import perform
from tests.factories import Town, actor, case_in, later, untold
from tests.pages import fields, text
from workflow.models import Clock, Notice, OutboxMessage
from workflow.outbox import attempt
from workflow.timeline import timeline

ASKED, ANSWERED = "请问现有变压器容量是多少？", "现有容量 630 千伏安。"
CALL = "企业对承办部门隐名，请用“转递消息给企业”联系，第一条消息即为首联"


def act(case: Case, action: str) -> str:
    return reverse("demands:act", args=[case.public_id, action])


def page(browser: Client, case: Case) -> str:
    return browser.get(reverse("demands:case", args=[case.public_id])).content.decode()


def press(browser: Client, address: str, **typed: Any) -> Any:
    return browser.post(address, fields(browser.get(address).content.decode()) | typed)


def first_contact(case: Case) -> Clock:
    return Clock.objects.get(subject_id=case.pk, kind="FIRST_CONTACT")


def test_the_first_message_is_the_first_contact_and_later_ones_change_nothing_of_it(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    case = perform("relay_to_firm", case, by=actor(town.liaison, later(hours=1)), town=town)
    assert (case.first_contact_at, case.contact_relayed) == (later(hours=1), True)
    stopped = first_contact(case)
    assert (stopped.stopped_at, stopped.state.in_time) == (later(hours=1), True)
    case = perform("relay_to_firm", case, by=actor(town.liaison, later(hours=3)), town=town)
    assert (case.first_contact_at, first_contact(case).stopped_at) == (later(hours=1), later(hours=1))


def test_what_the_firm_writes_first_is_no_first_contact(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    case = perform("relay_to_department", case, by=actor(town.staff, later(hours=1)), town=town)
    assert (case.first_contact_at, first_contact(case).stopped_at) == (None, None)


def test_a_late_first_message_is_a_late_first_contact(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    perform("relay_to_firm", case, by=actor(town.liaison, later(days=2)), town=town)
    assert first_contact(case).state.in_time is False


def test_a_hidden_firm_cannot_be_called(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    for action, who in (("record_contact", town.liaison),):
        with pytest.raises(WrongMoment) as refused:
            perform(action, case, by=actor(who, later(hours=1)), town=town)
        assert str(refused.value) == CALL


def test_a_message_that_was_passed_on_cannot_be_denied(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True, contacted=True)
    sentence = "首联是平台转递的消息，流转记录里有原文，不能标记未联系"
    for _turn in range(2):  # hidden, and after it has said who it is
        with pytest.raises(WrongMoment) as refused:
            perform("deny_contact", case, by=actor(town.staff, later(hours=2)), town=town)
        assert str(refused.value) == sentence
        if case.hides_firm:
            case = perform("reveal_firm", case, by=actor(town.staff, later(hours=2)), town=town)


def test_once_revealed_a_call_can_be_recorded_and_denied_as_ever(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    case = perform("reveal_firm", case, by=actor(town.staff, later(hours=1)), town=town)
    case = perform("record_contact", case, by=actor(town.liaison, later(hours=2)), town=town)
    assert case.contact_relayed is False
    case = perform("deny_contact", case, by=actor(town.staff, later(hours=3)), town=town)
    assert case.first_contact_denied_at == later(hours=3)


def test_a_revealed_firm_does_not_hide_again_and_writes_no_messages(town: Town) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    case = perform("reveal_firm", case, by=actor(town.staff, later(hours=1)), town=town)
    assert (case.identity, case.hides_firm) == ("OPEN", False)
    for action, who in (
        ("reveal_firm", town.staff),
        ("relay_to_firm", town.liaison),
        ("relay_to_department", town.staff),
    ):
        with pytest.raises(WrongMoment, match="本件企业身份已经公开，请直接联系"):
            perform(action, case, by=actor(who, later(hours=2)), town=town)


def test_after_acknowledgement_the_handler_writes_and_so_does_the_liaison_but_no_other_handler(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    for who in (town.handler, town.liaison):
        case = perform("relay_to_firm", case, by=actor(who, later(hours=2)), town=town)
    with pytest.raises(NotYours, match="签收后由本件承办人给企业转递消息"):
        perform("relay_to_firm", case, by=actor(town.second_handler, later(hours=2)), town=town)


@pytest.mark.parametrize("words", [" ", "好", "长" * 1001])
@pytest.mark.parametrize(("action", "who"), [("relay_to_firm", "handler"), ("relay_to_department", "staff")])
def test_a_message_says_something_and_not_too_much(town: Town, action: str, who: str, words: str) -> None:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    with pytest.raises(Refused) as refused:
        perform(action, case, by=actor(getattr(town, who), later(hours=2)), town=town, text=words)
    assert refused.value.field == "text"


def test_a_hidden_demand_goes_all_the_way_by_messages_alone(town: Town) -> None:
    case = case_in("CLOSED", town=town, hidden=True)
    assert (case.identity, case.contact_relayed, case.outcome) == ("HIDDEN", True, "SOLVED")


# --- the conversation on the page ---


def talked(town: Town) -> Case:
    case = case_in("IN_PROGRESS", town=town, hidden=True)
    case = perform("relay_to_firm", case, by=actor(town.handler, later(hours=1)), town=town, text=ASKED)
    return perform("relay_to_department", case, by=actor(town.staff, later(hours=2)), town=town, text=ANSWERED)


@pytest.mark.parametrize(
    ("who", "firm"), [("staff", "甲公司"), ("intake", "甲公司"), ("handler", ""), ("party_secretary", "")]
)
def test_everybody_reads_the_conversation_the_oldest_first(
    town: Town, sign_in: Any, clock: Any, who: str, firm: str
) -> None:
    case = talked(town)
    clock.move_to(later(hours=3))
    words = text(page(sign_in(getattr(town, who)), case)).split("转递消息 由平台转递，承办部门只看到企业的称呼")[1]
    first, second = (
        f"承办人 · 市能源局 · 11月23日 11:00 {ASKED}",
        f"企业经办人 · {firm or case.alias} · 11月23日 12:00 {ANSWERED}",
    )
    assert 0 <= words.find(first) < words.find(second), words[:300]


def test_an_open_demand_has_no_conversation_and_no_buttons_for_one(town: Town, sign_in: Any) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for who in (town.staff, town.handler):
        words = text(page(sign_in(who), case))
        assert "转递消息" not in words
        assert "公开身份" not in words


def test_a_message_is_written_from_the_page_of_the_demand(town: Town, sign_in: Any, clock: Any) -> None:
    case = case_in("DISPATCHED", town=town, hidden=True)
    clock.move_to(later(hours=2))
    browser = sign_in(town.liaison)
    address = act(case, "relay_to_firm")
    assert f'href="{address}"' in page(browser, case)
    assert press(browser, address, text=ASKED).status_code == 302
    assert ASKED in page(sign_in(town.staff), case)
    answer = act(case, "relay_to_department")
    firm = sign_in(town.staff)
    assert f'href="{answer}"' in page(firm, case)
    assert press(firm, answer, text=ANSWERED).status_code == 302
    assert ANSWERED in page(browser, case)


def test_the_firm_reveals_itself_after_saying_that_it_is_sure(town: Town, sign_in: Any, clock: Any) -> None:
    case = talked(town)
    clock.move_to(later(hours=3))
    firm, bureau = sign_in(town.staff), sign_in(town.handler)
    assert "甲公司" not in page(bureau, case)
    assert press(firm, act(case, "reveal_firm")).status_code == 422
    assert press(firm, act(case, "reveal_firm"), sure="on").status_code == 302
    shown = text(page(bureau, case))
    assert "企业 甲公司" in shown
    assert "联系人 李经理 0477-5550100" in shown
    assert f"企业经办人 · 甲公司 · 11月23日 12:00 {ANSWERED}" in shown  # what was said before as well
    assert case.alias not in shown
    assert bureau.get(reverse("demands:list"), {"q": "甲公司"}).content.decode().count(case.title) == 1


# --- who is told ---


def told(case: Case) -> dict[str, set[int]]:
    for message in OutboxMessage.objects.filter(channel="announce", state="WAITING"):
        attempt(str(message.public_id), clock=lambda: later(hours=4))
    found: dict[str, set[int]] = {}
    for notice in Notice.objects.filter(subject_id=case.pk):
        found.setdefault(notice.kind, set()).add(notice.membership_id)
    return found


def posts(*who: Membership) -> set[int]:
    return {post.pk for post in who}


@pytest.mark.parametrize(
    ("action", "who", "kind", "hear"),
    [
        ("relay_to_firm", "handler", "relayed", ("staff", "firm_secretary")),
        ("relay_to_department", "staff", "relayed", ("handler", "liaison")),
        ("reveal_firm", "staff", "revealed", ("handler", "liaison")),
    ],
)
def test_the_other_side_is_told(town: Town, action: str, who: str, kind: str, hear: tuple[str, ...]) -> None:
    case = untold(case_in("IN_PROGRESS", town=town, hidden=True))
    case = perform(action, case, by=actor(getattr(town, who), later(hours=2)), town=town)
    assert told(case) == {kind: posts(*(getattr(town, name) for name in hear))}


def test_before_a_department_has_it_nobody_is_told_that_the_firm_is_known(town: Town) -> None:
    case = untold(case_in("SUBMITTED", town=town, hidden=True))
    case = perform("reveal_firm", case, by=actor(town.staff, later(hours=2)), town=town)
    assert told(case) == {}


# --- a hidden firm that names itself ---


@pytest.fixture
def known_firm(town: Town) -> Town:
    """The town's firm has a short name that can be found in a text."""
    town.firm.short_name = "云杉智造"
    town.firm.save()
    return town


@pytest.mark.parametrize(
    ("action", "state", "field"),
    [
        ("complete", "NEED_INFO", "answer"),
        ("answer", "WAIT_ENTERPRISE", "answer"),
        ("relay_to_department", "IN_PROGRESS", "text"),
        ("confirm", "AWAIT_CONFIRM", "note"),
    ],
)
def test_what_the_firm_writes_later_is_looked_through(
    known_firm: Town, sign_in: Any, clock: Any, action: str, state: str, field: str
) -> None:
    case = case_in(state, town=known_firm, hidden=True)
    clock.move_to(later(hours=3))
    browser, address = sign_in(known_firm.staff), act(case, action)
    typed = {field: "请打 0477 5550100 找云杉智造", "confirmation": "SOLVED"}
    assert "named_knowingly" not in browser.get(address).content.decode()
    stopped = press(browser, address, **typed)
    shown = stopped.content.decode()
    assert stopped.status_code == 422
    assert "里面能看出是哪家企业：企业简称（云杉智造）、联系电话（0477-5550100）" in text(shown)
    assert typed[field] in shown
    assert Case.objects.get(pk=case.pk).head_seq == case.head_seq
    sent = browser.post(address, fields(shown) | typed | {"named_knowingly": "on"})
    assert sent.status_code == 302
    line = timeline(Case.objects.get(pk=case.pk), actor(known_firm.intake))[0]
    assert (line.action, line.note) == (action, typed[field])  # as it was written


def test_an_open_firm_may_name_itself(known_firm: Town, sign_in: Any, clock: Any) -> None:
    case = case_in("WAIT_ENTERPRISE", town=known_firm)
    clock.move_to(later(hours=3))
    assert press(sign_in(known_firm.staff), act(case, "answer"), answer="请找云杉智造李经理").status_code == 302


def test_the_api_warns_and_takes_the_tick_too(known_firm: Town, clock: Any) -> None:
    case = case_in("IN_PROGRESS", town=known_firm, hidden=True)
    clock.move_to(later(hours=3))
    program, body = Program(known_firm.staff), {"text": "请找云杉智造"}
    refused = program.post(of(case, "relay_to_department"), body)
    assert said(refused) == (400, "bad_input")
    assert "企业简称（云杉智造）" in refused.json()["fields"]["text"][0]
    assert program.post(of(case, "relay_to_department"), {**body, "named_knowingly": True}).status_code == 200
    good = {**inputs("relay_to_department", known_firm), "named_knowingly": True}
    assert program.post(of(case, "relay_to_department"), good).status_code == 200


@pytest.mark.parametrize(
    ("action", "state", "who", "typed"),
    [
        ("accept", "SUBMITTED", "intake", {"note": "云杉智造的事", "category": "ENERGY", "klass": "COMPLEX"}),
        ("request_completion", "SUBMITTED", "intake", {"points": "云杉智造的执照"}),
        ("dispatch", "ACCEPTED", "dispatcher", {"note": "云杉智造的事"}),
        ("note_internal", "IN_PROGRESS", "arbitrator", {"text": "云杉智造来电催问"}),
    ],
)
def test_what_the_office_writes_for_the_department_is_looked_through_too(
    known_firm: Town, sign_in: Any, clock: Any, action: str, state: str, who: str, typed: dict[str, Any]
) -> None:
    case = case_in(state, town=known_firm, hidden=True)
    clock.move_to(later(hours=1))
    browser, address = sign_in(getattr(known_firm, who)), act(case, action)
    if action == "dispatch":
        typed |= {name: str(value) for name, value in inputs("dispatch", known_firm).items()}
    stopped = press(browser, address, **typed)
    assert stopped.status_code == 422
    assert "里面能看出是哪家企业：企业简称（云杉智造）" in text(stopped.content.decode())
    assert press(browser, address, **typed, named_knowingly="on").status_code == 302


def test_a_department_cannot_find_out_by_guessing(known_firm: Town, sign_in: Any, clock: Any) -> None:
    """Whoever does not know the firm is not warned of its name, by page or API: the warning would be the answer."""
    clock.move_to(later(hours=1))
    for note in ("云杉智造来电", "远泉化工来电"):
        case = case_in("IN_PROGRESS", town=known_firm, hidden=True)
        assert press(sign_in(known_firm.handler), act(case, "note_internal"), text=note).status_code == 302
        body = {"text": note, "named_knowingly": False}
        assert Program(known_firm.handler).post(of(case, "note_internal"), body).status_code == 200
