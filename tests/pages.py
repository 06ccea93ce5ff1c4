"""How tests read pages: the statements of a request, the rows of a table, the fields of a form."""

import re
from html.parser import HTMLParser

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Statements of every page's frame: who is here (session, user, posts), and how many notices are unread; a page that
# counts anyway counts these with the rest, and takes one less.
FRAME = 4


def statements(browser: Client, address: str) -> list[str]:
    """The statements of a GET, once the session is warm; the first three and the last are those of the frame."""
    assert browser.get(address).getvalue()
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.getvalue()
    return [query["sql"] for query in captured.captured_queries]


class _Fields(HTMLParser):
    """The successful controls of every form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        name = named.get("name")
        if tag == "textarea" and name:
            self.area = name
            self.fields[name] = ""
        elif tag == "input" and name and (named.get("type") not in ("radio", "checkbox") or "checked" in named):
            self.fields[name] = named.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""


def fields(page: str) -> dict[str, str]:
    """What a browser would send back for the inputs and text areas of a page, by name."""
    parser = _Fields()
    parser.feed(page)
    return parser.fields


def text(page: str) -> str:
    """The words of a page without its markup, spaces made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()
