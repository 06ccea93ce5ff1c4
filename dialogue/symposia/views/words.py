"""How a meeting reads on every page: badge, facts, whose turn. No statement runs here."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy, pgettext

from dialogue.symposia.dates import span_text
from dialogue.symposia.enums import MeetingState, Standing
from dialogue.symposia.models import ORGANISER, ActionItem, Meeting
from dialogue.symposia.queries import standing_of
from dialogue.symposia.rules import of_the_house
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.time_left import TimeLeft, time_left

LOOK: dict[str, tuple[str, str]] = {
    MeetingState.PLANNED: ("grey", "cal"),
    MeetingState.COLLECTING: ("amber", "inbox"),
    MeetingState.NOTIFIED: ("blue", "send"),
    MeetingState.HELD: ("teal", "users"),
    MeetingState.DRAFTING: ("violet", "pen"),
    MeetingState.COMMENTING: ("amber", "chat"),
    MeetingState.IN_APPROVAL: ("violet", "pen"),
    MeetingState.APPROVED: ("teal", "done"),
    MeetingState.ISSUED: ("blue", "doc"),
    MeetingState.CLOSED: ("green", "done"),
    MeetingState.CANCELLED: ("grey", "undo"),
}


# What comes next, whoever reads it.
NEXT_STEP: dict[str, Any] = {
    MeetingState.COLLECTING: gettext_lazy("选用议题，邀请单位，发出通知"),
    MeetingState.NOTIFIED: gettext_lazy("开会，登记到会情况"),
    MeetingState.HELD: gettext_lazy("起草纪要"),
    MeetingState.DRAFTING: gettext_lazy("写好纪要，向到会的单位征求意见"),
    MeetingState.COMMENTING: gettext_lazy("答复意见，送签发人签发"),
    MeetingState.IN_APPROVAL: gettext_lazy("签发纪要"),
    MeetingState.APPROVED: gettext_lazy("印发纪要"),
    MeetingState.ISSUED: gettext_lazy("牵头部门办理任务事项，全部了结后自动销号"),
}


@dataclass(frozen=True)
class Badge:
    """A state as its badge."""

    label: Any
    tone: str
    icon: str


BADGES = {state: Badge(MeetingState(state).label, tone, icon) for state, (tone, icon) in LOOK.items()}


STANDINGS: dict[str, tuple[str, str]] = {
    Standing.OPEN: ("blue", "pen"),
    Standing.DONE: ("green", "done"),
    Standing.UNSOLVED: ("amber", "alert"),
    Standing.ENDED: ("grey", "exit"),
    Standing.CORRECTED: ("grey", "x"),
}


def standing_badge(item: ActionItem) -> Badge:
    """How an item stands whose case is loaded."""
    standing = standing_of(item)
    return Badge(standing.label, *STANDINGS[standing])


def state_badge(meeting: Meeting) -> Badge:
    return BADGES[meeting.state]


def facts(meeting: Meeting) -> list[str]:
    """Kind, when and where, in short."""
    found = [str(meeting.get_kind_display()), span_text(meeting.starts_at, meeting.ends_at), meeting.place]
    return [fact for fact in found if fact]


def host_text(meeting: Meeting) -> str:
    """“副市长 张建国”, as it is printed; the organisation stands for a post that nobody wrote down."""
    return f"{meeting.host_post or meeting.host_org.name} {meeting.host.name}"


def signer_text(meeting: Meeting) -> str:
    """As `host_text`, of whoever signs the minutes."""
    if meeting.signer is None or meeting.signer_org is None:
        return host_text(meeting)
    return f"{meeting.signer_post or meeting.signer_org.name} {meeting.signer.name}"


def turn(meeting: Meeting) -> str:
    """“市领导办公室 · 主办单位”: whose turn it is; empty when nobody's."""
    if meeting.turn_org is None:
        return ""
    role = pgettext("turn", "主办单位") if meeting.turn_role == ORGANISER else Role(meeting.turn_role).label
    return f"{meeting.turn_org.name} · {role}"


def next_step(meeting: Meeting) -> str:
    """What is done next with the meeting; empty when nothing is."""
    return str(NEXT_STEP.get(meeting.state, ""))


def is_called(meeting: Meeting, actor: Actor) -> bool:
    """Whether this reader is asked for topics, and has nothing to do with the notice that comes next."""
    return meeting.state == MeetingState.COLLECTING and not of_the_house(meeting, actor)


def call_ends(meeting: Meeting) -> datetime:
    """The end of the day until which topics are put forward."""
    return datetime.combine(meeting.topics_until + timedelta(days=1), time.min, ZONE)


def left_for(meeting: Meeting, actor: Actor) -> TimeLeft | None:
    """As `left`, for this reader: whoever is asked for topics has until the call ends, and those who are invited are
    not late when the organising office is."""
    if not is_called(meeting, actor):
        found = left(meeting, actor.now)
        return found if found is None or found.tone != "over" or of_the_house(meeting, actor) else None
    ends = call_ends(meeting)
    return time_left(now=actor.now, due_at=ends, calendar=calendar_in_force()) if actor.now < ends else None


def left(meeting: Meeting, now: datetime) -> TimeLeft | None:
    """The time left until the day that comes next; None when none does."""
    if meeting.next_due_at is None:
        return None
    return time_left(
        now=now,
        due_at=meeting.next_due_at,
        since=meeting.next_since,
        working_days=meeting.next_days,
        calendar=calendar_in_force(),
    )
