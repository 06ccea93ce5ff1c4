"""Work for the background worker: an evidence pack becomes a file."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from cases.demands import rules
from cases.demands.evidence.gathering import Gathered, gather, members
from cases.demands.models import Case, EvidencePack
from documents.pack.writing import write_pack
from foundation.errors import NotYours
from foundation.files.kinds import FileKind
from foundation.files.making import made
from foundation.files.storing import Upload, store
from foundation.jobs import Work, working_on
from foundation.models import Job, JobState
from foundation.snapshot import one_moment
from workflow.actor import Actor, actor_in_post
from workflow.calendar import ZONE
from workflow.chain import utc_text

KIND = "evidence_pack"
KEPT = timedelta(days=30)
LIMIT = timedelta(hours=1)  # a worker still at it after so long is dead, and the pack is begun again
TELL_EVERY = 0.5  # seconds between two reports of progress
KIB = 1024  # what progress counts in: bytes would not fit


@task()
def build_pack(job: str) -> None:
    """The pack has its file, and its job tells how that went; a job that has ended stays as it is.

    What is written is Chinese, whoever reads it.
    """
    pack = EvidencePack.objects.filter(job__public_id=job).select_related("job", "asked_by").first()
    if pack is None or pack.job.finished_at:
        return
    with working_on(pack.job, failed=gettext_lazy("证据包没有做完，可以再试一次。")) as work:
        _build(pack, work)


def _build(pack: EvidencePack, work: Work) -> None:
    from documents.signing import sign_detached, signer_at  # not for pages, which import this module

    by = _as_then(pack)
    with one_moment():
        found = gather(pack)
    signer = signer_at(by.now)
    name = f"{pack.job.title} {by.now.astimezone(ZONE):%Y-%m-%d %H%M}.zip"

    def write(path: Path) -> None:
        write_pack(
            path,
            members(found, by),
            about=_about(found, pack, by.now),
            sign=lambda manifest: sign_detached(manifest, at=by.now),
            signer=signer,
            tell=_telling(found, work),
        )

    upload = made(name, FileKind.ZIP, write)
    try:
        _hand_over(pack, work, upload, signer=signer)
    finally:
        upload.file.close()


def _as_then(pack: EvidencePack) -> Actor:
    """Whoever asked, in the post they asked in. Raises NotYours when it, or the right to this demand, has ended."""
    by = actor_in_post(pack.asked_by_id, pack.membership_id, timezone.now())
    case = Case.objects.visible_to(by).filter(pk=pack.case_id).first() if by and pack.asked_by.is_active else None
    if by is None or case is None or not rules.may_make_pack.concerns(case, by):
        raise NotYours(_("申请人已经不能查看本件的全部内容，没有生成。"))
    return by


def _about(found: Gathered, pack: EvidencePack, now: datetime) -> dict[str, object]:
    return {
        "number": found.case.number,
        "title": found.case.title,
        "asked_at": utc_text(pack.created_at),
        "made_at": utc_text(now),
        "made_at_unix": int(now.timestamp()),
        "chain": {"subject": found.subject, "head_seq": pack.seq, "head_hash": pack.head_hash},
    }


def _telling(found: Gathered, work: Work) -> Callable[[int], None]:
    files = [*(one.file for one in found.documents if one.file), *(one.file for one in found.attachments)]
    total, done, told = sum(file.size for file in files), 0, time.monotonic()

    def tell(size: int) -> None:
        nonlocal done, told
        done += size
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            work.write(done=min(done, total) // KIB, total=total // KIB or None)

    return tell


def _hand_over(pack: EvidencePack, work: Work, upload: Upload, *, signer: str) -> None:
    """The pack has this file, unless another worker was faster or it was started anew meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        held = EvidencePack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
        job = Job.objects.select_for_update().get(pk=work.job.pk)
        if held.job_id != job.pk or held.file_id is not None or job.finished_at:
            return
        [held.file] = store(
            [upload],
            owner_kind="job",
            owner_id=job.pk,
            by_user_id=held.asked_by_id,
            at=now,
            ours=True,
            keep_until=now + KEPT,
        )
        held.sha256, held.signer = upload.sha256, signer
        held.save(update_fields=["file", "sha256", "signer"])
        work.ends(JobState.DONE, "")
