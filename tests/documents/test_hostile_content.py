"""Whatever somebody typed is printed as it was typed: it is never markup, never an address, never runs off the page."""

import importlib
import json
import pkgutil
import unicodedata
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import msgspec
import pikepdf
import pypdfium2
import pytest

from documents import content as kinds_of_content
from documents.content.base import Content, Imprint
from documents.engine.layouts import LAYOUTS
from documents.engine.rendering import render
from tests.paper import outside

pytestmark = pytest.mark.every_page

MARKUP = '<a href="https://x.test">&amp;</style>{{x}}'
ODD = "甲\u202e乙\u202c\u200b\x00\x07丙"  # turned around, of no width, no character of a text at all
UNBROKEN = "W" * 40  # wider than a line
WORDS = f"{MARKUP}{ODD}{UNBROKEN}"
DAY = date(2026, 11, 23)


def contents() -> dict[str, type[Content]]:
    """The class of content of each kind that has a layout."""
    for module in pkgutil.iter_modules(kinds_of_content.__path__, kinds_of_content.__name__ + "."):
        importlib.import_module(module.name)
    waiting, found = [Content], {}
    while waiting:
        waiting += waiting[0].__subclasses__()
        one = waiting.pop(0)
        if getattr(one, "kind", None) in LAYOUTS:
            found[str(one.kind)] = one
    return found


CONTENTS = contents()


def filled(kind: Any) -> Any:
    """A value of this type whose every text is WORDS, with one row of everything."""
    match kind:
        case msgspec.inspect.StrType():
            return WORDS
        case msgspec.inspect.BoolType():
            return True
        case msgspec.inspect.IntType():
            return 1
        case msgspec.inspect.DateType():
            return DAY
        case msgspec.inspect.DateTimeType():
            return datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
        case msgspec.inspect.EnumType():
            return getattr(kind.cls, "RATE", next(iter(kind.cls)))  # the one column of a table that has all figures
        case msgspec.inspect.VarTupleType():
            return (filled(kind.item_type),)
        case msgspec.inspect.UnionType():
            return filled(next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType)))
        case msgspec.inspect.DataclassType():
            return kind.cls(**{one.name: filled(one.type) for one in kind.fields})
    raise NotImplementedError(kind)


def printed(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


@pytest.mark.parametrize("name", CONTENTS)
def test_what_was_typed_is_printed_as_text_on_the_page_and_embedded_as_it_was(name: str) -> None:
    content = filled(msgspec.inspect.type_info(CONTENTS[name]))
    rendered = render(content, Imprint(number=WORDS, issued_on=DAY, version=2, replaces=WORDS))
    text = printed(rendered.pdf)
    for part in ('<ahref="https://x.test">', "&amp;", "</style>", "{{x}}", "甲乙〓〓丙", UNBROKEN):
        assert part in text, part
    assert not {character for character in text if unicodedata.category(character) in ("Cc", "Cf")}
    # FandolHei and FandolKai draw 〓 a third of a character wider than the room they give it.
    assert [words for _page, words in outside(rendered.pdf) if not words.endswith("〓")] == []
    pdf = pikepdf.open(BytesIO(rendered.pdf))
    dictionaries = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary)]
    assert not {"/JS", "/OpenAction", "/AA"} & {key for one in dictionaries for key in one}
    assert "/Link" not in [str(one.get("/Subtype")) for one in dictionaries]
    (attached,) = pdf.attachments.values()
    assert type(content).from_plain(json.loads(attached.get_file().read_bytes())["content"]) == content
