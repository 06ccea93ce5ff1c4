"""A walk as every role, from the home page along every link and every form that asks."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import resolve

from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import Town, case_in, intake_item, later
from tests.hostile.crawl import Visit, crawl, faults_of
from tests.hostile.markup import Page
from tests.hostile.values import MANY

pytestmark = pytest.mark.every_page
# Demands as a small town has them: in several states, with files, hidden, sent back.
SOME: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SUBMITTED", {}),
    ("ACCEPTED", {"urgent": True}),
    ("IN_PROGRESS", {"contacted": True, "planned": True, "attached": "attach"}),
    ("RETURN_REVIEW", {}),
    ("RESULT_REVIEW", {"hidden": True}),
    ("AWAIT_CONFIRM", {}),
    ("CLOSED", {}),
)
MOST = 400 if MANY else 20  # pages a role


def test_every_link_from_home_answers_for_every_role_and_nothing_shows_through(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    for state, traits in SOME:
        case_in(state, town=town, **traits)
    intake_item(town.office)
    clock.move_to(later(hours=3))
    posts = {post.role: post for post in reversed(town.everybody)}
    posts |= {post.role: post for post in town.everybody if post.organisation_id == town.energy.pk}
    assert sorted(posts) == sorted(Role.values)
    faults, reached = [], set()
    for role, post in posts.items():
        for visit in crawl(sign_in(post), most=MOST):
            faults += [f"{role} {visit.address} (from {visit.came_from}): {one}" for one in faults_of(visit)]
            reached.add(resolve(visit.address.partition("?")[0]).view_name)
    assert not faults, "\n".join(faults)
    assert len(reached) > 20, reached


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>{{ case }}</p>", "a template shows: {{"),
        ("<table><tr><td> None </td></tr></table>", "a cell says 'None'"),
        ('<img src="//evil.example/x.png">', "asks elsewhere: //evil.example/x.png"),
        ('<a href="https://evil.example/">x</a>', "asks elsewhere: https://evil.example/"),
        ('<p id="a"></p><p id="a"></p>', "id twice: a"),
        ('<form><input name="q"></form>', "no label: input q"),
        ('<p style="color:red">x</p>', "in the page: p style"),
        ("<script>alert(1)</script>", "in the page: <script>"),
    ],
)
def test_what_the_walk_looks_for_is_found(html: str, fault: str) -> None:
    answer = HttpResponse(html)
    answer.html = html
    assert fault in list(faults_of(Visit("/", "", answer, Page(html))))
