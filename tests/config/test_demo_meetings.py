"""What the demonstration has of meetings: issued minutes, items in every standing, something to do for everybody."""

from collections import Counter
from datetime import datetime, time

import pytest

from config.demo.meeting_texts import PAST, UNDER_WAY, routine
from dialogue.symposia import queries
from dialogue.symposia.enums import Adoption, MeetingKind, Presence, Standing, TopicSource
from dialogue.symposia.models import ActionItem, Attendee, Comment, ItemProgress, Meeting, Participant, Section, Topic
from dialogue.symposia.queries.cadence import Duty, cadence
from documents.enums import DocumentKind
from documents.models import Document
from parties.models import Membership
from parties.roles import Role
from tests.config.conftest import MONDAY
from tests.factories import CALENDAR, actor
from workflow.calendar import ZONE

ROUTINE = routine(MONDAY)

pytestmark = [pytest.mark.usefixtures("in_the_demo"), pytest.mark.every_page]


def test_six_meetings_of_every_kind_have_issued_minutes_and_three_are_under_way():
    states = Counter(Meeting.objects.values_list("state", flat=True))
    assert states == {"CLOSED": 4 + len(ROUTINE), "ISSUED": 2, "IN_APPROVAL": 1, "NOTIFIED": 1, "COLLECTING": 1}
    held = Meeting.objects.filter(version__gte=1, items__isnull=False).distinct()
    assert held.count() == len(PAST) == 6
    assert set(held.values_list("kind", flat=True)) == set(MeetingKind)
    assert Meeting.objects.count() == len(PAST) + len(ROUTINE) + len(UNDER_WAY)
    joint = held.get(kind=MeetingKind.JOINT)
    assert joint.participants.filter(part="DEPARTMENT").count() == 15


def test_one_set_of_minutes_was_corrected_and_both_versions_are_kept():
    versions = Counter(Document.objects.filter(kind=DocumentKind.MINUTES).values_list("number", flat=True))
    assert Counter(versions.values()) == {1: 5 + len(ROUTINE), 2: 1}


def test_most_months_of_the_offices_are_done_some_overdue_and_some_offices_have_never_met() -> None:
    leader = Membership.objects.filter(role=Role.LEADER).select_related("user", "organisation").earliest("pk")
    year = cadence(actor(leader, datetime.combine(MONDAY, time(9), ZONE)), MONDAY.year, CALENDAR)
    offices = Counter(cell.duty for line in year.offices for cell in line.cells)
    leaders = Counter(cell.duty for line in year.leaders for cell in line.cells)
    assert offices[Duty.DONE] >= 18
    assert 5 <= offices[Duty.OVERDUE] <= 12
    assert offices[Duty.DUE] == sum(Duty.DUE in [cell.duty for cell in line.cells] for line in year.offices) >= 8
    assert sum(not line.begun for line in year.offices) == 5
    assert leaders == {Duty.DONE: 10, Duty.OVERDUE: 1, Duty.DUE: 1}


def test_items_are_done_unsolved_and_open_and_what_was_not_solved_came_before_a_later_meeting():
    items = ActionItem.objects.select_related("case")
    standings = Counter(queries.standing_of(item) for item in items)
    assert standings == {Standing.DONE: 14, Standing.UNSOLVED: 4, Standing.OPEN: 4}
    assert all(item.case.first_contact_at and item.case.closed_at for item in items if item.case.outcome)
    assert Topic.objects.filter(source=TopicSource.CARRIED).count() == 3
    assert ItemProgress.objects.count() >= 6


def test_people_were_there_excused_and_absent_and_comments_adopted_and_not():
    assert set(Attendee.objects.values_list("presence", flat=True)) == set(Presence)
    said = Counter(Comment.objects.exclude(text="").values_list("adoption", flat=True))
    assert said[Adoption.ADOPTED] >= 5
    assert said[Adoption.NOT_ADOPTED] >= 4
    assert Participant.objects.filter(answer="DECLINES").count() == 2


def test_no_mark_of_a_text_is_left_and_the_words_of_an_adopted_comment_stand():
    texts = list(Section.objects.values_list("text", flat=True))
    assert not [text for text in texts if "{" in text or not text.strip()]
    assert any("首期培训不少于六十人" in text for text in texts)
