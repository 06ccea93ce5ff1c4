"""Work for the background worker: what was issued becomes a file, once.

The engine and what signs are imported when the first document is made: a page that issues one must not load them.
"""

from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from documents.content.base import file_name, machine_readable
from documents.content.reading import Frozen, read
from documents.models import Document
from foundation.canonical import sha256
from foundation.errors import Refused
from foundation.files.kinds import FileKind
from foundation.files.making import made
from foundation.files.storing import Upload, store
from foundation.jobs import Work, working_on
from foundation.models import Job, JobState

KIND = "document"
OWNER = "document"  # of its stored file
STEPS = 3  # set, signed, kept
LIMIT = timedelta(minutes=30)  # a worker still at it after so long is dead, and the file is begun again


@task()
def make_document(job: str) -> None:
    """The document has its file, and its job tells how that went; a job that has ended stays as it is."""
    document = Document.objects.filter(job__public_id=job).select_related("job").first()
    if document is None or document.job.finished_at:
        return
    with working_on(document.job, failed=gettext_lazy("文书没有生成，可以再试一次。文号和内容不变。")) as work:
        _make(document, work)


def _make(document: Document, work: Work) -> None:
    from documents.engine.rendering import render
    from documents.signing import sign

    work.write(message=_("正在排版"), done=0, total=STEPS)
    frozen = _as_registered(document)
    rendered = render(frozen.content, frozen.imprint)
    work.write(message=_("正在签名"), done=1, total=STEPS)
    signed = sign(rendered.pdf, reason=document.number, at=timezone.now())
    work.write(message=_("正在保存"), done=2, total=STEPS)

    def write(path: Path) -> None:
        path.write_bytes(signed.pdf)

    upload = made(file_name(frozen.content, frozen.imprint), FileKind.PDF, write)
    try:
        _hand_over(document, work, upload, pages=rendered.pages, signer=signed.signer)
    finally:
        upload.file.close()


def _as_registered(document: Document) -> Frozen:
    """What the document says. Raises Refused when that is not what was registered."""
    text = document.content
    if sha256(text) == document.content_sha256:
        frozen = read(text)
        if machine_readable(frozen.content, frozen.imprint) == text:
            return frozen
    raise Refused("", _("登记的内容与当时的摘要不符，没有生成。请系统管理员运行 manage.py verify_documents 核查。"))


def _hand_over(document: Document, work: Work, upload: Upload, *, pages: int, signer: str) -> None:
    """The document has this file, unless another worker was faster or it was started anew meanwhile."""
    with transaction.atomic():
        held = Document.objects.select_for_update(of=("self",)).defer("content").get(pk=document.pk)
        job = Job.objects.select_for_update().get(pk=work.job.pk)
        if held.job_id != job.pk or held.file_id is not None or job.finished_at:
            return
        [held.file] = store(
            [upload], owner_kind=OWNER, owner_id=held.pk, by_user_id=held.issued_by_id, at=timezone.now(), ours=True
        )
        held.file_sha256, held.pages, held.signer = upload.sha256, pages, signer
        held.save(update_fields=["file", "file_sha256", "pages", "signer"])
        work.ends(JobState.DONE, "", done=STEPS)
