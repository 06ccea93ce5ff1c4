"""Work for the background worker: the import of an uploaded file."""

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from cases.demands.intake_import import Tally, import_messages
from cases.demands.intake_import.uploads import discard
from cases.demands.models import IntakeUpload
from foundation.errors import Refused
from foundation.models import Job, JobState
from workflow.actor import Actor

KIND = "intake_import"
TELL_EVERY = 0.5  # seconds between two reports of progress
IMPORT_LIMIT = timedelta(hours=6)  # a worker still at it after so long is dead; begun again, what is there is skipped


def start(upload: IntakeUpload, columns: dict[str, str], *, by: Actor) -> None:
    """The import waits for the worker: job and task are written together or not at all; one that is under way stays."""
    with transaction.atomic():
        held = IntakeUpload.objects.select_for_update(of=("self",)).select_related("job").get(pk=upload.pk)
        if not held.can_start(by.now):
            return
        held.job = Job.objects.create(kind=KIND, title=held.file_name, owner_id=by.user_id, created_at=by.now)
        held.columns = columns
        held.save(update_fields=["job", "columns"])
        import_upload.enqueue(str(held.job.public_id))


@task()
def import_upload(job: str) -> None:
    """The messages of the upload are items, and its job tells how that went; a job that has ended stays as it is.

    The uploaded file is removed, unless the worker was stopped or failed: then the import can be started again.
    What is stored is Chinese, whoever reads it.
    """
    upload = IntakeUpload.objects.filter(job__public_id=job).select_related("job", "office").first()
    if upload is None or upload.job is None or upload.job.finished_at:
        return
    with translation.override(settings.LANGUAGE_CODE):
        work = _Work(upload.job)
        try:
            tally = _import(upload, work)
        except Refused as refused:
            work.ends(JobState.FAILED, _plainly(refused))
        except BaseException:
            work.ends(JobState.FAILED, _("导入中断，没有做完。可以重新开始：已导入的会跳过。"))
            raise
        else:
            work.ends(JobState.DONE, _summary(tally))
        discard(upload)


def _import(upload: IntakeUpload, work: "_Work") -> Tally:
    if not upload.stored or not default_storage.exists(upload.stored):
        raise Refused("file", _("上传的文件已经不在，请重新上传"))
    return import_messages(
        Path(default_storage.path(upload.stored)),
        source=upload.source,
        columns=upload.columns,
        office=upload.office,
        errors=Path(default_storage.path(upload.errors)),
        clock=timezone.now,
        tell=work.tell,
        file_name=upload.file_name,
    )


class _Work:
    """Writes into the job how far its import is."""

    def __init__(self, job: Job) -> None:
        self.job, self.told = job, time.monotonic()
        self._write(state=JobState.RUNNING)

    def tell(self, tally: Tally, share: float | None) -> None:
        """Rows read, and of how many: as many as the read part of the file lets expect."""
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            self._write(done=tally.rows, total=round(tally.rows / share) if share else None)

    def ends(self, state: JobState, message: str) -> None:
        self._write(state=state, message=message, finished_at=timezone.now())

    def _write(self, **fields: object) -> None:
        Job.objects.filter(pk=self.job.pk).update(moved_at=timezone.now(), **fields)


def _plainly(refused: Refused) -> str:
    """The sentence for somebody who does not know the folders of the server."""
    return _("服务器不能写退回文件，请联系管理员") if refused.field == "errors" else str(refused.sentence)


def _summary(tally: Tally) -> str:
    counts = _("读 %(rows)s 行，新增 %(new)s 件，已有 %(old)s 件，退回 %(no)s 行。") % {
        "rows": tally.rows,
        "new": tally.created,
        "old": tally.already_there,
        "no": tally.rejected,
    }
    return "\n".join([counts, *tally.remarks()])
