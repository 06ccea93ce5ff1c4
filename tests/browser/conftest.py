"""What a browser test stands on: people signed in through the real page, pictures, and faults nobody looks for.

Of every page that anybody opens is remembered: an error in the console, a broken content security policy, a file that
is missing, an answer of the server's own failure, and a request to any other host. At the end there must be none.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from config.demo import loader
from config.demo.accounts import SIGN_IN_WITH
from parties.models import Membership
from tests.factories import NOW, PASSWORD
from workflow.calendar import ZONE

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 1000}
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
SLOW = 15_000  # milliseconds until a page counts as not coming
expect.set_options(timeout=SLOW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the system, silent towards the outside."""
    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {
        **browser_type_launch_args,
        "executable_path": "/usr/bin/chromium",
        "args": quiet,
        "env": {**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"},  # how a box for a date writes it
    }


@pytest.fixture
def clock() -> Iterator[Any]:
    """The server's time starts at NOW and goes on; `clock.shift(...)` jumps ahead. The browser's own is not touched."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


LoadCity = Callable[[int], None]


@pytest.fixture
def load_city(db: None, settings: Any, clock: Any, tmp_path: Path) -> LoadCity:
    """`load_city(100)` is the demonstration with so many demands, on the morning of the day of NOW."""
    settings.DEMO, settings.SEALS_FILE = True, tmp_path / "seals.jsonl"

    def loaded(demands: int) -> None:
        day = NOW.astimezone(ZONE).date()
        assert loader.load(seed=1, as_of=day, demands=demands, progress=lambda done, total: None)

    return loaded


class Faults:
    """What went wrong in any browser of a test without the test looking for it."""

    def __init__(self, home: str) -> None:
        self.home, self.found = home, list[str]()

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser reports every refused form (422) so; `_response` judges answers by what was asked for.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console of {message.page and message.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.home):
            self.found.append(f"asks another host: {request.url}")

    def _response(self, response: Response) -> None:
        page = response.request.resource_type == "document"
        if response.status >= (500 if page else 400):
            self.found.append(f"{response.status}: {response.url}")


@pytest.fixture
def faults(live_server: Any) -> Iterator[Faults]:
    faults = Faults(live_server.url)
    yield faults
    assert faults.found == []


OpenBrowser = Callable[..., Page]


@pytest.fixture
def open_browser(browser: Browser, live_server: Any, faults: Faults) -> Iterator[OpenBrowser]:
    """`open_browser(PHONE)` is an empty page of a browser of its own; scripts run only when asked for."""
    contexts = []

    def opened(viewport: dict[str, int], *, scripts: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            viewport=viewport,
            base_url=live_server.url,
            java_script_enabled=scripts,
            locale="zh-CN",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(SLOW)
        faults.watch(context)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


Person = Callable[..., Page]


@pytest.fixture
def person(open_browser: OpenBrowser, clock: Any) -> Person:
    """`person(town.handler, PHONE)` is the browser of this person, signed in, on the home page.

    `person("qy01", PHONE)` is that of an account of the demonstration.
    """

    def signed_in(who: Membership | str, viewport: dict[str, int], **options: Any) -> Page:
        page = open_browser(viewport, **options)
        page.goto(reverse("login"))
        page.get_by_role("textbox", name="账号").fill(who if isinstance(who, str) else who.user.username)
        page.get_by_label("密码").fill(SIGN_IN_WITH if isinstance(who, str) else PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page).to_have_url(re.compile(rf"{reverse('home')}$"))
        return page

    return signed_in


Picture = Callable[..., Path]


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    """`picture(page, "home")` is the page as a file: in docs/pictures when DIALOGUE_PICTURES=1, else thrown away."""
    shipped = os.environ.get("DIALOGUE_PICTURES") == "1"
    folder = PICTURES if shipped else tmp_path

    def taken(page: Page, name: str, *, whole: bool = True, of: Locator | None = None) -> Path:
        """`whole`: all of a page that is longer than the screen. `of`: this part of it alone."""
        file = folder / f"{name}.png"
        screen = page.viewport_size
        if shipped:  # small arrows and other late images too
            page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement.blur()")
        if whole:  # a taller screen, so that the buttons stand below the text as they do at its end
            page.set_viewport_size({**screen, "height": page.evaluate("document.documentElement.scrollHeight")})
        (of or page).screenshot(path=file, animations="disabled", caret="hide")
        page.set_viewport_size(screen)
        assert not shipped or file.stat().st_size <= 300 * 1024, f"{file} is too large to be shipped"
        return file

    return taken
