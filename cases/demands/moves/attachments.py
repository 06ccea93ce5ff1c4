"""Files join a demand, reach the department, and are taken back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.enums import Side
from cases.demands.models import Attachment, Case
from foundation.errors import WrongMoment
from foundation.files.storing import Upload, store
from workflow.actor import Actor
from workflow.door import move
from workflow.file_scans import queue_scans

# A hidden firm's files are told to the office, which releases them; the department hears of them then.
TO_RELEASE = {"intake": "file_added", "dispatcher": "file_added"}


def attach_files(
    case_id: int, *, by: Actor, uploads: Sequence[Upload], description: str = "", seen: int | None = None
) -> Case:
    """Files of the firm are with its demand; the office sees them, and the department unless the firm is hidden.

    `uploads` come from `foundation.files.storing.check`. Their names, sizes, types and hashes lie in the body of the
    event. Raises Refused `uploads` when there are none, too many or too large ones.
    """
    return _attach("attach", case_id, by=by, seen=seen, uploads=uploads, description=description)


def attach_public_files(
    case_id: int, *, by: Actor, uploads: Sequence[Upload], description: str = "", seen: int | None = None
) -> Case:
    """Files of the department or the office that the firm sees."""
    return _attach("attach_public", case_id, by=by, seen=seen, uploads=uploads, description=description)


def attach_internal_files(
    case_id: int, *, by: Actor, uploads: Sequence[Upload], description: str = "", seen: int | None = None
) -> Case:
    """Files of the department or the office that the firm never sees."""
    return _attach("attach_internal", case_id, by=by, seen=seen, uploads=uploads, description=description)


def release_attachment(case_id: int, *, by: Actor, attachment: Attachment, seen: int | None = None) -> Case:
    """The department may read this file of a firm that is hidden from it; intake has looked at what it gives away."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            "release_attachment",
            by=by,
            seen=seen,
            say="放行附件 1 个",
            record=_named(attachment),
            attachment=attachment,
        )
        _mark(attachment, released_at=by.now, released_by=by.user_id)
        return case


def withdraw_attachment(case_id: int, *, by: Actor, attachment: Attachment, seen: int | None = None) -> Case:
    """A file of the firm, or a public one, is no longer served; it stays on record with its hash."""
    return _withdraw("withdraw_attachment", case_id, by=by, seen=seen, attachment=attachment)


def withdraw_internal_attachment(case_id: int, *, by: Actor, attachment: Attachment, seen: int | None = None) -> Case:
    """An internal file is no longer served; the firm hears as little of that as of the file."""
    return _withdraw("withdraw_internal", case_id, by=by, seen=seen, attachment=attachment)


def _attach(
    action: str, case_id: int, *, by: Actor, seen: int | None, uploads: Sequence[Upload], description: str
) -> Case:
    """The files and their event stand or fall together. What was said of them is in the body, not in its text: both
    may name a firm that is hidden, and the text stands in the timeline."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            action,
            by=by,
            seen=seen,
            tells=TO_RELEASE if action == "attach" and queries.waits_for_release(case_id) else None,
            say=f"附件 {len(uploads)} 个",
            record={"files": [upload.facts() for upload in uploads], "description": description.strip()},
            uploads=uploads,
            description=description,
        )
        stored = store(uploads, owner_kind=Case.ledger_kind, owner_id=case.pk, by_user_id=by.user_id, at=by.now)
        side = _side(case, by)
        Attachment.objects.bulk_create(
            Attachment(
                case=case,
                file=file,
                side=side,
                public=action != "attach_internal",
                description=description.strip(),
                uploaded_by_id=by.user_id,
                organisation_id=by.organisation_id,
                at=by.now,
                seq=case.head_seq,
            )
            for file in stored
        )
        queue_scans(stored, at=by.now, number=case.number or "", request_id=by.request_id)
        return case


def _side(case: Case, by: Actor) -> Side:
    if by.organisation_id == case.enterprise_id:
        return Side.FIRM
    return Side.LEAD if by.organisation_id == case.lead_id else Side.OFFICE


def _withdraw(action: str, case_id: int, *, by: Actor, seen: int | None, attachment: Attachment) -> Case:
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            action,
            by=by,
            seen=seen,
            say="撤回附件 1 个",
            record=_named(attachment),
            attachment=attachment,
        )
        _mark(attachment, withdrawn_at=by.now, withdrawn_by=by.user_id)
        return case


def _named(attachment: Attachment) -> dict[str, Any]:
    return {"file": {"name": attachment.file.name, "sha256": attachment.file.sha256}}


def _mark(attachment: Attachment, **marks: Any) -> None:
    """The marks are on the row, unless somebody was faster: the row was read before the demand was locked."""
    rows = Attachment.objects.filter(pk=attachment.pk, withdrawn_at=None)
    if "released_at" in marks:
        rows = rows.filter(released_at=None)
    if not rows.update(**marks):
        raise WrongMoment(_("这个附件已经放行或撤回"))
