"""Work for the background worker: the draft of the rules tried out on what was dispatched in the last 90 days."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from cases.demands.adoption import for_administrators
from cases.demands.dispatching.book import as_rules_see, matters_in_force, rules_of
from cases.demands.dispatching.drafts import is_under_way
from cases.demands.dispatching.hits import SENT_ELSEWHERE, SPAN, is_hit
from cases.demands.dispatching.rehearsal import Past, Tally
from cases.demands.dispatching.rules import Facts
from cases.demands.models import Case, DispatchRuleSet, RuleSetState
from foundation.errors import NotVisible
from foundation.models import Job, JobState
from parties.models import Department
from workflow.actor import Actor
from workflow.models import Event

KIND = "dispatch_rehearsal"
REHEARSAL_LIMIT = timedelta(hours=1)  # a rehearsal takes minutes; one that runs longer has lost its worker
BATCH = 200  # demands held in memory at a time
TELL_EVERY = 0.5  # seconds between two reports of progress


def start_rehearsal(*, seen: int, by: Actor) -> None:
    """The rehearsal waits for the worker; one that is under way or done stays. Raises NotYours and NotVisible."""
    for_administrators(by)
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        drafts = DispatchRuleSet.objects.select_for_update(of=("self",)).select_related("job")
        held = drafts.filter(state=RuleSetState.DRAFT).first()
        if held is None:
            raise NotVisible(_("现在没有派单规则草案"))
        if held.revision != seen or held.result is not None or is_under_way(held.job, by.now):
            return
        held.job = Job.objects.create(kind=KIND, title=_("派单规则预演"), owner_id=by.user_id, created_at=by.now)
        held.save(update_fields=["job"])
        rehearse_rules.enqueue(str(held.job.public_id))


def rehearse_at_once(*, seen: int, by: Actor) -> None:
    """The draft has its figures now, without the worker: for commands, which may take their time."""
    for_administrators(by)
    with transaction.atomic():
        draft = DispatchRuleSet.objects.select_for_update().filter(state=RuleSetState.DRAFT, revision=seen).first()
        if draft is None:
            raise NotVisible(_("现在没有派单规则草案"))
        draft.result = try_out(draft, now=by.now)
        draft.save(update_fields=["result"])


@task()
def rehearse_rules(job: str) -> None:
    """The draft has the figures of its rehearsal and its job tells how that went; an ended one stays as it is.

    A draft that was changed meanwhile has another job or none, and these figures are not its own: they are dropped.
    """
    found = Job.objects.filter(public_id=job, kind=KIND).first()
    if found is None or found.finished_at:
        return
    with translation.override(settings.LANGUAGE_CODE):
        work = _Work(found, clock=timezone.now)
        try:
            draft = DispatchRuleSet.objects.filter(job=found).first()
            if draft is not None:
                result = try_out(draft, now=work.clock(), work=work)
                DispatchRuleSet.objects.filter(pk=draft.pk, job=found, state=RuleSetState.DRAFT).update(result=result)
        except BaseException:
            work.ends(JobState.FAILED, _("预演中断，没有做完，可以重新开始。"))
            raise
        work.ends(JobState.DONE, "")


def try_out(draft: DispatchRuleSet, *, now: datetime, work: "_Work | None" = None) -> dict[str, Any]:
    """The figures of these rules over every demand that was first dispatched in the last 90 days; in batches.

    The duty list is that of today: the rules would dispatch by it.
    """
    since = now - SPAN
    tally = Tally(rules_of(draft), as_rules_see(matters_in_force()))
    departments = {pk: (code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")}
    codes = {pk: code for pk, (code, _name) in departments.items()}
    if work is not None:
        work.expects(Case.objects.filter(dispatched_at__gte=since).count())
    for batch in _dispatched(since):
        for past in _pasts(batch, codes):
            tally.add(past)
        if work is not None:
            work.tell(len(batch))
    names = dict(departments.values())
    return {**tally.as_json(names), "since": since.isoformat(), "until": now.isoformat()}


def _dispatched(since: datetime) -> Iterator[list[Case]]:
    """Demands that a department got since then, in batches."""
    after = -(2**63)
    columns = ("title", "text", "lead_id", "first_lead_id", "closed_at")
    while True:
        rows = Case.objects.filter(pk__gt=after, dispatched_at__gte=since)
        batch = list(rows.only("id", *columns).order_by("pk")[:BATCH])
        if not batch:
            return
        after = batch[-1].pk
        yield batch


def _pasts(batch: list[Case], codes: dict[int, str]) -> Iterator[Past]:
    """The demands as they were accepted, and where they went; one statement for all of them."""
    events = Event.objects.filter(
        Q(action__in=("accept", "dispatch")) | SENT_ELSEWHERE,
        subject_kind=Case.ledger_kind,
        subject_id__in=[case.pk for case in batch],
    )
    accepted: dict[int, Event] = {}
    dispatched: dict[int, Event] = {}
    away = set()
    for event in events.select_related("body").order_by("subject_id", "seq"):
        if event.action == "accept":
            accepted.setdefault(event.subject_id, event)
        elif event.action == "dispatch":
            dispatched.setdefault(event.subject_id, event)
        else:
            away.add(event.subject_id)
    for case in batch:
        accept = accepted.get(case.pk)
        if accept is None or case.first_lead_id is None or case.lead_id is None:
            continue
        facts = json.loads(accept.facts)
        hit = is_hit(first_lead=case.first_lead_id, lead=case.lead_id, sent_elsewhere=case.pk in away)
        yield Past(
            Facts(
                category=facts["category"],
                district=facts["district"],
                klass=facts["class"],
                urgent=facts["urgent"],
                matter=_chosen(accept, dispatched.get(case.pk)),
                words=f"{case.title}\n{case.text}",
            ),
            first_lead=codes[case.first_lead_id],
            final_lead=codes[case.lead_id],
            hit=hit if case.closed_at else None,
        )


def _chosen(accepted: Event, dispatched: Event | None) -> str:
    """The matter that intake chose. Before it was recorded it is known only when the system dispatched by it."""
    body = _body(accepted)
    if "duty_item" in body:
        return str(body["duty_item"])
    if dispatched is not None and dispatched.user_id is None:
        return str(_body(dispatched).get("duty_item", ""))
    return ""


def _body(event: Event) -> dict[str, Any]:
    """The body of an event; empty once it was erased."""
    return dict(json.loads(event.body.text)) if hasattr(event, "body") else {}


class _Work:
    """Writes into the job how far its rehearsal is."""

    def __init__(self, job: Job, *, clock: Callable[[], datetime]) -> None:
        self.job, self.clock, self.done, self.told = job, clock, 0, time.monotonic()
        self._write(state=JobState.RUNNING)

    def expects(self, total: int) -> None:
        self._write(total=total)

    def tell(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            self._write(done=self.done)

    def ends(self, state: JobState, message: str) -> None:
        self._write(state=state, message=message, done=self.done, finished_at=self.clock())

    def _write(self, **fields: object) -> None:
        Job.objects.filter(pk=self.job.pk).update(moved_at=self.clock(), **fields)
