"""What must hold of signing in and of recording who was there, and what may be recorded of somebody when."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dialogue.symposia.codes import read_code
from dialogue.symposia.enums import AFTER_MEETING, MeetingState, Presence
from dialogue.symposia.rules.permissions import ORGANISERS, is_signer
from foundation.errors import Refused
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.rules import moment

if TYPE_CHECKING:
    from dialogue.symposia.models import Attendee, Meeting

LONGEST_REASON = 200
REMOVED = "REMOVED"  # in a mark: nobody of this name was there
REMOVED_LABEL = pgettext_lazy("presence", "登记有误，移出")


@moment(gettext_lazy("签到从会议当天开始"))
def is_the_day(meeting: "Meeting", now: datetime) -> bool:
    return now.astimezone(ZONE).date() >= meeting.starts_at.astimezone(ZONE).date()


@moment(gettext_lazy("会议还没有到开始时间；提前开会的，请先修改安排"))
def has_begun(meeting: "Meeting", now: datetime) -> bool:
    return now >= meeting.starts_at


@dataclass(frozen=True)
class Mark:
    """What somebody recorded of one person, and what the page had shown them before they did."""

    person: UUID
    was: str
    presence: str
    was_reason: str = ""
    reason: str = ""

    @property
    def says_something(self) -> bool:
        """Whether it is anything else than what the page had shown."""
        return (self.presence, self.reason) != (self.was, self.was_reason)

    def is_contested(self, presence: str, reason: str) -> bool:
        """Whether somebody else recorded another thing meanwhile: it is neither as shown nor already as marked."""
        return (presence, reason) not in ((self.was, self.was_reason), (self.presence, self.reason))


def sees_roll(meeting: "Meeting", actor: Actor) -> bool:
    """Whether this reader learns who was excused and why: organisers, host and who signs do, others the sums."""
    organises = actor.role in ORGANISERS and actor.organisation_id == meeting.office_id
    return organises or actor.person_id == meeting.host_id or is_signer(meeting, actor)


def presences(meeting: "Meeting") -> tuple[Presence, ...]:
    """What may be recorded of a person now: nobody is still expected after the meeting, nobody absent before."""
    last = Presence.ABSENT if meeting.state in AFTER_MEETING else Presence.EXPECTED
    return (Presence.PRESENT, Presence.EXCUSED, last)


def may_remove(row: "Attendee") -> bool:
    """Only whom somebody added at the meeting by hand: those expected stay expected, also when they did not come."""
    return row.unexpected and row.signed_by != "CODE"


def check_code(meeting: "Meeting", code: str, now: datetime) -> None:
    """Raise Refused unless the screen of this meeting showed this code within the last ten minutes."""
    read = read_code(code)
    if read is None or read.meeting != meeting.public_id:
        raise Refused("code", _("这不是本次会议的签到码，请重新扫描会场屏幕上的二维码"))
    if not read.is_good(now):
        raise Refused("code", _("签到码已过期，请重新扫描会场屏幕上的二维码"))


def check_presence(
    meeting: "Meeting", presence: str, reason: str, *, field: str, row: "Attendee | None" = None
) -> None:
    """Raise Refused, in the words that stand beside the person, for what cannot be recorded of them now."""
    if presence == REMOVED and row is not None and may_remove(row):
        return
    if presence not in presences(meeting):
        raise Refused(field, _("请选择到会情况"))
    if presence == Presence.EXCUSED and not reason:
        raise Refused(field, _("请假的，请写明原因"))
    if len(reason) > LONGEST_REASON:
        raise Refused(field, _("请假原因不能超过 %(n)s 个字") % {"n": LONGEST_REASON})


def check_newcomer(name: Any, participant: Any, organisation: Any) -> None:
    """Raise Refused for a person who is added without a name, or not of exactly one organisation."""
    if not name:
        raise Refused("name", _("请填写姓名"))
    if participant is None and not organisation:
        raise Refused("participant", _("请选择单位；不在受邀名单上的，填写单位名称"))
    if participant is not None and organisation:
        raise Refused("organisation", _("已经选择了受邀单位，这里不要再填"))


def why_closed(meeting: "Meeting") -> str:
    """What somebody reads who would record presence after the minutes were sent to be signed, "" before that.

    The list of those present is part of what the host signs: it changes only with the minutes.
    """
    if meeting.state == MeetingState.IN_APPROVAL:
        return _(
            "纪要已送签，到会情况是纪要的一部分，不能再改。要改的，先“撤回送签”（或者由签发人退回），改好后重新送签。"
        )
    if meeting.state == MeetingState.APPROVED:
        return _("纪要已经签发，到会情况不能再改。要改的，请签发人“退回修改”，改好后重新送签、签发。")
    if meeting.state in (MeetingState.ISSUED, MeetingState.CLOSED):
        return _("纪要已印发，到会情况不能再改。要改的，先“更正纪要”，登记后随更正的纪要重新签发、印发。")
    return ""
