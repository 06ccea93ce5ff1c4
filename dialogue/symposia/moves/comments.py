"""Those who were present say what they think of the draft, and are answered."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from dialogue.symposia import queries, rules
from dialogue.symposia.enums import Adoption
from dialogue.symposia.models import Comment, Meeting, Participant, Section
from foundation.errors import NotYours, Refused
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.door import move
from workflow.time_left import long_day


def ask_comments(meeting_id: int, *, by: Actor, seen: int | None, comments_until: date) -> Meeting:
    """Every organisation that was present is asked to look at the draft until the end of this day."""
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "ask_comments",
            by=by,
            seen=seen,
            say=lambda: f"就纪要征求意见，截止{long_day(comments_until)}",
            comments_until=comments_until,
        )
        asked = queries.asked(meeting).order_by().values("pk")
        ends = calendar_in_force().end_of_working_day(comments_until)
        meeting.participants.filter(pk__in=asked).update(next_due_at=ends)
    return meeting


def comment_minutes(
    meeting_id: int, *, by: Actor, seen: int | None = None, remarks: Sequence[tuple[Section | None, str]] = ()
) -> Meeting:
    """The organisation has said this of sections of the draft (None: of the whole), or that it has nothing against it.

    Raises NotYours for an organisation of which nobody was there, and what `move` raises.
    """
    rules.check_remarks(remarks)
    said = [(section, text.strip()) for section, text in remarks if text.strip()]
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "comment_minutes",
            by=by,
            seen=seen,
            say=f"对纪要提出 {len(said)} 条意见" if said else "对纪要没有意见",
        )
        participant = queries.present(meeting).filter(organisation_id=by.organisation_id).first()
        if participant is None:
            raise NotYours(_("只有到会的单位可以对纪要提出意见"))
        if any(section is not None and section.meeting_id != meeting.pk for section, _text in said):
            raise Refused("", _("没有这一段"))
        Comment.objects.bulk_create(
            _comment(meeting, participant, section, text, by=by) for section, text in said or [(None, "")]
        )
        participant.commented_version, participant.next_due_at = meeting.next_version, None
        participant.save(update_fields=["commented_version", "next_due_at"])
    return meeting


def _comment(meeting: Meeting, participant: Participant, section: Section | None, text: str, *, by: Actor) -> Comment:
    """A comment that waits for its answer; “nothing against it” waits for none."""
    assert by.user_id is not None
    return Comment(
        meeting=meeting,
        version=meeting.next_version,
        section=section,
        participant=participant,
        text=text,
        at=by.now,
        by_id=by.user_id,
        adoption=Adoption.WAITING if text else Adoption.ADOPTED,
        answered_at=None if text else by.now,
    )


def answer_comment(
    meeting_id: int, *, by: Actor, seen: int | None = None, comment: Comment, adoption: str, answer: str = ""
) -> Meeting:
    """Whoever made the comment reads whether it was adopted, and why not. A later answer replaces this one."""
    answer = answer.strip()
    rules.check_answer(adoption, answer)
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "answer_comment",
            by=by,
            seen=seen,
            say=lambda: f"答复一条纪要意见：{Adoption(adoption).label}",
            record={"answer": answer},  # no note: it is for those who made the comment, the timeline for everybody
            adoption=adoption,
        )
        held = Comment.objects.select_for_update().filter(pk=comment.pk, meeting=meeting).exclude(text="").first()
        if held is None:
            raise Refused("", _("没有这条意见"))
        held.adoption, held.answer = adoption, answer
        held.answered_at, held.answered_by_id = by.now, by.user_id
        held.save(update_fields=["adoption", "answer", "answered_at", "answered_by"])
    return meeting
