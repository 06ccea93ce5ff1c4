"""Records for the addresses of meetings: lines as in `RECORDS` of tests/hostile/world.py, and one target a move."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dialogue.symposia import documents
from dialogue.symposia.codes import code_for
from dialogue.symposia.models import Comment, Meeting
from parties.roles import Role
from tests.dialogue.symposia.acts import maker, perform
from tests.dialogue.symposia.table import MOVES
from tests.factories import actor, later
from tests.meetings import STARTS, fresh, meeting_in

if TYPE_CHECKING:
    from tests.hostile.world import Line, World

MOMENT = later(hours=2)
# Where a move is tried, when it is not the first state from which it leads.
STATES = {
    "answer_invitation": "NOTIFIED",
    "answer_comment": "COMMENTING",
    "issue_attendance": "HELD",
    "record_attendance": "HELD",
    "report_progress": "ISSUED",
    "submit_minutes": "COMMENTING",
    "drop_correction": "APPROVED",
}


def meeting_for(world: "World", state: str) -> Meeting:
    """A meeting in this state, made once; one that waits for comments has one."""

    def make() -> Meeting:
        meeting = meeting_in(state, town=world.town)
        if state == "COMMENTING":
            meeting = perform("comment_minutes", meeting, by=actor(world.town.staff, MOMENT), town=world.town)
        return fresh(meeting)

    made: Meeting = world.kept(f"meeting {state}", make)
    return made


def state_for(action: str) -> str:
    return STATES.get(action) or MOVES[action][1].split()[0]


def who_makes(action: str, world: "World") -> str:
    post = maker(action, world.town)
    assert post is not None
    return {Role.LEADER_OFFICE: "LEADER_OFFICE", Role.LEADER: "LEADER"}.get(Role(post.role)) or (
        "liaison" if post.pk == world.town.liaison.pk else "staff"
    )


def plan(world: "World") -> dict[str, Any]:
    return {
        "title": "十二月座谈会",
        "starts_at": STARTS.isoformat(),
        "ends_at": STARTS.replace(hour=17).isoformat(),
        "place": "三楼会议室",
        "host": str(world.town.at(world.town.leaders, Role.LEADER).public_id),
    }


def inputs(action: str, meeting: Meeting, world: "World") -> dict[str, Any]:
    """A good body for this move as JSON, without `seen`."""
    reason, topic = {"reason": "多家企业反映"}, meeting.topics.order_by("pk").first()
    good: dict[str, Callable[[], dict[str, Any]]] = {
        "change_plan": lambda: plan(world),
        "propose_topic": lambda: {"title": "物流通道", "text": "货车进城受限。"},
        "choose_topic": lambda: {"topic": str(topic.public_id), "position": "1", **reason},
        "decline_topic": lambda: {"topic": str(topic.public_id), **reason},
        "invite": lambda: {"firms": "乙公司", "departments": [str(world.town.housing.public_id)], **reason},
        "uninvite": lambda: {"participant": str(meeting.participants.order_by("pk").last().public_id), **reason},
        "send_notice": lambda: {"answer_until": "2026-12-04"},
        "answer_invitation": lambda: {"answer": "COMES", "people": [{"name": "王来", "post": "经理"}]},
        "cancel_meeting": lambda: dict(reason),
        "sign_in": lambda: {"code": code_for(meeting.public_id, MOMENT)},
        "record_attendance": lambda: {"name": "来宾", "participant": str(meeting.participants.first().public_id)},
        "ask_comments": lambda: {"comments_until": "2026-12-20"},
        "comment_minutes": lambda: {"remarks": [{"section": None, "text": "期限太紧"}]},
        "answer_comment": lambda: {
            "comment": str(Comment.objects.filter(meeting=meeting).latest("pk").public_id),
            "adoption": "ADOPTED",
            "answer": "已改",
        },
        "approve_issue": lambda: {"sha256": documents.fingerprint(documents.minutes_of(meeting))},
        "report_progress": lambda: {"item": str(meeting.items.get(number=1).public_id), "text": "方案已经编制"},
        **dict.fromkeys(("return_minutes", "begin_correction", "drop_correction"), lambda: dict(reason)),
    }
    return good[action]() if action in good else {}


def target_of(world: "World", name: str, action: str) -> tuple[str, str, str, dict[str, Any]]:
    """Name, who, address and body of one move: over the API, or on the page of moves."""
    meeting = meeting_for(world, state_for(action))
    body, who = inputs(action, meeting, world), who_makes(action, world)
    if name.startswith("api:"):
        return name, who, reverse(name, args=[meeting.public_id]), {**body, "seen": meeting.head_seq}
    flat = {key: value for key, value in body.items() if isinstance(value, str)} | {"seen": str(meeting.head_seq)}
    return f"{name}#{action}", who, reverse(name, args=[meeting.public_id, action]), typed(flat)


def typed(body: dict[str, Any]) -> dict[str, Any]:
    """The moments as a browser's box writes them."""
    return {key: value[:16] if key in ("starts_at", "ends_at") else value for key, value in body.items()}


def _of(state: str) -> Callable[["World"], list[Any]]:
    return lambda world: [meeting_for(world, state).public_id]


def _section(world: "World") -> list[Any]:
    meeting = meeting_for(world, "DRAFTING")
    return [meeting.public_id, meeting.sections.get(position=1).public_id]


def _item(world: "World") -> list[Any]:
    return [meeting_for(world, "ISSUED").items.get(number=1).public_id]


def _code(world: "World") -> list[Any]:
    return [code_for(meeting_for(world, "NOTIFIED").public_id, MOMENT)]


DESK = "LEADER_OFFICE"
LINES: dict[str, "Line"] = {
    "symposia:meeting": (DESK, _of("NOTIFIED"), {}),
    "symposia:ics": (DESK, _of("NOTIFIED"), {}),
    "symposia:attendance": (DESK, _of("NOTIFIED"), {}),
    "symposia:screen": (DESK, _of("NOTIFIED"), {}),
    "symposia:screen_code": (DESK, _of("NOTIFIED"), {}),
    "symposia:check_in": ("staff", _code, {}),
    "symposia:minutes": (DESK, _of("ISSUED"), {}),
    "symposia:minutes_versions": (DESK, _of("ISSUED"), {}),
    "symposia:write": (DESK, _of("DRAFTING"), {}),
    "symposia:comments": ("staff", _of("COMMENTING"), {"remark": "期限太紧"}),
    "symposia:preview": (DESK, _of("DRAFTING"), {}),
    "symposia:save_section": (DESK, _section, {"text": "【议定】同意。", "seq": "0", "window": "n"}),
    "symposia:section_history": (DESK, _section, {}),
    "symposia:item": ("liaison", _item, {}),
    "symposia:new": (DESK, lambda world: [], lambda world: {"kind": "TALK", **typed(plan(world))}),
    "api:meetings": (DESK, lambda world: [], lambda world: {"kind": "TALK", **plan(world)}),
    "api:meeting": (DESK, _of("NOTIFIED"), {}),
    "api:action-item": ("liaison", _item, {}),
}
