"""Messages that are never lost: queued in the transaction that decided them, delivered outside of any.

`queue()` writes the row and its task together; `deliver` is the task. A worker may be killed at any point: before it
takes the lease, while it holds it, after sending and before recording. The reaper (workflow.reaper) brings back
whatever is left over, so a handler must bear being run again for the same message (docs/how-to/deliver-messages.md).
"""

import logging
import secrets
import smtplib
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django_tasks import task

from foundation.insertion import insert
from workflow.models import DeliveryAttempt, MessageState, OutboxMessage

log = logging.getLogger(__name__)

# Minutes until the next try after the first, the second … failure. The first two bear a restart of the other side, the
# next three a working day's repair, the last two an outage over a weekend's day and night: 41 hours in all.
BACK_OFF = (1, 5, 15, 60, 240, 720, 1440)
MOST_ATTEMPTS = len(BACK_OFF) + 1
JITTER = 10  # percent either way, so that what failed together does not come back together
# A handler gives up after 20 seconds without an answer of the other side (EMAIL_TIMEOUT); five minutes later whoever
# took the message is dead.
LEASE = timedelta(minutes=5)
KEPT_ERROR = 200  # characters

Clock = Callable[[], datetime]
Handler = Callable[[OutboxMessage, datetime], None]
_channels: dict[str, Handler] = {}


class Undeliverable(Exception):
    """It will never go through, however often it is tried. The text is kept and shown: no address, no content."""


def register_channel(name: str, handler: Handler) -> None:
    """Messages of this channel are given to `handler` with the present time, at least once, outside a transaction.

    It raises Undeliverable for what cannot be mended by waiting, and anything else for what can.
    """
    _channels[name] = handler


def channels() -> list[str]:
    return sorted(_channels)


def queue(
    channel: str,
    *,
    key: str,
    payload: Mapping[str, Any],
    at: datetime,
    not_before: datetime | None = None,
    request_id: str = "",
) -> None:
    """The message waits for its delivery, once for a key; two inserts, in the caller's transaction.

    Outside a transaction it raises TransactionManagementError: a message must stand or fall with what it tells of.
    The task of a key that is there already finds no message and ends.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("queue() needs the transaction of what the message tells of")
    message = OutboxMessage(
        channel=channel,
        key=key,
        payload=dict(payload),
        next_at=not_before or at,
        created_at=at,
        request_id=request_id,
    )
    if settings.TASKS_IN_TRANSACTION:
        message.task_id = _enqueue(message, now=at)
        insert([message], unless_there=True)
    else:
        # A backend outside this database would run before the commit. If the process dies between commit and enqueue,
        # the reaper finds a message without a task.
        insert([message], unless_there=True)
        transaction.on_commit(lambda: _note_task(message, _enqueue(message, now=at)))


def _enqueue(message: OutboxMessage, *, now: datetime) -> str:
    """The id of a new task for the message; "" when the backend cannot wait until its time, and the tick will see."""
    if message.next_at <= now:
        return deliver.enqueue(str(message.public_id)).id
    if not deliver.get_backend().supports_defer:
        return ""
    return deliver.using(run_after=message.next_at).enqueue(str(message.public_id)).id


def _note_task(message: OutboxMessage, task_id: str) -> None:
    OutboxMessage.objects.filter(public_id=message.public_id).update(task_id=task_id)


def hand_over(message: OutboxMessage, *, now: datetime) -> None:
    """A waiting message whose row the caller has locked or owns gets a new task, at its time.

    The caller saves `task_id`.
    """
    if settings.TASKS_IN_TRANSACTION:
        message.task_id = _enqueue(message, now=now)
    else:
        message.task_id = ""
        transaction.on_commit(lambda: _note_task(message, _enqueue(message, now=now)))


@task()
def deliver(public_id: str) -> None:
    """One try to deliver the message; nothing if it is done, not yet due, or in another worker's hands."""
    attempt(public_id, clock=timezone.now)


def attempt(public_id: str, *, clock: Clock) -> bool | None:
    """Whether one try went well, or None when there was nothing to try. No transaction is open while it goes on."""
    began = clock()
    until = began + LEASE
    if (
        not OutboxMessage.objects.free(began)
        .filter(public_id=public_id)
        .update(lease_until=until, attempts=F("attempts") + 1)
    ):
        return None
    message = OutboxMessage.objects.get(public_id=public_id)
    stopwatch = time.monotonic()
    error, forever = _try(message, began)
    took = int((time.monotonic() - stopwatch) * 1000)
    _record(message, until=until, began=began, now=clock(), took=took, error=error, forever=forever)
    return not error


def _try(message: OutboxMessage, now: datetime) -> tuple[str, bool]:
    """What went wrong ("" when nothing did), and whether it always will."""
    handler = _channels.get(message.channel)
    if handler is None:
        return "no such channel", True
    try:
        handler(message, now)
    except Undeliverable as refused:
        return str(refused) or "undeliverable", True
    except Exception as error:  # noqa: BLE001 - one message that cannot be delivered must not stop the others
        log.warning("message %s on %s failed: %s", message.public_id, message.channel, kind_of(error))
        return kind_of(error), False
    return "", False


def kind_of(error: BaseException) -> str:
    """The kind of an error and its number: its text may hold an address or what somebody has written."""
    number = getattr(error, "errno", None)
    if isinstance(error, smtplib.SMTPResponseException):
        number = error.smtp_code
    return f"{type(error).__name__} {number}" if number else type(error).__name__


def _record(
    message: OutboxMessage,
    *,
    until: datetime,
    began: datetime,
    now: datetime,
    took: int,
    error: str,
    forever: bool,
) -> None:
    """The try is on record, and the message is done, dead, or waits for the next one.

    What went through is SENT even if the lease had run out meanwhile; a failure counts only while the lease is ours.
    """
    with transaction.atomic():
        held = OutboxMessage.objects.select_for_update(of=("self",)).filter(pk=message.pk).first()
        if held is None:
            return
        DeliveryAttempt.objects.create(message=held, at=began, ok=not error, error=error[:KEPT_ERROR], duration_ms=took)
        if held.state != MessageState.WAITING or (error and held.lease_until != until):
            return
        settle(held, now=now, error=error, forever=forever)


def settle(held: OutboxMessage, *, now: datetime, error: str, forever: bool) -> None:
    """The outcome of a try on the locked row: SENT, DEAD, or waiting for its next time with a task."""
    held.lease_until = None
    held.last_error = error[:KEPT_ERROR]
    if not error:
        held.state, held.done_at = MessageState.SENT, now
    elif forever or held.attempts >= MOST_ATTEMPTS:
        held.state, held.done_at = MessageState.DEAD, now
    else:
        held.next_at = now + back_off(held.attempts, spread=secrets.randbelow(2 * JITTER + 1) - JITTER)
        hand_over(held, now=now)
    held.save(update_fields=["state", "next_at", "lease_until", "task_id", "done_at", "last_error"])


def back_off(attempts: int, *, spread: int = 0) -> timedelta:
    """How long to wait after so many failed tries (from 1), `spread` percent longer."""
    minutes = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return timedelta(seconds=minutes * 60 * (100 + spread) / 100)


def resend(public_ids: Iterable[str], *, now: datetime) -> dict[str, bool]:
    """Dead messages wait again with all their tries before them: whether each was dead, by its public id."""
    done = {}
    for public_id in public_ids:
        with transaction.atomic():
            held = OutboxMessage.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
            done[public_id] = held is not None and held.state == MessageState.DEAD
            if held is None or held.state != MessageState.DEAD:
                continue
            held.state, held.done_at, held.attempts, held.next_at = MessageState.WAITING, None, 0, now
            hand_over(held, now=now)
            held.save(update_fields=["state", "done_at", "attempts", "next_at", "task_id"])
    return done
