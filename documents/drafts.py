"""A document is set by the worker for one person to look at, and registered nowhere: it is a draft, kept for a day.

Whatever is begun for a subject is a job of `draft:`, the kind of the subject and its id; samples are of their own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from documents.content.base import Content, Imprint
from foundation.files.kinds import FileKind
from foundation.files.making import made
from foundation.files.storing import store
from foundation.jobs import Work, working_on
from foundation.models import Job, JobState, StoredFile

if TYPE_CHECKING:
    from workflow.actor import Actor

OF = "draft:"
OWNER = "job"  # of the stored file, as of whatever else a job has made
KEPT = timedelta(days=1)


def kind_for(subject_kind: str, subject_id: int) -> str:
    """What a job is that sets a draft about this subject."""
    return f"{OF}{subject_kind}:{subject_id}"


def subject_of(job: Job) -> tuple[str, int]:
    """What the draft of this job is about: kind and id."""
    kind, number = job.kind.removeprefix(OF).split(":")
    return kind, int(number)


def start(kind: str, title: str, *, by: "Actor", begin: Callable[[str], Any]) -> Job:
    """The draft is waited for: the one of this kind that this person is waiting for already, or a new one.

    `begin` hands the id of the new job to the worker.
    """
    assert by.user_id is not None
    mine = Job.objects.filter(kind=kind, owner_id=by.user_id, state__in=[JobState.WAITING, JobState.RUNNING])
    with transaction.atomic():
        last = mine.order_by("-pk").first()
        if last is not None and not last.is_stuck(by.now):
            return last
        job = Job.objects.create(kind=kind, title=title, owner_id=by.user_id, created_at=by.now)
        begin(str(job.public_id))
    return job


def file_of(job: Job, now: datetime) -> StoredFile | None:
    """What came of it, for a day; None before and after. Its number of pages is the job's total."""
    if job.state != JobState.DONE:
        return None
    return StoredFile.objects.filter(owner_kind=OWNER, owner_id=job.pk, keep_until__gt=now).first()


def waiting(public_id: str, prefix: str) -> Job | None:
    """The job of this id that is still to be done."""
    return Job.objects.filter(public_id=public_id, kind__startswith=prefix, finished_at=None).first()


def set_draft(job: Job, content_of: Callable[[], Content], *, name: Callable[[], str], failed: Any) -> None:
    """The draft has its file, and its job tells how that went. For the worker, which imports the engine here."""
    with working_on(job, failed=failed) as work:
        from documents.engine.rendering import render

        rendered = render(content_of(), Imprint())
        _keep(work, name(), rendered.pdf, pages=rendered.pages)


def _keep(work: Work, name: str, pdf: bytes, *, pages: int) -> None:
    def write(path: Path) -> None:
        path.write_bytes(pdf)

    upload = made(name, FileKind.PDF, write)
    owner, now = work.job.pk, timezone.now()
    try:
        with transaction.atomic():
            store([upload], owner_kind=OWNER, owner_id=owner, by_user_id=None, at=now, ours=True, keep_until=now + KEPT)
            work.ends(JobState.DONE, "", done=pages, total=pages)
    finally:
        upload.file.close()
