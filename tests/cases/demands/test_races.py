"""Many people press at once: one move wins, the others read what happened and by whom, and nothing is lost."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection

from cases.demands import moves
from cases.demands.models import Case, IntakeItem, Result
from foundation.errors import Changed, WrongMoment
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds, assert_next_due_is_the_first_of_the_running
from tests.cases.demands.table import ask_for, perform
from tests.factories import Town, actor, case_in, intake_item, later
from workflow.models import Clock, Event, Proposal
from workflow.proposals import decide, take_back

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 32
# From submission to confirmation: the move, and who makes it. Where two posts may, both try.
STEPS = (
    ("accept", ("intake", "second_intake")),
    ("dispatch", ("dispatcher",)),
    ("acknowledge", ("liaison",)),
    ("record_contact", ("liaison", "handler")),
    ("save_plan", ("handler",)),
    ("submit_result", ("handler",)),
    ("sign_off", ("party_secretary",)),
    ("confirm", ("staff", "firm_secretary")),
)


def all_at_once(writers: Iterable[Callable[[], Any]]) -> list[Any]:
    """What each writer got, result or error, when all start at the same moment on connections of their own."""
    waiting = list(writers)
    start = threading.Barrier(len(waiting))

    def run(writer: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return writer()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(waiting)) as pool:
        futures = [pool.submit(run, writer) for writer in waiting]
    return [future.exception() or future.result() for future in futures]


def name_of(post: Membership) -> str:
    return f"{post.organisation.name} · {post.get_role_display()}"


def test_of_32_writers_one_wins_every_step_and_31_are_told_by_whom(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    for n, (action, who) in enumerate(STEPS):
        posts = [getattr(town, who[k % len(who)]) for k in range(WRITERS)]
        actors = [actor(post, later(hours=1 + n)) for post in posts]
        case = Case.objects.get(pk=case.pk)
        results = all_at_once(partial(perform, action, case, by=by, town=town) for by in actors)

        assert Counter(type(result) for result in results) == {Case: 1, Changed: WRITERS - 1}
        winner = next(post for post, result in zip(posts, results, strict=True) if isinstance(result, Case))
        event = Event.objects.get(subject_id=case.pk, seq=case.head_seq + 1)
        assert (event.action, event.user_id) == (action, winner.user_id)
        label = {"accept": "受理", "dispatch": "派单", "acknowledge": "签收", "record_contact": "登记首联"}
        label |= {"save_plan": "登记方案", "submit_result": "提交结果", "sign_off": "审签通过", "confirm": "企业确认"}
        assert {str(result) for result in results if isinstance(result, Changed)} == {
            f"本件刚刚有变动：{name_of(winner)} 于 11月23日 {11 + n}:00 办理了“{label[action]}”。"
            "请看过最新情况再办，您填写的内容还在。"
        }
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.head_seq) == ("CLOSED", 1 + len(STEPS))
    assert_chain_holds(case)
    assert Result.objects.filter(case=case).count() == 1
    assert not Clock.objects.filter(subject_id=case.pk, stopped_at=None).exists()


def test_when_one_signs_and_another_returns_only_one_has_happened(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    head = case.head_seq
    by = actor(town.party_secretary, later(hours=2))
    ways = ["sign_off", "return_result"] * (WRITERS // 2)
    results = all_at_once(partial(perform, way, case, by=by, town=town) for way in ways)
    assert Counter(type(result) for result in results) == {Case: 1, Changed: WRITERS - 1}
    won = next(way for way, result in zip(ways, results, strict=True) if isinstance(result, Case))
    label, after = {"sign_off": ("审签通过", "AWAIT_CONFIRM"), "return_result": ("审签退回", "IN_PROGRESS")}[won]
    assert all(f"办理了“{label}”" in str(result) for result in results if isinstance(result, Changed))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.head_seq) == (after, head + 1)
    assert_chain_holds(case)
    assert_next_due_is_the_first_of_the_running(case)


def test_32_notes_at_once_are_all_kept(town: Town) -> None:
    """A note only adds, so it does not compare what its writer saw; the chain orders all of them."""
    case = case_in("IN_PROGRESS", town=town)
    by = actor(town.intake, later(hours=1))
    texts = [f"第{n}条" for n in range(WRITERS)]
    results = all_at_once(partial(moves.add_internal_note, case.pk, by=by, text=text) for text in texts)
    assert [type(result) for result in results] == [Case] * WRITERS
    before, case = case.head_seq, Case.objects.get(pk=case.pk)
    assert case.head_seq == before + WRITERS
    notes = Event.objects.filter(subject_id=case.pk, action="note_internal").select_related("body")
    assert sorted(text for text in texts if any(f'"{text}"' in note.body.text for note in notes)) == sorted(texts)
    assert_chain_holds(case)


def test_a_note_and_a_move_at_once_lose_neither(town: Town) -> None:
    """The note waits its turn; the move, which compares, may meet the note and is then told so."""
    case = case_in("DISPATCHED", town=town)
    by, clerk = actor(town.liaison, later(hours=1)), actor(town.intake, later(hours=1))
    moved, noted = all_at_once(
        [
            partial(perform, "acknowledge", case, by=by, town=town),
            partial(moves.add_internal_note, case.pk, by=clerk, text="请跟踪"),
        ]
    )
    assert isinstance(noted, Case)
    assert isinstance(moved, Case) or (isinstance(moved, Changed) and "办理了“内部备注”" in str(moved))
    case = Case.objects.get(pk=case.pk)
    assert case.state == ("IN_PROGRESS" if isinstance(moved, Case) else "DISPATCHED")
    assert_chain_holds(case)


def test_two_officers_who_claim_one_message_make_one_demand(town: Town) -> None:
    item = intake_item(town.office)
    actors = [actor(post) for post in (town.intake, town.second_intake)] * 4
    results = all_at_once(partial(moves.register_intake, item.pk, by=by, enterprise=town.firm) for by in actors)
    assert Counter(type(result) for result in results) == {Case: 1, WrongMoment: len(actors) - 1}
    assert {str(result) for result in results if isinstance(result, WrongMoment)} == {"这条来件已经认领"}
    case = Case.objects.get()
    assert IntakeItem.objects.get(pk=item.pk).case_id == case.pk
    assert_chain_holds(case)


def test_many_firms_submit_at_once_and_every_demand_has_a_number(town: Town) -> None:
    actors = [actor(post) for post in (town.staff, town.firm_secretary)] * 8
    inputs = {"category": town.power, "title": "增容", "text": "现有变压器容量不足，请求增容", "contact_phone": "1"}
    results = all_at_once(partial(moves.submit_case, by=by, **inputs) for by in actors)
    assert [type(result) for result in results] == [Case] * len(actors)
    assert len(set(Case.objects.values_list("number", flat=True))) == len(actors)
    for case in Case.objects.all():
        assert_chain_holds(case)


def test_of_many_who_decide_one_proposal_one_does_and_the_others_hear_that_it_is_decided(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    posts = [town.second_intake, town.at(town.office, Role.SUPERVISOR)]
    actors = [actor(posts[n % 2], later(hours=2)) for n in range(16)]
    results = all_at_once(
        partial(decide, proposal.public_id, by=by, consent=n % 4 < 2, reason="看过") for n, by in enumerate(actors)
    )
    assert Counter(type(result) for result in results) == {Proposal: 1, WrongMoment: len(actors) - 1}
    assert {str(result) for result in results if isinstance(result, WrongMoment)} == {"这项提请已经有了决定"}
    verdict, case = Proposal.objects.get().verdict, Case.objects.get(pk=case.pk)
    assert (verdict, case.state) in {("CONSENTED", "ENDED"), ("REJECTED", "SUBMITTED")}
    assert (case.pending_proposal, case.head_seq) == ("", 3)
    assert_chain_holds(case)


def test_a_consent_and_a_move_of_the_case_at_once_end_in_one_of_them(town: Town) -> None:
    for n in range(6):
        case = case_in("SUBMITTED", town=town)
        proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
        case = Case.objects.get(pk=case.pk)
        clerk, second = actor(town.intake, later(hours=2)), actor(town.second_intake, later(hours=2))
        ways: list[Callable[[], Any]] = [
            partial(perform, "accept", case, by=clerk, town=town),
            partial(decide, proposal.public_id, by=second, consent=True),
        ]
        results = all_at_once(ways if n % 2 else ways[::-1])
        moved, decided = results if n % 2 else results[::-1]
        case, verdict = Case.objects.get(pk=case.pk), Proposal.objects.get(pk=proposal.pk).verdict
        if isinstance(decided, Proposal):
            assert (type(moved), verdict, case.state) == (Changed, "CONSENTED", "ENDED")
        else:
            assert isinstance(moved, Case)
            assert (type(decided), verdict, case.state) == (WrongMoment, "VOID", "ACCEPTED")
        assert case.pending_proposal == ""
        assert_chain_holds(case)
        assert_next_due_is_the_first_of_the_running(case)


def test_a_consent_and_the_taking_back_at_once_end_in_one_of_them(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    proposal = ask_for("decline", case, by=actor(town.intake, later(hours=1)), town=town)
    mine, second = actor(town.intake, later(hours=2)), actor(town.second_intake, later(hours=2))
    results = all_at_once(
        [
            *[partial(take_back, proposal.public_id, by=mine)] * 4,
            *[partial(decide, proposal.public_id, by=second, consent=True)] * 4,
        ]
    )
    assert Counter(type(result) for result in results) == {Proposal: 1, WrongMoment: 7}
    verdict, case = Proposal.objects.get().verdict, Case.objects.get(pk=case.pk)
    assert (verdict, case.state) in {("TAKEN_BACK", "SUBMITTED"), ("CONSENTED", "ENDED")}
    assert_chain_holds(case)


def test_of_many_who_propose_at_once_one_does(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    actors = [actor(post, later(hours=1)) for post in (town.intake, town.second_intake)] * 4
    results = all_at_once(partial(ask_for, "decline", case, by=by, town=town) for by in actors)
    assert Counter(type(result) for result in results) == {Proposal: 1, Changed: len(actors) - 1}
    assert Proposal.objects.count() == 1
    assert_chain_holds(Case.objects.get(pk=case.pk))
