"""What a plan of a meeting must be, and when a notice may go out."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.dates import notice_by
from dialogue.symposia.rules.permissions import HOSTS
from foundation.errors import Refused
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.rules import condition

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting

# The columns that the organising office may change until the meeting.
PLAN = (
    "title",
    "purpose",
    "starts_at",
    "ends_at",
    "place",
    "host_id",
    "host_org_id",
    "host_role",
    "host_post",
    "recorder",
    "topics_until",
    "firms_until",
)
# Of these, what nobody but the desk reads, and what stands in no letter.
OF_THE_DESK = frozenset({"recorder", "firms_until"})
IN_NO_LETTER = OF_THE_DESK | {"ends_at", "topics_until"}
LONGEST_MEETING = dt.timedelta(days=3)
LONGEST_REASON = 200


def local_day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZONE).date()


def check_plan(plan: Mapping[str, Any], now: dt.datetime) -> None:
    """Refuse a plan without a title, in the past, ending before it begins, or with days after the meeting."""
    if not plan["title"].strip():
        raise Refused("title", _("请填写会议名称"))
    if plan["starts_at"] <= now:
        raise Refused("starts_at", _("开会时间应在现在以后"))
    if plan["ends_at"] <= plan["starts_at"]:
        raise Refused("ends_at", _("预计结束应晚于开会时间"))
    if plan["ends_at"] - plan["starts_at"] > LONGEST_MEETING:
        raise Refused("ends_at", _("一次会议最多三天"))
    for name in ("topics_until", "firms_until"):
        if plan[name] > local_day(plan["starts_at"]):
            raise Refused(name, _("截止日期不能晚于开会当天"))
    if plan["host_role"] not in HOSTS:
        raise Refused("host", _("主持人应是领导、部门党组书记或者主要负责人"))


def check_days_ahead(plan: Mapping[str, Any], now: dt.datetime) -> None:
    """Refuse days for topics and list that are over when the meeting is opened."""
    for name in ("topics_until", "firms_until"):
        if plan[name] < local_day(now):
            raise Refused(name, _("截止日期不能早于今天"))


def check_change_plan(meeting: "Meeting", actor: Actor, **plan: Any) -> None:
    """The plan as it would be; `plan` has the columns that change."""
    if not plan:
        raise Refused("", _("没有改动任何一项"))
    check_plan({name: plan.get(name, getattr(meeting, name)) for name in PLAN}, actor.now)


def is_short_notice(meeting: "Meeting", now: dt.datetime) -> bool:
    """Whether a notice that goes out now leaves less than three working days until the meeting."""
    return local_day(now) > notice_by(local_day(meeting.starts_at), calendar_in_force())


def check_send_notice(meeting: "Meeting", actor: Actor, *, answer_until: dt.date, short_notice: str) -> None:
    if answer_until < local_day(actor.now):
        raise Refused("answer_until", _("截止日期不能早于今天"))
    if answer_until > local_day(meeting.starts_at):
        raise Refused("answer_until", _("截止日期不能晚于开会当天"))
    if is_short_notice(meeting, actor.now) and not short_notice.strip():
        raise Refused("short_notice", _("离开会不足三个工作日，请写明原因"))


@condition(_("请先在“修改安排”里填写地点"))
def has_place(meeting: "Meeting") -> bool:
    return bool(meeting.place.strip())


def check_cancel_meeting(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    check_reason(reason)


def check_reason(reason: str, most: int = LONGEST_REASON) -> None:
    if not reason.strip():
        raise Refused("reason", _("请写明原因"))
    if len(reason.strip()) > most:
        raise Refused("reason", _("原因不能超过 %(n)s 个字") % {"n": most})
