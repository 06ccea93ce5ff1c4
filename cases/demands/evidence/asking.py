"""Packs that wait for the worker: after the move that asks for one, and once more after a try that failed."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from cases.demands.evidence.tasks import KIND, build_pack
from cases.demands.models import Case, EvidencePack
from foundation.errors import NotVisible, NotYours, WrongMoment
from foundation.models import STUCK_AFTER, Job, JobState
from workflow.actor import Actor

MOST_UNFINISHED = 2  # of one demand at a time


def start(case: Case, *, by: Actor, purpose: str) -> EvidencePack:
    """A pack of the demand up to its last event waits for the worker; the caller holds the lock of the demand.

    Raises WrongMoment while enough packs of this demand are being made.
    """
    if by.post is None or by.user_id is None:
        raise NotYours(_("您现在没有生效的岗位"))
    _make_room(case, by)
    pack = EvidencePack.objects.create(
        case=case,
        asked_by_id=by.user_id,
        membership_id=by.post.membership_id,
        purpose=purpose,
        seq=case.head_seq,
        head_hash=case.head_hash,
        created_at=by.now,
        job=_job(case, by),
    )
    build_pack.enqueue(str(pack.job.public_id))
    return pack


def try_again(public_id: UUID, *, by: Actor) -> EvidencePack:
    """A pack that failed, or whose worker died, waits once more; one that waits, is made or done stays as it is.

    It goes up to the event that asked for it, as the first try did; no other event is written.
    """
    with transaction.atomic():
        found = EvidencePack.objects.visible_to(by).filter(public_id=public_id).first()
        if found is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        case = Case.objects.select_for_update(of=("self",)).get(pk=found.case_id)
        held = EvidencePack.objects.select_related("job", "file").get(pk=found.pk)
        if held.making(by.now) == JobState.FAILED:
            _make_room(case, by)
            held.job = _job(case, by)
            held.save(update_fields=["job"])
            build_pack.enqueue(str(held.job.public_id))
    return held


def _job(case: Case, by: Actor) -> Job:
    with translation.override(settings.LANGUAGE_CODE):
        title = _("证据包 %(number)s") % {"number": case.number}
    return Job.objects.create(kind=KIND, title=title, owner_id=by.user_id, created_at=by.now)


def _make_room(case: Case, by: Actor) -> None:
    """Raises WrongMoment when enough packs of this demand wait or are made; its row is locked."""
    running = Q(job__state=JobState.RUNNING) & (Q(job__moved_at=None) | Q(job__moved_at__gte=by.now - STUCK_AFTER))
    unfinished = EvidencePack.objects.filter(case=case).filter(Q(job__state=JobState.WAITING) | running)
    if len(unfinished.values_list("pk")[:MOST_UNFINISHED]) == MOST_UNFINISHED:
        raise WrongMoment(_("本件有 %(n)s 个证据包还没有做完，请等其中一个做完") % {"n": MOST_UNFINISHED})
