"""Good inputs for every move of a meeting, and who would make it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dialogue.symposia import documents, moves
from dialogue.symposia.codes import code_for
from dialogue.symposia.models import ActionItem, Attendee, Comment, Meeting
from parties.models import Membership
from parties.roles import Role
from tests.dialogue.symposia.table import OF_THE_SYSTEM
from tests.factories import Town
from tests.meetings import STARTS
from workflow.actor import Actor
from workflow.clocks import ClockKind

Inputs = dict[str, Any]


def plan(meeting: Meeting, town: Town, by: Actor) -> Inputs:
    """The plan as it is, but in another room."""
    kept = ("title", "purpose", "starts_at", "ends_at", "host_post", "recorder", "topics_until", "firms_until")
    host = town.at(town.leaders, Role.LEADER)
    place = "二楼会议室" if meeting.place != "二楼会议室" else "三楼会议室"
    return {name: getattr(meeting, name) for name in kept} | {"host": host, "place": place}


def item_of(meeting: Meeting, by: Actor) -> ActionItem | None:
    items = ActionItem.objects.filter(meeting=meeting, removed_in=None).select_related("case")
    return items.filter(lead_id=by.organisation_id).order_by("number").first() or items.order_by("number").first()


def other_signer(meeting: Meeting, town: Town) -> Membership:
    """The party secretary of the energy department, and the leader again once they sign."""
    leader, secretary = town.at(town.leaders, Role.LEADER), town.party_secretary
    return secretary if meeting.signs_id == leader.user_id else leader


def guest_of(meeting: Meeting) -> Attendee:
    return meeting.attendees.filter(participant=None).latest("pk")


# By action: what goes into its function beside meeting, actor and sequence.
INPUTS: dict[str, Callable[[Meeting, Town, Actor], Inputs]] = {
    "change_plan": plan,
    "propose_topic": lambda meeting, town, by: {"title": "物流通道", "text": "货车进城受限。"},
    "withdraw_topic": lambda meeting, town, by: {
        "topic": meeting.topics.filter(state="PROPOSED", proposed_for_id=by.organisation_id).first()
        or meeting.topics.order_by("pk").first()
    },
    "choose_topic": lambda meeting, town, by: {
        "topic": meeting.topics.filter(state="PROPOSED").order_by("pk").first()
        or meeting.topics.order_by("pk").first(),
        "reason": "多家企业反映",
    },
    "decline_topic": lambda meeting, town, by: {
        "topic": meeting.topics.exclude(state="DECLINED").order_by("pk").last(),
        "reason": "已经另行答复",
    },
    "invite": lambda meeting, town, by: {
        "firms": [] if meeting.participants.filter(organisation_id=town.neighbour.pk) else [town.neighbour],
        "departments": [town.housing],
        "reason": "与议题直接有关",
    },
    "uninvite": lambda meeting, town, by: {
        "participant": meeting.participants.exclude(part="HOST").order_by("pk").last(),
        "reason": "重复邀请",
    },
    "invite_guests": lambda meeting, town, by: {"guests": [(f"客{meeting.head_seq}", "市供电公司", "经理")]},
    "uninvite_guest": lambda meeting, town, by: {
        "guest": meeting.attendees.filter(participant=None, presence="EXPECTED").last() or Attendee(name="没有此人"),
        "reason": "名字写错",
    },
    "send_notice": lambda meeting, town, by: {"short_notice": "临时安排"},
    "answer_invitation": lambda meeting, town, by: {"answer": "COMES", "people": [("王来", "经理")]},
    "record_answer": lambda meeting, town, by: {
        "participant": meeting.participants.order_by("pk").last(),
        "answer": "DECLINES",
        "heard": "PHONE",
        "note": "另有会议",
    },
    "cancel_meeting": lambda meeting, town, by: {"reason": "主持人另有安排"},
    "sign_in": lambda meeting, town, by: {"code": code_for(meeting.public_id, by.now)},
    "record_attendance": lambda meeting, town, by: {
        "participant": meeting.participants.order_by("pk").first(),
        "name": f"来宾{meeting.head_seq}",
    },
    "ask_comments": lambda meeting, town, by: {"comments_until": by.now.date() + timedelta(days=3)},
    "comment_minutes": lambda meeting, town, by: {"remarks": [(None, "第一项的期限太紧")]},
    "answer_comment": lambda meeting, town, by: {
        "comment": Comment.objects.filter(meeting=meeting).exclude(text="").order_by("pk").last(),
        "adoption": "NOT_ADOPTED",
        "answer": "会上已经议定",
    },
    "change_signer": lambda meeting, town, by: {"signer": other_signer(meeting, town), "reason": "工作变动"},
    "approve_issue": lambda meeting, town, by: {"sha256": documents.fingerprint(documents.minutes_of(meeting))},
    "report_progress": lambda meeting, town, by: {"item": item_of(meeting, by), "text": "方案已经编制"},
    "recalculate": lambda meeting, town, by: {
        "kind": ClockKind(meeting.next_clock) if meeting.next_clock else None,
        "why": "2027 年日历发布",
    },
    **dict.fromkeys(
        ("recall_minutes", "return_minutes", "begin_correction", "drop_correction"),
        lambda meeting, town, by: {"reason": "期限写错"},
    ),
}


def has_what_it_needs(action: str, meeting: Meeting, *, town: Town, by: Actor) -> bool:
    """Whether the rows that good inputs name are there."""
    return None not in (INPUTS[action](meeting, town, by) if action in INPUTS else {}).values()


RUN = {"recalculate": "recalculate_clock"}


def perform(
    action: str, meeting: Meeting, *, by: Actor, town: Town, seen: int | None = None, **changes: Any
) -> Meeting:
    """Make this move with good inputs, some of them changed; `seen` is the present head unless given."""
    inputs = INPUTS[action](meeting, town, by) if action in INPUTS else {}
    function = getattr(moves, RUN.get(action, action))
    made: Meeting = function(
        meeting.pk, by=by, seen=meeting.head_seq if seen is None else seen, **{**inputs, **changes}
    )
    return made


def maker(action: str, town: Town, meeting: Meeting | None = None) -> Membership | None:
    """Whoever of the town makes this move of a meeting of the leader's office; None for the system."""
    if action in OF_THE_SYSTEM:
        return None
    if action in ("return_minutes", "approve_issue"):
        leader = town.at(town.leaders, Role.LEADER)
        return leader if meeting is None or meeting.signs_id == leader.user_id else town.party_secretary
    if action in ("propose_topic", "withdraw_topic", "answer_invitation", "comment_minutes", "sign_in"):
        return town.staff
    return town.liaison if action == "report_progress" else town.at(town.leaders, Role.LEADER_OFFICE)


# --- over the API ---


def json_plan(town: Town) -> Inputs:
    """A plan as JSON, without its kind."""
    return {
        "title": "十二月座谈会",
        "starts_at": STARTS.isoformat(),
        "ends_at": STARTS.replace(hour=17).isoformat(),
        "place": "三楼会议室",
        "host": str(town.at(town.leaders, Role.LEADER).public_id),
    }


def as_json(action: str, meeting: Meeting, town: Town, *, now: datetime) -> Inputs:
    """A good body for this move as JSON, without `seen`."""
    reason, topic = {"reason": "多家企业反映"}, meeting.topics.order_by("pk").first()
    good: dict[str, Callable[[], Inputs]] = {
        "change_plan": lambda: {**json_plan(town), "place": "二楼会议室"},
        "propose_topic": lambda: {"title": "物流通道", "text": "货车进城受限。"},
        "withdraw_topic": lambda: {"topic": str(meeting.topics.filter(state="PROPOSED").latest("pk").public_id)},
        "choose_topic": lambda: {"topic": str(topic.public_id), "position": "1", **reason},
        "decline_topic": lambda: {"topic": str(topic.public_id), **reason},
        "invite": lambda: {"firms": "乙公司", "departments": [str(town.housing.public_id)], **reason},
        "uninvite": lambda: {"participant": str(meeting.participants.order_by("pk").last().public_id), **reason},
        "invite_guests": lambda: {"guests": [{"name": "客人", "organisation": "市供电公司", "post": "经理"}]},
        "uninvite_guest": lambda: {"guest": str(guest_of(meeting).public_id), **reason},
        "send_notice": lambda: {"answer_until": "2026-12-04"},
        "answer_invitation": lambda: {"answer": "COMES", "people": [{"name": "王来", "post": "经理"}]},
        "record_answer": lambda: {
            "participant": str(meeting.participants.exclude(part="HOST").latest("pk").public_id),
            "answer": "DECLINES",
            "heard": "PHONE",
            "note": "另有会议",
        },
        "cancel_meeting": lambda: dict(reason),
        "sign_in": lambda: {"code": code_for(meeting.public_id, now)},
        "record_attendance": lambda: {"name": "来宾", "participant": str(meeting.participants.first().public_id)},
        "ask_comments": lambda: {"comments_until": (now.date() + timedelta(days=3)).isoformat()},
        "comment_minutes": lambda: {"remarks": [{"section": None, "text": "期限太紧"}]},
        "answer_comment": lambda: {
            "comment": str(Comment.objects.filter(meeting=meeting).latest("pk").public_id),
            "adoption": "ADOPTED",
            "answer": "已改",
        },
        "change_signer": lambda: {
            "signer": str(other_signer(meeting, town).public_id),
            "signer_post": "市能源局党组书记",
            **reason,
        },
        "approve_issue": lambda: {"sha256": documents.fingerprint(documents.minutes_of(meeting))},
        "report_progress": lambda: {"item": str(meeting.items.get(number=1).public_id), "text": "方案已经编制"},
        **dict.fromkeys(
            ("recall_minutes", "return_minutes", "begin_correction", "drop_correction"), lambda: dict(reason)
        ),
    }
    return good[action]() if action in good else {}
