"""A meeting is planned, its list drawn up, its notice sent, changed and answered, or it is called off."""

from datetime import date, datetime, timedelta

import pytest

from dialogue.symposia import moves
from dialogue.symposia.dates import answer_day, notice_by, proposed_days
from dialogue.symposia.enums import Answer, Part
from dialogue.symposia.models import Meeting
from documents.content.reading import read
from documents.enums import DocumentStatus
from documents.models import Document
from foundation.errors import Changed, NotYours, Refused, WrongMoment
from parties.roles import Role
from tests.factories import CALENDAR, NOW, Town, actor, department, later, member
from tests.meetings import STARTS, Walk, fresh, meeting_in
from workflow.calendar import ZONE
from workflow.models import Event, OutboxMessage


def desk(town: Town, now: datetime = NOW):
    return actor(town.at(town.leaders, Role.LEADER_OFFICE), now)


def plan_of(meeting: Meeting, town: Town) -> dict:
    names = (
        "title",
        "purpose",
        "starts_at",
        "ends_at",
        "place",
        "host_post",
        "recorder",
        "topics_until",
        "firms_until",
    )
    return {name: getattr(meeting, name) for name in names} | {"host": town.at(town.leaders, Role.LEADER)}


def letters(meeting: Meeting) -> list[tuple[str, int, str]]:
    found = Document.objects.filter(subject_kind="meeting", subject_id=meeting.pk).order_by("pk")
    return [(row.number, row.version, row.status) for row in found]


def test_days_are_those_of_the_month_before_while_they_lie_ahead() -> None:
    # 25 October 2026 is a Sunday, 30 October a Friday; the notice of 8 December is due on the 3rd.
    assert proposed_days(date(2026, 11, 20), date(2026, 10, 1), CALENDAR) == (date(2026, 10, 23), date(2026, 10, 30))
    assert notice_by(date(2026, 12, 8), CALENDAR) == date(2026, 12, 3)
    assert proposed_days(date(2026, 12, 8), date(2026, 12, 1), CALENDAR) == (date(2026, 12, 2), date(2026, 12, 2))
    assert proposed_days(date(2026, 12, 8), date(2026, 11, 27), CALENDAR) == (date(2026, 12, 2), date(2026, 12, 2))
    assert proposed_days(date(2026, 12, 8), date(2026, 12, 7), CALENDAR) == (date(2026, 12, 7), date(2026, 12, 7))
    assert answer_day(date(2026, 12, 7), date(2026, 12, 1), CALENDAR) == date(
        2026, 12, 4
    )  # a Monday: the Friday before


def test_only_the_desk_of_an_office_plans_and_the_host_takes_part_from_the_beginning(town: Town) -> None:
    with pytest.raises(NotYours):
        moves.open_meeting(
            by=actor(town.liaison),
            kind="TALK",
            title="恳谈会",
            starts_at=STARTS,
            ends_at=STARTS + timedelta(hours=1),
            host=town.party_secretary,
        )
    far = town.at(town.far_department, Role.DEPARTMENT_HEAD)
    for plan, field in (
        ({"starts_at": NOW}, "starts_at"),
        ({"ends_at": STARTS}, "ends_at"),
        ({"title": "  "}, "title"),
        ({"topics_until": date(2026, 12, 9)}, "topics_until"),
        ({"firms_until": date(2026, 11, 20)}, "firms_until"),
        ({"host": town.staff}, "host"),
        ({"host": far}, "host"),
    ):
        with pytest.raises(Refused) as refused:
            Walk(town, plan=plan).open()
        assert refused.value.field == field
    meeting = meeting_in("COLLECTING", town=town, title=" Green\r\nHydrogen ", place="三楼\n会议室")
    assert (meeting.title, meeting.place) == ("Green Hydrogen", "三楼 会议室")  # they stand in headers and headings
    host = meeting.participants.get()
    assert (host.part, host.answer, host.organisation_id) == (Part.HOST, Answer.COMES, town.leaders.pk)
    assert [one.user_id for one in host.people.all()] == [town.at(town.leaders, Role.LEADER).user_id]
    assert (meeting.turn_org_id, meeting.turn_role) == (town.leaders.pk, "ORGANISER")
    assert meeting.next_due_at == datetime(2026, 12, 3, 17, 30, tzinfo=ZONE)


def test_a_notice_needs_a_topic_a_place_somebody_invited_and_a_reason_when_it_is_late(town: Town) -> None:
    meeting = meeting_in("COLLECTING", town=town, place="")

    def send(now: datetime | None = None, **inputs) -> Meeting:
        return moves.send_notice(
            meeting.pk, by=desk(town, now or later(hours=1)), seen=fresh(meeting).head_seq, **inputs
        )

    with pytest.raises(WrongMoment, match="地点"):
        send()
    moves.change_plan(meeting.pk, by=desk(town), seen=meeting.head_seq, **plan_of(meeting, town) | {"place": "三楼"})
    with pytest.raises(Refused, match="议题"):
        send()
    moves.propose_topic(meeting.pk, by=desk(town), title="冬季施工审批")
    topic = meeting.topics.get()
    moves.choose_topic(meeting.pk, by=desk(town), seen=fresh(meeting).head_seq, topic=topic, reason="季节性")
    with pytest.raises(Refused, match="至少邀请一个单位"):
        send()
    moves.invite(meeting.pk, by=desk(town), seen=fresh(meeting).head_seq, departments=[town.energy])
    assert letters(meeting) == []
    late = datetime(2026, 12, 4, 9, 0, tzinfo=ZONE)
    with pytest.raises(Refused) as refused:
        send(late)
    assert refused.value.field == "short_notice"
    assert send(late, short_notice="主持人临时确定").state == "NOTIFIED"
    # Only departments are invited: there is no letter to firms.
    assert letters(meeting) == [("市领导办公室会通〔2026〕1号", 1, "VALID")]
    waits = meeting.participants.get(organisation_id=town.energy.pk)
    assert waits.next_due_at == datetime(2026, 12, 7, 17, 30, tzinfo=ZONE)


def test_after_the_notice_a_changed_plan_and_a_longer_list_are_next_versions_of_the_letters(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town, answered=True)
    notice, invitation = "市领导办公室会通〔2026〕1号", "市领导办公室邀〔2026〕1号"
    assert letters(meeting) == [(invitation, 1, "VALID"), (notice, 1, "VALID")]
    by, plan = desk(town, later(hours=3)), plan_of(meeting, town)
    with pytest.raises(Refused, match="没有改动"):
        moves.change_plan(meeting.pk, by=by, seen=meeting.head_seq, **plan)
    # Who writes it down concerns the desk alone, and stands in no letter: a colleague's name under it is no news.
    colleague = actor(member(town.leaders, Role.LEADER_OFFICE), later(hours=2))
    alone = {"recorder": "白雪", "ends_at": plan["ends_at"] + timedelta(minutes=30)}
    for change, told in (({"recorder": "白雪"}, {"colleagues"}), (alone, {"invited"})):
        meeting = moves.change_plan(meeting.pk, by=colleague, seen=fresh(meeting).head_seq, **plan | change)
        queued = OutboxMessage.objects.filter(channel="announce").latest("pk").payload
        assert (queued["seq"], queued["tells"]) == (meeting.head_seq, dict.fromkeys(told, "meeting_changed"))
        assert letters(meeting) == [(invitation, 1, "VALID"), (notice, 1, "VALID")]
    moved = moves.change_plan(meeting.pk, by=by, seen=meeting.head_seq, **plan | {"place": "五楼会议室"})
    assert letters(meeting)[2:] == [(invitation, 2, "VALID"), (notice, 2, "VALID")]
    last = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk).latest("seq")
    assert "地点改为“五楼会议室”" in last.body.text
    row = meeting.participants.get(organisation_id=town.housing.pk)
    with pytest.raises(WrongMoment):  # who has been told stays on the list
        moves.uninvite(meeting.pk, by=by, seen=moved.head_seq, participant=row, reason="不再需要")

    # Another host: of a department that is invited already. It hosts now; the leader's office stays, as it was told.
    host = town.party_secretary
    moved = moves.change_plan(meeting.pk, by=by, seen=moved.head_seq, **plan | {"place": "五楼会议室", "host": host})
    parts = {row.organisation_id: row.part for row in meeting.participants.all()}
    assert parts == {
        town.firm.pk: Part.FIRM,
        town.energy.pk: Part.HOST,
        town.housing.pk: Part.DEPARTMENT,
        town.leaders.pk: Part.OTHER,
    }
    assert meeting.participants.get(organisation_id=town.leaders.pk).answer == Answer.WAITING
    assert meeting.attendees.filter(user=host.user).count() == 1
    moves.invite(meeting.pk, by=by, seen=moved.head_seq, firms=[town.neighbour], reason="同类问题")
    assert meeting.participants.get(organisation_id=town.neighbour.pk).next_due_at is not None
    assert [version for _number, version, status in letters(meeting) if status == "VALID"] == [4, 4]
    letter = read(Document.objects.get(number=notice, status="VALID").content).content
    assert letter.participants == ("本通知主送各单位", f"{town.firm}、{town.neighbour}")  # the former are in its head
    assert letter.to == (town.housing.name, town.leaders.name)
    assert "现将有关事项通知如下：" in letter.opening[-1]

    # An earlier day: who has not answered does so before the meeting, and the letters say until when.
    sooner = {"starts_at": STARTS - timedelta(days=5), "ends_at": STARTS - timedelta(days=4, hours=22)}
    sooner |= {"topics_until": date(2026, 11, 25), "firms_until": date(2026, 11, 25), "host": host}
    moved = moves.change_plan(meeting.pk, by=by, seen=fresh(meeting).head_seq, **plan | sooner)
    assert moved.answer_until == date(2026, 12, 2)
    waits = set(meeting.participants.exclude(next_due_at=None).values_list("next_due_at", flat=True))
    assert waits == {datetime(2026, 12, 2, 17, 30, tzinfo=ZONE)}

    gone = moves.cancel_meeting(meeting.pk, by=by, seen=fresh(meeting).head_seq, reason="主持人另有安排")
    assert (gone.state, gone.turn_org_id) == ("CANCELLED", None)
    assert {status for _number, _version, status in letters(meeting)} == {
        DocumentStatus.REPLACED,
        DocumentStatus.WITHDRAWN,
    }
    assert meeting.participants.filter(next_due_at__isnull=False).count() == 0


def test_a_joint_conference_invites_all_municipal_departments_at_once_and_nobody_twice(town: Town) -> None:
    closed = department("市旧局", of=town.city)
    type(closed).objects.filter(pk=closed.pk).update(active=False)
    meeting = meeting_in("COLLECTING", town=town, kind="JOINT")
    seen = meeting.head_seq
    moves.invite(meeting.pk, by=desk(town), seen=seen, departments=[town.energy])
    with pytest.raises(Refused) as refused:
        moves.invite(meeting.pk, by=desk(town), seen=seen + 1, firms=[town.firm])
    assert refused.value.field == "reason"
    moves.invite(meeting.pk, by=desk(town), seen=seen + 1, all_departments=True)
    with pytest.raises(Refused, match="没有新增"):
        moves.invite(meeting.pk, by=desk(town), seen=seen + 2, all_departments=True)
    rows = list(meeting.participants.order_by("pk"))
    assert [row.organisation_id for row in rows] == [town.leaders.pk, town.energy.pk, town.housing.pk]
    with pytest.raises(Refused, match="主持单位"):
        moves.uninvite(meeting.pk, by=desk(town), seen=seen + 2, participant=rows[0], reason="误邀")
    moves.uninvite(meeting.pk, by=desk(town), seen=seen + 2, participant=rows[1], reason="误邀")
    assert not meeting.participants.filter(pk=rows[1].pk).exists()


def test_an_answer_names_who_comes_and_may_be_given_again(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    firm = town.at(town.firm, Role.ENTERPRISE_SECRETARY)
    namesake = member(town.firm, Role.ENTERPRISE_STAFF)
    type(namesake.user).objects.filter(pk=namesake.user_id).update(name=firm.user.name)

    def answer(who, **inputs) -> Meeting:
        return moves.answer_invitation(meeting.pk, by=actor(who, later(hours=2)), **inputs)

    for inputs, field in (
        ({"answer": "COMES"}, "people"),
        ({"answer": "COMES", "people": [("李", ""), ("李", "总经理")]}, "people"),
        ({"answer": "DECLINES", "note": " "}, "note"),
        ({"answer": "WAITING"}, "answer"),
    ):
        with pytest.raises(Refused) as refused:
            answer(town.staff, **inputs)
        assert refused.value.field == field
    answer(
        town.staff, answer="COMES", people=[(town.staff.user.name, "经办"), (firm.user.name, "书记"), ("外请专家", "")]
    )
    row = meeting.participants.get(organisation_id=town.firm.pk)
    people = {one.name: one.user_id for one in row.people.all()}
    # Two people of this name have an account here: nobody guesses which of them comes.
    assert people == {town.staff.user.name: town.staff.user_id, firm.user.name: None, "外请专家": None}
    assert row.next_due_at is None
    answer(firm, answer="DECLINES", note="生产检修")
    row.refresh_from_db()
    assert (row.answer, row.answer_note, row.people.count()) == ("DECLINES", "生产检修", 0)
    with pytest.raises(NotYours):
        moves.invite(meeting.pk, by=actor(town.staff), seen=1, firms=[town.neighbour], reason="同行")
    with pytest.raises(Refused, match="主持单位"):
        answer(town.at(town.leaders, Role.LEADER_OFFICE), answer="DECLINES", note="出差")


def test_an_answer_by_telephone_says_who_wrote_it_down_until_the_next_answer_replaces_it(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town)
    row, by, seen = meeting.participants.get(organisation_id=town.firm.pk), desk(town, later(hours=2)), meeting.head_seq
    told = {"participant": row, "answer": "COMES", "heard": "PHONE", "people": [("李经理", "总经理")]}
    for wrong, field in (
        ({"heard": ""}, "heard"),
        ({"answer": "DECLINES", "people": []}, "note"),
        ({"participant": meeting_in("NOTIFIED", town=town).participants.first()}, "participant"),
        ({"participant": meeting.participants.get(part="HOST"), "answer": "DECLINES", "note": "出差"}, "answer"),
    ):
        with pytest.raises(Refused) as refused:
            moves.record_answer(meeting.pk, by=by, **{**told, **wrong})
        assert refused.value.field == field
    with pytest.raises(NotYours):
        moves.record_answer(meeting.pk, by=actor(town.staff, later(hours=2)), **told)
    moves.record_answer(meeting.pk, by=by, seen=seen, **told)
    row.refresh_from_db()
    assert (row.answer, row.heard, row.answered_by_id, row.next_due_at) == ("COMES", "PHONE", by.user_id, None)
    assert list(row.people.values_list("name", "post")) == [("李经理", "总经理")]
    last = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk).select_related("body").latest("seq")
    assert (last.action, last.user_id) == ("record_answer", by.user_id)
    assert '"text":"代填（电话答复）：甲公司参加，1人"' in last.body.text
    seen = fresh(meeting).head_seq

    moves.answer_invitation(meeting.pk, by=actor(town.staff, later(hours=3)), answer="DECLINES", note="生产检修")
    row.refresh_from_db()
    assert (row.answer, row.heard, row.answered_by_id, row.people.count()) == (
        "DECLINES",
        "",
        town.staff.user_id,
        0,
    )
    other = meeting.participants.get(organisation_id=town.energy.pk)
    moves.record_answer(meeting.pk, by=by, seen=seen, **{**told, "participant": other})  # whom that answer is not of
    with pytest.raises(Changed, match="刚刚有了新的回复"):
        moves.record_answer(meeting.pk, by=by, seen=seen, **told)
    row.refresh_from_db()
    assert (row.answer, row.heard) == ("DECLINES", "")
    moves.record_answer(meeting.pk, by=by, seen=fresh(meeting).head_seq, **told)
    row.refresh_from_db()
    assert (row.answer, row.heard, row.answer_note) == ("COMES", "PHONE", "")
