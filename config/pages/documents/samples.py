"""How each kind of document looks: set by the worker with the installation's own fonts, and registered nowhere."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.pages.documents.finding import reads_documents
from config.pages.documents.previews import drawn
from config.pages.documents.viewer import picture_of
from documents.enums import DocumentKind
from documents.samples import SAMPLES
from documents.samples.making import OF, file_of, kind_of, start
from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from foundation.files.model import StoredFile
from foundation.files.serving import answer
from foundation.models import Job
from parties.roles import OFFICE_ROLES, Role
from workflow.actor import Actor

FOR = OFFICE_ROLES | {Role.SYSTEM_ADMIN}


def sees_samples(actor: Actor) -> bool:
    return actor.role in FOR


def _for_those(actor: Actor) -> None:
    if not sees_samples(actor):
        raise NotYours(_("文书样张由平台办公室和系统管理员查看"))


@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """The kinds that have a sample."""
    _for_those(request.actor)
    return render(request, "documents/samples.html", {"kinds": list(SAMPLES), "lists": reads_documents(request.actor)})


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """The sample of one kind is being made."""
    _for_those(request.actor)
    asked = request.POST.get("kind", "")
    if asked not in SAMPLES:
        raise Refused("kind", _("没有这种文书的样张"))
    job = start(DocumentKind(asked), by=request.actor)
    messages.info(request, _("样张只供看版式，不登记、没有文号，保存一天"))
    return redirect("documents:sample", job.public_id)


@require_safe
def sample(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One's own sample, or how far it is."""
    job = _own(request.actor, public_id)
    kind = kind_of(job)
    return drawn(
        request,
        job,
        title=_("样张：%(kind)s") % {"kind": kind.label},
        tag_words=_("样张"),
        words=_("不是正式文书，没有登记"),
        none_words=_("没有样张"),
        gone=_("样张只保存一天，需要时请再做一份。"),
        failed=_("样张没有生成，可以再试一次。"),
        back=reverse("documents:samples"),
        back_words=_("返回文书样张"),
        here=reverse("documents:sample", args=[public_id]),
        again=kind,
    )


@require_safe
def sample_page(request: HttpRequest, public_id: UUID, number: str) -> HttpResponseBase:
    """One page of one's own sample as a picture."""
    return picture_of(request, _file(request.actor, public_id), number)


@require_safe
def sample_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The PDF of one's own sample."""
    return answer(_file(request.actor, public_id))


def _own(actor: Actor, public_id: UUID) -> Job:
    _for_those(actor)
    job = Job.objects.filter(public_id=public_id, owner_id=actor.user_id, kind__startswith=OF).first()
    if job is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return job


def _file(actor: Actor, public_id: UUID) -> StoredFile:
    file = file_of(_own(actor, public_id), actor.now)
    if file is None:
        raise WrongMoment(_("样张还没有生成，或者已过保存期"))
    return file
