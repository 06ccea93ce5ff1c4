"""Every write of the register: a document is issued, corrected, withdrawn, and made again where that failed.

What a document says is frozen in the transaction in which it gets its number; the worker makes its file afterwards.
Whether somebody may do this is asked by the system whose subject the document is about, before it calls.
"""

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from documents import addresses
from documents.content.base import Content, Imprint, machine_readable, schema_of
from documents.enums import DocumentStatus
from documents.models import Document
from documents.numbers import Series, take_number
from documents.tasks import KIND, make_document
from foundation.canonical import canonical, sha256
from foundation.errors import Refused, WrongMoment
from foundation.models import Job, JobState

if TYPE_CHECKING:
    from workflow.actor import Actor

__all__ = ["Series", "can_try_again", "issue", "issue_version", "try_again", "withdraw"]

LONGEST_REASON = 500
LONGEST_TITLE = 300


def issue(
    content: Content,
    *,
    series: Series,
    office_id: int,
    subject_kind: str,
    subject_id: int,
    audience: str = "",
    issued_on: date,
    by: "Actor",
    code: str | None = None,
) -> Document:
    """The document has the next number of its series in the year of `issued_on`; the worker makes its file.

    In the caller's transaction, or one of its own: when that is rolled back the number is given to the next. Until it
    ends, others wait for theirs: issue late in a transaction, and several documents in the order of their series'
    names. `code` is for content that names the public page itself (documents.addresses.new_code).

    Raises Refused for a title too long to be kept, ValueError for the system, which has nobody to tell of the work.
    """
    year = issued_on.year
    with transaction.atomic():
        sequence = take_number(series, office_id=office_id, year=year)
        return _write(
            content,
            Imprint(
                number=series.number(year, sequence),
                issued_on=issued_on,
                verify_at=addresses.verification(code := code or addresses.new_code()),
            ),
            by,
            series=series.name,
            prefix=series.prefix,
            year=year,
            sequence=sequence,
            office_id=office_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            audience=audience,
            code=code,
        )


def issue_version(
    document: Document, content: Content, *, by: "Actor", reason: str, issued_on: date | None = None
) -> Document:
    """The next version of a document stands under its number with a code of its own, and the old one is REPLACED.

    Its day is that of the act unless `issued_on` says another. Content that says the same as the version in force
    changes nothing: that version is given back. Of two corrections at once one is made.

    Raises WrongMoment when the version is no longer in force, Refused beside `reason`.
    """
    reason = _reason(reason)
    with transaction.atomic():
        old = _locked(document)
        _in_force(old)
        if _says_the_same(old, content):
            return old
        code = addresses.new_code()
        new = _write(
            content,
            Imprint(
                number=old.number,
                issued_on=issued_on or by.now.astimezone(ZoneInfo(settings.TIME_ZONE)).date(),
                version=old.version + 1,
                replaces=f"{old.number}（第{old.version}版）",
                verify_at=addresses.verification(code),
            ),
            by,
            series=old.series,
            prefix=old.prefix,
            year=old.year,
            sequence=old.sequence,
            office_id=old.office_id,
            subject_kind=old.subject_kind,
            subject_id=old.subject_id,
            audience=old.audience,
            code=code,
            replaces=old,
        )
        _ends(old, DocumentStatus.REPLACED, by=by, reason=reason)
    return new


def withdraw(document: Document, *, by: "Actor", reason: str) -> Document:
    """The document is no longer in force, and its public page says so; number, text and file stay.

    Raises WrongMoment when it was replaced or withdrawn before, Refused beside `reason`.
    """
    reason = _reason(reason)
    with transaction.atomic():
        held = _locked(document)
        _in_force(held)
        _ends(held, DocumentStatus.WITHDRAWN, by=by, reason=reason)
    return held


def try_again(document: Document, *, by: "Actor") -> Document:
    """A file that failed, or whose worker died, waits once more; one that waits, is made or there stays as it is."""
    with transaction.atomic():
        held = _locked(document)
        if can_try_again(held, by):
            held.job = _job(held.title, by)
            held.save(update_fields=["job"])
            make_document.enqueue(str(held.job.public_id))
    return held


def can_try_again(document: Document, by: "Actor") -> bool:
    """Whether there is no file so far, and nothing is at work on one; its job loaded."""
    return document.making(by.now) == JobState.FAILED


def _write(content: Content, imprint: Imprint, by: "Actor", **fields: Any) -> Document:
    """The row, frozen from now on, and the work for the worker."""
    if len(content.title) > LONGEST_TITLE:
        raise Refused("title", _("题名不能超过 %(n)s 个字") % {"n": LONGEST_TITLE})
    text = machine_readable(content, imprint)
    job = _job(content.title, by)
    document = Document.objects.create(
        kind=content.kind,
        version=imprint.version,
        number=imprint.number,
        title=content.title,
        issuer=content.issuer,
        content=text,
        content_sha256=sha256(text),
        issued_on=imprint.issued_on,
        issued_at=by.now,
        issued_by_id=by.user_id,
        issued_as=_post_of(by),
        job=job,
        **fields,
    )
    make_document.enqueue(str(job.public_id))
    return document


def _job(title: str, by: "Actor") -> Job:
    if by.user_id is None:
        raise ValueError("a document is issued by a person: its job needs an owner")
    return Job.objects.create(kind=KIND, title=title[:200], owner_id=by.user_id, created_at=by.now)


def _locked(document: Document) -> Document:
    """The row as it stands now, and nobody else's until the transaction ends."""
    return Document.objects.select_for_update(of=("self",)).select_related("job").get(pk=document.pk)


def _in_force(document: Document) -> None:
    if document.status == DocumentStatus.REPLACED:
        raise WrongMoment(_("这一版已被新的版本替换，请打开最新的版本"))
    if document.status == DocumentStatus.WITHDRAWN:
        raise WrongMoment(_("这份文书已经撤回"))


def _says_the_same(document: Document, content: Content) -> bool:
    kept = json.loads(document.content)
    return bool(kept["schema"] == schema_of(content) and canonical(kept["content"]) == canonical(content.to_plain()))


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("reason", _("请写明原因"))
    if len(text) > LONGEST_REASON:
        raise Refused("reason", _("原因不能超过 %(n)s 个字") % {"n": LONGEST_REASON})
    return text


def _ends(document: Document, status: DocumentStatus, *, by: "Actor", reason: str) -> None:
    document.status, document.status_at, document.status_by_id = status, by.now, by.user_id
    document.status_reason = reason
    document.save(update_fields=["status", "status_at", "status_by", "status_reason"])


def _post_of(by: "Actor") -> str:
    """Organisation and role as kept text, in the one language of what is kept."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{by.post.organisation_name} · {by.post.role.label}" if by.post else ""
