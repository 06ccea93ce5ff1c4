"""After the minutes: what the leads report, and the end of the meeting when no item is open any more."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.demands.moves.sharing import tell_of_progress
from dialogue.symposia import queries
from dialogue.symposia.dates import reported
from dialogue.symposia.models import ActionItem, ItemProgress, Meeting
from dialogue.symposia.moves.holding import held
from dialogue.symposia.moves.settling import first_report
from foundation.errors import WrongMoment
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.door import move


def report_progress(meeting_id: int, *, by: Actor, seen: int | None = None, item: ActionItem, text: str) -> Meeting:
    """What was done on an item is told, for the month whose report is due; the next is due a month later.

    A report after its day is kept as late. Whoever missed several months reports for the last of them.
    """
    with transaction.atomic():
        text = text.strip()
        meeting = move(
            Meeting,
            meeting_id,
            "report_progress",
            by=by,
            seen=seen,
            say=f"任务{item.number}报进展" if item else "",
            note=text,
            facts={"item": item.number if item else None},
            item=item,
            text=text,
        )
        row = ActionItem.objects.select_for_update().get(pk=item.pk)
        calendar, today = calendar_in_force(), by.now.astimezone(ZONE).date()
        late = row.next_due_at is not None and by.now > row.next_due_at
        due_on = row.next_due_at.astimezone(ZONE).date() if row.next_due_at else None
        month, after = reported(due_on, today, calendar, late=late)
        ItemProgress.objects.create(item=row, month=month, text=text, at=by.now, by_id=by.user_id, late=late)
        row.next_due_at = calendar.end_of_working_day(after)
        row.save(update_fields=["next_due_at"])
        tell_of_progress(row.case_id, by=by, about=f"{meeting.ledger_kind}:{meeting.pk}:{meeting.head_seq}")
        return meeting


def close_meeting(meeting_id: int, *, by: Actor, seen: int | None = None) -> Meeting:
    """Nothing of this meeting is open any more: every item is done, unsolved, ended or corrected, or there was none.
    Raises WrongMoment while an item is open.
    """
    with transaction.atomic():
        seen = _head(meeting_id) if seen is None else seen
        meeting = held(meeting_id, "close_meeting", by=by, seen=seen)
        left = queries.open_items().filter(meeting=meeting).count()
        if left:
            raise WrongMoment(_("还有 %(n)s 项任务事项在办，不能销号") % {"n": left})
        meeting.items.exclude(next_due_at=None).update(next_due_at=None)
        return move(Meeting, meeting_id, "close_meeting", by=by, seen=seen, say="任务事项全部了结，会议销号")


def reopen_meeting(meeting_id: int, *, by: Actor, seen: int | None = None) -> Meeting:
    """An item of this closed meeting is open again: it is reported on as any, and closed again when it is over.
    Raises WrongMoment while none is open.
    """
    with transaction.atomic():
        seen = _head(meeting_id) if seen is None else seen
        meeting = held(meeting_id, "reopen_meeting", by=by, seen=seen)
        again = queries.open_items().filter(meeting=meeting)
        numbers = sorted(again.values_list("number", flat=True))
        if not numbers:
            raise WrongMoment(_("没有任务事项重新在办"))
        ActionItem.objects.filter(pk__in=list(again.values_list("pk", flat=True)), next_due_at=None).update(
            next_due_at=first_report(by)
        )
        say = f"任务{'、'.join(map(str, numbers))}重新在办，会议恢复"
        return move(Meeting, meeting_id, "reopen_meeting", by=by, seen=seen, say=say)


def _head(meeting_id: int) -> int | None:
    return Meeting.objects.filter(pk=meeting_id).values_list("head_seq", flat=True).first()
