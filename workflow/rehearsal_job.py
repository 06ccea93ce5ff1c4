"""Work for the background worker: a draft of a policy tried out on the demands of the last year."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from foundation.models import Job, JobState
from parties.models import Organisation
from workflow import registry
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.models import Event, PolicyDraft
from workflow.policies import for_administrators
from workflow.rehearsal import Tally, rehearse
from workflow.replay import Recorded
from workflow.subject import Subject
from workflow.versions import calendar_named, policy_named

KIND = "policy_rehearsal"
SPAN = timedelta(days=365)
LIMIT = timedelta(hours=1)  # a rehearsal takes minutes; one that runs longer has lost its worker
BATCH = 200  # chains held in memory at a time
TELL_EVERY = 0.5  # seconds between two reports of progress


def start_rehearsal(draft: PolicyDraft, *, by: Actor) -> None:
    """The rehearsal waits for the worker; one that is under way or done stays as it is. Raises NotYours."""
    for_administrators(by)
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        held = PolicyDraft.objects.select_for_update(of=("self",)).select_related("job").get(pk=draft.pk)
        if held.result is not None or _goes_on(held.job, by.now):
            return
        held.job = Job.objects.create(kind=KIND, title=_("时限规则预演"), owner_id=by.user_id, created_at=by.now)
        held.save(update_fields=["job"])
        rehearse_draft.enqueue(str(held.job.public_id))


def _goes_on(job: Job | None, now: datetime) -> bool:
    return job is not None and job.state != JobState.FAILED and not job.is_stuck(now)


@task()
def rehearse_draft(job: str) -> None:
    """The draft has the figures of its rehearsal, and its job tells how that went; an ended one stays as it is."""
    draft = PolicyDraft.objects.filter(job__public_id=job).select_related("job").first()
    if draft is None or draft.job is None or draft.job.finished_at:
        return
    with translation.override(settings.LANGUAGE_CODE):
        work = _Work(draft.job)
        try:
            now = timezone.now()
            tally = try_out(draft.data, now=now, work=work)
            names = dict(Organisation.objects.filter(pk__in=tally.by_organisation).values_list("pk", "name"))
            draft.result = {
                **tally.as_json(names),
                "since": (now - SPAN).isoformat(),
                "until": now.isoformat(),
                "calendar": tally.calendar.version,
            }
            draft.save(update_fields=["result"])
        except BaseException:
            work.ends(JobState.FAILED, _("预演中断，没有做完，可以重新开始。"))
            raise
        work.ends(JobState.DONE, "")


def try_out(data: Any, *, now: datetime, work: "_Work") -> Tally:
    """The figures of this document over every subject that was opened in the last year; in batches."""
    tally = Tally(now=now, calendar=calendar_in_force())
    since = now - SPAN
    models = [model for model in registry.subject_models() if issubclass(model, Subject)]
    work.expects(sum(model._base_manager.filter(head_at__gte=since).count() for model in models))
    for model in models:
        for chain in _chains(model, since, work):
            if chain[0].at >= since:
                _add(tally, model, chain, data)
    return tally


def _add(tally: Tally, model: type[Subject], chain: list[Recorded], data: Any) -> None:
    try:
        found = rehearse(
            chain,
            recorded=lambda label, facts: model.clock_limits(policy_named(label).data, facts),
            proposed=lambda _label, facts: model.clock_limits(data, facts),
            calendar_of=calendar_named,
        )
    except (ValueError, LookupError, ObjectDoesNotExist):
        # Written by another version of the product; one such chain is no reason to know nothing of the others.
        tally.unreadable += 1
    else:
        tally.add(found)


def _chains(model: type[Subject], since: datetime, work: "_Work") -> Iterator[list[Recorded]]:
    """The chains of the subjects that moved since then, each whole, a batch at a time."""
    after = -(2**63)
    while True:
        rows = model._base_manager.filter(pk__gt=after, head_at__gte=since).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        after = keys[-1]
        events = Event.objects.filter(subject_kind=model.ledger_kind, subject_id__in=keys).order_by("subject_id", "seq")
        for _pk, chain in groupby(events.iterator(), key=attrgetter("subject_id")):
            yield [Recorded.of(event) for event in chain]
        work.tell(len(keys))


class _Work:
    """Writes into the job how far its rehearsal is."""

    def __init__(self, job: Job) -> None:
        self.job, self.done, self.told = job, 0, time.monotonic()
        self._write(state=JobState.RUNNING)

    def expects(self, total: int) -> None:
        self._write(total=total)

    def tell(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            self._write(done=self.done)

    def ends(self, state: JobState, message: str) -> None:
        self._write(state=state, message=message, done=self.done, finished_at=timezone.now())

    def _write(self, **fields: object) -> None:
        Job.objects.filter(pk=self.job.pk).update(moved_at=timezone.now(), **fields)
