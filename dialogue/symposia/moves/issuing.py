"""印发: number, document, action items and their demands in one transaction; and corrections, as the next version."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dialogue.symposia import documents
from dialogue.symposia.drafting import restore_sections
from dialogue.symposia.models import Meeting
from dialogue.symposia.moves.holding import held
from dialogue.symposia.moves.rolls import kept_roll, restore_roll
from dialogue.symposia.moves.settling import Settling, owe_reports
from documents import register
from documents.models import Document
from foundation.errors import WrongMoment
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.door import move


def issue_minutes(meeting_id: int, *, by: Actor, seen: int | None) -> Meeting:
    """The minutes stand in the register, and every action item has exactly one demand. All of it, or nothing.

    Only the text that the host signed is issued. Raises WrongMoment when the minutes say something else by now, when
    their first version was withdrawn, and Refused, naming section and item, when a date has passed meanwhile.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "issue_minutes", by=by, seen=seen)
        content, plan = documents.as_written(meeting, by.now)
        if documents.fingerprint(content) != meeting.approved_sha256:
            raise WrongMoment(_("纪要与签发的文本不同，请签发人退回修改后重新签发"))
        plan.refuse_faults()
        document = _issued(meeting, content, by)
        done = Settling(meeting, meeting.next_version, document.number, by).settle(plan)
        version = f"第{document.version}版" if document.version > 1 else ""

        def say() -> str:
            return "；".join(filter(None, [f"印发{document.number}{version}", done.words()]))

        return move(
            Meeting,
            meeting_id,
            "issue_minutes",
            by=by,
            seen=seen,
            say=say,
            note=meeting.correction_reason,
            facts={
                "document": documents.stated(document),
                "items": {
                    "opened": done.opened,
                    "tied": done.tied,
                    "moved": done.moved,
                    "removed": done.removed,
                    "unmoved": [number for number, _case in done.unmoved],
                },
            },
            number=document.number,
        )


def _issued(meeting: Meeting, content: documents.Minutes, by: Actor) -> Document:
    """The next version in the register: of the number that is there, or with the next number of its series."""
    if meeting.version == 0:
        return register.issue(
            content,
            series=documents.minutes_series(meeting),
            office_id=meeting.office_id,
            subject_kind=Meeting.ledger_kind,
            subject_id=meeting.pk,
            issued_on=by.now.astimezone(ZONE).date(),
            by=by,
        )
    before = documents.in_force(meeting)
    if before is None:
        raise WrongMoment(_("这份纪要已经撤回，不能更正"))
    after = register.issue_version(before, content, by=by, reason=meeting.correction_reason)
    if after.pk == before.pk:
        raise WrongMoment(_("文本与现行版本相同，没有更正的内容；不更正了请“放弃更正”"))
    return after


def begin_correction(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """The next version of the minutes may be written; the one before holds until it is issued.

    Who was there may be recorded anew as well; how it was is kept until then.
    """
    reason = reason.strip()
    with transaction.atomic():
        meeting = held(meeting_id, "begin_correction", by=by, seen=seen)
        return move(
            Meeting,
            meeting_id,
            "begin_correction",
            by=by,
            seen=seen,
            say="开始更正纪要",
            note=reason,
            reason=reason,
            roll=kept_roll(meeting),
        )


def drop_correction(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """Sections and roll say again what was issued, and comments on the correction count for no other one.

    A 签到表 in force that says something else by that gets its next version.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "drop_correction", by=by, seen=seen)
        restore_sections(meeting, by=by)
        owe_reports(meeting, by=by)
        said, facts = f"放弃更正，第{meeting.version}版继续有效", {}
        if done := restore_roll(meeting):
            said += f"；到会情况恢复为印发时的，涉及{len(done)}人"
            facts = {"attendance": done, **_sheet_again(meeting, by)}
        waiting = meeting.participants.filter(commented_version__gt=meeting.version)
        waiting.update(commented_version=meeting.version)
        meeting.comments.filter(version__gt=meeting.version).update(version=meeting.version)
        meeting.participants.exclude(next_due_at=None).update(next_due_at=None)
        return move(
            Meeting,
            meeting_id,
            "drop_correction",
            by=by,
            seen=seen,
            say=said,
            note=reason.strip(),
            facts=facts,
            reason=reason,
        )


def _sheet_again(meeting: Meeting, by: Actor) -> dict[str, Any]:
    """签到表 follows the roll, where one was issued; the fact of it when it had to."""
    before = documents.attendance_in_force(meeting)
    if before is None:
        return {}
    after = register.issue_version(before, documents.attendance_of(meeting), by=by, reason="放弃更正，到会情况恢复")
    return {} if after.pk == before.pk else {"document": documents.stated(after)}
