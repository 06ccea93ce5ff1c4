"""Documents for tests of pages: issued by the register about a firm, their file made of empty pages in no time."""

import io
from collections.abc import Collection, Mapping
from typing import Any

import pypdfium2
from django.db import transaction
from django.db.models import Q

from documents import drafts, register, registry
from documents.content.minutes import Attendant, Minutes, Topic
from documents.enums import DocumentKind
from documents.models import Document
from documents.register import Series
from documents.registry import Progress
from documents.samples import making
from documents.samples.making import KEPT
from foundation.files.storing import check, store
from foundation.models import Job, JobState
from parties.models import Organisation
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES
from tests.factories import NOW, Town, actor
from tests.files import sent
from workflow.actor import Actor

KIND = "firm"  # of the subjects: each document here is about a firm


class AboutFirms:
    """A firm reads what is about it, the offices read everything."""

    kind = KIND

    def readable(self, by: Actor) -> Q | None:
        if by.role in OFFICE_ROLES:
            return Q()
        return Q(subject_id=by.organisation_id) if by.role in ENTERPRISE_ROLES else None

    def addresses(self, ids: Collection[int], by: Actor) -> Mapping[int, str]:
        return dict.fromkeys(ids, "/directory/")

    def progress(self, ids: Collection[int]) -> Mapping[int, Progress]:
        return {one: Progress(3, 5) for one in ids}


def firms_have_documents(monkeypatch: Any) -> None:
    monkeypatch.setitem(registry._subjects, KIND, AboutFirms())


def minutes(title: str) -> Minutes:
    return Minutes(
        issuer="东胜区平台办公室",
        title=title,
        mark="政企对话会议纪要",
        held_at=NOW,
        place="第二会议室",
        host=Attendant(name="张建国", post="市政府"),
        present=(Attendant(name="张建国"),),
        opening=("会议研究了增容问题。",),
        topics=(Topic(title="一、关于增容", said=("会议明确，十二月二十日前通电。",)),),
    )


def issued(town: Town, *, firm: Organisation | None = None, title: str = "关于增容的会议纪要", **more: Any) -> Document:
    """A document in the register of the town's office, about its firm; its file is not made yet."""
    return register.issue(
        minutes(title),
        series=Series("MINUTES", "东政企纪"),
        office_id=town.office.pk,
        subject_kind=KIND,
        subject_id=(firm or town.firm).pk,
        issued_on=NOW.date(),
        by=actor(town.intake),
        **more,
    )


def sampled(by: Actor, *, pages: int = 1) -> Job:
    """A sample of minutes that this person had made."""
    return _set(making.start(DocumentKind.MINUTES, by=by), by, pages)


def previewed(town: Town, by: Actor, *, pages: int = 1) -> Job:
    """A draft about the town's firm that this person had made."""
    kind = drafts.kind_for(KIND, town.firm.pk)
    return _set(drafts.start(kind, "预览：关于增容的会议纪要", by=by, begin=lambda job: None), by, pages)


def _set(job: Job, by: Actor, pages: int) -> Job:
    with transaction.atomic():
        upload = check(sent("样张.pdf", paper(pages)))
        store([upload], owner_kind="job", owner_id=job.pk, by_user_id=None, at=NOW, ours=True, keep_until=by.now + KEPT)
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, done=pages, total=pages)
    return job


def paper(pages: int = 1) -> bytes:
    """A PDF of so many empty pages of A4."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _number in range(pages):
        document.new_page(595, 842).close()
    document.save(out)
    document.close()
    return out.getvalue()


def made(document: Document, *, pages: int = 1) -> Document:
    """The document with a file of its own, as the worker leaves it."""
    with transaction.atomic():
        upload = check(sent("文书.pdf", paper(pages) + f"% {document.code}\n".encode()))
        [file] = store([upload], owner_kind="document", owner_id=document.pk, by_user_id=None, at=NOW, ours=True)
        document.file, document.file_sha256, document.pages = file, file.sha256, pages
        document.save(update_fields=["file", "file_sha256", "pages"])
        Job.objects.filter(pk=document.job_id).update(state=JobState.DONE)
    document.refresh_from_db()
    return document
