"""What happens by itself when a term is over, and the reminders before it. Run by the tick, for every system."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction

from foundation.errors import DomainError
from workflow import registry
from workflow.actor import Actor
from workflow.calendar import Calendar
from workflow.calendars import calendar_in_force
from workflow.clocks import remind_on_days
from workflow.clocks.reminders import latest_reminder, next_reminder
from workflow.models import Clock
from workflow.models.clocks import COUNTING
from workflow.notices import announce
from workflow.registry import SystemMove
from workflow.specs import specs
from workflow.subject import Subject
from workflow.versions import policy_named

log = logging.getLogger(__name__)

RULE = "时限规则"
BATCH = 200
# The kind of message for each reminder; on given days of a term of the firm it is asked again.
KIND_OF = {"50": "half_used", "80": "nearly_used"}
ON_A_DAY = "confirm_reminder"
LATE = "overdue"  # the reminder comes after a standstill, and the time is over meanwhile


def make_system_moves(now: datetime) -> str:
    """Every move that is due by itself has been made: moves 4, 9, 19, 28 and 40 of demands. Returns how many.

    Each in a transaction of its own. What somebody moved first, and what must wait for a reminder, is passed over and
    looked at again by the next tick; a fault in one subject is logged and does not stop the others.
    """
    made = failed = 0
    for (kind, action), move in registry.system_moves().items():
        by = Actor.system(now=now, rule=RULE)
        for pk in _due(kind, action, move, now):
            try:
                move.run(pk, by=by)
            except DomainError:
                continue
            except Exception:
                log.exception("move %s of %s failed", action, kind)
                failed += 1
            else:
                made += 1
    if failed:
        raise RuntimeError(f"{failed} moves failed, {made} made")
    return f"{made} moves"


def _due(kind: str, action: str, move: SystemMove, now: datetime) -> Iterable[int]:
    if move.due is not None:
        return move.due(now)
    return _over(kind, action, now)


def _over(kind: str, action: str, now: datetime) -> Iterator[int]:
    """The keys of subjects whose clock for this move is over, the longest over first."""
    model = registry.subject_model(kind)
    spec = specs(model)[action]
    clocks = Clock.objects.filter(COUNTING, subject_kind=kind, kind=spec.after, due_at__lt=now)
    last: tuple[datetime, int] | None = None
    while True:
        page = clocks if last is None else clocks.filter(due_at__gte=last[0]).exclude(due_at=last[0], pk__lte=last[1])
        rows = list(page.order_by("due_at", "id").values_list("due_at", "id", "subject_id")[:BATCH])
        yield from (subject for _due_at, _pk, subject in rows)
        if len(rows) < BATCH:
            return
        last = rows[-1][:2]


def send_reminders(now: datetime) -> str:
    """Whoever's turn it is has been reminded of every clock whose time for it has come. Returns how many.

    After a standstill only the latest reminder of a clock is sent, for the earlier ones would say what is no longer so.
    """
    calendar = calendar_in_force()
    sent = failed = 0
    for pk in _to_remind(now):
        try:
            sent += _remind(pk, now, calendar)
        except Exception:
            log.exception("clock %s was not reminded of", pk)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} reminders failed, {sent} sent")
    return f"{sent} reminders"


def _to_remind(now: datetime) -> Iterator[int]:
    """The keys of the clocks whose reminder is due, the longest due first; one that stays so is given once."""
    waiting = Clock.objects.filter(COUNTING, next_reminder_at__lte=now).order_by("next_reminder_at", "id")
    last: tuple[datetime, int] | None = None
    while True:
        page = waiting
        if last is not None:
            page = waiting.filter(next_reminder_at__gte=last[0]).exclude(next_reminder_at=last[0], pk__lte=last[1])
        rows = list(page.only("next_reminder_at")[:BATCH])
        yield from (row.pk for row in rows)
        if len(rows) < BATCH:
            return
        assert rows[-1].next_reminder_at is not None
        last = rows[-1].next_reminder_at, rows[-1].pk


def _remind(pk: int, now: datetime, calendar: Calendar) -> bool:
    """One clock is reminded of, and notes when the next reminder comes, in one transaction.

    Nobody is told when a year that was loaded since has moved the reminder: the clock only notes its new time.
    """
    with transaction.atomic():
        row = Clock.objects.select_for_update().filter(COUNTING, pk=pk, next_reminder_at__lte=now).first()
        if row is None:
            return False
        clock = row.state
        days = remind_on_days(policy_named(clock.policy).data, clock.kind)
        latest = latest_reminder(clock, calendar, days, now=now)
        following = next_reminder(clock, calendar, days, after=now)
        row.next_reminder_at = following.at if following else None
        late = now > clock.due_at
        told = latest is not None or late
        if told:
            row.reminded_at = now
            name = latest.name if latest else ""
            _tell(row, name, _kind_of(name, late=late), now)
        row.save(update_fields=["next_reminder_at", "reminded_at"])
    return told


def _kind_of(name: str, *, late: bool) -> str:
    if name in KIND_OF or not name:
        return LATE if late else KIND_OF[name]
    return ON_A_DAY


def _tell(row: Clock, name: str, kind: str, now: datetime) -> None:
    """Two clocks that one event started and that are due together, such as 签收 and 首联, are one message."""
    subject = registry.subject_model(row.subject_kind)._base_manager.get(pk=row.subject_id)
    assert isinstance(subject, Subject)
    announce(
        subject,
        tells={subject.reminded_of(row.state.kind): f"{subject.reminders}{kind}"},
        seq=row.started_seq,
        at=now,
        due_at=row.due_at,
        about=f"{name}:{row.due_at.isoformat()}",
    )
