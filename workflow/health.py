"""Probes of the workflow: the ledger's triggers, the worker and its queue, the tick, the replay of clocks."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import connection
from django.db.models import Case, DateTimeField, F, Min, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_tasks import task_backends
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult, get_date_max

from foundation.counters import bounded_counts, counter_words
from foundation.health import Finding, Probe, pulse_probe, register, span
from foundation.worker import WORKER
from workflow import triggers
from workflow.models import MessageState, OutboxMessage

TICK = "tick"
REPLAY = "replay"
SEAL = "seal"
FIRST_REPLAY = timedelta(days=1)  # after the installation


def register_probes() -> None:
    """What /readyz and the administrator's page look at, in this order."""
    seconds = partial(timedelta, 0)
    register("triggers", ledger_triggers, label=gettext_lazy("台账防篡改触发器"))
    register(
        WORKER,
        _when_queued(pulse_probe(WORKER, silent_after=seconds(settings.WORKER_SILENT_AFTER))),
        label=gettext_lazy("后台任务进程"),
    )
    register("queue", _when_queued(queue_age), label=gettext_lazy("任务队列"))
    register(TICK, pulse_probe(TICK, silent_after=seconds(settings.TICK_SILENT_AFTER)), label=gettext_lazy("定时检查"))
    register(
        REPLAY,
        pulse_probe(REPLAY, silent_after=seconds(settings.REPLAY_SILENT_AFTER), first_within=FIRST_REPLAY),
        label=gettext_lazy("时限核验"),
    )
    register(
        SEAL,
        pulse_probe(SEAL, silent_after=timedelta(days=2), first_within=timedelta(days=1)),
        label=gettext_lazy("台账封存"),
    )
    register("outbox", undelivered, label=gettext_lazy("消息投递"))


def undelivered(now: datetime) -> Finding:
    """No message has waited long beyond its time; those given up are named, for a person. One statement."""
    messages = OutboxMessage.objects
    found = bounded_counts({"late": messages.late(now), "dead": messages.filter(state=MessageState.DEAD)})
    if not any(found.values()):
        return Finding(True, _("没有积压"))
    words = {name: counter_words(count) for name, count in found.items()}
    return Finding(not found["late"], _("积压 %(late)s 条，放弃 %(dead)s 条") % words)


def ledger_triggers(now: datetime) -> Finding:
    """Every trigger that guards the ledger stands as written. One statement."""
    absent = len(triggers.missing(connection))
    if not absent:
        return Finding(True, _("全部在位"))
    words = ngettext(
        "缺少 %(n)s 个，台账可能被改写。先查明原因，再运行 manage.py migrate --skip-checks",
        "缺少 %(n)s 个，台账可能被改写。先查明原因，再运行 manage.py migrate --skip-checks",
        absent,
    )
    return Finding(False, words % {"n": absent})


def queue_age(now: datetime) -> Finding:
    """The task that should have begun first has not waited longer than QUEUE_LATE_AFTER. One statement."""
    at_once = Q(run_after=get_date_max())
    oldest = (
        DBTaskResult.objects.order_by()
        .filter(at_once | Q(run_after__lte=now), status=TaskResultStatus.READY)
        .aggregate(
            oldest=Min(Case(When(at_once, then=F("enqueued_at")), default=F("run_after"), output_field=DateTimeField()))
        )["oldest"]
    )
    if oldest is None:
        return Finding(True, _("没有等待的任务"))
    waited = now - oldest
    words = _("最早的任务已等待 %(span)s") % {"span": span(waited)}
    return Finding(waited <= timedelta(seconds=settings.QUEUE_LATE_AFTER), words)


def _when_queued(probe: Probe) -> Probe:
    """`probe` where tasks wait in the database for a worker; with any other backend there is nothing to look at."""

    def asked(now: datetime) -> Finding:
        backend: object = task_backends["default"]
        if isinstance(backend, DatabaseBackend):
            return probe(now)
        return Finding(True, _("任务不经数据库排队，没有要查的"))

    return asked
