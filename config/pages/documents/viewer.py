"""One document in the browser: what it is and what it is worth, its pages as pictures or as text, its file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.pages.documents.finding import document_of
from config.pages.documents.withdrawing import refusal_to_withdraw
from config.pages.documents.words import AT_WORK, FAILED, looks
from documents import pictures, register, registry
from documents.models import Document
from foundation.errors import DomainError, NotVisible, WrongMoment
from foundation.files.model import StoredFile
from foundation.files.serving import answer, harmless, opened
from foundation.models import JobState
from workflow.actor import Actor
from workflow.registry import note_opened, note_taken_out

AT_ONCE = 10  # pages of a document on one page of the viewer
LONGEST = 4  # digits of the number of a page
TEXT = "text"


@require_safe
def document_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the document is, how far the worker is with it, and its pages."""
    actor = request.actor
    document = document_of(actor, public_id)
    note_opened(document.subject_kind, [document.subject_id], actor)
    state = document.making(actor.now)
    return render(
        request,
        "documents/document.html",
        {
            "document": document,
            "looks": looks(document, actor.now),
            "versions": _versions(document, actor),
            "about": _about(document, actor),
            "at_work": state in AT_WORK,
            "why": document.job.message or FAILED if state == JobState.FAILED else "",
            "may_withdraw": refusal_to_withdraw(document, actor) is None,
            **(
                shown(document.file, document.pages or 0, request)
                if state == JobState.DONE and document.file
                else {"leaves": None}
            ),
        },
    )


def _versions(document: Document, actor: Actor) -> list[Document]:
    """All versions of the document that this actor may read, this one among them; one statement."""
    same = {name: getattr(document, name) for name in ("series", "office_id", "year", "sequence")}
    return list(Document.objects.visible_to(actor).defer("content").filter(**same).order_by("version"))


def _about(document: Document, actor: Actor) -> str:
    """The page of the document's subject, "" when this actor may not open it; one statement at most."""
    subjects = registry.subjects(document.subject_kind)
    found = subjects.addresses([document.subject_id], actor) if subjects else {}
    return found.get(document.subject_id, "")


# --- pages of a file ---


@dataclass(frozen=True)
class Leaf:
    """One page as it is drawn: its size as a browser keeps room for it, and its words where they are asked for."""

    number: int
    width: int
    height: int
    text: str | None


def shown(file: StoredFile, total: int, request: HttpRequest) -> dict[str, Any]:
    """Some pages of a stored PDF for documents/leaves.html, and the way to the others.

    `first` in the address is the first of them, `show=text` asks for words instead of pictures.
    """
    first = number_of(request.GET.get("first", "")) or 1
    first = (min(first, max(total, 1)) - 1) // AT_ONCE * AT_ONCE + 1
    wanted, as_text = range(first, min(first + AT_ONCE, total + 1)), request.GET.get("show") == TEXT
    try:
        leaves, said = _leaves(file, wanted, as_text=as_text), ""
    except DomainError as error:
        leaves, said = [], str(error.sentence)
    return {
        "leaves": leaves,
        "unreadable": said,
        "total": total,
        "as_text": as_text,
        "widths": pictures.WIDTHS,
        "usual_width": USUAL,
        "spans": _spans(first, total),
    }


def _leaves(file: StoredFile, wanted: Sequence[int], *, as_text: bool) -> list[Leaf]:
    sheets = pictures.sheets(opened(file), wanted)
    texts: Sequence[str | None] = [None] * len(sheets)
    if as_text:
        texts = pictures.texts(opened(file), [sheet.number for sheet in sheets])
    return [
        Leaf(sheet.number, USUAL, round(USUAL * sheet.height / sheet.width), text)
        for sheet, text in zip(sheets, texts, strict=True)
    ]


def _spans(now: int, total: int) -> list[dict[str, Any]]:
    """“第 1–10 页”, “第 11–20 页”: none when all pages are shown at once."""
    starts = range(1, total + 1, AT_ONCE) if total > AT_ONCE else ()
    return [{"first": one, "last": min(one + AT_ONCE - 1, total), "current": one == now} for one in starts]


USUAL = pictures.WIDTHS[1]


def number_of(text: str) -> int | None:
    """A number as an address writes it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None


def picture_of(request: HttpRequest, file: StoredFile, number: str) -> HttpResponseBase:
    """The picture of one page of a stored PDF, for a reader who may have it.

    A browser keeps it and asks each time whether it may still show it: a right that has ended, and whoever sits at the
    same machine next, is answered by the server. Raises NotVisible for a page that there is not.
    """
    width = number_of(request.GET.get("w", ""))
    width = width if width in pictures.WIDTHS else USUAL
    page = number_of(number)
    etag = f'"{file.sha256}-{page}-{width}"'
    if request.headers.get("If-None-Match") == etag and file.may_leave:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        drawn = pictures.picture(opened(file), page, width=width) if page else None
        if drawn is None:
            raise NotVisible(_("没有这一页"))
        response = HttpResponse(drawn, content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return harmless(response)


@require_safe
def page_picture(request: HttpRequest, public_id: UUID, number: str) -> HttpResponseBase:
    """One page of a document as a picture."""
    return picture_of(request, _file_of(document_of(request.actor, public_id)), number)


# --- its file, and trying again ---


@require_safe
def document_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The PDF, for those who may read the document; that it was taken is on record where its subject keeps one."""
    return taken_out(document_of(request.actor, public_id), request.actor)


def taken_out(document: Document, actor: Actor) -> HttpResponseBase:
    response = answer(_file_of(document))
    note_taken_out(document.subject_kind, [document.subject_id], actor)
    return response


def _file_of(document: Document) -> StoredFile:
    """Raises WrongMoment before it is made."""
    if document.file is None:
        raise WrongMoment(_("文件还没有生成，请稍后再试"))
    return document.file


@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the worker failed at waits once more."""
    document = document_of(request.actor, public_id)
    try:
        register.try_again(document, by=request.actor)
    except DomainError as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(request, _("已重新开始生成"))
    return redirect("documents:document", public_id)
