"""After a year was loaded, running clocks are counted again: one event for each whose due date changes.

A clock is examined in a transaction of its own and notes in it the calendar it was examined with (`calendar_seen`), so
that a run that dies loses nothing and the next one goes on where it stopped. A stopped clock is never looked at: it
keeps its verdict.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from foundation.errors import DomainError
from foundation.models import STUCK_AFTER, Job, JobState
from workflow import registry
from workflow.actor import Actor
from workflow.calendar import Calendar
from workflow.calendars import calendar_in_force, version_number
from workflow.clocks.effects import rebased
from workflow.models import CalendarVersion, Clock

log = logging.getLogger(__name__)

KIND = "calendar_recompute"
RULE = "工作日历换版重算"
BATCH = 200
LIMIT = timedelta(hours=6)  # a worker still at it after so long is dead; run again, it goes on


@dataclass
class Tally:
    """How far a run has come: clocks examined, due dates that changed, and clocks whose move was refused."""

    examined: int = 0
    moved: int = 0
    refused: int = 0


def outdated(number: int) -> QuerySet[Clock]:
    """Running clocks that no calendar of this number or a later one has examined, in the order of the work."""
    return Clock.objects.filter(stopped_at=None, calendar_seen__lt=number).order_by("calendar_seen", "id")


def recompute(*, clock: Callable[[], datetime], tell: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Every outdated clock is examined with the calendar in force; those that would be due at another moment are moved.

    `tell` is called after every step. A clock whose move is refused is logged and stays outdated: the next run tries
    it again.
    """
    calendar = calendar_in_force(fresh=True)
    tally, last = Tally(), (-1, 0)
    while True:
        now = clock()
        rows, changed = _examine(calendar, last, now)
        if not rows:
            return tally
        last = (rows[-1].calendar_seen, rows[-1].pk)
        tally.examined += len(rows) - len(changed)
        tell(tally)
        for row in changed:
            _count(tally, row, calendar, now)
            tell(tally)


def _examine(calendar: Calendar, last: tuple[int, int], now: datetime) -> tuple[list[Clock], list[Clock]]:
    """The next batch, and those of it that change; the others note that they were examined.

    A clock that a move holds at this moment is passed over: waiting for it could be waiting for each other. The tick
    finds it again.
    """
    number = version_number(calendar.version)
    with transaction.atomic():
        beyond = Q(calendar_seen=last[0], id__gt=last[1]) | Q(calendar_seen__gt=last[0])
        rows = list(outdated(number).filter(beyond).select_for_update(skip_locked=True)[:BATCH])
        changed = [row for row in rows if rebased(row.state, now, calendar) != row.state]
        kept = {row.pk for row in rows} - {row.pk for row in changed}
        Clock.objects.filter(pk__in=kept).update(calendar_seen=number)
    return rows, changed


def _count(tally: Tally, row: Clock, calendar: Calendar, now: datetime) -> None:
    try:
        tally.moved += _recalculate(row, calendar, now)
        tally.examined += 1
    except DomainError as error:
        log.warning("clock %s was not recomputed: %s", row.pk, error.code)
        tally.refused += 1


def _recalculate(row: Clock, calendar: Calendar, now: datetime) -> bool:
    """The clock is due as this calendar counts, with one event, and notes it; whether that was still to be done."""
    number = version_number(calendar.version)
    subjects = registry.subject_model(row.subject_kind)._base_manager
    with transaction.atomic():
        list(subjects.select_for_update(of=("self",)).filter(pk=row.subject_id).values_list("pk"))
        held = outdated(number).filter(pk=row.pk).first()
        if held is None:
            return False
        moved = rebased(held.state, now, calendar) != held.state
        if moved:
            registry.recalculation(row.subject_kind)(
                row.subject_id,
                by=Actor.system(now=now, rule=RULE),
                kind=held.state.kind,
                why=f"工作日历换为第{number}版",
            )
        Clock.objects.filter(pk=row.pk).update(calendar_seen=number)
    return moved


# --- as work for the worker ---


def enqueue(version: CalendarVersion, *, by: Actor) -> None:
    """The recomputing waits for the worker; written in the transaction of the load."""
    job = Job.objects.create(kind=KIND, title=version.label, owner_id=by.user_id, created_at=by.now)
    recompute_clocks.enqueue(str(job.public_id))


def last_job() -> Job | None:
    """The recomputing that was begun last, or None when no year has ever been loaded; one statement."""
    return Job.objects.filter(kind=KIND).order_by("-id").first()


def pick_up(now: datetime) -> str:
    """For the tick: outdated clocks that nobody is at work on have a task again."""
    if not outdated(version_number(calendar_in_force(fresh=True).version)).exists():
        return ""
    job = last_job()
    if job is not None:
        sign = job.moved_at or job.created_at
        if job.finished_at is None and sign >= now - STUCK_AFTER:
            return "at work"
        Job.objects.filter(pk=job.pk).update(moved_at=now, finished_at=None)
    recompute_clocks.enqueue(str(job.public_id) if job else "")
    return "enqueued"


@task()
def recompute_clocks(job: str) -> None:
    """Outdated clocks are counted again, and the job of this public id, if there is one, says how that goes.

    What is stored is Chinese, whoever reads it.
    """
    with translation.override(settings.LANGUAGE_CODE):
        work = _Work(Job.objects.filter(public_id=job).first() if job else None, clock=timezone.now)
        try:
            tally = recompute(clock=work.clock, tell=work.tell)
        except BaseException:
            work.ends(JobState.FAILED, _("重算中断，稍后自动接着算；已算过的不会重复。"))
            raise
        work.ends(JobState.FAILED if tally.refused else JobState.DONE, _summary(tally))


class _Work:
    """Writes into the job how far the recomputing is."""

    def __init__(self, job: Job | None, *, clock: Callable[[], datetime]) -> None:
        self.job, self.clock = job, clock
        if job is not None:
            total = outdated(version_number(calendar_in_force(fresh=True).version)).count()
            self._write(state=JobState.RUNNING, done=0, total=total, message="", finished_at=None)

    def tell(self, tally: Tally) -> None:
        self._write(done=tally.examined + tally.refused)

    def ends(self, state: JobState, message: str) -> None:
        self._write(state=state, message=message, finished_at=self.clock())

    def _write(self, **fields: object) -> None:
        if self.job is not None:
            Job.objects.filter(pk=self.job.pk).update(moved_at=self.clock(), **fields)


def _summary(tally: Tally) -> str:
    words = {"n": tally.examined, "moved": tally.moved, "refused": tally.refused}
    if tally.refused:
        return _("核对 %(n)s 个在办时限，%(moved)s 个到期日变了；%(refused)s 个没有算成，稍后再试。") % words
    return _("核对 %(n)s 个在办时限，%(moved)s 个到期日变了，各记一条流转记录。") % words
