"""A draft of a document that somebody had the worker set, to look at before it is signed: theirs alone, for a day."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.pages.documents.viewer import picture_of, shown
from config.pages.documents.words import AT_WORK
from documents import registry
from documents.drafts import OF, file_of, subject_of
from foundation.errors import NotVisible, WrongMoment
from foundation.files.model import StoredFile
from foundation.files.serving import answer
from foundation.models import Job, JobState
from workflow.actor import Actor


@require_safe
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One's own draft, or how far it is."""
    job, about = _own(request.actor, public_id)
    return drawn(
        request,
        job,
        title=job.title,
        tag_words=_("草稿"),
        words=_("供核对版式和文字，没有登记，没有文号；保存一天"),
        none_words=_("没有预览"),
        gone=_("预览只保存一天，需要时请返回再做一份。"),
        failed=_("预览没有生成，请返回再试一次。"),
        back=about,
        back_words=_("返回"),
        here=reverse("documents:preview", args=[public_id]),
        again="",
    )


@require_safe
def preview_page(request: HttpRequest, public_id: UUID, number: str) -> HttpResponseBase:
    """One page of one's own draft as a picture."""
    return picture_of(request, _file(request.actor, public_id), number)


@require_safe
def preview_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The PDF of one's own draft."""
    return answer(_file(request.actor, public_id))


def drawn(request: HttpRequest, job: Job, *, failed: str, **words: Any) -> HttpResponse:
    """The page of a draft: waiting, its pages, or why there are none. `words` as documents/draft.html names them."""
    file = file_of(job, request.actor.now)
    state = JobState.FAILED if job.is_stuck(request.actor.now) else job.state
    context = {
        "job": job,
        "file": file,
        "at_work": state in AT_WORK,
        "why": (job.message or failed) if state == JobState.FAILED else "",
        **words,
        **(shown(file, job.total or 0, request) if file else {"leaves": None}),
    }
    return render(request, "documents/draft.html", context)


def _own(actor: Actor, public_id: UUID) -> tuple[Job, str]:
    """The job, and the page of what it is about, which this actor may still open. Raises NotVisible."""
    job = Job.objects.filter(public_id=public_id, owner_id=actor.user_id, kind__startswith=OF).first()
    if job is not None:
        kind, number = subject_of(job)
        known = registry.subjects(kind)
        if known is not None and (about := known.addresses([number], actor).get(number)):
            return job, about
    raise NotVisible(_("没有找到，或者您不能查看"))


def _file(actor: Actor, public_id: UUID) -> StoredFile:
    file = file_of(_own(actor, public_id)[0], actor.now)
    if file is None:
        raise WrongMoment(_("预览还没有生成，或者已过保存期"))
    return file
