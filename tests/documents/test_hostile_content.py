"""Whatever somebody typed is printed as it was typed: it is never markup, never an address, never runs off the page."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
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
from documents.engine.rendering import Rendered, render

pytestmark = pytest.mark.every_page

MARKUP = '<img src="file:///etc/hostname"><a href="https://x.test/">&amp;</a></style><script>1</script>{{x}}'
ODD = "甲\u202e乙\u202c\u200b\x00\x07丙"  # turned around, nothing, no text at all
LONG = "W" * 150
WORDS = {"markup": MARKUP, "odd": ODD, "long": LONG}
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


def filled(kind: Any, words: str) -> Any:
    """A value of this type whose every text is `words` and whose every row is there once."""
    match kind:
        case msgspec.inspect.StrType():
            return words
        case msgspec.inspect.BoolType():
            return True
        case msgspec.inspect.IntType():
            return 1
        case msgspec.inspect.FloatType():
            return 1.0
        case msgspec.inspect.DateType():
            return DAY
        case msgspec.inspect.DateTimeType():
            return datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
        case msgspec.inspect.EnumType():
            return next(iter(kind.cls))
        case msgspec.inspect.LiteralType():
            return kind.values[0]
        case msgspec.inspect.NoneType():
            return None
        case msgspec.inspect.VarTupleType():
            return (filled(kind.item_type, words),)
        case msgspec.inspect.TupleType():
            return tuple(filled(one, words) for one in kind.item_types)
        case msgspec.inspect.UnionType():
            return filled(next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType)), words)
        case msgspec.inspect.DataclassType():
            return kind.cls(**{field.name: filled(field.type, words) for field in kind.fields})
    raise NotImplementedError(kind)


def made(name: str, words: str) -> tuple[Content, Rendered]:
    content = filled(msgspec.inspect.type_info(CONTENTS[name]), words)
    return content, render(content, Imprint(number=words, issued_on=DAY, version=2, replaces=words))


def printed(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def beyond(pdf: bytes) -> Iterator[tuple[int, str]]:
    """Pages and characters that stand over the edge of the paper."""
    for number, page in enumerate(pypdfium2.PdfDocument(pdf), start=1):
        width, height = page.get_size()
        text = page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if left < -0.5 or bottom < -0.5 or right > width + 0.5 or top > height + 0.5:
                yield number, text.get_text_range(index, 1)


@pytest.mark.parametrize("name", CONTENTS)
def test_text_of_any_kind_of_document_is_never_markup(name: str) -> None:
    content, rendered = made(name, MARKUP)
    text = printed(rendered.pdf)
    for part in ('<imgsrc="file:///etc/hostname">', "&amp;", "</style><script>1</script>", "{{x}}"):
        assert part in text, part
    pdf = pikepdf.open(BytesIO(rendered.pdf))
    kinds = [str(one.get("/Subtype", "")) for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]
    assert "/Link" not in kinds
    assert not {"/JavaScript", "/JS", "/OpenAction", "/AA", "/Launch"} & {
        str(key) for one in pdf.objects if isinstance(one, pikepdf.Dictionary | pikepdf.Stream) for key in one
    }
    (attached,) = pdf.attachments.values()
    assert json.loads(attached.get_file().read_bytes())["content"]["title"] == content.title == MARKUP
