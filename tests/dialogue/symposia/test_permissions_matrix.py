"""Role × address × state: what everybody meets at every address that names a meeting, pages and API."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from dialogue.symposia.api.forms import MOVES as API_MOVES
from dialogue.symposia.forms.table import FORMS
from dialogue.symposia.models import Meeting
from parties.models import Membership
from parties.roles import Role
from tests.api import Program
from tests.conftest import SignIn
from tests.dialogue.symposia.addresses import (
    GROUPS,
    ON_A_MEETING,
    ON_A_SECTION,
    ON_AN_ITEM,
    POST_ALONE,
    named,
)
from tests.dialogue.symposia.table import FIRST, MOVES, OF_THE_SYSTEM, OPENING, is_its_moment, is_theirs
from tests.factories import Town
from tests.meetings import Walk, fresh, meeting_in

pytestmark = [pytest.mark.django_db, pytest.mark.every_page]

WITHOUT_INPUTS = {"record_attendance"}  # an empty form is enough, and changes nothing


def group_of(post: Membership, town: Town) -> str:
    role = Role(post.role)
    if post.organisation_id == town.leaders.pk:
        return {Role.LEADER_OFFICE: "desk", Role.LEADER: "host"}[role]
    if post.organisation_id == town.energy.pk:
        return "lead"
    firm = post.organisation_id == town.firm.pk and role in (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY)
    return "firm" if firm else "other"


@pytest.fixture
def posts(town: Town) -> list[Membership]:
    """One post of each role; of those invited where the role can be, else anybody's."""
    near = [town.leaders.pk, town.energy.pk, town.firm.pk]
    found: dict[str, Membership] = {}
    for post in sorted(town.everybody, key=lambda post: post.organisation_id not in near):
        found.setdefault(post.role, post)
    assert len(found) == len(Role)
    return list(found.values())


Ways = list[tuple[Membership, Client, Client]]


def ways_of(posts: list[Membership], sign_in: SignIn) -> Ways:
    """How each speaks to pages and to the API; they sign in at the present time."""
    return [(post, sign_in(post), Program(post).client) for post in posts]


def status(answer: Any) -> int:
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def tried(ways: Ways, town: Town, found: dict[Any, int], names: dict[str, str], address: Callable[[str], str]) -> Any:
    """Each of these addresses by a GET of everybody; what the tables say they meet."""
    wanted = {}
    for post, page, api in ways:
        for name, rule in names.items():
            client = api if name.startswith("api:") else page
            found[post.role, name] = status(client.get(address(name)))
            wanted[post.role, name] = int(rule.split()[GROUPS.index(group_of(post, town))])
    return wanted


@pytest.mark.parametrize("n", [0, 1], ids=["NOTIFIED", "ISSUED"])
def test_everybody_meets_the_answer_of_the_table_at_every_address_of_a_meeting(
    town: Town, posts: list[Membership], sign_in: SignIn, clock: Any, n: int
) -> None:
    meeting = meeting_in(("NOTIFIED", "ISSUED")[n], town=town)
    assert meeting.head_at is not None
    clock.move_to(meeting.head_at + timedelta(minutes=5))
    ways = ways_of(posts, sign_in)
    found: dict[Any, int] = {}
    rules = {name: both[n] for name, both in ON_A_MEETING.items()}
    wanted = tried(ways, town, found, rules, lambda name: reverse(name, args=[meeting.public_id]))
    if n:
        section, item = meeting.sections.order_by("position")[1], meeting.items.get(number=1)
        at = [meeting.public_id, section.public_id]
        wanted |= tried(ways, town, found, ON_A_SECTION, lambda name: reverse(name, args=at))
        wanted |= tried(ways, town, found, ON_AN_ITEM, lambda name: reverse(name, args=[item.public_id]))
        for name in POST_ALONE:
            address = reverse(name, args=at if name == "symposia:save_section" else at[:1])
            assert {status(page.get(address)) for _post, page, _api in ways} == {405}
    assert {cell: status for cell, status in found.items() if status != wanted[cell]} == {}


def said(answer: HttpResponse) -> int:
    return answer.status_code


def test_everybody_meets_the_answer_of_the_table_of_moves_at_the_address_of_every_move(
    town: Town, posts: list[Membership], sign_in: SignIn, clock: Any
) -> None:
    """Its page, and its POST over the API with nothing but what was seen; strangers meet 404 alike, and two try."""
    meeting = meeting_in("NOTIFIED", town=town)
    assert meeting.head_at is not None
    clock.move_to(meeting.head_at + timedelta(minutes=5))
    others = [post for post in posts if group_of(post, town) == "other"][:2]
    same = ("HANDLER", "DEPUTY_HEAD", "DEPARTMENT_SECRETARY", "ENTERPRISE_SECRETARY")  # as others of their place
    near = [post for post in posts if group_of(post, town) != "other" and post.role not in same]
    found, wanted = {}, {}
    for post, page, api in ways_of([*near, *others], sign_in):
        for action in API_MOVES:
            cell = (post.role, action)
            with transaction.atomic():
                body = json.dumps({"seen": meeting.head_seq})
                address = reverse(f"api:{action}", args=[meeting.public_id])
                found[*cell, "api"] = said(api.post(address, body, content_type="application/json"))
                transaction.set_rollback(True)
            found[*cell, "page"] = said(page.get(reverse("symposia:act", args=[meeting.public_id, action])))
            meets = meets_at(action, meeting, post, town)
            wanted[*cell, "api"] = meets if meets != 200 or action in WITHOUT_INPUTS else 400
            wanted[*cell, "page"] = 404 if action not in FORMS or meets == 404 else meets
            if meets != 404 and action in FORMS and FORMS[action].page:
                wanted[*cell, "page"] = 302  # on to a page of its own
    assert {cell: status for cell, status in found.items() if status != wanted[cell]} == {}


def meets_at(action: str, meeting: Meeting, post: Membership, town: Town) -> int:
    """404 for who does not see it, 403 for whose it is not, 409 for what is not its moment, 200 else."""
    group = group_of(post, town)
    if group == "other":
        return 404
    places = {"desk": ("office", "host"), "host": ("office", "host")}.get(group, ("elsewhere",))
    if not any(is_theirs(action, Role(post.role), place) for place in places):
        return 403
    return 200 if is_its_moment(action, meeting.state) and action not in FIRST else 409


def test_a_move_of_the_api_takes_no_get_and_what_is_read_no_post(town: Town, clock: Any) -> None:
    meeting = fresh(Walk(town).open())
    api = Program(town.at(town.leaders, Role.LEADER_OFFICE)).client
    assert {api.get(reverse(f"api:{action}", args=[meeting.public_id])).status_code for action in API_MOVES} == {405}
    assert api.post(reverse("api:meeting", args=[meeting.public_id])).status_code == 405


def test_every_address_and_every_move_has_its_line() -> None:
    of_a_meeting = {
        f"symposia:{pattern.name}"
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "namespace", None) == "symposia"
        for pattern in resolver.url_patterns
        if "<uuid:" in str(pattern.pattern)
    }
    assert of_a_meeting == {name for name in named() if name.startswith("symposia:")}
    assert set(API_MOVES) == set(MOVES) - {OPENING, *OF_THE_SYSTEM}
