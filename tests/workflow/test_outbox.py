"""Messages of the outbox: written with what they tell of, tried until they go through, never twice at once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django_tasks import TaskResultStatus, task_backends
from django_tasks_db.models import DBTaskResult

from tests.factories import NOW, later
from workflow import outbox, reaper
from workflow.models import DeliveryAttempt, OutboxMessage
from workflow.outbox import BACK_OFF, JITTER, LEASE, MOST_ATTEMPTS, Undeliverable, attempt, back_off, queue, resend

TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


class Post:
    """A channel that keeps what it was given, and fails as often as it is told."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.failures: list[Exception] = []

    def __call__(self, message: OutboxMessage, now: Any) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message.key)


@pytest.fixture
def post(db: None) -> Iterator[Post]:
    box = Post()
    outbox.register_channel("test", box)
    yield box
    outbox._channels.pop("test")


def put(key: str = "a", **more: Any) -> OutboxMessage:
    with transaction.atomic():
        queue("test", key=key, payload={"number": "D1"}, at=NOW, **more)
    return OutboxMessage.objects.get(key=key)


def at(moment: Any) -> Any:
    return lambda: moment


def test_a_message_and_its_task_cost_two_inserts(post: Post) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        queue("test", key="a", payload={}, at=NOW)
    found = [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(TRANSACTION)]
    assert [sql.split()[0] for sql in found] == ["INSERT", "INSERT"]
    message = OutboxMessage.objects.get()
    task = DBTaskResult.objects.get()
    assert (message.state, message.task_id) == ("WAITING", str(task.pk))
    assert task.args_kwargs == {"args": [str(message.public_id)], "kwargs": {}}


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_queued() -> None:
    with pytest.raises(TransactionManagementError):
        queue("test", key="a", payload={}, at=NOW)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_neither_message_nor_task() -> None:
    with transaction.atomic():
        queue("test", key="a", payload={}, at=NOW)
        transaction.set_rollback(True)
    assert (OutboxMessage.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_the_same_key_twice_is_one_message_and_one_delivery(post: Post) -> None:
    put()
    put()
    assert OutboxMessage.objects.count() == 1
    for task in DBTaskResult.objects.all():
        attempt(task.args_kwargs["args"][0], clock=at(NOW))
    assert post.sent == ["a"]


def test_a_delivered_message_is_on_record_and_not_sent_again(post: Post) -> None:
    message = put()
    assert attempt(str(message.public_id), clock=at(later(minutes=1))) is True
    assert attempt(str(message.public_id), clock=at(later(minutes=2))) is None
    message.refresh_from_db()
    assert (message.state, message.attempts, message.done_at, message.lease_until) == (
        "SENT",
        1,
        later(minutes=1),
        None,
    )
    assert list(message.tries.values_list("at", "ok", "error")) == [(later(minutes=1), True, "")]
    assert post.sent == ["a"]


def test_a_message_is_not_sent_before_its_time(post: Post) -> None:
    message = put(not_before=later(hours=3))
    assert DBTaskResult.objects.get().run_after == later(hours=3)
    assert attempt(str(message.public_id), clock=at(later(hours=2))) is None
    assert attempt(str(message.public_id), clock=at(later(hours=3))) is True


def test_failures_are_tried_again_later_and_later_and_the_eighth_is_the_last(post: Post) -> None:
    message = put()
    post.failures = [ConnectionRefusedError(111, "mail.example.org")] * MOST_ATTEMPTS
    now, waits = NOW, []
    for n in range(1, MOST_ATTEMPTS + 1):
        assert attempt(str(message.public_id), clock=at(now)) is False
        message.refresh_from_db()
        assert message.attempts == n
        assert message.last_error == "ConnectionRefusedError 111"
        if message.state == "WAITING":
            assert DBTaskResult.objects.get(pk=message.task_id).run_after == message.next_at
            assert attempt(str(message.public_id), clock=at(message.next_at - timedelta(seconds=1))) is None
            waits.append(message.next_at - now)
            now = message.next_at
    assert message.state == "DEAD"
    assert len(waits) == len(BACK_OFF) == 7
    for wait, minutes in zip(waits, BACK_OFF, strict=True):
        assert abs(wait - timedelta(minutes=minutes)) <= timedelta(minutes=minutes) * JITTER / 100
    assert attempt(str(message.public_id), clock=at(later(days=30))) is None
    assert DeliveryAttempt.objects.filter(message=message, ok=False).count() == MOST_ATTEMPTS


def test_waits_grow_and_a_spread_moves_them_either_way() -> None:
    waits = [back_off(n) for n in range(1, 9)]
    assert waits == sorted(waits)
    assert (waits[0], waits[6], waits[7]) == (timedelta(minutes=1), timedelta(days=1), timedelta(days=1))
    assert back_off(1, spread=10) == timedelta(seconds=66)
    assert back_off(1, spread=-10) == timedelta(seconds=54)


def test_what_can_never_go_through_is_dead_at_once(post: Post) -> None:
    message = put()
    post.failures = [Undeliverable("no mail address")]
    attempt(str(message.public_id), clock=at(NOW))
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("DEAD", 1, "no mail address")


def test_a_channel_nobody_knows_is_dead_at_once(db: None) -> None:
    with transaction.atomic():
        queue("pigeon", key="a", payload={}, at=NOW)
    message = OutboxMessage.objects.get()
    attempt(str(message.public_id), clock=at(NOW))
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("DEAD", "no such channel")


def test_the_words_of_an_error_are_not_kept(post: Post) -> None:
    message = put()
    post.failures = [ValueError("li@example.org: 变压器增容")]
    attempt(str(message.public_id), clock=at(NOW))
    message.refresh_from_db()
    assert message.last_error == message.tries.get().error == "ValueError"


def test_a_poisoned_message_does_not_stop_the_others(post: Post) -> None:
    bad, good = put("bad"), put("good")
    post.failures = [RuntimeError("poison")]
    for message in (bad, good):
        attempt(str(message.public_id), clock=at(NOW))
    assert post.sent == ["good"]
    assert set(OutboxMessage.objects.values_list("key", "state")) == {("bad", "WAITING"), ("good", "SENT")}


def test_while_one_worker_has_a_message_no_other_takes_it(post: Post) -> None:
    message = put()
    answers = []

    def slow(held: OutboxMessage, now: Any) -> None:
        answers.append(attempt(str(held.public_id), clock=at(NOW)))

    outbox.register_channel("test", slow)
    assert attempt(str(message.public_id), clock=at(NOW)) is True
    assert answers == [None]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_message_goes_out() -> None:
    seen = []
    outbox.register_channel("test", lambda message, now: seen.append(connection.in_atomic_block))
    attempt(str(put().public_id), clock=at(NOW))
    outbox._channels.pop("test")
    assert seen == [False]


def test_success_counts_even_when_the_lease_had_run_out_and_a_failure_does_not(post: Post) -> None:
    """A worker that slept through its lease: what it sent is sent; what it failed at is another's business now."""
    message = put()

    def sleepy(held: OutboxMessage, now: Any) -> None:
        reaper.give_back_leases(NOW + 2 * LEASE)
        if post.failures:
            raise post.failures.pop()

    outbox.register_channel("test", sleepy)
    post.failures = [OSError("late")]
    attempt(str(message.public_id), clock=at(NOW))
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("WAITING", reaper.LEASE_RAN_OUT)
    attempt(str(message.public_id), clock=at(message.next_at))
    message.refresh_from_db()
    assert message.state == "SENT"


def test_dead_messages_are_sent_again_with_all_tries_before_them(post: Post) -> None:
    dead, alive = put("dead"), put("alive")
    post.failures = [Undeliverable("no mail address")]
    attempt(str(dead.public_id), clock=at(NOW))
    wanted = [str(dead.public_id), str(alive.public_id), "0" * 32]
    assert resend(wanted, now=later(hours=1)) == dict(zip(wanted, [True, False, False], strict=True))
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.next_at) == ("WAITING", 0, later(hours=1))
    assert attempt(str(dead.public_id), clock=at(later(hours=1))) is True


# --- the reaper ---


def test_a_lease_that_ran_out_is_a_failed_try_and_the_message_waits_again(post: Post) -> None:
    message = put()
    OutboxMessage.objects.update(lease_until=NOW + LEASE, attempts=1)
    assert reaper.give_back_leases(later(minutes=4)) == 0
    assert reaper.give_back_leases(later(minutes=6)) == 1
    message.refresh_from_db()
    assert (message.state, message.lease_until, message.last_error) == ("WAITING", None, reaper.LEASE_RAN_OUT)
    assert message.next_at > later(minutes=6)
    assert attempt(str(message.public_id), clock=at(message.next_at)) is True


def test_a_message_that_kills_its_workers_ends_dead(post: Post) -> None:
    message = put()
    OutboxMessage.objects.update(lease_until=NOW + LEASE, attempts=MOST_ATTEMPTS)
    reaper.give_back_leases(later(minutes=6))
    message.refresh_from_db()
    assert message.state == "DEAD"


def test_a_message_without_a_task_has_one_again_and_one_with_a_task_has_no_second(post: Post) -> None:
    lost, waits = put("lost"), put("waits")
    DBTaskResult.objects.filter(pk=lost.task_id).delete()
    assert reaper.find_lost(later(minutes=1)) == 0
    assert reaper.find_lost(later(days=3)) == 1
    assert reaper.find_lost(later(days=3)) == 0
    lost.refresh_from_db()
    waits.refresh_from_db()
    assert {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)} == {lost.task_id, waits.task_id}


def test_all_lost_messages_are_found_however_many_wait_in_front_of_them(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaper, "BATCH", 2)
    for n in range(5):
        put(f"waits{n}")
    lost = put("lost")
    DBTaskResult.objects.filter(pk=lost.task_id).delete()
    assert reaper.find_lost(later(days=1)) == 1


def test_a_task_whose_worker_died_is_failed_and_its_message_has_a_new_one(post: Post) -> None:
    message = put()
    old = DBTaskResult.objects.get()
    old.claim("gone")
    DBTaskResult.objects.update(started_at=NOW)
    reaper.reap(later(minutes=5))
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
    reaper.reap(later(minutes=11))
    old.refresh_from_db()
    message.refresh_from_db()
    assert (old.status, old.exception_class_path) == (TaskResultStatus.FAILED, "workflow.reaper.WorkerLost")
    assert message.task_id != str(old.pk)
    assert DBTaskResult.objects.get(pk=message.task_id).status == TaskResultStatus.READY


def test_finished_tasks_and_messages_that_went_through_are_kept_for_their_time(post: Post) -> None:
    message = put()
    attempt(str(message.public_id), clock=at(NOW))
    task = DBTaskResult.objects.get()
    task.set_successful(None)
    DBTaskResult.objects.update(finished_at=NOW)
    reaper.prune(later(days=6))
    assert (DBTaskResult.objects.count(), OutboxMessage.objects.count()) == (1, 1)
    reaper.prune(later(days=8))
    assert (DBTaskResult.objects.count(), OutboxMessage.objects.count()) == (0, 1)
    reaper.prune(later(days=181))
    assert (OutboxMessage.objects.count(), DeliveryAttempt.objects.count()) == (0, 0)


# --- another backend ---


@pytest.fixture
def immediate(settings: Any) -> Iterator[None]:
    """Tasks run where they are enqueued: nothing waits, nothing can be asked about later."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.TASKS_IN_TRANSACTION = False
    forget = task_backends.__dict__.pop
    forget("settings", None)
    kept = getattr(task_backends._connections, "default", None)
    if kept is not None:
        del task_backends._connections.default
    yield
    forget("settings", None)
    if hasattr(task_backends._connections, "default"):
        del task_backends._connections.default


def test_with_the_immediate_backend_a_message_goes_out_when_its_transaction_commits(
    post: Post, immediate: None, clock: Any
) -> None:
    with transaction.atomic():
        queue("test", key="a", payload={}, at=NOW)
        assert post.sent == []
    assert post.sent == ["a"]
    assert OutboxMessage.objects.get().state == "SENT"


def test_with_the_immediate_backend_what_failed_waits_for_the_tick(post: Post, immediate: None, clock: Any) -> None:
    post.failures = [OSError("down")]
    with transaction.atomic():
        queue("test", key="a", payload={}, at=NOW)
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts) == ("WAITING", 1)
    clock.move_to(message.next_at + timedelta(minutes=3))
    reaper.reap(message.next_at + timedelta(minutes=3))
    message.refresh_from_db()
    assert (message.state, post.sent) == ("SENT", ["a"])
