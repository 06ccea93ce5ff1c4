"""What killed workers left behind comes back; what is long done goes.

The tasks backend has neither retries nor recovery (a task whose worker was killed stays RUNNING for ever), so the tick
does both. Only this module knows the tables of django_tasks_db; with another backend that part finds nothing to do.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks import TaskResultStatus, task_backends
from django_tasks.base import Task
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from foundation.idempotency import KEPT
from foundation.models import IdempotencyRecord
from workflow.models import DeliveryAttempt, MessageState, OutboxMessage, TickRun
from workflow.outbox import LEASE, deliver, hand_over, settle

BATCH = 500
LOST_AFTER = timedelta(minutes=2)  # past its time, and no task that lives: a worker polls every second
TASK_LIMIT = timedelta(hours=6)  # no task of ours runs so long
LEASE_RAN_OUT = "lease ran out"
KEEP_TASKS = timedelta(days=7)  # finished ones: long enough to look at last week
KEEP_TICKS = timedelta(days=30)
KEEP_SENT = timedelta(days=180)  # after that nobody asks again for the same event

ALIVE = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
_again: dict[str, timedelta] = {deliver.module_path: 2 * LEASE}


class WorkerLost(Exception):
    """The worker that ran the task is gone."""


def register_idempotent(task: Task[Any, Any], *, limit: timedelta) -> None:
    """A task that may be run again: one left RUNNING for longer than `limit` is marked failed and enqueued anew."""
    _again[task.module_path] = limit


def reap(now: datetime) -> str:
    """Abandoned tasks are failed, leases that ran out are given back, messages without a task have one."""
    tasks = fail_abandoned_tasks(now)
    leases = give_back_leases(now)
    lost = find_lost(now)
    return f"tasks {tasks}, leases {leases}, lost {lost}"


def fail_abandoned_tasks(now: datetime) -> int:
    """Tasks RUNNING for longer than any worker takes are FAILED; ours that may be run again are enqueued again.

    A delivery is not enqueued here: its message is found by its lease or by having no task, and gets one then.
    """
    if not _in_database():
        return 0
    failed = 0
    shortest = min([*_again.values(), TASK_LIMIT])
    for found in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - shortest)[:BATCH]:
        with transaction.atomic():
            held = DBTaskResult.objects.select_for_update().get(pk=found.pk)
            limit = _again.get(held.task_path, TASK_LIMIT)
            if held.status != TaskResultStatus.RUNNING or (held.started_at or now) >= now - limit:
                continue
            held.set_failed(WorkerLost())
            if held.task_path in _again and held.task_path != deliver.module_path:
                held.task.enqueue(*held.args_kwargs["args"], **held.args_kwargs["kwargs"])
            failed += 1
    return failed


def give_back_leases(now: datetime) -> int:
    """Messages in the hands of a worker that died wait for their next try; one that kills its workers ends DEAD."""
    ran_out = OutboxMessage.objects.filter(state=MessageState.WAITING, lease_until__lte=now).order_by("next_at", "id")
    given = 0
    for found in ran_out.only("pk")[:BATCH]:
        with transaction.atomic():
            held = OutboxMessage.objects.select_for_update(of=("self",)).get(pk=found.pk)
            if held.state != MessageState.WAITING or held.lease_until is None or held.lease_until > now:
                continue
            DeliveryAttempt.objects.create(
                message=held,
                at=held.lease_until - LEASE,
                ok=False,
                error=LEASE_RAN_OUT,
                duration_ms=LEASE // timedelta(milliseconds=1),
            )
            settle(held, now=now, error=LEASE_RAN_OUT, forever=False)
            given += 1
    return given


def find_lost(now: datetime) -> int:
    """Waiting messages past their time that no living task will take have a new one. All of them, batch by batch."""
    waiting = OutboxMessage.objects.filter(
        state=MessageState.WAITING, lease_until=None, next_at__lte=now - LOST_AFTER
    ).order_by("id")
    last, found = 0, 0
    while batch := list(waiting.filter(pk__gt=last).only("pk", "task_id")[:BATCH]):
        last = batch[-1].pk
        alive = living_tasks(message.task_id for message in batch if message.task_id)
        for message in batch:
            if message.task_id not in alive:
                found += _give_task(message.pk, message.task_id, now)
    return found


def _give_task(pk: int, task_id: str, now: datetime) -> bool:
    with transaction.atomic():
        held = OutboxMessage.objects.select_for_update(of=("self",)).get(pk=pk)
        if held.state != MessageState.WAITING or held.lease_until is not None or held.task_id != task_id:
            return False
        hand_over(held, now=now)
        held.save(update_fields=["task_id"])
    return True


def living_tasks(ids: Iterable[str]) -> set[str]:
    """Those of these tasks that still wait or run."""
    if _in_database():
        found = DBTaskResult.objects.filter(pk__in=list(ids), status__in=ALIVE)
        return {str(pk) for pk in found.values_list("pk", flat=True)}
    backend = deliver.get_backend()
    return {task_id for task_id in ids if backend.supports_get_result and _lives(task_id)}


def _lives(task_id: str) -> bool:
    try:
        return deliver.get_result(task_id).status in ALIVE
    except TaskResultDoesNotExist:
        return False


def prune(now: datetime) -> str:
    """Results of finished tasks, runs of the tick, messages that went through and answers to requests that were sent
    with a key are kept for their time and no longer.

    Dead messages stay until somebody has dealt with them.
    """
    tasks = 0
    if _in_database():
        tasks = DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_TASKS).delete()[0]
    ticks = TickRun.objects.filter(slot__lt=now - KEEP_TICKS).delete()[0]
    sent = OutboxMessage.objects.filter(state=MessageState.SENT, done_at__lt=now - KEEP_SENT).delete()[0]
    answers = IdempotencyRecord.objects.filter(created_at__lt=now - KEPT).delete()[0]
    return f"tasks {tasks}, ticks {ticks}, sent {sent}, answers {answers}"


def _in_database() -> bool:
    return isinstance(task_backends["default"], DatabaseBackend)
