"""The tick: what has to happen by itself, each job once for a slot of time, however many tickers run.

A job does all that is due at the moment it is given, so after three days of standstill one run per job catches up. A
job must bear being run again: a ticker may be killed inside it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.pulse import beat
from workflow.calendar import ZONE
from workflow.models import TickRun

log = logging.getLogger(__name__)

PULSE = "tick"
STALLED = timedelta(hours=1)  # no job takes so long: whoever began it is dead, and it is begun again in its slot
RETRIED = timedelta(minutes=10)  # what failed in a long slot is tried again so much later
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Run = Callable[[datetime], str | None]


@dataclass(frozen=True)
class Job:
    """What to run, and how often: every so long, or daily at a local time. `label` is its name for people."""

    name: str
    every: timedelta | time
    run: Run
    label: Any = ""

    def slot(self, now: datetime) -> datetime:
        """The beginning of the slot that `now` lies in."""
        if isinstance(self.every, timedelta):
            return EPOCH + (now - EPOCH) // self.every * self.every
        local = now.astimezone(ZONE)
        today = datetime.combine(local.date(), self.every, ZONE)
        return today if today <= local else datetime.combine(local.date() - timedelta(days=1), self.every, ZONE)


_jobs: dict[str, Job] = {}


def register_tick(name: str, *, every: timedelta | time, run: Run, label: Any = "") -> None:
    """The tick runs this once in every slot: of the length `every`, or from that local time of a day to the next.

    `run` takes the present moment and does all that is due at it; what it returns is kept as the detail of the run.
    `label` (lazy) is what the administrator's page calls it when it fails.
    """
    _jobs[name] = Job(name, every, run, label or name)


def jobs() -> list[Job]:
    """The jobs in the order in which they were registered, which is the order in which they run."""
    return list(_jobs.values())


def tick(now: datetime, *, clock: Callable[[], datetime] | None = None) -> dict[str, bool]:
    """Every job whose slot nobody has taken has been run: its name, and whether it went well.

    Three statements when nothing is due. A job that raises is on record and comes again in its next slot, in a long one
    after RETRIED; the others go on. The pulse says which jobs failed when they last ran.
    """
    read = clock or (lambda: now)
    taken = dict(TickRun.objects.filter(name__in=_jobs).values_list("name").annotate(newest=Max("slot")).order_by())
    done: dict[str, bool] = {}
    for job in jobs():
        slot = job.slot(now)
        newest = taken.get(job.name)
        if newest is not None and newest >= slot and not _stalled(job, newest, now):
            continue
        if (run := _take(job, slot, now)) is not None:
            done[job.name] = _do(job, run, now, read)
    failed = _failing(taken, done)
    words = (
        _("没有做成：%(jobs)s") % {"jobs": _("、").join(str(_jobs[name].label) for name in failed)} if failed else ""
    )
    beat(PULSE, at=now, ok=not failed, detail=words[:200])
    return done


def _failing(taken: dict[str, datetime], done: dict[str, bool]) -> list[str]:
    """The jobs whose newest run failed, whichever round that was in; they are failing until a run goes well."""
    before = TickRun.objects.filter(ok=False, slot__in=taken.values(), name__in=taken).values_list("name", "slot")
    failed = {name for name, slot in before if taken[name] == slot and name not in done}
    return sorted(failed | {name for name, ok in done.items() if not ok})


def _stalled(job: Job, newest: datetime, now: datetime) -> bool:
    """Only long slots are looked at again: in short ones the next one comes soon enough."""
    long = not isinstance(job.every, timedelta) or job.every > STALLED
    return long and _to_repeat(job, newest, now).exists()


def _to_repeat(job: Job, slot: datetime, now: datetime) -> QuerySet[TickRun]:
    """The run of this slot, if whoever began it is dead, or if it failed some time ago."""
    dead = Q(finished_at=None, started_at__lte=now - STALLED)
    return TickRun.objects.filter(dead | Q(ok=False, finished_at__lte=now - RETRIED), name=job.name, slot=slot)


def _take(job: Job, slot: datetime, now: datetime) -> TickRun | None:
    """The slot, if it is ours: nobody has it, or who had it died in it."""
    try:
        with transaction.atomic():
            return TickRun.objects.create(name=job.name, slot=slot, started_at=now)
    except IntegrityError:
        again = _to_repeat(job, slot, now).update(started_at=now, finished_at=None, ok=None, detail="")
        return TickRun.objects.get(name=job.name, slot=slot) if again else None


def _do(job: Job, run: TickRun, now: datetime, read: Callable[[], datetime]) -> bool:
    try:
        detail, ok = job.run(now) or "", True
    except Exception as error:
        log.exception("tick job %s failed", job.name)
        detail, ok = type(error).__name__, False
    run.finished_at, run.ok, run.detail = read(), ok, detail[:200]
    run.save(update_fields=["finished_at", "ok", "detail"])
    return ok
