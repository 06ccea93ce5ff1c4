"""Guests (列席人员) of organisations outside the directory: on the list, at the meeting, on paper."""

import json
import re

import pytest
from django.db import IntegrityError, transaction

from dialogue.symposia import documents, moves, queries
from dialogue.symposia.models import Attendee, Meeting
from dialogue.symposia.rules import REMOVED, Mark
from documents.content.meetings import MeetingNotice
from documents.models import Document
from parties.roles import Role
from tests.dialogue.symposia.test_attendance import (
    BEFORE,
    hold,
    notified,
    party,
    record,
    refused,
    row_of,
    secretary,
    sums,
    with_guests,
)
from tests.factories import Town, actor
from tests.meetings import STARTS
from workflow.models import Event

pytestmark = pytest.mark.django_db


def test_guests_are_expected_named_in_the_letters_and_belong_to_no_organisation_of_the_platform(town: Town) -> None:
    meeting, by = with_guests(notified(town), town), actor(secretary(town), BEFORE)
    assert sums(meeting) == (7, 0, 1, 0, 6)
    for letter in Document.objects.filter(kind="NOTICE", status="VALID"):
        content = MeetingNotice.from_plain(json.loads(letter.content)["content"])
        assert (letter.version, content.participants[-1]) == (2, "建设银行（列席）、市供电公司（列席）")
        assert "建设银行" not in content.to  # it is told by the office itself
    known = "平台上有这个单位：{}。已受邀的，请在单位里选择；没有受邀的，请用“邀请单位”"
    for guests, said in (
        ([], "请填写至少一名列席人员"),
        ([("钱行", "建设银行", "")], "已经在名单上：钱行"),
        ([("钱", "甲公司", ""), ("孙", "乙公司", ""), ("李", "商会", "")], known.format("甲公司、乙公司")),
        ([("赵", "市能源局", "")], known.format("市能源局")),  # on the list
        ([("赵", "商会", ""), ("赵", "商会", "会长")], "同一个人只填写一次；同名的，请在姓名后加以区分"),
        ([("赵", "", "会长")], "每名列席人员要有姓名和单位"),
        ([("赵" * 41, "商会", "")], "姓名最多 40 个字，单位和职务最多 60 个字"),
        ([(f"第{n}人", "商会", "") for n in range(98)], "一次会议最多 100 名列席人员"),
    ):
        found = refused(lambda g=guests: moves.invite_guests(meeting.pk, by=by, seen=meeting.head_seq, guests=g))
        assert found[:2] == ("Refused", "guests")
        assert found[2] == said
    last = meeting.attendees.get(name="吴工")
    moves.uninvite_guest(meeting.pk, by=by, seen=meeting.head_seq, guest=last, reason="写错")
    assert sums(meeting) == (6, 0, 1, 0, 5)
    host = row_of(meeting, town.at(town.leaders, Role.LEADER))
    record(meeting, town, Mark(meeting.attendees.get(name="周工").public_id, "EXPECTED", "EXCUSED", "", "抢修"))
    seen = Meeting.objects.get(pk=meeting.pk).head_seq
    for guest, why in (
        (meeting.attendees.get(name="周工"), "已经登记了到会情况，请在“到会登记”里更正"),
        (host, "没有找到这名列席人员"),
    ):
        out = refused(lambda g=guest: moves.uninvite_guest(meeting.pk, by=by, seen=seen, guest=g, reason="写错"))
        assert out == ("Refused", "guest", why)
    kept = "".join(f"{event.facts}{event.body.text}" for event in Event.objects.select_related("body"))
    assert "建设银行2人、市供电公司1人" in kept
    assert not re.search("钱行|吴工|副行长", kept)
    guest = {"meeting": meeting, "name": "冯", "organisation_name": "商会", "capacity": "OBSERVES"}
    for wrong in (
        {"participant": party(meeting, town.energy)},
        {"organisation_name": ""},
        {"name": ""},
        {"capacity": "ATTENDS"},
        {"user": town.staff.user},
        {"presence": "PRESENT", "signed_at": BEFORE, "signed_by": "CODE"},
        {"name": "钱行", "organisation_name": "建设银行"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendee.objects.create(**guest | wrong)


def test_guests_are_recorded_by_hand_and_stand_on_the_sheet_and_in_the_minutes(town: Town) -> None:
    meeting = with_guests(notified(town), town)
    banker, engineer = (meeting.attendees.get(name=name) for name in ("钱行", "周工"))
    record(
        meeting,
        town,
        Mark(banker.public_id, "EXPECTED", "PRESENT"),
        Mark(engineer.public_id, "EXPECTED", "EXCUSED", "", "抢修"),
        organisation="日报社",
        name="郑记",
    )
    reporter = meeting.attendees.get(name="郑记")
    for wrong, field in (
        ({"organisation": "甲公司", "name": "孙"}, "organisation"),
        ({"organisation": "日报社"}, "name"),
        ({"name": "孙"}, "participant"),
        ({"organisation": "日报社", "name": "孙", "participant": party(meeting, town.energy)}, "organisation"),
        ({"marks": [Mark(banker.public_id, "PRESENT", REMOVED)]}, "marks"),  # was expected
    ):
        assert refused(lambda w=wrong: moves.record_attendance(meeting.pk, by=actor(secretary(town), BEFORE), **w))[
            :2
        ] == ("Refused", field)
    assert "平台上有这个单位：乙公司" in refused(lambda: record(meeting, town, organisation="乙公司", name="孙"))[2]
    hold(meeting, town)
    assert sums(meeting) == (8, 2, 2, 4, 0)
    record(meeting, town, organisation="乙公司", name="孙", at=STARTS)  # can no longer be invited
    record(meeting, town, Mark(reporter.public_id, "PRESENT", REMOVED), at=STARTS)
    meeting = queries.with_names(Meeting.objects).get(pk=meeting.pk)
    rows = [(row.name, row.organisation, str(row.presence)) for row in documents.attendance_of(meeting).rows]
    assert rows[-4:] == [
        ("钱行", "建设银行", "PRESENT"),
        ("吴工", "建设银行", "ABSENT"),
        ("周工", "市供电公司", "EXCUSED"),
        ("孙", "乙公司", "PRESENT"),
    ]
    said = documents.minutes_of(meeting)
    assert [(one.name, one.post) for one in said.attending] == [("钱行", "建设银行"), ("孙", "乙公司")]
    assert (said.excused[-1].name, said.excused[-1].post, said.present) == ("周工", "市供电公司", ())
