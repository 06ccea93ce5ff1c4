"""Going from page to page as a reader does: every link and every form that asks, one address of each kind."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from parties.models import Membership
from parties.roles import Role
from tests.factories import Town, case_in, intake_item
from tests.hostile.markup import Form, Page
from tests.hostile.world import content

LEAKS = (
    "{{",
    "}}",
    "{%",
    "%}",
    "<built-in",
    "object at 0x",
    "&lt;function",
    "bound method",
    "Traceback",
    "&amp;amp;",
    "%(",
)
# What must not stand alone in a cell.
NOTHING = {"None", "nan", "null", "undefined", "[]", "{}", "True", "False", "<>"}


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


def at_work(town: Town) -> dict[str, Membership]:
    """A town with these demands and a message that waits: a person of each role, of its energy office if there is one.

    What was done ends three hours after NOW.
    """
    for state, traits in SOME:
        case_in(state, town=town, **traits)
    intake_item(town.office)
    posts = {post.role: post for post in reversed(town.everybody)}
    posts |= {post.role: post for post in town.everybody if post.organisation_id == town.energy.pk}
    assert sorted(posts) == sorted(Role.values)
    return posts


@dataclass(frozen=True)
class Visit:
    """One address that was reached, from where, and the answer."""

    address: str
    came_from: str
    answer: HttpResponse
    page: Page | None  # of HTML alone


def kind_of(address: str) -> str:
    """Addresses that one page draws are one kind: the pattern, the short words in it, whether something is asked.

    What is asked in which combination is not told apart: a page of five filters has thirty of them.
    """
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return address
    words = [value for value in match.kwargs.values() if isinstance(value, str) and len(value) < 30]
    further = "after=" in parts.query
    return f"{match.route} {' '.join(words)} {'further' if further else 'asked' if parts.query else ''}"


def pattern_of(address: str) -> str:
    """Coarser still: all that one view shows is one kind."""
    try:
        return resolve(address.partition("?")[0]).route
    except Resolver404:
        return address


def asks(form: Form, page: str) -> str:
    """The address that a form leads to which is sent as it is drawn."""
    fields = [(name, control.filled or "") for name, control in form.controls.items()]
    return f"{urljoin(page, form.action or page).partition('?')[0]}?{urlencode(fields)}"


class Walk:
    """What is still to be visited, breadth first: kinds that nobody has visited before the others."""

    def __init__(self, start: str, visited: set[str], *, kind: Callable[[str], str] = kind_of) -> None:
        """`visited` are the kinds that anybody has visited; the walk adds its own."""
        self.was_known = False  # whether somebody had visited the kind of the address that came last
        self._kind, self._visited, self._seen = kind, visited, {kind(start)}
        self._fresh, self._known = deque([(start, "")]), deque[tuple[str, str]]()

    def found(self, links: Iterable[str], here: str) -> None:
        """These links stand on the page `here`."""
        for link in links:
            there = urljoin(here, link).partition("#")[0]
            if there.startswith("/") and not there.startswith("//") and (kind := self._kind(there)) not in self._seen:
                self._seen.add(kind)
                (self._known if kind in self._visited else self._fresh).append((there, here))

    def next(self, *, only_fresh: bool = False) -> tuple[str, str] | None:
        """The next address and the page that leads there; None at the end of the walk."""
        waiting = self._fresh or (None if only_fresh else self._known)
        if not waiting:
            return None
        address, came_from = waiting.popleft()
        self.was_known = (kind := self._kind(address)) in self._visited
        self._visited.add(kind)
        return address, came_from


def crawl(client: Client, *, start: str = "/", again: int, visited: set[str]) -> Iterator[Visit]:
    """From `start` every same-site link and every form of the method GET, one of each kind.

    Of the kinds that somebody has visited before, `again` are visited again.
    """
    walk = Walk(start, visited)
    while there := walk.next(only_fresh=not again):
        address, came_from = there
        again -= walk.was_known
        answer = client.get(address)
        whole = content(answer)
        html = whole.decode() if "html" in answer.get("Content-Type", "") else ""
        page = Page(html) if html else None
        answer.html = html
        yield Visit(address, came_from, answer, page)
        walk.found([answer["Location"]] if answer.status_code in (301, 302) else [], address)
        if page:
            walk.found(page.links, address)
            walk.found([asks(form, address) for form in page.forms if form.method == "get"], address)


def faults_of(visit: Visit) -> Iterator[str]:
    """Everything that is wrong with what was found there."""
    answer, page = visit.answer, visit.page
    if answer.status_code not in (200, 302):
        yield f"{answer.status_code}"
    if page is None:
        return
    yield from (f"a template shows: {leak}" for leak in LEAKS if leak in answer.html)
    yield from (f"a cell says {cell!r}" for cell in page.cells if cell in NOTHING)
    yield from (f"asks elsewhere: {one}" for one in page.addresses if not re.match(r"(/(?!/)|[?#]|$)", one))
    yield from (f"id twice: {one}" for one in sorted({one for one in page.ids if page.ids.count(one) > 1}))
    yield from (f"no label: {one}" for one in page.unbound)
    yield from (f"in the page: {one}" for one in page.inline)
