"""People sign in, others record and the meeting is held at one moment: everybody has one row."""

from collections import Counter
from functools import partial

import pytest

from dialogue.symposia import moves, queries
from dialogue.symposia.codes import code_for
from dialogue.symposia.models import Attendee, Meeting
from dialogue.symposia.rules import Mark
from foundation.errors import Changed, WrongMoment
from parties.roles import Role
from tests.cases.demands.test_races import all_at_once
from tests.factories import Town, actor
from tests.meetings import STARTS, meeting_in
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_signs_in_while_the_meeting_is_held_is_present_once(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town, answered=True)
    desk = actor(town.at(town.leaders, Role.LEADER_OFFICE), STARTS)
    head, boss = town.at(town.energy, Role.DEPARTMENT_HEAD), town.at(town.firm, Role.ENTERPRISE_SECRETARY)
    people = [head, head, boss, town.handler, town.handler, town.staff]  # two of them press twice
    code = code_for(meeting.public_id, STARTS)
    signing = [partial(moves.sign_in, meeting.pk, by=actor(who, STARTS), code=code) for who in people]
    holding = [partial(moves.hold_meeting, meeting.pk, by=desk)] * 2
    results = all_at_once([*signing[:3], *holding, *signing[3:]])

    assert Counter(type(result) for result in results) == {Meeting: 7, WrongMoment: 1}
    rows = dict(Attendee.objects.filter(meeting=meeting).values_list("user", "presence"))
    host = town.at(town.leaders, Role.LEADER)
    assert rows == {who.user_id: "PRESENT" for who in people} | {host.user_id: "ABSENT"}
    signed = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk, action="sign_in")
    assert (signed.count(), Attendee.objects.count()) == (4, 5)
    sums = queries.tally(queries.roll(Meeting.objects.get(pk=meeting.pk)))
    assert (sums.expected, sums.present, sums.excused, sums.absent, sums.waiting) == (6, 4, 1, 1, 0)


def test_of_two_who_record_one_person_differently_one_is_told_and_the_others_rows_are_all_written(town: Town) -> None:
    meeting = meeting_in("NOTIFIED", town=town, answered=True)
    desk = actor(town.at(town.leaders, Role.LEADER_OFFICE), STARTS)
    host, head, boss = (
        Attendee.objects.get(meeting=meeting, user=town.at(place, role).user)
        for place, role in (
            (town.leaders, Role.LEADER),
            (town.energy, Role.DEPARTMENT_HEAD),
            (town.firm, Role.ENTERPRISE_SECRETARY),
        )
    )
    record = partial(moves.record_attendance, meeting.pk, by=desk)
    present, excused = ("EXPECTED", "PRESENT"), ("EXPECTED", "EXCUSED", "", "住院")
    new = {"participant": head.participant, "name": "王工"}
    results = all_at_once(
        [
            partial(record, marks=[Mark(head.public_id, *present)]),
            partial(record, marks=[Mark(head.public_id, *excused)]),
            partial(record, marks=[Mark(host.public_id, *present)]),
            partial(record, marks=[Mark(boss.public_id, *present)]),
            partial(record, **new),
            partial(record, **new),
        ]
    )
    assert Counter(type(result) for result in results) == {Meeting: 5, Changed: 1}
    assert isinstance(results[0], Changed) is not isinstance(results[1], Changed)
    said = dict(Attendee.objects.filter(meeting=meeting).values_list("name", "presence"))
    won = "EXCUSED" if isinstance(results[0], Changed) else "PRESENT"
    assert said == {host.name: "PRESENT", boss.name: "PRESENT", "王工": "PRESENT", head.name: won}
