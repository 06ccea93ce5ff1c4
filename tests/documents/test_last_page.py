"""The last page carries text: 版记, date and notes never stand there by themselves (GB/T 9704-2012, 7.4)."""

from dataclasses import replace
from typing import Any

import pytest

from documents.content.base import Imprint
from documents.content.minutes import Attendant
from documents.engine.rendering import render
from documents.enums import DocumentKind
from documents.samples import SAMPLES
from tests.paper import HEIGHT, ISSUED, minutes, printed, sheets

pytestmark = pytest.mark.every_page

COPIES = ("市委办公室", "市政协办公室")
SOMEBODY = Attendant(name="张建国")


def on_the_last_page(imprint: Imprint, paragraphs: int, **more: Any) -> tuple[int, list[str]]:
    """How many pages there are, and what the last one says above 版记, in the size of the text."""
    pages = sheets(printed(minutes(opening=("正文。",) * paragraphs, copies_to=COPIES, **more), imprint))
    foot = [line.baseline for line in pages[-1].lines if line.size == 14 and line.baseline < HEIGHT]
    assert len(foot) == 2
    return len(pages), [line.text for line in pages[-1].lines if line.size == 16 and line.baseline < foot[0]]


@pytest.mark.parametrize(
    ("imprint", "full"), [(ISSUED, 25), (ISSUED, 3), (Imprint(), 27)], ids=["second page", "first page", "draft"]
)
def test_where_the_foot_does_not_fit_the_end_of_the_text_goes_over_with_it(imprint: Imprint, full: int) -> None:
    """`full` paragraphs, and the date, fill a page down to the foot; with two more they fill it without the foot."""
    before, _text = on_the_last_page(imprint, full)
    date = ["2026年11月20日"] if imprint.issued_on else []
    for more in (1, 2):
        assert on_the_last_page(imprint, full + more) == (before + 1, ["正文。", *date])


@pytest.mark.parametrize(("paragraphs", "present"), [(17, 40), (25, 1)], ids=["line", "paragraph"])
def test_of_those_present_a_line_or_the_whole_of_one_goes_over(paragraphs: int, present: int) -> None:
    _pages, text = on_the_last_page(ISSUED, paragraphs, present=(SOMEBODY,) * present)
    assert text == (["国。", "2026年11月20日"] if present > 1 else ["出席：张建国。", "2026年11月20日"])


def test_a_note_of_missing_characters_does_not_begin_a_page() -> None:
    """22 paragraphs, date, note and foot fill the second page."""
    assert on_the_last_page(ISSUED, 22, place="😀")[0] == 2
    assert on_the_last_page(ISSUED, 23, place="😀") == (3, ["正文。", "2026年11月20日"])


def test_a_letter_has_its_note_of_missing_characters_on_its_last_page() -> None:
    letter: Any = SAMPLES[DocumentKind.REPLY]
    short = replace(letter.content, attachments=(), remedies=("😀",))
    last = sheets(render(short, letter.imprint).pdf)[-1]
    assert last.line("注：“〓”代替字库未收的字符U+1F600").baseline > last.line("特此函复。").baseline
