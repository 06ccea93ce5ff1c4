"""What happens to demands by itself: at the right moment, once, and the same after three days in which nothing ran."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from cases.demands import moves
from cases.demands.models import Case
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.table import perform
from tests.factories import NOW, Town, actor, case_in, later, system
from workflow.calendar import ZONE
from workflow.chain import append_event
from workflow.clocks import ClockKind
from workflow.models import Clock, Event, Notice, OutboxMessage
from workflow.outbox import attempt
from workflow.overdue import make_system_moves, send_reminders
from workflow.registry import subject_models
from workflow.replay import differences_of, recent_keys, replay_all, replay_recent
from workflow.seals import seal_ledger
from workflow.subject import Subject


def on(day: int, hour: int = 10, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def tick(now: datetime) -> None:
    """One round of the tick and of the worker."""
    send_reminders(now)
    make_system_moves(now)
    for message in OutboxMessage.objects.filter(state="WAITING").order_by("pk"):
        attempt(str(message.public_id), clock=lambda: now)


def every(hours: int, start: datetime, end: datetime) -> Iterator[datetime]:
    while start <= end:
        yield start
        start += timedelta(hours=hours)


def running(case: Case) -> dict[str, datetime]:
    return dict(Clock.objects.filter(subject_id=case.pk, stopped_at=None).values_list("kind", "due_at"))


def waiting_for_the_firm(town: Town, state: str) -> Case:
    """A demand about which the firm was asked on Monday morning."""
    if state == "NEED_INFO":
        case = case_in("SUBMITTED", town=town)
        return moves.request_completion(case.pk, by=actor(town.intake, later(hours=1)), seen=1, points=["营业执照"])
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    by = actor(town.handler, later(hours=2))
    return moves.ask_firm(case.pk, by=by, seen=case.head_seq, points=["用电负荷多少"])


@pytest.fixture
def cases(town: Town) -> dict[str, Case]:
    """One demand for each move of the system, all from Monday 23 November."""
    return {
        "end_incomplete": waiting_for_the_firm(town, "NEED_INFO"),
        "acknowledge_overdue": case_in("DISPATCHED", town=town),
        "answer_overdue": waiting_for_the_firm(town, "WAIT_ENTERPRISE"),
        "close_unanswered": case_in("AWAIT_CONFIRM", town=town),
    }


# When each takes effect: 10 days, 1, 5 working days, 7 days of which 5 working.
EFFECT = {
    "end_incomplete": on(4, 0, month=12),  # Thursday 3 December, 24:00
    "acknowledge_overdue": on(24, 17, 30),
    "answer_overdue": on(30, 17, 30),
    "close_unanswered": on(1, 0, month=12),
}
AFTER = {
    "end_incomplete": "ENDED",
    "acknowledge_overdue": "IN_PROGRESS",
    "answer_overdue": "IN_PROGRESS",
    "close_unanswered": "CLOSED",
}


def story(case: Case, action: str) -> dict[str, Any]:
    event = Event.objects.get(subject_id=case.pk, action=action)
    case.refresh_from_db(fields=["turn_role"])
    return {
        "state": Case.objects.get(pk=case.pk).state,
        "effective_at": event.effective_at,
        "system": event.user_id is None,
        "clocks": running(case),
    }


def test_each_move_of_the_system_is_made_when_its_term_is_over(cases: dict[str, Case]) -> None:
    for now in every(4, NOW + timedelta(hours=3), on(5, month=12)):
        tick(now)
    for action, case in cases.items():
        found = story(case, action)
        assert (action, found["state"], found["effective_at"], found["system"]) == (
            action,
            AFTER[action],
            EFFECT[action],
            True,
        )
        assert_chain_holds(Case.objects.get(pk=case.pk))
    assert running(cases["acknowledge_overdue"])["PLAN"] == on(27, 17, 30)  # three working days after the 24th
    # Paused from the 23rd to the 30th: five working days more than 14 December.
    assert running(cases["answer_overdue"])["RESOLVE"] == on(21, 17, 30, month=12)


def test_nothing_is_made_before_its_term_is_over(cases: dict[str, Case]) -> None:
    made = Event.objects.filter(action__in=EFFECT)
    since = NOW + timedelta(hours=3)
    for action, due in sorted(EFFECT.items(), key=lambda pair: pair[1]):
        before = made.count()
        for now in every(2, since, due):
            send_reminders(now)
        since = due
        make_system_moves(due)  # the due moment itself is still in time
        assert (action, made.count()) == (action, before)
        make_system_moves(due + timedelta(minutes=1))
        assert Event.objects.filter(subject_id=cases[action].pk, action=action).count() == 1


def test_three_days_without_a_tick_change_no_date_and_repeat_nothing(cases: dict[str, Case]) -> None:
    """The system stands still from the morning before each term ends; then one tick makes good for all of it."""
    expected = {}
    for action, case in cases.items():
        stop, again = EFFECT[action] - timedelta(hours=12), EFFECT[action] + timedelta(hours=60)
        with transaction.atomic():
            for now in every(6, NOW + timedelta(hours=3), again):
                tick(now)
            expected[action] = story(case, action)
            transaction.set_rollback(True)
        with transaction.atomic():
            for now in every(6, NOW + timedelta(hours=3), stop):
                tick(now)
            for now in (again, again, again + timedelta(minutes=1)):
                tick(now)
            found = story(case, action)
            assert (action, found) == (action, expected[action])
            assert Event.objects.filter(subject_id=case.pk, action=action).count() == 1
            told = Notice.objects.filter(subject_id=case.pk).exclude(kind="confirm_reminder")  # that one comes twice
            keys = list(told.values_list("user_id", "kind", "due_at"))
            assert sorted(keys) == sorted(set(keys)), "the same is told to nobody twice"
            assert not OutboxMessage.objects.exclude(state="SENT").exists()
            transaction.set_rollback(True)


def test_after_a_standstill_over_every_reminder_the_firm_still_has_a_working_day(cases: dict[str, Case]) -> None:
    case = cases["close_unanswered"]
    monday = on(7, 9, month=12)  # nothing ran for two weeks
    tick(monday)
    assert Case.objects.get(pk=case.pk).state == "AWAIT_CONFIRM"
    told = Notice.objects.filter(subject_id=case.pk, kind="confirm_reminder")
    assert told.count() == 2, "staff and secretary are reminded once, although two reminders were missed"
    tick(on(8, 17, 30, month=12))
    assert Case.objects.get(pk=case.pk).state == "AWAIT_CONFIRM"
    tick(on(8, 17, 31, month=12))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.confirmation, case.closed_at) == ("CLOSED", "UNANSWERED", on(8, 17, 31, month=12))
    event = Event.objects.get(subject_id=case.pk, action="close_unanswered")
    assert (event.effective_at, event.at) == (on(1, 0, month=12), on(8, 17, 31, month=12))


def test_a_firm_that_answers_before_the_tick_is_not_overtaken(cases: dict[str, Case], town: Town) -> None:
    case = cases["close_unanswered"]
    perform("confirm", case, by=actor(town.staff, on(9, month=12)), town=town)
    tick(on(9, 10, 1, month=12))
    assert not Event.objects.filter(subject_id=case.pk, action="close_unanswered").exists()


def test_whoever_has_the_turn_is_reminded_at_half_and_at_four_fifths_once(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)  # four working hours from 10:00: 12:00 and 15:42
    OutboxMessage.objects.all().delete()
    for now in every(1, on(23, 10), on(23, 16)):
        tick(now)
        tick(now)
    notices = Notice.objects.filter(subject_id=case.pk).order_by("created_at", "pk")
    desk = {town.intake.user_id, town.second_intake.user_id}
    assert {notice.user_id for notice in notices} == desk
    assert [(n.kind, n.created_at) for n in notices if n.user_id == town.intake.user_id] == [
        ("half_used", on(23, 12)),
        ("nearly_used", on(23, 16)),
    ]
    assert {notice.due_at for notice in notices} == {on(23, 16, 30)}


def test_while_the_firm_is_asked_a_clock_of_the_department_reminds_the_handler_and_not_the_firm(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town, contacted=True)  # its plan is due in three working days
    by = actor(town.handler, later(hours=2))
    case = moves.ask_firm(case.pk, by=by, seen=case.head_seq, points=["用电负荷多少"])
    assert (case.next_clock, case.next_due_at) == ("ANSWER", on(30, 17, 30))
    for now in every(4, later(hours=3), on(26, 12)):
        tick(now)
    told = Notice.objects.filter(subject_id=case.pk, kind__in=["half_used", "nearly_used"])
    assert {(n.user_id, n.due_at) for n in told} == {(town.handler.user_id, on(26, 17, 30))}
    tick(on(27, 17))
    told = told.filter(due_at=on(30, 17, 30))  # half of the firm's own term is over
    assert {n.user_id for n in told} == {town.staff.user_id, town.firm_secretary.user_id}


def test_a_held_or_paused_clock_reminds_nobody(town: Town) -> None:
    review = case_in("RESULT_REVIEW", town=town)
    paused = waiting_for_the_firm(town, "WAIT_ENTERPRISE")
    for now in every(6, NOW + timedelta(hours=3), on(30, month=12)):
        send_reminders(now)
    asked = OutboxMessage.objects.filter(payload__number=review.number, payload__seq=2)  # it started the resolve clock
    assert [m.payload["tells"] for m in asked if "half_used" in str(m.payload) or "overdue" in str(m.payload)] == []
    clock = Clock.objects.get(subject_id=paused.pk, kind="RESOLVE")
    assert (clock.next_reminder_at, clock.reminded_at) == (None, None)


def test_a_late_acknowledgement_leaves_a_breach_and_a_stand_in(cases: dict[str, Case], town: Town) -> None:
    tick(on(25))
    case = Case.objects.get(pk=cases["acknowledge_overdue"].pk)
    assert (case.state, case.stand_in, case.handler_id) == ("IN_PROGRESS", "DEPARTMENT_LIAISON", town.liaison.user_id)
    assert (case.turn_role, case.acknowledged_at) == ("DEPARTMENT_LIAISON", on(24, 17, 30))
    clock = Clock.objects.get(subject_id=case.pk, kind="ACKNOWLEDGE")
    assert (clock.breached, clock.state.in_time, clock.stopped_at) == (True, False, clock.due_at)


def test_a_department_without_anybody_does_not_stop_the_tick(cases: dict[str, Case], town: Town) -> None:
    lonely = cases["acknowledge_overdue"]
    for post in town.everybody:
        if post.organisation_id == town.energy.pk:
            post.valid_to = on(22).date()
            post.save()
    other = case_in("DISPATCHED", town=town, firm=town.far_firm)
    tick(on(25))
    assert Case.objects.get(pk=lonely.pk).state == "DISPATCHED"
    assert Case.objects.get(pk=other.pk).state == "IN_PROGRESS"


def test_a_fault_in_one_demand_does_not_stop_the_others(
    cases: dict[str, Case], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = cases["acknowledge_overdue"], case_in("DISPATCHED", town=town)
    facts = Case.event_facts

    def broken(self: Case) -> dict[str, Any]:
        if self.pk == bad.pk:
            raise ZeroDivisionError
        return facts(self)

    monkeypatch.setattr(Case, "event_facts", broken)
    with pytest.raises(RuntimeError, match="1 moves failed"):
        make_system_moves(on(25))
    assert (Case.objects.get(pk=bad.pk).state, Case.objects.get(pk=good.pk).state) == ("DISPATCHED", "IN_PROGRESS")


@pytest.mark.parametrize("state", ["CLOSED", "ENDED"])
def test_what_is_over_goes_to_the_archive_after_thirty_days(town: Town, state: str) -> None:
    case = case_in(state, town=town)
    over = case.closed_at or case.ended_at
    assert over is not None
    tick(over + timedelta(days=30) - timedelta(seconds=1))
    assert Case.objects.get(pk=case.pk).state == state
    tick(over + timedelta(days=30))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.archived_at, case.next_due_at) == ("ARCHIVED", over + timedelta(days=30), None)


def test_the_archive_takes_more_than_one_batch_in_order(town: Town) -> None:
    found = [case_in("CLOSED", town=town, start=NOW + timedelta(minutes=n)) for n in range(5)]
    from cases.demands.queries import over_before

    assert list(over_before(on(30, month=12), batch=2)) == [case.pk for case in found]


def test_every_clock_of_all_this_is_replayed_without_a_difference(cases: dict[str, Case]) -> None:
    for now in every(3, NOW + timedelta(hours=3), on(5, month=12)):
        tick(now)
    models = [model for model in subject_models() if issubclass(model, Subject)]
    steps = list(replay_all(models, batch=2))
    assert (sum(step.subjects for step in steps), [d for step in steps for d in step.differences]) == (len(cases), [])
    assert replay_recent(on(5, month=12)).endswith("，0 处不同")


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("due_at", {"due_at": on(31, month=12)}),
        ("stopped_at", {"stopped_at": on(24, 9)}),
        ("extension", {"extension": 3}),
        ("policy", {"policy": "clocks/9"}),
        ("pauses", {"pauses": []}),
    ],
)
def test_a_clock_that_was_changed_behind_the_ledger_is_found(town: Town, column: str, change: dict[str, Any]) -> None:
    case = waiting_for_the_firm(town, "WAIT_ENTERPRISE")
    case = perform("answer", case, by=actor(town.staff, on(26)), town=town)
    Clock.objects.filter(subject_id=case.pk, kind="RESOLVE").update(**change)
    [step] = replay_all([Case])
    assert (column, "RESOLVE#2") in {(d.column, d.clock) for d in step.differences}
    assert not replay_recent(on(26)).endswith("，0 处不同")


def test_a_next_due_date_that_was_changed_is_found(town: Town) -> None:
    case = case_in("SUBMITTED", town=town)
    Case.objects.filter(pk=case.pk).update(next_due_at=on(31, month=12))
    [step] = replay_all([Case])
    assert [(d.column, d.stored, d.replayed) for d in step.differences] == [
        ("next_due_at", on(31, month=12), on(23, 16, 30))
    ]


def test_a_reminder_that_a_loaded_year_moved_is_not_sent_early_and_holds_up_nobody(town: Town) -> None:
    early, other = case_in("SUBMITTED", town=town), case_in("SUBMITTED", town=town, firm=town.neighbour)
    Clock.objects.filter(subject_id=early.pk).update(next_reminder_at=on(23, 10, 5))  # as an older calendar said
    OutboxMessage.objects.all().delete()
    assert send_reminders(on(23, 10, 6)) == "0 reminders"
    clock = Clock.objects.get(subject_id=early.pk)
    assert (clock.next_reminder_at, clock.reminded_at) == (on(23, 12), None)
    Clock.objects.filter(subject_id=early.pk).update(next_reminder_at=on(23, 10, 5))
    assert send_reminders(on(23, 12)) == "2 reminders"
    assert {m.payload["subject_id"] for m in OutboxMessage.objects.all()} == {early.pk, other.pk}


def test_a_clock_that_cannot_be_reminded_of_does_not_stop_the_others(town: Town) -> None:
    bad, good = case_in("SUBMITTED", town=town), case_in("SUBMITTED", town=town, firm=town.neighbour)
    Clock.objects.filter(subject_id=bad.pk).update(policy="clocks/99", next_reminder_at=on(23, 10, 1))
    OutboxMessage.objects.all().delete()
    with pytest.raises(RuntimeError, match="1 reminders failed, 1 sent"):
        send_reminders(on(23, 13))
    assert [m.payload["subject_id"] for m in OutboxMessage.objects.all()] == [good.pk]


def test_a_chain_that_does_not_fit_together_is_named_and_the_others_are_replayed(town: Town, sign_in: Any) -> None:
    bad, good = case_in("IN_PROGRESS", town=town), case_in("IN_PROGRESS", town=town)
    with transaction.atomic():
        append_event(
            bad,
            action="note_internal",
            from_state=bad.state,
            to_state=bad.state,
            actor={"user_id": None, "role_text": "系统", "organisation": "x"},
            user_id=None,
            at=NOW + timedelta(days=1),
            effective_at=NOW + timedelta(days=1),
            policy="clocks/1",
            calendar="calendar/1",
            facts={**bad.event_facts(), "clocks": [["resume", "RESOLVE"]]},
            body={"text": "", "note": ""},
        )
        bad.save(update_fields=["head_seq", "head_hash", "head_at"])
    [step] = replay_all([Case])
    assert [(d.subject, d.column) for d in step.differences] == [(f"case:{bad.pk}", "events")]
    assert step.subjects == 2
    assert replay_recent(NOW + timedelta(days=1)).endswith("，1 处不同")
    assert differences_of(Case, good.pk) == []
    page = sign_in(town.handler).get(f"/demands/{bad.public_id}/clocks/resolve-2/").content.decode()
    assert "按流转记录重算，结果不一致" in page


def test_what_is_replayed_at_night_is_what_runs_and_what_moved_since_the_last_seals(town: Town) -> None:
    old = case_in("ARCHIVED", town=town)
    seal_ledger(now=later(days=60))
    running, closed = case_in("IN_PROGRESS", town=town), case_in("CLOSED", town=town)
    found = recent_keys(Case, later(days=63), since=timedelta(days=2))
    assert found == [running.pk, closed.pk]
    assert old.pk not in found


def test_a_recount_tells_the_new_date_of_that_clock_and_the_firm_only_what_it_was_promised(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)  # first contact is due tomorrow, the result on 14 December
    OutboxMessage.objects.all().delete()
    for kind in (ClockKind.RESOLVE, ClockKind.PLAN):
        moves.recalculate_clock(case.pk, by=system(later(hours=2)), kind=kind, why="换版")
    told = [(m.payload["due_at"][:10], set(m.payload["tells"])) for m in OutboxMessage.objects.order_by("pk")]
    assert told == [("2026-12-14", {"handler", "liaison", "firm"}), ("2026-11-26", {"handler", "liaison"})]
