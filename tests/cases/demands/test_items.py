"""What a meeting or a leader hands down, to whom, hidden or not; and what becomes of an item nobody answers for."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.demands import moves, queries
from cases.demands.identity import new_alias
from cases.demands.inbox import DemandInbox
from cases.demands.models import Case
from documents.content.reading import read
from documents.models import Document
from foundation.errors import NotYours, Refused, WrongMoment
from parties.models import Membership
from parties.roles import Role
from tests.api import Program, of
from tests.cases.demands.table import ITEM, perform
from tests.cases.demands.test_origins import body, opened, sound
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, later, system
from tests.pages import text
from tests.workflow.test_clocks import at
from workflow.door import offers, refusal
from workflow.models import Clock, Event, OutboxMessage
from workflow.timeline import timeline

PAPER = "鄂党纪要〔2026〕3号"
# From NOW, a Monday: 2 working days for an action item, 1 for any other demand.
CONTACT = {"ACTION_ITEM": at("2026-11-25T17:30"), "INSTRUCTION": at("2026-11-24T17:30")}


# --- handed down ---


@pytest.mark.parametrize("kind", CONTACT)
def test_the_paper_alone_brings_a_demand_to_the_department_that_it_names(
    town: Town, kind: str, sign_in: SignIn, clock: Any
) -> None:
    case = sound(opened(town, moves.Source(kind, "key-1", PAPER), lead=town.energy))
    assert (case.state, case.lead, case.duty_item, case.turn_org_id) == (
        "DISPATCHED",
        town.energy,
        None,
        town.energy.pk,
    )
    assert Clock.objects.get(kind="FIRST_CONTACT").due_at == CONTACT[kind]
    assert [message.payload["tells"] for message in OutboxMessage.objects.order_by("pk")] == [
        {"firm": "accepted"},
        {"turn": "your_turn", "firm": "dispatched"},
    ]
    line, _opening = timeline(case, actor(town.liaison))
    assert (line.action, line.text) == ("hand_down", f"依据{PAPER}交办，主办市能源局")
    for post in (town.liaison, town.dispatcher, town.staff):
        shown = text(body(sign_in(post).get(f"/demands/{case.public_id}/")))
        assert ("交办依据" in shown, "职责依据" in shown, PAPER in shown) == (True, False, True)
    told = Program(town.liaison).get(of(case)).json()
    assert (told["duty_item"], told["came_from"][0]["document"]) == (None, PAPER)
    moves.issue_case_file(case.pk, by=actor(town.liaison))
    assert ("交办依据", PAPER) in [
        (fact.name, fact.words) for fact in read(Document.objects.get().content).content.facts
    ]


def test_what_was_handed_down_is_not_sent_back_but_may_be_passed_on(town: Town) -> None:
    case = opened(town, lead=town.energy)
    liaison = actor(town.liaison, later(minutes=5))
    offered = {offer.name: str(offer.refusal) for offer in offers(case, liaison) if offer.refusal}
    assert offered == {"send_back": "本件由会议纪要或领导批示直接交办，不能退单；应由其他部门办理的，请签收后转办"}
    case = perform("acknowledge", case, by=actor(town.liaison, later(minutes=6)), town=town)
    taken = perform("transfer", case, by=actor(town.liaison, later(minutes=7)), town=town)
    assert (taken.state, taken.lead, sound(taken).duty_item) == ("DISPATCHED", town.housing, None)

    case = opened(town, moves.Source("ACTION_ITEM", "item-2"), lead=town.energy)
    case = perform("acknowledge", case, by=actor(town.liaison, later(minutes=6)), town=town)
    given = perform("reassign", case, by=actor(town.dispatcher, later(minutes=7)), town=town)
    by = actor(town.housing_liaison, later(minutes=8))
    assert refusal(sound(given), "send_back", by) is None, "the duty list sent it there"
    sent = perform("send_back", given, by=by, town=town)
    sound(perform("uphold_return", sent, by=actor(town.arbitrator, later(minutes=9)), town=town))


def test_only_the_system_hands_down_and_only_to_a_department_that_is_there(town: Town) -> None:
    case = case_in("ACCEPTED", town=town)
    with pytest.raises(NotYours):
        moves.hand_down(case.pk, ITEM, by=actor(town.liaison), seen=case.head_seq, lead=town.energy)
    with pytest.raises(WrongMoment, match="本件不是由会议任务事项或领导批示转入的"):
        moves.hand_down(case.pk, ITEM, by=system(later(hours=2)), seen=case.head_seq, lead=town.energy)
    town.energy.active = False
    with pytest.raises(Refused) as refused:
        opened(town, lead=town.energy)
    assert (refused.value.field, Case.objects.filter(origin="ACTION_ITEM").count()) == ("lead", 0)


# --- of a firm that hides ---


def test_a_demand_of_a_hidden_firm_stays_hidden_from_the_department(town: Town, sign_in: SignIn, clock: Any) -> None:
    given = new_alias()
    cases = [
        opened(town, moves.Source("ACTION_ITEM", f"i-{n}", PAPER), lead=town.energy, identity="HIDDEN", alias=alias)
        for n, alias in enumerate(("", given))
    ]
    assert (cases[1].alias, given != cases[0].alias != "") == (given, True)
    for case in cases:
        for post, known in ((town.liaison, False), (town.dispatcher, True), (town.staff, True)):
            shown = body(sign_in(post).get(f"/demands/{case.public_id}/"))
            assert ("甲公司" in shown, case.alias in shown) == (known, True)
        assert "甲公司" not in "".join(Event.objects.filter(subject_id=case.pk).values_list("body__text", flat=True))
    more = {"identity": "HIDDEN", "text": "请市能源局尽快答复甲公司的申请。", "named_knowingly": True}
    assert opened(town, moves.Source("ACTION_ITEM", "i-3"), **more).hides_firm


# --- what the firm leaves unanswered ---


def of_an_item(town: Town, *, tied: bool = False, hidden: bool = False) -> Case:
    """A result that waits for the firm, of a demand that an item opened, or to which one was tied."""
    if not tied:
        return case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM", hidden=hidden)
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = moves.move_date_by_origin(case.pk, ITEM, by=system(later(hours=3)), due_on=date(2027, 1, 15), reason="议定")
    case = perform("submit_result", case, by=actor(town.handler, later(hours=4)), town=town)
    return perform("sign_off", case, by=actor(town.party_secretary, later(hours=5)), town=town)


def over(case: Case) -> Any:
    assert case.next_due_at is not None
    return case.next_due_at + timedelta(seconds=1)


def waiting(post: Membership, now: Any) -> set[int]:
    return {case.pk for case in DemandInbox().box(actor(post, now), "todo") or ()}


@pytest.mark.parametrize("tied", [False, True])
def test_the_supervisor_obtains_the_opinion_that_a_firm_has_not_given(
    town: Town, tied: bool, sign_in: SignIn, clock: Any
) -> None:
    case = of_an_item(town, tied=tied)
    for other in (  # none of these is theirs to ask about
        case_in("AWAIT_CONFIRM", town=town),
        case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM", no_firm=True),
        case_in("AWAIT_CONFIRM", town=town, origin="INSTRUCTION"),
        case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM", firm=town.far_firm),
        case_in("IN_PROGRESS", town=town, origin="ACTION_ITEM"),
    ):
        assert other.pk != case.pk
    moment, supervisor = over(case), town.supervisor
    assert waiting(supervisor, moment - timedelta(seconds=1)) == set(), "the firm still has its time"
    with pytest.raises(WrongMoment, match="企业确认的时限还没有过，请等企业自己确认"):
        perform("record_opinion", case, by=actor(supervisor, moment - timedelta(seconds=1)), town=town)
    assert waiting(supervisor, moment) == {case.pk}
    clock.move_to(moment)
    client, address = sign_in(supervisor), f"/demands/{case.public_id}/record_opinion/"
    assert address in body(client.get("/"))
    page = client.get(address)
    assert "供电方案已于" in body(page)
    data = {"seen": case.head_seq, "idempotency_key": page.context["key"], "channel": "PHONE", "person": "李经理"}
    assert client.post(address, data).status_code == 422
    said = {**data, "confirmation": "PARTLY", "words": "方案送到了，还没有通电。"}
    OutboxMessage.objects.all().delete()
    assert client.post(address, said).status_code == 302
    case = sound(case)
    assert (case.state, case.confirmation, case.closed_at) == ("CLOSED", "PARTLY", moment)
    confirming = Clock.objects.get(subject_id=case.pk, kind="CONFIRM")
    assert (confirming.state.in_time, confirming.state.breached) == (False, True)
    assert [m.payload["tells"] for m in OutboxMessage.objects.all()] == [
        {"firm": "opinion_recorded", "handler": "closed", "co_handler": "task_over"}
    ]
    for post in (supervisor, town.staff, town.handler):
        shown = text(body(sign_in(post).get(f"/demands/{case.public_id}/")))
        for words in ("督办员核实的企业意见", "部分解决", "方案送到了，还没有通电。", "李经理"):
            assert words in shown
    moves.issue_case_file(case.pk, by=actor(town.staff, moment))
    told = read(Document.objects.get().content).content
    assert (told.opinion, told.opinion_words) == ("部分解决", "方案送到了，还没有通电。")
    redone = perform("redo", case, by=actor(town.staff, moment + timedelta(days=13)), town=town)
    assert (sound(redone).state, redone.round) == ("IN_PROGRESS", 2)
    assert waiting(supervisor, moment + timedelta(days=14)) == set()


def test_who_was_asked_at_a_hidden_firm_the_department_does_not_read(town: Town, sign_in: SignIn, clock: Any) -> None:
    case = of_an_item(town, hidden=True)
    moment = over(case)
    clock.move_to(moment)
    form = sign_in(town.supervisor).get(f"/demands/{case.public_id}/record_opinion/").context["form"]
    naming = type(form)({"words": "甲公司说办好了"}, case=case, actor=actor(town.supervisor, moment))
    assert "里面能看出是哪家企业" in str(naming.errors["words"])
    case = perform("record_opinion", case, by=actor(town.supervisor, moment), town=town, person="白会计")
    for post, known in ((town.handler, False), (town.dispatcher, True), (town.staff, True)):
        for page in ("", "print/"):
            shown = body(sign_in(post).get(f"/demands/{case.public_id}/{page}"))
            assert "方案送到了，还没有通电。" in shown
            assert ("白会计" in shown) == (known and not page)


def test_a_supervisor_sees_the_action_items_of_the_own_office_and_nothing_else(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    items = {case_in(state, town=town, origin="ACTION_ITEM").pk for state in ("ACCEPTED", "IN_PROGRESS", "CLOSED")}
    items |= {of_an_item(town, tied=True).pk}
    others = [case_in("IN_PROGRESS", town=town, origin=origin) for origin in ("ENTERPRISE", "INSTRUCTION", "FINDING")]
    others.append(case_in("IN_PROGRESS", town=town, origin="ACTION_ITEM", firm=town.far_firm))
    for read_as in (Case.objects.visible_to, Case.objects.at_hand):
        assert set(read_as(actor(town.supervisor)).values_list("pk", flat=True)) == items
    for case in Case.objects.all():
        sees = town.supervisor.pk in {post.pk for post in queries.viewers_of(case, now=NOW)}
        assert sees == (case.pk in items)
    clock.move_to(later(hours=6))
    client = sign_in(town.supervisor)
    listed = body(client.get("/demands/"))
    open_items = Case.objects.filter(pk__in=items).open()
    assert all(str(case.number) in listed for case in open_items)
    assert not any(str(case.number) in listed for case in others)
    case = Case.objects.get(pk=min(items))
    assert "督办员" in text(body(client.get(f"/demands/{case.public_id}/")))
    assert Program(town.supervisor).get(of(case)).status_code == 200
    assert client.get(f"/demands/{others[0].public_id}/").status_code == 404
    assert refusal(case, "nudge", actor(town.supervisor)) is None
    assert Role.SUPERVISOR in {post.role for post in queries.viewers_of(case, now=NOW)}
