"""Meetings for tests, brought to a state through the moves themselves.

The organiser is the leader's office of the town, the host its leader: both see no demand of the town unless a grant
lets them. Each slice of the system extends `Walk.STEPS` by its own moves.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dialogue.symposia import documents, moves
from dialogue.symposia.drafting import save_section
from dialogue.symposia.enums import Answer, MeetingKind, MeetingState, TopicState
from dialogue.symposia.models import Meeting, Topic
from parties.models import Organisation
from parties.roles import Role
from tests.factories import NOW, Town, actor
from workflow.actor import Actor
from workflow.calendar import ZONE

STARTS = datetime(2026, 12, 8, 15, 0, tzinfo=ZONE)  # a Tuesday, eleven working days after NOW
# What the minutes say of the two topics.
TEXTS = (
    "甲公司说明二期用电增容进度。\n【议定】按“即接即用”办理。\n"
    "【任务】答复供电方案｜牵头：市能源局｜配合：市住建局｜责任人：赵喆｜期限：2026-12-31\n"
    "【任务】接通施工临时用电｜牵头：市能源局｜期限：2027-01-15",
    "市住建局介绍冬季施工审批。\n【任务】公布冬季施工审批办法｜牵头：市住建局｜期限：2027-01-20",
)


@dataclass
class Walk:
    """A meeting on its way, one pace after the other."""

    town: Town
    now: datetime = NOW
    pace: timedelta = timedelta(minutes=10)
    plan: dict[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = TEXTS

    def by(self, place: Organisation, role: Role) -> Actor:
        """The holder of this post, one pace later than the one before."""
        at, self.now = self.now, self.now + self.pace
        return actor(self.town.at(place, role), at)

    def organiser(self) -> Actor:
        return self.by(self.town.leaders, Role.LEADER_OFFICE)

    def open(self) -> Meeting:
        town = self.town
        return moves.open_meeting(
            by=self.organiser(),
            **{
                "kind": MeetingKind.SYMPOSIUM,
                "title": "十二月政商座谈会",
                "purpose": "听取企业对用电用能和工程建设的意见，逐项议定办法。",
                "starts_at": STARTS,
                "ends_at": STARTS + timedelta(hours=2),
                "place": "市政务服务中心三楼第二会议室",
                "host": town.at(town.leaders, Role.LEADER),
                "host_post": "副市长",
                "recorder": "郑莉",
                "topics_until": date(2026, 11, 25),
                "firms_until": date(2026, 11, 30),
                **self.plan,
            },
        )

    def agenda(self, meeting: Meeting) -> Meeting:
        """The firm puts a topic forward, the office one; both are chosen. Firm, energy and housing are invited."""
        town, staff = self.town, self.by(self.town.firm, Role.ENTERPRISE_STAFF)
        moves.propose_topic(meeting.pk, by=staff, title="二期用电增容", text="增容三个月没有答复。")
        moves.propose_topic(meeting.pk, by=self.organiser(), title="冬季施工审批")
        for topic in Topic.objects.filter(meeting=meeting, state=TopicState.PROPOSED).order_by("pk"):
            seen = fresh(meeting).head_seq
            moves.choose_topic(meeting.pk, by=self.organiser(), seen=seen, topic=topic, reason="多家企业反映")
        return moves.invite(
            meeting.pk,
            by=self.organiser(),
            seen=fresh(meeting).head_seq,
            firms=[town.firm],
            departments=[town.energy, town.housing],
            reason="与议题直接有关",
        )

    def notice(self, meeting: Meeting) -> Meeting:
        meeting = self.agenda(meeting)
        until = meeting.starts_at.astimezone(ZONE).date() - timedelta(days=4)
        return moves.send_notice(
            meeting.pk, by=self.organiser(), seen=meeting.head_seq, answer_until=until, short_notice=""
        )

    def answers(self, meeting: Meeting) -> Meeting:
        """The firm comes with its secretary, energy with its head, housing does not come."""
        town = self.town
        firm, energy = town.firm, town.energy
        for place, role, who in (
            (firm, Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY),
            (energy, Role.DEPARTMENT_LIAISON, Role.DEPARTMENT_HEAD),
        ):
            person = town.at(place, who).user
            meeting = moves.answer_invitation(
                meeting.pk,
                by=self.by(place, role),
                answer=Answer.COMES,
                people=[(person.name, "负责人")],
            )
        return moves.answer_invitation(
            meeting.pk,
            by=self.by(town.housing, Role.DEPARTMENT_LIAISON),
            answer=Answer.DECLINES,
            note="当日参加自治区会议",
        )

    def cancel(self, meeting: Meeting) -> Meeting:
        return moves.cancel_meeting(meeting.pk, by=self.organiser(), seen=meeting.head_seq, reason="主持人另有安排")

    # --- minutes ---

    def hold(self, meeting: Meeting) -> Meeting:
        """Firm and energy answer and sign in by hand; the meeting takes place at its hour."""
        meeting = self.answers(meeting)
        self.now = max(self.now, meeting.starts_at)
        return moves.hold_meeting(meeting.pk, by=self.organiser(), seen=fresh(meeting).head_seq)

    def draft(self, meeting: Meeting) -> Meeting:
        """Every topic has its text: that of the firm two items, the office's one; what was carried over, a sentence."""
        meeting = moves.start_minutes(meeting.pk, by=self.organiser(), seen=meeting.head_seq)
        topics = meeting.sections.exclude(topic=None)
        carried = topics.exclude(topic__carried_from=None).count()
        untold = min(carried, topics.count() - len(self.texts))
        return self.write(meeting, *["通报了办理进展。"] * untold, *self.texts)

    def write(self, meeting: Meeting, *texts: str) -> Meeting:
        """The sections of the topics read so, in their order; what is not given stays."""
        sections = meeting.sections.filter(position__gte=1).order_by("position")
        for section, text in zip(sections, texts, strict=False):
            save_section(section.public_id, by=self.organiser(), text=text, seq=section.seq)
        return fresh(meeting)

    def ask(self, meeting: Meeting) -> Meeting:
        until = self.now.date() + timedelta(days=2)
        return moves.ask_comments(meeting.pk, by=self.organiser(), seen=meeting.head_seq, comments_until=until)

    def submit(self, meeting: Meeting) -> Meeting:
        return moves.submit_minutes(meeting.pk, by=self.organiser(), seen=meeting.head_seq)

    def approve(self, meeting: Meeting) -> Meeting:
        text = documents.fingerprint(documents.minutes_of(meeting))
        host = self.by(self.town.leaders, Role.LEADER)
        return moves.approve_issue(meeting.pk, by=host, seen=meeting.head_seq, sha256=text)

    def issue(self, meeting: Meeting) -> Meeting:
        return moves.issue_minutes(meeting.pk, by=self.organiser(), seen=meeting.head_seq)

    def issued(self, meeting: Meeting) -> Meeting:
        """From the opened meeting to its issued minutes."""
        for step in TO_MINUTES:
            meeting = getattr(self, step)(fresh(meeting))
        return meeting

    def correct(self, meeting: Meeting, *texts: str) -> Meeting:
        """A correction with these texts is written, commented, signed and waits for its issue."""
        reason = "笔误更正"
        meeting = moves.begin_correction(meeting.pk, by=self.organiser(), seen=fresh(meeting).head_seq, reason=reason)
        for step in (self.ask, self.submit, self.approve):
            meeting = step(self.write(meeting, *texts) if step == self.ask else fresh(meeting))
        return fresh(meeting)


# The moves that lead to a state, in order, from an opened meeting.
TO_MINUTES = ("notice", "hold", "draft", "ask", "submit", "approve", "issue")
STEPS: dict[str, tuple[str, ...]] = {
    MeetingState.COLLECTING: (),
    MeetingState.NOTIFIED: ("notice",),
    MeetingState.CANCELLED: ("notice", "cancel"),
    MeetingState.HELD: TO_MINUTES[:2],
    MeetingState.DRAFTING: TO_MINUTES[:3],
    MeetingState.COMMENTING: TO_MINUTES[:4],
    MeetingState.IN_APPROVAL: TO_MINUTES[:5],
    MeetingState.APPROVED: TO_MINUTES[:6],
    MeetingState.ISSUED: TO_MINUTES,
}


def meeting_in(
    state: str, *, town: Town, answered: bool = False, texts: tuple[str, ...] = TEXTS, **plan: Any
) -> Meeting:
    """A meeting of the leader's office in this state; `plan` are columns of its plan, `texts` those of its minutes.

    `answered`: those invited have answered the notice.
    """
    walk = Walk(town, plan=plan, texts=texts)
    meeting = walk.open()
    for step in STEPS[state]:
        meeting = getattr(walk, step)(fresh(meeting))
        if step == "notice" and answered:
            meeting = walk.answers(meeting)
    return fresh(meeting)


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)
