"""A text that somebody typed holds the worker no longer than its length asks for, whatever it is made of."""

import time

import pytest

from documents.engine import justification, long_texts
from documents.engine.rendering import render
from tests.paper import ISSUED, SAID, WIDTH, Sheet, minutes, printed, words

pytestmark = pytest.mark.every_page


def seconds(characters: int) -> float:
    """What this process takes for so many characters between which no line may break."""
    content = minutes(opening=("W" * characters, "，" * characters))
    begun = time.process_time()
    render(content, ISSUED)
    return time.process_time() - begun


def test_four_times_the_characters_without_a_place_to_break_take_no_eight_times_as_long() -> None:
    printed(minutes())  # what a process does once
    assert seconds(12000) < 8 * seconds(3000)


def test_lines_of_a_long_text_are_cut_where_weasyprint_cuts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SAID * 8 + "W" * 900 + "i. " * 400 + "The power company answers within twenty working days. " * 15
    pdf = printed(minutes(opening=(text,)))
    monkeypatch.setattr("weasyprint.layout.inline.split_first_line", long_texts._cut_from_all)
    assert render(minutes(opening=(text,)), ISSUED).pdf == pdf
    assert "W" * 900 in words(pdf)


def test_no_line_holds_as_many_characters_as_are_looked_at() -> None:
    """The narrowest letters, in the smallest size of a text on paper."""
    printed(minutes())
    line = max(Sheet(printed(minutes(opening=("i" * 400,))), 1).lines, key=lambda line: len(line.text))
    assert line.right <= WIDTH
    assert len(line.text) * 16 / 8 < long_texts.ENOUGH
    assert justification.inline.split_first_line is long_texts.split_first_line
