"""A sample of a kind of document is set by the worker like any other, and registered nowhere: it is a draft."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from documents.content.base import Imprint
from documents.enums import DocumentKind
from documents.samples import SAMPLES
from foundation.files.kinds import FileKind
from foundation.files.making import made
from foundation.files.storing import store
from foundation.models import Job, JobState, StoredFile

if TYPE_CHECKING:
    from workflow.actor import Actor

OF = "sample:"  # a job is of this, and of the kind of document
OWNER = "job"  # of the stored file, as of whatever else a job has made
KEPT = timedelta(days=1)


def start(kind: DocumentKind, *, by: "Actor") -> Job:
    """A sample of this kind is waited for: the one that this person is waiting for already, or a new one."""
    assert by.user_id is not None
    mine = Job.objects.filter(kind=f"{OF}{kind}", owner_id=by.user_id, state__in=[JobState.WAITING, JobState.RUNNING])
    with transaction.atomic():
        last = mine.order_by("-pk").first()
        if last is not None and not last.is_stuck(by.now):
            return last
        title = str(kind.label)
        job = Job.objects.create(kind=f"{OF}{kind}", title=title, owner_id=by.user_id, created_at=by.now)
        make_sample.enqueue(str(job.public_id))
    return job


def kind_of(job: Job) -> DocumentKind:
    return DocumentKind(job.kind.removeprefix(OF))


def file_of(job: Job, now: datetime) -> StoredFile | None:
    """What came of it, for a day; None before and after. Its number of pages is the job's total."""
    if job.state != JobState.DONE:
        return None
    return StoredFile.objects.filter(owner_kind=OWNER, owner_id=job.pk, keep_until__gt=now).first()


@task()
def make_sample(job: str) -> None:
    """The sample has its file; a job that has ended stays as it is."""
    from documents.engine.rendering import render

    work = Job.objects.filter(public_id=job, kind__startswith=OF, finished_at=None).first()
    if work is None:
        return
    work.state, work.moved_at = JobState.RUNNING, timezone.now()
    work.save(update_fields=["state", "moved_at"])
    with translation.override(settings.LANGUAGE_CODE):
        try:
            rendered = render(SAMPLES[kind_of(work)].content, Imprint())
            _keep(work, rendered.pdf, pages=rendered.pages)
        except BaseException:
            _ends(work, JobState.FAILED, _("样张没有生成，可以再试一次。"))
            raise


def _keep(work: Job, pdf: bytes, *, pages: int) -> None:
    def write(path: Path) -> None:
        path.write_bytes(pdf)

    upload = made(_("样张 %(kind)s.pdf") % {"kind": work.title}, FileKind.PDF, write)
    try:
        with transaction.atomic():
            now = timezone.now()
            store(
                [upload], owner_kind=OWNER, owner_id=work.pk, by_user_id=None, at=now, ours=True, keep_until=now + KEPT
            )
            work.done = work.total = pages
            _ends(work, JobState.DONE, "")
    finally:
        upload.file.close()


def _ends(work: Job, state: JobState, message: str) -> None:
    work.state, work.message, work.finished_at = state, message, timezone.now()
    work.save(update_fields=["state", "message", "done", "total", "finished_at"])
