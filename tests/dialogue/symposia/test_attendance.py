"""Who was there: signing in by the code, recording by hand, and sums that always add up."""

import json
import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dialogue.symposia import moves, queries
from dialogue.symposia.codes import code_for, read_code
from dialogue.symposia.enums import Part, Presence
from dialogue.symposia.forms.attendance import AttendanceForm
from dialogue.symposia.models import Attendee, Meeting, Participant
from dialogue.symposia.rules import REMOVED, Mark
from documents.content.meetings import AttendanceSheet
from documents.models import Document
from foundation.errors import Changed, DomainError, Refused, WrongMoment
from parties.deputies import name_deputy
from parties.models import Membership
from parties.roles import Role
from tests.factories import Town, actor, member, user
from tests.meetings import STARTS, meeting_in
from workflow.models import Clock, Event

pytestmark = pytest.mark.django_db

BEFORE = STARTS - timedelta(minutes=10)


def notified(town: Town) -> Meeting:
    """The host is expected, one of the firm and one of energy; housing has answered that it does not come."""
    return meeting_in("NOTIFIED", town=town, answered=True)


def party(meeting: Meeting, place: Any) -> Participant:
    return Participant.objects.get(meeting=meeting, organisation_id=place.pk)


def scan(meeting: Meeting, who: Membership, at: datetime = BEFORE, **more: Any) -> Meeting:
    return moves.sign_in(meeting.pk, by=actor(who, at), **{"code": code_for(meeting.public_id, at), **more})


def secretary(town: Town) -> Membership:
    """Of the leader's office, which organises."""
    return town.at(town.leaders, Role.LEADER_OFFICE)


def record(meeting: Meeting, town: Town, *marks: Mark, at: datetime = BEFORE, **newcomer: Any) -> Meeting:
    return moves.record_attendance(meeting.pk, by=actor(secretary(town), at), marks=marks, **newcomer)


def hold(meeting: Meeting, town: Town, at: datetime = STARTS) -> Meeting:
    return moves.hold_meeting(meeting.pk, by=actor(secretary(town), at))


def sums(meeting: Meeting) -> tuple[int, int, int, int, int]:
    """应到, 实到, 请假, 缺席, and who has still to sign."""
    found = queries.tally(queries.roll(Meeting.objects.get(pk=meeting.pk)))
    return found.expected, found.present, found.excused, found.absent, found.waiting


def with_guests(meeting: Meeting, town: Town) -> Meeting:
    """Two people of a bank and one of the electricity supplier, none of which has an account."""
    guests = [("钱行", "建设银行", "副行长"), ("周工", "市供电公司", ""), ("吴工", "建设银行", "")]
    seen = Meeting.objects.get(pk=meeting.pk).head_seq
    return moves.invite_guests(meeting.pk, by=actor(secretary(town), BEFORE), seen=seen, guests=guests)


def row_of(meeting: Meeting, who: Membership) -> Attendee:
    return Attendee.objects.get(meeting=meeting, user=who.user)


def events(meeting: Meeting) -> list[tuple[str, str]]:
    found = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk).select_related("body").order_by("seq")
    rest = ("sign_in", "record_attendance", "hold_meeting", "issue_attendance")
    return [(event.action, json.loads(event.body.text)["text"]) for event in found if event.action in rest]


def refused(do: Any) -> tuple[str, str, str]:
    with pytest.raises(DomainError) as caught:
        do()
    return type(caught.value).__name__, getattr(caught.value, "field", ""), str(caught.value)


# --- by the code ---


def test_whoever_is_expected_signs_in_once_and_the_ledger_names_nobody(town: Town) -> None:
    meeting, head = notified(town), town.at(town.energy, Role.DEPARTMENT_HEAD)
    assert sums(meeting) == (4, 0, 1, 0, 3)  # housing, which named nobody, has one seat
    scan(meeting, head)
    scan(meeting, head, BEFORE + timedelta(minutes=5))
    row = row_of(meeting, head)
    assert (row.presence, row.signed_at, row.signed_by, row.unexpected) == ("PRESENT", BEFORE, "CODE", False)
    assert events(meeting) == [("sign_in", "扫码签到")]
    event = Event.objects.get(action="sign_in")
    assert f'"attendance":[["{row.public_id.hex}","EXPECTED","PRESENT"]]' in event.facts
    assert head.user.name not in event.facts + event.body.text
    assert sums(meeting) == (4, 1, 1, 0, 2)
    scan(meeting, town.at(town.leaders, Role.LEADER))  # the host
    assert (sums(meeting), Attendee.objects.count()) == ((4, 2, 1, 0, 1), 3)


def test_somebody_of_an_invited_organisation_is_added_and_a_name_that_it_gave_is_found(town: Town) -> None:
    meeting = notified(town)
    colleague = town.handler
    named = Attendee.objects.create(
        meeting=meeting, participant=party(meeting, town.energy), name=town.liaison.user.name, post="联络员"
    )
    scan(meeting, colleague)
    scan(meeting, town.liaison)
    row = row_of(meeting, colleague)
    assert (row.name, row.post, row.presence, row.unexpected) == (colleague.user.name, "承办人", "PRESENT", True)
    assert row_of(meeting, town.liaison).pk == named.pk
    namesake = member(town.energy, Role.HANDLER, person=user(colleague.user.name))
    scan(meeting, namesake)
    assert row_of(meeting, namesake).name == f"{colleague.user.name}（2）"
    scan(meeting, town.housing_liaison)  # whose department had declined: its empty seat is gone
    assert sums(meeting) == (7, 4, 0, 0, 3)
    # Put off to another day, nobody has been there: who was named is expected, nobody else is on the list.
    now, starts = Meeting.objects.get(pk=meeting.pk), STARTS + timedelta(days=1)
    plan = {"title": now.title, "place": now.place, "host": town.at(town.leaders, Role.LEADER), "host_post": "副市长"}
    when = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    moves.change_plan(now.pk, by=actor(secretary(town), BEFORE), seen=now.head_seq, **plan, **when)
    assert (sums(meeting), row_of(meeting, town.liaison).signed_at) == ((5, 0, 1, 0, 4), None)
    stated = json.loads(Event.objects.filter(action="change_plan").latest("seq").facts)["attendance"]
    assert sorted(after for _row, _before, after in stated) == ["EXPECTED", *[REMOVED] * 3]


def test_a_deputy_signs_for_the_own_person_and_says_for_whom(town: Town) -> None:
    meeting, head, deputy = notified(town), town.at(town.energy, Role.DEPARTMENT_HEAD), town.deputy
    day = STARTS.date()
    name_deputy(head, by=actor(head), deputy=deputy.user, valid_from=day, valid_to=day, reason="出差")
    by = actor(deputy, BEFORE)
    standing = by.in_post(next(post for post in by.posts if post.membership_id == head.pk))
    moves.sign_in(meeting.pk, by=standing, code=code_for(meeting.public_id, BEFORE))
    row = row_of(meeting, deputy)
    assert (row.name, row.post) == (deputy.user.name, f"部门主要负责人（代{head.user.name}）")
    assert row_of(meeting, head).presence == "EXPECTED"  # nobody has said that the head was there
    scan(meeting, deputy)  # the same person, in another post
    assert Attendee.objects.filter(meeting=meeting, user=deputy.user).count() == 1


def test_a_code_signs_in_at_its_meeting_on_its_day_for_ten_minutes(town: Town) -> None:
    meeting, head = notified(town), town.at(town.energy, Role.DEPARTMENT_HEAD)
    other = code_for(UUID(int=7), BEFORE)
    good = code_for(meeting.public_id, BEFORE)
    wrong = "这不是本次会议的签到码，请重新扫描会场屏幕上的二维码"
    for code in (other, good[:-1] + ("a" if good[-1] != "a" else "b"), f"{good}x", "1-2-3", ""):
        assert refused(lambda code=code: scan(meeting, head, code=code)) == ("Refused", "code", wrong)
    over = BEFORE + timedelta(minutes=10)
    old = "签到码已过期，请重新扫描会场屏幕上的二维码"
    assert refused(lambda: scan(meeting, head, over, code=good)) == ("Refused", "code", old)
    assert refused(lambda: scan(meeting, head, STARTS - timedelta(days=1)))[::2] == (
        "WrongMoment",
        "签到从会议当天开始",
    )
    scan(meeting, head, over - timedelta(seconds=1), code=good)
    assert row_of(meeting, head).presence == "PRESENT"
    assert refused(lambda: scan(meeting, town.at(town.neighbour, Role.ENTERPRISE_STAFF)))[0] == "NotVisible"
    Participant.objects.filter(meeting=meeting, part=Part.HOST).delete()
    assert refused(lambda: scan(meeting, secretary(town))) == (
        "Refused",
        "",
        "您所在的单位不在受邀名单上，请到会场签到处登记",
    )


def test_a_code_reads_back_and_nothing_else_is_one(town: Town) -> None:
    meeting = notified(town)
    read = read_code(code_for(meeting.public_id, BEFORE))
    assert read is not None
    assert (read.meeting, read.shown_at) == (meeting.public_id, BEFORE)
    assert [read_code(text) for text in ("", "-", "a-b-c", "--", f"{meeting.public_id.hex}-1-")] == [None] * 5


# --- by hand ---


def test_several_people_are_recorded_at_once_and_what_was_not_touched_stays(town: Town) -> None:
    meeting, head, boss = notified(town), *both(town)
    host = row_of(meeting, town.at(town.leaders, Role.LEADER))
    scan(meeting, head)
    record(
        meeting,
        town,
        Mark(host.public_id, "EXPECTED", "PRESENT"),
        Mark(row_of(meeting, head).public_id, "EXPECTED", "EXPECTED"),  # drawn before the head signed, not touched
        Mark(row_of(meeting, boss).public_id, "EXPECTED", "EXCUSED", "", "出国"),
    )
    assert sums(meeting) == (4, 2, 2, 0, 0)
    assert row_of(meeting, town.at(town.leaders, Role.LEADER)).signed_by == "HAND"
    assert row_of(meeting, head).signed_by == "CODE"
    assert events(meeting)[-1] == ("record_attendance", "登记2人：实到1人，请假1人")
    assert "出国" not in Event.objects.order_by("seq").last().facts  # type: ignore[union-attr]
    known = len(events(meeting))
    record(meeting, town, Mark(row_of(meeting, boss).public_id, "EXCUSED", "EXCUSED", "出国", "出国"))
    record(meeting, town)
    assert len(events(meeting)) == known  # nothing is recorded of nothing
    record(meeting, town, Mark(row_of(meeting, boss).public_id, "EXCUSED", "EXCUSED", "出国", "住院"))
    assert (row_of(meeting, boss).reason, len(events(meeting))) == ("住院", known + 1)
    scan(meeting, boss)  # and comes after all
    assert (row_of(meeting, boss).presence, row_of(meeting, boss).reason) == ("PRESENT", "")


def both(town: Town) -> tuple[Membership, Membership]:
    return town.at(town.energy, Role.DEPARTMENT_HEAD), town.at(town.firm, Role.ENTERPRISE_SECRETARY)


def test_two_who_disagree_about_one_person_lose_nothing(town: Town) -> None:
    meeting, head, boss = notified(town), *both(town)
    ids = [row_of(meeting, who).public_id for who in (head, boss)]
    record(meeting, town, Mark(ids[0], "EXPECTED", "EXCUSED", "", "开会"))
    with pytest.raises(Changed, match=head.user.name):
        record(meeting, town, Mark(ids[0], "EXPECTED", "PRESENT"), Mark(ids[1], "EXPECTED", "PRESENT"))
    assert (row_of(meeting, head).reason, row_of(meeting, boss).presence) == ("开会", "EXPECTED")
    record(meeting, town, Mark(ids[0], "EXPECTED", "EXCUSED", "", "开会"), Mark(ids[1], "EXPECTED", "PRESENT"))
    record(meeting, town, Mark(ids[0], "EXCUSED", "PRESENT", "开会"))
    assert sums(meeting) == (4, 2, 1, 0, 1)


def test_who_was_not_named_is_added_and_only_such_a_person_is_taken_off_again(town: Town) -> None:
    meeting, head, _boss = notified(town), *both(town)
    energy = party(meeting, town.energy)
    record(meeting, town, participant=energy, name="王工", post="科长")
    record(meeting, town, participant=energy, name="王工", post="科长")  # pressed twice
    record(meeting, town, participant=energy, name="李工", presence="EXCUSED", reason="生病")
    assert (sums(meeting), len(events(meeting))) == ((6, 1, 2, 0, 3), 2)
    added = Attendee.objects.get(name="王工")
    for wrong, field in (
        ({"name": "张工"}, "participant"),
        ({"participant": energy}, "name"),
        ({"participant": energy, "name": "王工", "presence": "EXCUSED", "reason": "事假"}, "name"),
        ({"participant": energy, "name": "张工", "presence": "EXCUSED"}, "reason"),
        ({"participant": energy, "name": "张工", "presence": "ABSENT"}, "presence"),
        ({"marks": [Mark(row_of(meeting, head).public_id, "EXPECTED", REMOVED)]}, "marks"),
        ({"marks": [Mark(row_of(meeting, head).public_id, "EXPECTED", "EXCUSED")]}, "marks"),
        ({"marks": [Mark(UUID(int=7), "EXPECTED", "PRESENT")]}, "marks"),
    ):
        found = refused(lambda w=wrong: moves.record_attendance(meeting.pk, by=actor(secretary(town), BEFORE), **w))
        assert found[:2] == ("Refused", field), wrong
    record(meeting, town, Mark(added.public_id, "PRESENT", REMOVED))
    assert (sums(meeting), events(meeting)[-1][1]) == ((5, 0, 2, 0, 3), "登记1人：移出名单1人")


def test_marks_come_as_json_too_and_what_is_wrong_names_the_person(town: Town) -> None:
    meeting, head, _boss = notified(town), *both(town)
    by, person = actor(secretary(town), BEFORE), str(row_of(meeting, head).public_id)

    def form(**mark: Any) -> AttendanceForm:
        return AttendanceForm({"marks": [{"person": person, "was": "EXPECTED", **mark}]}, meeting=meeting, actor=by)

    for wrong, sentence in (
        ({"presence": "EXCUSED"}, f"{head.user.name}：请假的，请写明原因"),
        ({"presence": "ABSENT"}, f"{head.user.name}：请选择到会情况"),
        ({"presence": "EXCUSED", "reason": "长" * 201}, f"{head.user.name}：请假原因不能超过 200 个字"),
        ({"person": "nobody", "presence": "PRESENT"}, "名单刚刚有变动，请刷新后再登记"),
        ({"presence": "EXCUSED", "reason": "\x00"}, "含有无法保存的字符"),
    ):
        assert form(**wrong).errors["marks"] == [sentence]
    good = form(presence="PRESENT", reason="不用写")  # a reason stands with those excused
    assert good.is_valid(), good.errors
    moves.record_attendance(meeting.pk, by=by, **good.cleaned_data)
    assert (row_of(meeting, head).presence, row_of(meeting, head).reason) == ("PRESENT", "")


# --- the meeting is held ---


def test_who_neither_signed_nor_is_excused_is_absent_until_they_come_after_all(town: Town) -> None:
    meeting, head, boss = notified(town), *both(town)
    with pytest.raises(WrongMoment, match="还没有到开始时间"):
        hold(meeting, town, BEFORE)
    scan(meeting, head)
    meeting.participants.filter(organisation=town.firm).update(next_due_at=STARTS)  # as of one that never answered
    held = hold(meeting, town)
    assert not held.participants.exclude(next_due_at=None).exists()
    assert (held.state, held.held_at, sums(meeting)) == ("HELD", STARTS, (4, 1, 1, 2, 0))
    assert events(meeting)[-1] == ("hold_meeting", "应到4人，实到1人，请假1人，缺席2人")
    assert (
        '"attendance":{"absent":2,"excused":1,"expected":4,"present":1}'
        in Event.objects.get(action="hold_meeting").facts
    )
    assert Clock.objects.get(subject_kind="meeting", subject_id=meeting.pk, stopped_at=None).kind == "MINUTES"
    scan(meeting, boss, STARTS + timedelta(minutes=9))
    assert (row_of(meeting, boss).presence, sums(meeting)) == ("PRESENT", (4, 2, 1, 1, 0))
    with pytest.raises(Refused):
        record(meeting, town, Mark(row_of(meeting, boss).public_id, "PRESENT", "EXPECTED"), at=STARTS)


@pytest.mark.parametrize("seed", range(4))
def test_the_sums_add_up_after_any_acts_in_any_order(town: Town, seed: int) -> None:
    dice, meeting, now, held = random.Random(seed), notified(town), BEFORE, False
    with_guests(meeting, town)
    people = [
        *both(town),
        town.handler,
        town.deputy,
        town.staff,
        town.housing_liaison,
        town.at(town.leaders, Role.LEADER),
    ]
    for step in range(12):
        now += timedelta(minutes=2)
        act = dice.choice(("scan", "scan", "mark", "mark", "mark", "add", "guest", "hold"))
        if act == "scan":
            scan(meeting, dice.choice(people), now)
        elif act == "add":
            record(meeting, town, participant=party(meeting, town.housing), name=f"来人{step}", at=now)
        elif act == "guest":
            record(meeting, town, organisation="日报社", name=f"来宾{step}", at=now)
        elif act == "hold" and not held and now >= STARTS:
            hold(meeting, town, now)
            held = True
        elif act == "mark":
            seat = dice.choice([seat for seat in queries.roll(Meeting.objects.get(pk=meeting.pk)) if seat.key])
            presence = dice.choice((Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT if held else Presence.EXPECTED))
            why = "请假" if presence == Presence.EXCUSED else ""
            assert seat.key is not None
            record(meeting, town, Mark(seat.key, seat.presence, presence, seat.reason, why), at=now)
        expected, present, excused, absent, waiting = sums(meeting)
        assert expected == present + excused + absent + waiting
        assert waiting == 0 or not held
        assert absent == 0 or held
    named = Attendee.objects.filter(meeting=meeting)
    assert present == named.filter(presence="PRESENT").count()
    assert expected >= named.count()


# --- 签到表 ---


def test_the_sheet_says_who_was_there_and_a_change_makes_its_next_version(town: Town) -> None:
    meeting, head, boss = notified(town), *both(town)
    scan(meeting, head)
    record(meeting, town, Mark(row_of(meeting, boss).public_id, "EXPECTED", "EXCUSED", "", "出国"))
    hold(meeting, town)
    by = actor(secretary(town), STARTS)
    for _twice in range(2):
        moves.issue_attendance(meeting.pk, by=by)
    sheet = Document.objects.get(kind="ATTENDANCE")
    content = AttendanceSheet.from_plain(json.loads(sheet.content)["content"])
    assert (sheet.number, sheet.audience, sheet.office_id) == (
        "市领导办公室签到〔2026〕1号",
        "ORGANISER",
        town.leaders.pk,
    )
    host = town.at(town.leaders, Role.LEADER).user.name
    assert [(r.name, r.organisation, str(r.presence), r.signed_at, r.reason) for r in content.rows] == [
        (host, "市领导办公室", "ABSENT", None, ""),
        (head.user.name, "市能源局", "PRESENT", BEFORE, ""),
        ("（未报人员）", "市住建局", "EXCUSED", None, "当日参加自治区会议"),
        (boss.user.name, "甲公司", "EXCUSED", None, "出国"),
    ]
    assert content.counts == {"expected": 4, "present": 1, "excused": 2, "absent": 1}
    leader = row_of(meeting, town.at(town.leaders, Role.LEADER))
    record(meeting, town, Mark(leader.public_id, "ABSENT", "PRESENT"), at=STARTS)
    moves.issue_attendance(meeting.pk, by=by)
    versions = Document.objects.filter(kind="ATTENDANCE").order_by("version").values_list("number", "version", "status")
    assert list(versions) == [(sheet.number, 1, "REPLACED"), (sheet.number, 2, "VALID")]
    assert [action for action, _text in events(meeting)].count("issue_attendance") == 2
