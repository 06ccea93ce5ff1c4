"""What must be given for signing, correcting and reporting: reasons, the text that was read, what was done."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.rules import check_text
from foundation.errors import NotYours, Refused, WrongMoment
from workflow.actor import Actor

if TYPE_CHECKING:
    from dialogue.symposia.models import ActionItem, Meeting
    from parties.models import Membership

LONGEST_WHY_NOT = 500
LONGEST_PROGRESS = 1000


def _reason(reason: str) -> None:
    check_text("reason", reason, least=2, most=LONGEST_WHY_NOT)


def check_change_signer(
    meeting: "Meeting", actor: Actor, *, signer: "Membership", signer_post: str, reason: str
) -> None:
    """Another post than the one that signs now. Whether it may host is asked by the move function."""
    present = (meeting.signs_id, meeting.signs_org_id, meeting.signs_role)
    if (signer.user_id, signer.organisation_id, signer.role) == present:
        raise Refused("signer", _("现在的签发人就是这一位"))
    _reason(reason)


def check_recall_minutes(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    _reason(reason)


def check_return_minutes(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    _reason(reason)


def check_begin_correction(meeting: "Meeting", actor: Actor, *, reason: str, roll: object) -> None:
    _reason(reason)


def check_drop_correction(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    _reason(reason)


def check_report_progress(meeting: "Meeting", actor: Actor, *, item: "ActionItem", text: str) -> None:
    """The item is loaded with its case, of this very meeting, the actor's own, and not over."""
    if item is None or item.meeting_id != meeting.pk:
        raise Refused("item", _("请选择任务事项"))
    if item.lead_id != actor.organisation_id:
        raise NotYours(_("只有这一项的牵头部门可以报进展"))
    if item.removed_in is not None or item.case.closed_at is not None or item.case.ended_at is not None:
        raise WrongMoment(_("这一项已经不在办理中，不用再报进展"))
    check_text("text", text, least=2, most=LONGEST_PROGRESS)
