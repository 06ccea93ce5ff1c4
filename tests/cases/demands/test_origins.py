"""Move 38: demands that an action item, an instruction or a finding opens, dates and ends; and those of no firm."""

import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.demands import dated, moves, origins
from cases.demands.evidence.tasks import build_pack
from cases.demands.models import Case, EvidencePack
from documents.content.reading import read
from documents.models import Document
from foundation.errors import NotYours, Refused, WrongMoment
from tests.api import Program, of
from tests.cases.demands.invariants import (
    assert_chain_holds,
    assert_every_clock_is_its_replay,
    assert_next_due_is_the_first_of_the_running,
)
from tests.cases.demands.table import ITEM, perform
from tests.cases.demands.test_races import all_at_once
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, later, system, untold
from tests.pages import text
from tests.workflow.test_clocks import at
from workflow.actor import Actor
from workflow.chain import utc_text
from workflow.door import offers
from workflow.models import Clock, Event, OutboxMessage
from workflow.time_left import long_day
from workflow.timeline import timeline

# NOW is Monday 23 November 2026; no holiday lies between it and the end of the year.
DEFAULTS = {
    "INSTRUCTION": at("2026-12-07T17:30"),  # 10 working days
    "ACTION_ITEM": at("2026-12-21T17:30"),  # 20
    "FINDING": at("2026-12-14T17:30"),  # 15, being complex
}


def opened(town: Town, source: moves.Source = ITEM, *, by: Actor | None = None, **changes: Any) -> Case:
    good: dict[str, Any] = {
        "enterprise": town.firm,
        "category": town.power,
        "klass": "COMPLEX",
        "title": "供电方案",
        "text": "市能源局协调供电方案。",
    }
    return moves.open_from_origin(source, by=by or system(NOW), **{**good, **changes})


def resolve(case: Case) -> Clock:
    return Clock.objects.filter(subject_id=case.pk, kind="RESOLVE").latest("started_seq")


def sound(case: Case) -> Case:
    case = Case.objects.get(pk=case.pk)
    assert_every_clock_is_its_replay(case)
    assert_chain_holds(case)
    assert_next_due_is_the_first_of_the_running(case)
    return case


# --- opening ---


@pytest.mark.parametrize("kind", DEFAULTS)
@pytest.mark.parametrize(("dated", "straight_on"), [(False, True), (True, False)])
def test_an_origin_opens_a_demand_with_its_own_term(town: Town, kind: str, dated: bool, straight_on: bool) -> None:
    more = {"lead": town.energy, "duty_item": town.only_energy} if straight_on else {}
    due_on = date(2026, 12, 18) if dated else None
    source = moves.Source(kind, "key-1", "鄂党纪要〔2026〕3号", ("meeting", 7))
    case = sound(opened(town, source, due_on=due_on, **more))
    assert (case.state, case.origin, case.due_on) == ("DISPATCHED" if straight_on else "ACCEPTED", kind, due_on)
    assert (case.enterprise, case.district_id, case.office.name) == (town.firm, town.firm.district_id, town.office.name)
    assert resolve(case).due_at == (at("2026-12-19T00:00") if dated else DEFAULTS[kind])
    first, *rest = Event.objects.filter(subject_id=case.pk).order_by("seq").select_related("body")
    facts = json.loads(first.facts)
    assert (first.action, first.from_state, first.to_state) == ("open_from_origin", "DRAFT", "ACCEPTED")
    assert [facts[name] for name in ("origin", "origin_key", "origin_document", "origin_subject", "due_on")] == [
        *(kind, "key-1", "鄂党纪要〔2026〕3号", ["meeting", 7]),
        "2026-12-18" if dated else None,
    ]
    said = json.loads(first.body.text)["text"]
    assert said == "由鄂党纪要〔2026〕3号转入" + ("，办结日期 2026年12月18日" if dated else "")
    assert [event.action for event in rest] == (["dispatch"] if straight_on else [])
    told = [message.payload["tells"] for message in OutboxMessage.objects.order_by("pk")]
    usual = {"turn": "your_turn", "firm": "accepted"}
    sent = {"turn": "your_turn", "firm": "dispatched"}
    assert told == ([{"firm": "accepted"}, sent] if straight_on else [usual])


def test_the_same_origin_opens_one_demand_however_often_it_is_called(town: Town) -> None:
    first = opened(town)
    again = opened(town, by=system(later(hours=30)), title="改过的标题", klass="HARD", due_on=date(2026, 12, 30))
    assert (again.pk, again.title, again.head_seq) == (first.pk, "供电方案", 1)
    other = opened(town, moves.Source("FINDING", ITEM.key))
    assert other.pk != first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(origin="ACTION_ITEM")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_it_at_once_all_get_the_one_demand(town: Town) -> None:
    results = all_at_once(partial(opened, town, lead=town.energy, duty_item=town.only_energy) for _n in range(8))
    case = Case.objects.get()
    assert [result.pk for result in results] == [case.pk] * 8
    assert (case.state, case.head_seq, Clock.objects.filter(kind="RESOLVE").count()) == ("DISPATCHED", 2, 1)
    assert_chain_holds(case)


def test_only_whose_business_it_is_may_order_it_and_the_event_keeps_who_did(town: Town) -> None:
    orders = {
        "ACTION_ITEM": {*("INTAKE", "DISPATCHER", "ARBITRATOR", "SUPERVISOR", "LEADER_OFFICE")},
        "INSTRUCTION": {"LEADER", "LEADER_OFFICE"},
    }
    for kind, roles in orders.items():
        for n, post in enumerate({post.role: post for post in town.everybody}.values()):
            call = partial(opened, town, moves.Source(kind, f"{kind}-{n}"), by=actor(post))
            if post.role not in roles:
                with pytest.raises(NotYours, match="这一步由会议、批示或走访的系统办理"):
                    call()
                continue
            event = Event.objects.select_related("body").get(subject_id=call().pk)
            kept = json.loads(event.body.text)["ordered_by"]
            assert (event.user_id, kept["user_id"], kept["role"]) == (None, post.user_id, post.role)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("text", {"text": ""}),
        ("klass", {"klass": "HUGE"}),
        ("due_on", {"due_on": NOW.date()}),
        ("due_on", {"due_on": NOW.date() + timedelta(days=366)}),
        ("identity", {"enterprise": None, "office": "office", "identity": "HIDDEN"}),
        ("text", {"identity": "HIDDEN", "text": "请市能源局尽快答复甲公司的申请。"}),
        ("lead", {"lead": "housing", "duty_item": "only_energy"}),
        ("office", {"enterprise": None}),
    ],
)
def test_what_is_wrong_with_an_order_is_said_and_nothing_is_left(town: Town, field: str, changes: Any) -> None:
    named = {key: getattr(town, value, value) if isinstance(value, str) else value for key, value in changes.items()}
    with pytest.raises(Refused) as refused:
        opened(town, **named)
    assert (refused.value.field, Case.objects.count()) == (field, 0)


def test_what_a_visit_found_goes_to_a_department_by_the_duty_list_alone(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        opened(town, moves.Source("FINDING", "f"), lead=town.energy)
    assert (refused.value.field, Case.objects.count()) == ("duty_item", 0)


def test_only_an_action_item_may_be_of_no_firm(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        opened(town, moves.Source("FINDING", "f"), enterprise=None, office=town.office)
    assert refused.value.field == "enterprise"
    case = sound(opened(town, enterprise=None, office=town.other_office))
    assert (case.enterprise, case.district_id, case.turn_org_id) == (
        *(None, town.other_banner.pk, town.other_office.pk),
    )


# --- the date ---


def test_the_minutes_move_the_date_of_an_open_demand_earlier_and_later(town: Town) -> None:
    case = untold(case_in("IN_PROGRESS", town=town))
    before = resolve(case).due_at
    for n, (day, due) in enumerate(
        [(date(2026, 11, 27), at("2026-11-28T00:00")), (date(2027, 1, 15), at("2027-01-16T00:00"))]
    ):
        source = moves.Source("ACTION_ITEM", f"item-{n}", "鄂党纪要〔2026〕3号")
        move = partial(
            moves.move_date_by_origin, case.pk, source, by=system(later(hours=3 + n)), due_on=day, reason="座谈会议定"
        )
        case = sound(move())
        event = Event.objects.get(subject_id=case.pk, seq=case.head_seq)
        assert (resolve(case).due_at, case.due_on, case.tied_key) == (due, day, f"item-{n}")
        assert json.loads(event.facts)["due_before"] == utc_text(before)
        assert move().head_seq == case.head_seq, "said again, nothing happens"
        before = due
    assert Clock.objects.filter(subject_id=case.pk, kind="RESOLVE").count() == 1
    assert {kind for message in OutboxMessage.objects.all() for kind in message.payload["tells"].values()} == {
        "due_moved"
    }
    assert case.signer_role == "DEPARTMENT_SECRETARY"


def test_an_order_that_arrives_again_after_another_changes_nothing(town: Town) -> None:
    """What carries an order may deliver it twice, and the second time after the order that came later."""
    case = opened(town, due_on=date(2026, 12, 18))

    def order(key: str, day: date, document: str = "", hours: int = 1) -> int:
        source = moves.Source("ACTION_ITEM", key, document)
        return moves.move_date_by_origin(
            case.pk, source, by=system(later(hours=hours)), due_on=day, reason="座谈会议定"
        ).head_seq

    assert order("item-1", date(2026, 12, 18)) == 1, "the date with which it was opened"
    assert order("item-1", date(2026, 12, 25), "更正1号") == 2
    came = origins.of_case(Case.objects.get(), system(NOW))
    assert [(one.kind, one.tied) for one in came] == [("ACTION_ITEM", False)], "one origin is named once"
    assert order("item-2", date(2026, 12, 30), hours=2) == 3
    assert order("item-1", date(2026, 12, 25), "更正1号", hours=3) == 3
    assert order("item-1", date(2026, 12, 18), "更正2号", hours=4) == 4
    assert sound(case).due_on == date(2026, 12, 18)


@pytest.mark.parametrize("waiting", [False, True])
def test_what_is_late_stays_late_and_a_new_clock_runs_to_the_date(town: Town, waiting: bool) -> None:
    case = case_in("IN_PROGRESS", town=town, planned=True, contacted=True)
    over = resolve(case).due_at + timedelta(days=1)
    if waiting:
        ask = {"points": ["现有变压器的容量"]}
        case = moves.ask_firm(case.pk, by=actor(town.handler, over), seen=case.head_seq, **ask)
    day = over.date() + timedelta(days=20)
    case = sound(
        moves.move_date_by_origin(case.pk, ITEM, by=system(over + timedelta(hours=1)), due_on=day, reason="议定")
    )
    old, new = Clock.objects.filter(subject_id=case.pk, kind="RESOLVE").order_by("started_seq")
    assert (old.state.in_time, new.state.running, new.state.paused) == (False, True, waiting)
    assert new.due_at.date() >= day
    if waiting:
        case = moves.answer_case(
            case.pk, by=actor(town.staff, over + timedelta(days=2)), seen=case.head_seq, answer="已补充"
        )
        sound(case)


@pytest.mark.parametrize("state", ["SUBMITTED", "RESULT_REVIEW", "AWAIT_CONFIRM", "CLOSED", "ENDED"])
def test_no_date_is_moved_where_no_term_of_a_department_runs(town: Town, state: str) -> None:
    case = case_in(state, town=town)
    with pytest.raises(WrongMoment):
        moves.move_date_by_origin(case.pk, ITEM, by=system(later(hours=9)), due_on=date(2027, 1, 15), reason="议定")


@pytest.mark.parametrize("state", ["SUBMITTED", "NEED_INFO", "RESULT_REVIEW", "AWAIT_CONFIRM"])
def test_there_the_item_is_tied_without_its_date_and_the_demand_is_supervised_from_then_on(
    town: Town, state: str, sign_in: SignIn, clock: Any
) -> None:
    case = case_in(state, town=town, klass="ORDINARY")
    before, due, now = (case.state, case.due_on), case.next_due_at, later(hours=9)
    supervisor = actor(town.supervisor, now)
    assert not Case.objects.visible_to(supervisor).exists()
    tie = partial(moves.tie_by_origin, case.pk, by=system(now), due_on=date(2027, 1, 15))
    OutboxMessage.objects.all().delete()
    tied = sound(tie(ITEM))
    assert ((tied.state, tied.due_on), tied.next_due_at, tied.tied_key) == (before, due, ITEM.key)
    assert "议定 2027年1月15日 前完成" in timeline(tied, supervisor)[0].text
    assert {kind for message in OutboxMessage.objects.all() for kind in message.payload["tells"].values()} == {
        "became_item"
    }
    assert tie(ITEM).head_seq == tied.head_seq, "said again, nothing happens"
    assert (list(Case.objects.visible_to(supervisor)), tied.signer_role) == ([case], "DEPARTMENT_SECRETARY")
    came = text(body(sign_in(town.staff).get(f"/demands/{case.public_id}/")))
    assert "关联：会议任务事项" in came
    if state == "RESULT_REVIEW":
        assert (case.turn_role, tied.turn_role) == ("DEPUTY_HEAD", "DEPARTMENT_SECRETARY")
        with pytest.raises(NotYours):
            perform("sign_off", tied, by=actor(town.deputy, now), town=town)
        sound(perform("sign_off", tied, by=actor(town.party_secretary, now), town=town))
    if state == "AWAIT_CONFIRM":
        over = later(days=40)
        with pytest.raises(WrongMoment, match="会议任务事项不因企业未回应而办结"):
            moves.close_unanswered(case.pk, by=system(over))
        closed = perform("record_opinion", tied, by=actor(town.supervisor, over), town=town)
        assert sound(closed).state == "CLOSED"
    with pytest.raises(ValueError, match="action item"):
        tie(moves.Source("INSTRUCTION", "i-1"))


def test_a_result_that_waits_is_signed_by_the_deputy_where_the_secretary_keeps_out(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town, klass="ORDINARY")
    secretary = {"person": town.party_secretary.user, "reason": "亲属关系"}
    case = perform("recuse", case, by=actor(town.liaison, later(hours=8)), town=town, **secretary)
    case = moves.tie_by_origin(case.pk, ITEM, by=system(later(hours=9)), due_on=date(2027, 1, 15))
    assert sound(case).turn_role == "DEPUTY_HEAD"


# Every way from a state in which no term runs back into one: where the minutes tell their date, and what follows.
WAYS_BACK = {
    "SUBMITTED": [("accept", "intake")],
    "NEED_INFO": [("complete", "staff"), ("accept", "intake")],
    "RESULT_REVIEW": [("return_result", "party_secretary")],
    "AWAIT_CONFIRM": [("redo", "staff")],
    "CLOSED": [("redo", "staff")],
    "IN_PROGRESS": [("withdraw", "staff"), ("tie", ""), ("undo_withdrawal", "staff")],
    "WAIT_ENTERPRISE": [("withdraw", "staff"), ("tie", ""), ("undo_withdrawal", "staff"), ("answer", "staff")],
}


def test_whatever_leads_back_into_a_term_sets_the_date_of_the_minutes(town: Town) -> None:
    day = date(2027, 1, 15)
    for n, (state, ways) in enumerate(WAYS_BACK.items()):
        case, now = case_in(state, town=town, klass="ORDINARY"), later(hours=9)
        source = moves.Source("ACTION_ITEM", f"item-{n}", "鄂党纪要〔2026〕3号")
        for action, who in ways if ("tie", "") in ways else [("tie", ""), *ways]:
            if action == "tie":
                case = moves.tie_by_origin(case.pk, source, by=system(now), due_on=day)
                assert (case.due_on, case.told_due_on) == (None, day)
            else:
                case = perform(action, case, by=actor(getattr(town, who), now), town=town)
            now += timedelta(hours=1)
        case = sound(case)
        assert (case.due_on, case.told_due_on, resolve(case).due_at) == (day, None, at("2027-01-16T00:00")), state
        ((_seq, set_date),) = dated.of_case(case)
        assert (set_date.day, set_date.by) == (day, source.document)
        again = moves.move_date_by_origin(case.pk, source, by=system(now), due_on=day, reason="议定")
        assert again.head_seq == case.head_seq, "said again, nothing happens"
    # What was told meanwhile was said last: the date of before is another one again.
    now, source = later(hours=9), moves.Source("ACTION_ITEM", "item-back", "鄂党纪要〔2026〕3号")
    case, order = case_in("RESULT_REVIEW", town=town), {"by": system(now), "reason": "议定"}
    case = perform("return_result", case, by=actor(town.party_secretary, now), town=town)
    case = moves.move_date_by_origin(case.pk, source, due_on=day, **order)
    case = perform("submit_result", case, by=actor(town.handler, now), town=town)
    moves.tie_by_origin(case.pk, source, by=system(now), due_on=day + timedelta(days=31))
    case = Case.objects.get(pk=case.pk)
    case = perform("return_result", case, by=actor(town.party_secretary, now), town=town)
    assert case.due_on == day + timedelta(days=31)
    assert sound(moves.move_date_by_origin(case.pk, source, due_on=day, **order)).due_on == day
    late = case_in("SUBMITTED", town=town)
    late = moves.tie_by_origin(late.pk, ITEM, by=system(later(hours=9)), due_on=date(2026, 11, 25))
    late = sound(perform("accept", late, by=actor(town.intake, later(days=3)), town=town))
    assert (late.due_on, late.told_due_on, dated.of_case(late)) == (None, None, []), "it has passed: the policy counts"
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(told_due_on=day)


def test_a_result_that_was_late_stays_late_when_it_is_sent_back_to_the_date_of_the_minutes(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, planned=True, contacted=True)
    over = resolve(case).due_at + timedelta(days=1)
    case = perform("submit_result", case, by=actor(town.handler, over), town=town)
    day = over.date() + timedelta(days=20)
    case = moves.tie_by_origin(case.pk, ITEM, by=system(over + timedelta(hours=1)), due_on=day)
    case = perform("return_result", case, by=actor(town.party_secretary, over + timedelta(hours=2)), town=town)
    old, new = Clock.objects.filter(subject_id=sound(case).pk, kind="RESOLVE").order_by("started_seq")
    due = at(f"{day + timedelta(days=1)}T00:00")
    assert (old.state.in_time, new.state.counting, new.due_at) == (False, True, due)


def test_an_item_that_leaves_the_demand_takes_the_date_with_it_that_was_not_set_yet(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town, klass="ORDINARY")
    untie = partial(moves.untie_by_origin, case.pk, by=system(later(hours=10)), reason="第三项删除")
    assert untie(ITEM).head_seq == case.head_seq, "it never was tied"
    for day in (date(2027, 1, 15), date(2027, 2, 10)):
        tied = moves.tie_by_origin(case.pk, ITEM, by=system(later(hours=9)), due_on=day)
        assert tied.told_due_on == day, "what the minutes say last"
    assert "办结日期改为 2027年2月10日" in timeline(tied, system(NOW))[0].text
    other = moves.Source("ACTION_ITEM", "another")
    assert untie(other).head_seq == tied.head_seq, "another item is no matter of this one"
    left = sound(untie(ITEM))
    assert (left.told_due_on, left.tied_key, left.turn_role) == (None, "", "DEPUTY_HEAD")
    due = resolve(left).due_at
    case = sound(perform("return_result", left, by=actor(town.deputy, later(hours=11)), town=town))
    assert (case.due_on, resolve(case).due_at) == (None, due)


@pytest.mark.parametrize("state", ["ACCEPTED", "IN_PROGRESS", "ENDED"])
def test_no_item_is_tied_without_its_date_where_one_can_be_set_nor_to_what_is_over(town: Town, state: str) -> None:
    case = case_in(state, town=town)
    with pytest.raises(WrongMoment):
        moves.tie_by_origin(case.pk, ITEM, by=system(later(hours=9)), due_on=date(2027, 1, 15))


def test_another_class_leaves_a_term_of_its_own_as_it_is(town: Town) -> None:
    for n, changes in enumerate(({}, {"due_on": date(2026, 11, 27)})):
        case = opened(town, moves.Source("INSTRUCTION", f"i-{n}"), klass="ORDINARY", **changes)
        due = resolve(case).due_at
        case = perform("reclassify", case, by=actor(town.dispatcher, later(hours=1)), town=town)
        assert (sound(case).klass, resolve(case).due_at) == ("HARD", due)


# --- the end ---


@pytest.mark.parametrize("state", ["ACCEPTED", "DISPATCHED", "WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM"])
def test_an_item_that_a_correction_removed_ends(town: Town, state: str) -> None:
    case = case_in(state, town=town, origin="ACTION_ITEM")
    end = partial(moves.end_by_correction, case.pk, by=system(later(days=3)), document="更正1号", reason="第三项删除")
    ended = sound(end())
    assert (ended.state, ended.ending, str(ended.get_ending_display())) == ("ENDED", "CORRECTED", "纪要更正")
    assert not Clock.objects.filter(subject_id=case.pk, stopped_at=None).exists()
    assert end().head_seq == ended.head_seq, "said again, nothing happens"


def test_a_correction_ends_nothing_else(town: Town) -> None:
    for case in (case_in("IN_PROGRESS", town=town, origin="INSTRUCTION"), case_in("IN_PROGRESS", town=town)):
        with pytest.raises(WrongMoment, match="本件不是由会议任务事项转入的"):
            moves.end_by_correction(case.pk, by=system(later(days=3)), reason="第三项删除")


# --- where it came from ---


def body(page: Any) -> str:
    assert page.status_code == 200
    return str(page.content.decode())


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that holds action items: it tells everybody but departments of them, and only the office may open."""

    def told(by: Actor, keys: Collection[str]) -> Mapping[str, origins.Told]:
        if by.role in ("DISPATCHER", "ENTERPRISE_STAFF"):
            return {key: origins.Told(f"纪要 {key}", "/minutes/1/" if by.role == "DISPATCHER" else "") for key in keys}
        return {}

    monkeypatch.setattr(origins, "_providers", {})  # the meetings tell of their own items
    origins.register_origin("ACTION_ITEM", told)


@pytest.mark.every_page
def test_page_list_and_api_say_where_it_came_from_as_far_as_the_reader_may_know(
    town: Town, minutes: None, sign_in: SignIn, clock: Any
) -> None:
    case = opened(town, lead=town.energy, duty_item=town.only_energy)
    clock.move_to(later(hours=1))
    for post, words, address in (
        (town.dispatcher, "来自：会议任务事项 · 纪要 item-1", "/minutes/1/"),
        (town.staff, "来自：会议任务事项 · 纪要 item-1", ""),
        (town.liaison, "来自：会议任务事项", ""),
    ):
        shown = body(sign_in(post).get(f"/demands/{case.public_id}/"))
        assert (words in text(shown), "纪要 item-1" in text(shown)) == (True, "item-1" in words)
        assert ("/minutes/1/" in shown) == bool(address)
        assert "来自：会议任务事项" in text(body(sign_in(post).get("/demands/")))
        (came,) = Program(post).get(of(case)).json()["came_from"]
        assert (came["kind"], came["label"], came["address"]) == ("ACTION_ITEM", "会议任务事项", address)
    assert Program(town.staff).get(of(case_in("SUBMITTED", town=town))).json()["came_from"] == []


def test_why_it_is_that_day_names_the_minutes_that_set_it_and_not_so_after_a_redo(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    """Page, paper and API of a demand whose date was moved; of its clock before that move, and of the redo after it."""
    case = case_in("IN_PROGRESS", town=town, planned=True, contacted=True)
    over = resolve(case).due_at + timedelta(days=1)
    source, day = moves.Source("ACTION_ITEM", "item-1", "鄂党纪要〔2026〕3号"), over.date() + timedelta(days=20)
    case = moves.move_date_by_origin(case.pk, source, by=system(over), due_on=day, reason="议定")
    clock.move_to(over + timedelta(hours=1))
    old, new = Clock.objects.filter(subject_id=case.pk, kind="RESOLVE").order_by("started_seq")
    set_words, limit = "这一天由鄂党纪要〔2026〕3号定为", f"到 {long_day(day)}（鄂党纪要〔2026〕3号定）"
    client, program = sign_in(town.staff), Program(town.staff)
    for address in ("", "print/", f"clocks/resolve-{new.started_seq}/"):
        assert limit in text(body(client.get(f"/demands/{case.public_id}/{address}")))
    for row, by_minutes in ((old, False), (new, True)):
        page = text(body(client.get(f"/demands/{case.public_id}/clocks/resolve-{row.started_seq}/")))
        why = program.get(f"{of(case)}clocks/resolve-{row.started_seq}/").json()
        assert (set_words in page, set_words in why["sentences"][0], why["limit"] == limit) == (by_minutes,) * 3
    moves.issue_case_file(case.pk, by=actor(town.staff, over + timedelta(hours=1)))
    limits = [one.limit for one in read(Document.objects.get().content).content.limits if one.what == "办结"]
    assert [limit in one for one in limits] == [False, True]
    case = perform("submit_result", case, by=actor(town.handler, over + timedelta(hours=2)), town=town)
    case = perform("sign_off", case, by=actor(town.party_secretary, over + timedelta(hours=3)), town=town)
    case = perform("redo", case, by=actor(town.staff, over + timedelta(hours=4)), town=town)
    redone = resolve(case)
    why = program.get(f"{of(case)}clocks/resolve-{redone.started_seq}/").json()
    assert (redone.started_seq > new.started_seq, set_words in why["sentences"][0]) == (True, False)


@pytest.mark.parametrize("no_firm", [True, False])
def test_what_an_origin_opened_has_papers_and_a_pack_but_no_receipt(town: Town, no_firm: bool) -> None:
    case = case_in("CLOSED", town=town, origin="ACTION_ITEM", no_firm=no_firm)
    by = actor(town.intake, later(days=2))
    moves.issue_case_file(case.pk, by=by)
    said = read(Document.objects.get().content).content
    assert bool(said.opinion) == (not no_firm)
    moves.make_pack(case.pk, by=by, purpose="移交审计")
    build_pack.func(str(EvidencePack.objects.get().job.public_id))
    assert EvidencePack.objects.get().sha256
    with pytest.raises(WrongMoment, match="受理以后才有受理回执"):
        moves.issue_receipt(case.pk, by=by)
    assert "issue_receipt" not in {offer.name for offer in offers(Case.objects.get(pk=case.pk), by)}


def test_the_pages_of_an_item_of_no_firm_open_and_its_office_confirms_it(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM", no_firm=True)
    clock.move_to(later(hours=2))
    for post in (town.dispatcher, town.liaison, town.party_secretary):
        client = sign_in(post)
        assert "没有提出企业" in body(client.get(f"/demands/{case.public_id}/"))
        assert str(case.number) in body(client.get("/demands/"))
    client = sign_in(town.dispatcher)
    page = client.get(f"/demands/{case.public_id}/confirm_by_office/")
    assert "供电方案已于" in body(page)
    key = page.context["key"]
    data = {"confirmation": "PARTLY", "seen": case.head_seq, "idempotency_key": key}
    assert client.post(f"/demands/{case.public_id}/confirm_by_office/", data).status_code == 302
    case = sound(case)
    assert (case.state, case.confirmation) == ("CLOSED", "PARTLY")
    assert client.get(f"/demands/{case.public_id}/print/").status_code == 200
