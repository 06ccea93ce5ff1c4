"""会议通知 and 邀请函 in the register: issued, brought up to date, withdrawn. Called with the meeting locked."""

from collections.abc import Iterable

from django.db.models import QuerySet

from dialogue.symposia import documents
from dialogue.symposia.enums import MeetingState, Retelling
from dialogue.symposia.models import Meeting
from documents import register
from documents.content.meetings import MeetingNotice
from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from workflow.actor import Actor
from workflow.calendar import ZONE


def issue_notices(meeting: Meeting, *, by: Actor) -> None:
    """Each group that is invited has its letter: the firms 邀请函, everybody else 会议通知; in the order of series."""
    for audience, content in _letters(meeting, by):
        _issue(meeting, audience, content, by=by)


def renew_notices(meeting: Meeting, *, by: Actor, reason: str) -> None:
    """After the notice: letters that no longer say what is so get their next version, a new group its first.

    The letter to a group in which nobody is left is withdrawn.
    """
    if meeting.state != MeetingState.NOTIFIED:
        return
    written = list(_letters(meeting, by))
    for document in _in_force(meeting).exclude(audience__in=[audience for audience, _content in written]):
        register.withdraw(document, by=by, reason=reason[: register.LONGEST_REASON])
    for audience, content in written:
        before = _in_force(meeting).filter(audience=audience).first()
        if before is None:
            _issue(meeting, audience, content, by=by)
        else:
            register.issue_version(before, content, by=by, reason=reason[: register.LONGEST_REASON])


def withdraw_notices(meeting: Meeting, *, by: Actor, reason: str) -> None:
    for document in _in_force(meeting).order_by("pk"):
        register.withdraw(document, by=by, reason=reason)


def _letters(meeting: Meeting, by: Actor) -> Iterable[tuple[Retelling, MeetingNotice]]:
    for audience in (Retelling.FIRMS, Retelling.ALL):
        if content := documents.notice_of(meeting, audience, by=by):
            yield audience, content


def _issue(meeting: Meeting, audience: Retelling, content: MeetingNotice, *, by: Actor) -> None:
    register.issue(
        content,
        series=documents.series("INVITATION" if audience == Retelling.FIRMS else "NOTICE", meeting),
        office_id=meeting.office_id,
        subject_kind=Meeting.ledger_kind,
        subject_id=meeting.pk,
        audience=audience,
        issued_on=by.now.astimezone(ZONE).date(),
        by=by,
    )


def _in_force(meeting: Meeting) -> QuerySet[Document]:
    of_meeting = Document.objects.filter(subject_kind=Meeting.ledger_kind, subject_id=meeting.pk)
    return of_meeting.filter(kind=DocumentKind.NOTICE, status=DocumentStatus.VALID)
