"""The pages of meetings look right to the office that holds them, to the host, to a firm and to a department."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import ActionItem, Meeting
from parties.roles import Role
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import Visit, the_pages_are_right, to
from tests.factories import Town
from tests.meetings import STARTS, meeting_in

pytestmark = pytest.mark.django_db(transaction=True)


def act(meeting: Meeting, action: str) -> Visit:
    return to("symposia:act", meeting.public_id, action)


def pages_of_the_organiser(town: Town) -> Iterator[Visit]:
    issued = meeting_in(MeetingState.ISSUED, town=town)
    for name in ("items", "new"):
        yield to(f"symposia:{name}")
    yield to("symposia:meeting", issued.public_id)
    yield to("symposia:minutes", issued.public_id)
    yield to("symposia:item", ActionItem.objects.filter(meeting=issued).earliest("pk").public_id)
    days = {"topics_until": date(2026, 12, 16), "firms_until": date(2026, 12, 18)}
    starts = STARTS + timedelta(days=14)
    plan = {"starts_at": starts, "ends_at": starts + timedelta(hours=2), **days}
    invited = meeting_in(MeetingState.COLLECTING, town=town, **plan)
    for action in ("propose_topic", "invite", "change_plan"):
        yield act(invited, action)


def pages_at_the_meeting(town: Town) -> Iterator[Visit]:
    today = meeting_in(MeetingState.NOTIFIED, town=town, answered=True)
    for name in ("screen", "attendance"):
        yield to(f"symposia:{name}", today.public_id)
    drafted = meeting_in(MeetingState.COMMENTING, town=town)
    for name in ("meeting", "write", "comments"):
        yield to(f"symposia:{name}", drafted.public_id)
    section = drafted.sections.latest("position")
    yield to("symposia:section_history", drafted.public_id, section.public_id)


def pages_of_the_host(town: Town) -> Iterator[Visit]:
    signed = meeting_in(MeetingState.IN_APPROVAL, town=town)
    yield to("symposia:meeting", signed.public_id)
    yield act(signed, "approve_issue")


def pages_of_the_firm(town: Town) -> Iterator[Visit]:
    notified = meeting_in(MeetingState.NOTIFIED, town=town)
    yield to("symposia:meeting", notified.public_id)
    yield act(notified, "answer_invitation")
    yield to("symposia:comments", meeting_in(MeetingState.COMMENTING, town=town).public_id)


PAGES = {
    "organiser": pages_of_the_organiser,
    "at the meeting": pages_at_the_meeting,
    "host": pages_of_the_host,
    "firm": pages_of_the_firm,
}


@pytest.mark.parametrize("whose", PAGES)
def test_the_pages_of_meetings_look_right(whose: str, town: Town, person: Person, clock: Any) -> None:
    visits = list(PAGES[whose](town))
    clock.move_to(STARTS + timedelta(hours=1))
    role = Role.LEADER if whose == "host" else Role.LEADER_OFFICE
    page = person(town.staff if whose == "firm" else town.at(town.leaders, role), DESK, scripts=True)
    the_pages_are_right(page, visits)
