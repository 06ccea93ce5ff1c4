"""A walk as every role, from the home page along every link and every form that asks."""

from typing import Any

import pytest
from django.http import HttpResponse

from tests.conftest import SignIn
from tests.factories import Town, later
from tests.hostile.crawl import Visit, at_work, crawl, faults_of
from tests.hostile.markup import Page
from tests.hostile.values import MANY

pytestmark = pytest.mark.every_page
AGAIN = 400 if MANY else 5  # pages a role of kinds that a role before has seen
# Kinds that somebody must come to, or the walk has lost its way.
REACHED = {
    "demands/<uuid:public_id>/  ",
    "demands/<uuid:public_id>/<slug:action>/ accept ",
    "directory/<slug:kind>/<uuid:public_id>/ enterprises ",
    "directory/<slug:kind>/<uuid:public_id>/ offices ",
    "directory/<slug:kind>/<uuid:public_id>/ people ",
    "directory/people/<uuid:public_id>/posts/  ",
    "exchange/<slug:code>/ enterprises ",
    "exports/new/<slug:name>/ demands asked",
    "posts/  further",
    "security/records/  ",
}


def test_every_link_from_home_answers_for_every_role_and_nothing_shows_through(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    posts = at_work(town)
    clock.move_to(later(hours=3))
    faults, visited = [], set[str]()
    for role, post in posts.items():
        for visit in crawl(sign_in(post), again=AGAIN, visited=visited):
            faults += [f"{role} {visit.address} (from {visit.came_from}): {one}" for one in faults_of(visit)]
    assert not faults, "\n".join(faults)
    assert visited >= REACHED, (REACHED - visited, sorted(visited))


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
