"""Going from page to page as a reader does: every link and every form that asks, one address of each kind."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.hostile.markup import Form, Page
from tests.hostile.world import content

SLUGS = re.compile(r"<slug:")
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


@dataclass(frozen=True)
class Visit:
    """One address that was reached, from where, and the answer."""

    address: str
    came_from: str
    answer: HttpResponse
    page: Page | None  # of HTML alone


def kind_of(address: str) -> str:
    """Addresses that one page draws are one kind: the pattern, the short words in it, the names of what is asked."""
    parts = urlsplit(address)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return address
    words = [value for value in match.kwargs.values() if isinstance(value, str) and len(value) < 30]
    names = sorted({name.partition("=")[0] for name in parts.query.split("&") if name})
    return f"{match.route} {' '.join(words)} {' '.join(names)}"


def asks(form: Form, page: str) -> str:
    """The address that a form leads to which is sent as it is drawn."""
    fields = [(name, control.filled or "") for name, control in form.controls.items()]
    return f"{urljoin(page, form.action or page).partition('?')[0]}?{urlencode(fields)}"


def crawl(
    client: Client, *, start: str = "/", most: int = 400, skip: Callable[[str], bool] = lambda address: False
) -> Iterator[Visit]:
    """Breadth first from `start`: every same-site link and every form of the method GET, one of each kind."""
    waiting, seen = deque([(start, "")]), {kind_of(start)}
    while waiting and most:
        most -= 1
        address, came_from = waiting.popleft()
        answer = client.get(address)
        whole = content(answer)
        html = whole.decode() if "html" in answer.get("Content-Type", "") else ""
        page = Page(html) if html else None
        answer.html = html
        yield Visit(address, came_from, answer, page)
        found = [answer["Location"]] if answer.status_code in (301, 302) else []
        if page:
            found += [*page.links, *(asks(form, address) for form in page.forms if form.method == "get")]
        for link in found:
            there = urljoin(address, link).partition("#")[0]
            if there.startswith("/") and not there.startswith("//") and not skip(there) and kind_of(there) not in seen:
                seen.add(kind_of(there))
                waiting.append((there, address))


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
