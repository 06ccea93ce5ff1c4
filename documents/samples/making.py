"""A sample of a kind of document is set by the worker like any other, and registered nowhere: it is a draft."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from documents import drafts
from documents.drafts import KEPT, OWNER, file_of
from documents.enums import DocumentKind
from documents.samples import SAMPLES
from foundation.models import Job

if TYPE_CHECKING:
    from workflow.actor import Actor

__all__ = ["KEPT", "OF", "OWNER", "file_of", "kind_of", "make_sample", "start"]

OF = "sample:"  # a job is of this, and of the kind of document


def start(kind: DocumentKind, *, by: "Actor") -> Job:
    """A sample of this kind is waited for: the one that this person is waiting for already, or a new one."""
    return drafts.start(f"{OF}{kind}", str(kind.label), by=by, begin=make_sample.enqueue)


def kind_of(job: Job) -> DocumentKind:
    return DocumentKind(job.kind.removeprefix(OF))


@task()
def make_sample(job: str) -> None:
    """The sample has its file; a job that has ended stays as it is."""
    work = drafts.waiting(job, OF)
    if work is not None:
        drafts.set_draft(
            work,
            lambda: SAMPLES[kind_of(work)].content,
            name=lambda: _("样张 %(kind)s.pdf") % {"kind": work.title},
            failed=gettext_lazy("样张没有生成，可以再试一次。"),
        )
