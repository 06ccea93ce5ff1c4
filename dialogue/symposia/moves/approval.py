"""签发: the minutes are sent to the host, or whoever signs instead, who signs the text that was read or returns it."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dialogue.symposia import documents
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import Meeting
from dialogue.symposia.moves.holding import held
from dialogue.symposia.queries import possible_hosts, still_signs, unanswered
from foundation.errors import Refused, WrongMoment
from parties.models import Membership
from workflow.actor import Actor
from workflow.door import move

STILL_WAITING = ngettext_lazy("还有 %(n)s 条意见没有答复", "还有 %(n)s 条意见没有答复", "n")


def submit_minutes(meeting_id: int, *, by: Actor, seen: int | None) -> Meeting:
    """The minutes lie before whoever signs them, and nobody writes in them from now on.

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
        said = f"送{_signer(meeting)}签发第{meeting.next_version}版，任务事项{len(plan.items)}项"
        facts = {"text": documents.fingerprint(content)}
        return move(Meeting, meeting_id, "submit_minutes", by=by, seen=seen, say=said, facts=facts)


def recall_minutes(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """The minutes are in the hands of the recorders again, before they are signed.

    What is signed only its signer gives back, as long as they hold the post; after that the office takes it back, and
    the signature is void. Raises WrongMoment while they do.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "recall_minutes", by=by, seen=seen)
        signed = meeting.state == MeetingState.APPROVED
        if signed and still_signs(Meeting.objects.filter(pk=meeting_id), by.now).filter(still_signs=True).exists():
            raise WrongMoment(_("纪要已经签发，签发人还在任，由签发人“退回修改”"))
        return move(
            Meeting,
            meeting_id,
            "recall_minutes",
            by=by,
            seen=seen,
            say="签发人已不在任，主办单位撤回已签发的纪要，签发作废" if signed else "主办单位撤回送签",
            note=reason.strip(),
            reason=reason,
        )


def change_signer(
    meeting_id: int, *, by: Actor, seen: int | None, signer: Membership, signer_post: str = "", reason: str
) -> Meeting:
    """The minutes, and corrections of them, are signed by the holder of this post from now on, in person.

    Minutes that lie before somebody lie before the new signer at once; the text names them, so the event states its
    fingerprint anew. Raises Refused for a post that may not host a meeting of this office, and for the present signer.
    """
    with transaction.atomic():
        meeting = held(meeting_id, "change_signer", by=by, seen=seen)
        if not possible_hosts(meeting.office, by.now).filter(pk=signer.pk).exists():
            raise Refused("signer", _("签发人应是本地或者上级的领导、部门党组书记或者主要负责人"))
        before, back = _named(meeting.signs.name, meeting.signs_post), meeting.is_hosted_by(signer)
        post = meeting.host_post if back else " ".join(signer_post.split())
        facts = {}
        if meeting.state == MeetingState.IN_APPROVAL:
            meeting.signer, meeting.signer_post = (None, "") if back else (signer.user, post)
            facts["text"] = documents.fingerprint(documents.minutes_of(meeting))
        return move(
            Meeting,
            meeting_id,
            "change_signer",
            by=by,
            seen=seen,
            say=f"纪要签发人由{before}改为{_named(signer.user.name, post)}",
            note=reason.strip(),
            facts=facts,
            signer=signer,
            signer_post=post,
            reason=reason,
        )


def return_minutes(meeting_id: int, *, by: Actor, seen: int | None, reason: str) -> Meeting:
    """The minutes are in the hands of the recorders again, with the signer's reason; a signature given before is
    void."""
    with transaction.atomic():
        meeting = held(meeting_id, "return_minutes", by=by, seen=seen)
        return move(
            Meeting,
            meeting_id,
            "return_minutes",
            by=by,
            seen=seen,
            say=f"{_signer(meeting)}退回纪要修改",
            note=reason.strip(),
            reason=reason,
        )


def approve_issue(meeting_id: int, *, by: Actor, seen: int | None, sha256: str) -> Meeting:
    """Whoever signs has signed this very text; `sha256` is the fingerprint of what was read. It alone may be issued.

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


def _signer(meeting: Meeting) -> str:
    """Who signs, as the ledger says it: the host by the part they have, anybody else by name."""
    return "主持人" if meeting.signer is None else f"签发人{meeting.signer.name}"


def _named(name: str, post: str) -> str:
    return f"{name}（{post}）" if post else name


def _what_it_says(content: documents.Minutes) -> Any:
    """Without who signs it: another signer corrects nothing."""
    return replace(content, signer=None).to_plain()


def _refuse_the_same(meeting: Meeting, content: documents.Minutes) -> None:
    before = documents.in_force(meeting) if meeting.version else None
    if before is not None and _what_it_says(documents.words_of(before)) == _what_it_says(content):
        raise Refused("", _("文本与现行版本相同，没有更正的内容；不更正了请“放弃更正”"))
