"""How tests tell the words of the interface from those of the product's data on a page."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from cases.demands.models import Case, DutyItem, IntakeItem, PlanStep, Result
from parties.models import District, Enterprise, Organisation, User
from workflow.models import Event, EventBody

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")  # characters, and punctuation as wide as they are
# Words of two letters and more; kinds of files and units of size have no Chinese names.
ENGLISH = re.compile(
    r"(?<![A-Za-z])(?!(?:Excel|Word|PowerPoint|WPS|PDF|OFD|ZIP|JPEG|PNG|WebP|GIF|HEIC|xlsx|csv|gz|MB|KB)(?![A-Za-z]))[A-Za-z]{2,}"
)
DATA = re.compile(rf"{CHINESE.pattern}|\d")  # codes of the program have neither Chinese in them nor figures
SPOKEN = ("title", "placeholder", "aria-label", "alt")
SILENT = ("script", "style")
# What events say is written once, in Chinese; so are names; what people wrote is as they wrote it.
STORED = (District, Organisation, Enterprise, User, DutyItem, Case, PlanStep, Result, IntakeItem)


class _Words(HTMLParser):
    """The texts of a page and the attributes that are read out; parts marked as of another language are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.language = ""
        self.skipped = ""  # the tag that is being left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "html":
            self.language = named.get("lang") or ""
        elif not self.skipped and ("lang" in named or tag in SILENT):
            self.skipped = tag
        if not self.skipped:
            self.words += [value for name in SPOKEN if (value := named.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if tag == self.skipped:
            self.skipped = ""

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.words.append(data)


def language_of(page: str) -> str:
    """What the page says of its own language."""
    parser = _Words()
    parser.feed(page)
    return parser.language


def words_in(page: str, letters: re.Pattern[str], *, data: re.Pattern[str]) -> list[str]:
    """The words of the interface on this page that have such letters; what is data does not count."""
    parser = _Words()
    parser.feed(page)
    own = (data.sub("", " ".join(words.split())) for words in parser.words)
    return [words for words in own if letters.search(words)]


def stored_words() -> re.Pattern[str]:
    """Every text in the database, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(_stored_lines(), key=len, reverse=True))) or "(?!)")


def _stored_lines() -> set[str]:
    """Every Chinese text in the database that is no word of the interface, line by line.

    Names of categories are left out, the catalogue has them; so are codes as of states, which nobody should ever see.
    """
    texts: list[str] = []
    for model in STORED:
        for row in model.objects.values():
            texts += [text for value in row.values() for text in _texts(value)]
    for text in EventBody.objects.values_list("text", flat=True):
        texts += _texts(json.loads(text))
    aliases = list(Case.objects.filter(identity="HIDDEN").values_list("alias", flat=True))
    for who in map(json.loads, Event.objects.values_list("actor", flat=True)):
        role, place = who["role_text"], who["organisation"]
        texts += [f"{role} · {place}", f"{place} · {role}"]
        texts += [f"{role} · {alias}" for alias in aliases]
    return {" ".join(line.split()) for text in texts for line in text.splitlines() if DATA.search(line)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
