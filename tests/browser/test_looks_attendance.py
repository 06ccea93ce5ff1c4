"""The pages of who was there look right: the sheet with everybody, the screen of the room, signing in on a phone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from dialogue.symposia import moves
from dialogue.symposia.codes import code_for
from dialogue.symposia.models import Attendee, Meeting
from dialogue.symposia.rules import Mark
from parties.roles import Role
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.test_looks import Visit, the_pages_are_right, to
from tests.factories import Town, actor
from tests.meetings import STARTS, meeting_in

BEFORE = STARTS - timedelta(minutes=10)


def pages_of_the_desk(town: Town, meeting: Meeting) -> Iterator[Visit]:
    yield to("symposia:attendance", meeting.public_id)
    yield "attendance with errors", lambda page: disagree(page, town, meeting)
    yield to("symposia:screen", meeting.public_id)
    yield to("symposia:meeting", meeting.public_id)


def disagree(page: Page, town: Town, meeting: Meeting) -> None:
    """Somebody else has recorded the first person meanwhile; of the second the reason is missing."""
    page.goto(reverse("symposia:attendance", args=[meeting.public_id]))
    first, second, *_rest = page.locator("fieldset.seat").all()
    who = Attendee.objects.get(meeting=meeting, public_id=first.get_attribute("id").removeprefix("seat-"))  # type: ignore[union-attr]
    other = {"PRESENT": "EXCUSED", "EXCUSED": "PRESENT", "EXPECTED": "PRESENT"}[who.presence]
    why = "参加自治区会议" if other == "EXCUSED" else ""
    mark = Mark(who.public_id, who.presence, other, who.reason, why)
    first.get_by_label("未签到").check()
    if who.presence == "EXPECTED":
        first.get_by_label("请假", exact=True).check()
        first.get_by_label("请假原因").fill("住院")
    moves.record_attendance(meeting.pk, by=actor(town.at(town.leaders, Role.LEADER_OFFICE), BEFORE), marks=[mark])
    second.get_by_label("请假", exact=True).check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_pages_of_attendance_look_right(person: Person, town: Town, clock: Any) -> None:
    clock.move_to(BEFORE)
    meeting = meeting_in("NOTIFIED", town=town, answered=True)
    the_pages_are_right(
        person(town.at(town.leaders, Role.LEADER_OFFICE), DESK, scripts=True), pages_of_the_desk(town, meeting)
    )
    fresh, old = (code_for(meeting.public_id, BEFORE - timedelta(minutes=n)) for n in (0, 10))
    phone = person(town.at(town.firm, Role.ENTERPRISE_SECRETARY), PHONE)
    phone.goto(reverse("symposia:check_in", args=[fresh]))
    phone.get_by_role("button", name="签到").click()
    expect(phone.get_by_text("您已签到")).to_be_visible()
    page = person(town.handler, DESK, scripts=True)
    the_pages_are_right(page, [to("symposia:check_in", fresh), to("symposia:check_in", old)])
