"""Role × place × state: who sees a meeting whole, who the call for topics alone, and what of its topics and items."""

from datetime import timedelta

import pytest

from dialogue.symposia.models import ActionItem, Meeting, Topic
from dialogue.symposia.queries import viewers_of
from parties.models import Membership
from tests.dialogue.symposia.table import BUREAU, DESK, FIRM
from tests.factories import Town, actor
from tests.meetings import Walk, fresh, meeting_in

pytestmark = pytest.mark.django_db

CHAIR_SIDE = "LEADER LEADER_OFFICE"  # of the leader's office, which organises and hosts
# By place of the town: the roles that see whole; “call”: those that see the call for topics while it is out.
INVITED = {"leaders": CHAIR_SIDE, "firm": FIRM, "energy": BUREAU, "housing": BUREAU}
STATES = {
    "COLLECTING": {"leaders": CHAIR_SIDE},
    "NOTIFIED": INVITED,
    "COMMENTING": INVITED,
    "ISSUED": INVITED,
    "CANCELLED": INVITED,
}
PROPOSERS = f"{FIRM} {BUREAU}"


def place_of(post: Membership, town: Town) -> str:
    places = ("leaders", "firm", "energy", "housing", "neighbour", "far_firm", "far_department")
    return next((place for place in places if getattr(town, place).pk == post.organisation_id), "elsewhere")


@pytest.mark.parametrize("state", STATES)
def test_everybody_sees_what_the_table_says_and_the_viewers_of_a_meeting_are_those_who_see_it(
    town: Town, state: str
) -> None:
    meeting = meeting_in(state, town=town)
    if state == "COLLECTING":
        meeting = fresh(Walk(town, now=meeting.head_at + timedelta(hours=1)).agenda(meeting))
    assert set(DESK.split()) >= {"LEADER_OFFICE"}
    found, wanted, seen = {}, {}, set()
    chosen, items = meeting.topics.filter(state="CHOSEN").count(), meeting.items.count()
    for post in town.everybody:
        by, place = actor(post, meeting.head_at), place_of(post, town)
        visible = Meeting.objects.visible_to(by).filter(pk=meeting.pk).exists()
        whole = visible and Meeting.objects.seen_whole_by(by).filter(pk=meeting.pk).exists()
        topics = Topic.objects.visible_to(by).filter(meeting=meeting).count()
        found[post.pk] = (
            "whole" if whole else "call" if visible else "",
            topics,
            ActionItem.objects.visible_to(by).count(),
        )
        seen |= {post.pk} if visible else set()
        is_whole = post.role in STATES[state].get(place, "").split()
        called = state == "COLLECTING" and post.role in PROPOSERS.split()
        own = 1 if called and place == "firm" else 0  # the firm put one of the topics forward
        wanted[post.pk] = ("whole", chosen, items) if is_whole else ("call", own, 0) if called else ("", 0, 0)
    assert found == wanted
    assert set(viewers_of(meeting, now=meeting.head_at).values_list("pk", flat=True)) == seen
    assert (chosen, items > 0) == (2, state == "ISSUED")
