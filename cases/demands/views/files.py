"""Attachments on the page of a demand, their download, and what becomes of files beside a form that is not in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import moves, queries, reading, telling
from cases.demands.enums import Side
from cases.demands.forms import MoveForm
from cases.demands.models import Attachment, Case
from cases.demands.views.words import case_address
from foundation.errors import DomainError
from foundation.files.serving import answer
from foundation.idempotency import once
from workflow.actor import Actor
from workflow.door import refusal
from workflow.specs import specs

# Moves that are made from the list of attachments and have no button among the others.
IN_THE_LIST = frozenset({"release_attachment", "withdraw_attachment", "withdraw_internal"})
PREVIEWED = 5 * 1024 * 1024  # bytes of a picture that is shown small in the list


@dataclass(frozen=True)
class Row:
    """One attachment as the page draws it."""

    name: str
    kind: Any
    size: int
    who: str
    at: datetime
    description: str
    marks: list[tuple[Any, str, str]]
    url: str  # "" when it cannot be downloaded
    preview: bool


def download(request: HttpRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The file, for those who may know of it; for anybody else there is none."""
    attachment = queries.file_of(public_id, file_id, request.actor)
    # The page of the demand shows pictures by itself, which is reading it and not taking it out.
    shown = request.headers.get("Sec-Fetch-Dest") == "image"
    reading.note_many([attachment.case_id], request.actor, reading.Kind.OPEN if shown else reading.Kind.EXPORT)
    return answer(attachment.file)


def section(case: Case, actor: Actor) -> dict[str, Any]:
    """The attachments of a case as this reader may know of them, and what they can do with one of them.

    One statement, none when there never was an attachment.
    """
    attachments = queries.visible_attachments(case, actor)
    return {
        "attachments": [_row(case, actor, one) for one in attachments],
        "attachment_links": _links(case, actor, attachments),
    }


def _row(case: Case, actor: Actor, one: Attachment) -> Row:
    url = reverse("demands:file", args=[case.public_id, one.public_id]) if one.may_leave else ""
    return Row(
        name=one.file.name,
        kind=one.file.of_kind.label,
        size=one.file.size,
        who=telling.added_by(one),
        at=one.at,
        description=one.description,
        marks=telling.marks(case, actor, one),
        url=url,
        preview=bool(url) and one.file.of_kind.inline and one.file.size <= PREVIEWED,
    )


def _links(case: Case, actor: Actor, attachments: list[Attachment]) -> list[dict[str, Any]]:
    """The moves of the list for which there is an attachment, and which this reader may make now."""
    there = [one for one in attachments if one.withdrawn_at is None]
    mine = [one for one in there if one.organisation_id == actor.organisation_id]
    wanted = {
        "release_attachment": any(one.side == Side.FIRM and one.released_at is None for one in there),
        "withdraw_attachment": any(one.public for one in mine),
        "withdraw_internal": any(one.is_internal for one in mine),
    }
    return [
        {
            "url": case_address(case.public_id, "act", action),
            "words": specs(Case)[action].label,
            "icon": specs(Case)[action].icon,
        }
        for action, has_one in wanted.items()
        if has_one and refusal(case, action, actor) is None
    ]


def keep_accepted(request: HttpRequest, case: Case, action: str, form: MoveForm) -> None:
    """Files that were taken beside something to mend are attached now, and the person is told so.

    A browser sends no file twice by itself: without this whoever mends a word would have to choose them again.
    """
    uploads = getattr(form.fields.get("uploads"), "accepted", ())
    action = action if action.startswith("attach") else "attach"
    actor = request.actor
    if not uploads or refusal(case, action, actor) is not None:
        return
    attach = ATTACH[action]
    body = "&".join(upload.sha256 for upload in uploads).encode()
    try:
        with transaction.atomic():
            once(
                user_id=actor.user_id,
                route=f"{request.path}#uploads",
                key=request.POST.get("idempotency_key", ""),
                body=body,
                now=actor.now,
                do=lambda: (200, str(attach(case.pk, by=actor, uploads=uploads).head_seq)),
            )
    except DomainError:
        return  # the sentence stands beside the field already, or the same files are there from the first sending
    names = _("、").join(upload.name for upload in uploads)
    messages.success(request, _("已收下附件：%(names)s。不用再选一次") % {"names": names})


ATTACH = {
    "attach": moves.attach_files,
    "attach_public": moves.attach_public_files,
    "attach_internal": moves.attach_internal_files,
}
