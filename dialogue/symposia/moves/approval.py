"""签发: the minutes are sent to the host, who signs the very text that was read, or returns it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dialogue.symposia import documents
from dialogue.symposia.models import Meeting
from dialogue.symposia.moves.holding import held
from dialogue.symposia.queries import unanswered
from foundation.errors import Refused, WrongMoment
from workflow.actor import Actor
from workflow.door import move

STILL_WAITING = ngettext_lazy("还有 %(n)s 条意见没有答复", "还有 %(n)s 条意见没有答复", "n")


def submit_minutes(meeting_id: int, *, by: Actor, seen: int | None) -> Meeting:
    """The minutes lie before the host, and nobody writes in them from now on.

    Raises Refused while a comment on this draft waits for its answer, naming section and item for whatever is missing,
    and for a correction that changes nothing.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "submit_minutes", by=by, seen=seen)
        if waiting := unanswered(meeting).count():
            raise Refused("", STILL_WAITING % {"n": waiting})
        content, plan = documents.as_written(meeting, by.now)
        plan.refuse_faults()
        _refuse_the_same(meeting, content)
        meeting.participants.exclude(next_due_at=None).update(next_due_at=None)
        said = f"送主持人签发第{meeting.next_version}版，任务事项{len(plan.items)}项"
        facts = {"text": documents.fingerprint(content)}
        return move(Meeting, meeting_id, "submit_minutes", by=by, seen=seen, say=said, facts=facts)


def recall_minutes(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """The minutes are in the hands of the recorders again, before the host has signed them."""
    return move(
        Meeting,
        meeting_id,
        "recall_minutes",
        by=by,
        seen=seen,
        say="主办单位撤回送签",
        note=reason.strip(),
        reason=reason,
    )


def return_minutes(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """The minutes are in the hands of the recorders again, with the host's reason; a signature given before is void."""
    return move(
        Meeting,
        meeting_id,
        "return_minutes",
        by=by,
        seen=seen,
        say="主持人退回纪要修改",
        note=reason.strip(),
        reason=reason,
    )


def approve_issue(meeting_id: int, *, by: Actor, seen: int | None, sha256: str) -> Meeting:
    """The host has signed this very text; `sha256` is the fingerprint of what was read. It alone may be issued.

    Raises WrongMoment when what the minutes say is no longer that, Refused for what keeps them from being issued.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "approve_issue", by=by, seen=seen)
        content, plan = documents.as_written(meeting, by.now)
        if sha256 != documents.fingerprint(content):
            raise WrongMoment(_("纪要与您看到的文本不同，请重新阅读后再签发"))
        plan.refuse_faults()
        said = f"签发纪要第{meeting.next_version}版"
        return move(
            Meeting, meeting_id, "approve_issue", by=by, seen=seen, say=said, facts={"text": sha256}, sha256=sha256
        )


def _refuse_the_same(meeting: Meeting, content: documents.Minutes) -> None:
    before = documents.in_force(meeting) if meeting.version else None
    if before is not None and documents.words_of(before).to_plain() == content.to_plain():
        raise Refused("", _("文本与现行版本相同，没有更正的内容；不更正了请“放弃更正”"))
