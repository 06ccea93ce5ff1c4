"""Every link from home as every role, in a real browser on a phone: the page comes, fits, and asks nobody else.

Errors in the console, a broken security policy and requests to other hosts are watched by the fixture `faults`. Of the
pages of one view the first role that finds one opens it; what every role's own pages say is walked over without a
browser (tests/hostile/test_pages_crawl.py).
"""

from typing import Any

from django.conf import settings
from playwright.sync_api import Error, Page, Response

from parties.models import Membership
from tests.browser.conftest import PHONE, OpenBrowser
from tests.browser.looks import sideways
from tests.conftest import SignIn
from tests.factories import Town, later
from tests.hostile.crawl import Walk, at_work, pattern_of

# Of this site, whole; where the others lead, the walk without a browser judges.
LINKS = """
[...document.querySelectorAll('a[href]')].filter(link => link.origin === location.origin)
  .map(link => link.pathname + link.search)
"""


def come_to(page: Page, address: str) -> Response | None:
    """The answer; None for a file, which a browser keeps instead of showing it."""
    try:
        return page.goto(address)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise


def walked(page: Page, role: str, visited: set[str]) -> list[str]:
    """What is wrong with the pages of views that nobody has opened before, and with the home page."""
    walk, found = Walk("/", visited, kind=pattern_of), []
    first = True
    while there := walk.next(only_fresh=not first):
        first = False
        address, came_from = there
        answer = come_to(page, address)
        if answer is None:
            continue
        where = f"{role} {address} (from {came_from or 'nowhere'})"
        found += [] if answer.status == 200 else [f"{where}: {answer.status}"]
        found += sideways(page, where)
        walk.found(page.evaluate(LINKS), address)
    return found


def as_somebody(open_browser: OpenBrowser, sign_in: SignIn, home: str, post: Membership) -> Page:
    """A phone on which this person is signed in."""
    page = open_browser(PHONE, scripts=True)
    cookie = sign_in(post).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": home}])
    return page


def test_every_link_from_home_opens_on_a_phone_for_every_role(
    town: Town, sign_in: SignIn, open_browser: OpenBrowser, live_server: Any, clock: Any
) -> None:
    posts = at_work(town)
    clock.shift(later(hours=3) - later())
    found, visited = [], set[str]()
    for role, post in posts.items():
        page = as_somebody(open_browser, sign_in, live_server.url, post)
        found += walked(page, role, visited)
        page.context.close()
    assert not found, "\n".join(found)
    assert len(visited) > 50, sorted(visited)
