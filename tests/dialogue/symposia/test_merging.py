"""Two recorders at once: what each of them wrote is in the merged text, whatever the other did."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.symposia import markup
from dialogue.symposia.markup import CHOICE
from dialogue.symposia.merging import Conflict, Merged, merge, with_numbers_of

pytestmark = pytest.mark.every_page  # no database is asked

BASE = "甲\n乙\n丙"


def test_what_only_one_of_two_changed_is_taken() -> None:
    assert merge(BASE, "甲一\n乙\n丙", "甲\n乙\n丙二\n丁") == Merged("甲一\n乙\n丙二\n丁")
    assert merge(BASE, "甲\n丙", "甲\n乙\n丙\n丁") == Merged("甲\n丙\n丁")


def test_neighbouring_paragraphs_do_not_disturb_each_other() -> None:
    assert merge(BASE, "甲一\n乙\n丙", "甲\n乙二\n丙") == Merged("甲一\n乙二\n丙")
    assert merge(BASE, "甲一\n乙一\n丙", "甲\n乙二\n丙").text == "甲一\n【待选】乙二\n【待选】乙一\n丙"


def test_what_both_added_at_one_place_stands_one_after_the_other() -> None:
    assert merge(BASE, "甲\n乙\n丙\n我的", "甲\n乙\n丙\n他的") == Merged("甲\n乙\n丙\n他的\n我的")


def test_a_paragraph_that_both_changed_is_kept_twice_to_be_chosen_from_and_is_a_fault_until_then() -> None:
    merged = merge(BASE, "甲\n乙一\n丙", "甲\n乙二\n丙")
    assert merged == Merged("甲\n【待选】乙二\n【待选】乙一\n丙", (Conflict(("乙一",), ("乙二",)),))
    assert [fault.line for fault in markup.parse(merged.text).faults] == [2, 3]


def test_what_one_took_out_and_the_other_changed_is_kept() -> None:
    assert merge(BASE, "甲\n丙", "甲\n乙二\n丙") == Merged("甲\n【待选】乙二\n丙", (Conflict((), ("乙二",)),))


def test_an_item_keeps_the_number_that_it_was_given_while_its_writer_went_on() -> None:
    base = "说过的话\n【任务3】答复企业\n【任务4】另一项"
    typed = "说过的话\n【任务】答复企业｜牵头：甲局\n【任务】另一项\n【任务】第三项"
    assert with_numbers_of(base, typed) == ("说过的话\n【任务3】答复企业｜牵头：甲局\n【任务4】另一项\n【任务】第三项")
    twice = "【任务】答复企业\n【任务3】答复企业"
    assert with_numbers_of("【任务3】答复企业", twice) == twice
    assert with_numbers_of("【任务3】答复企业", "【任务】完全不同的一件事情") == "【任务】完全不同的一件事情"


TEXTS = st.lists(st.sampled_from(["甲", "乙", "丙", "", "【任务1】丁"]), max_size=6)


@st.composite
def edited(draw: st.DrawFn, base: list[str], name: str) -> list[str]:
    """The base after some edits, each of which leaves words that only this person wrote."""
    lines = list(base)
    for step in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["add", "change", "take out"])):
            case "change" if at < len(lines):
                lines[at] = f"{lines[at]}{name}{step}"
            case "take out" if at < len(lines):
                del lines[at]
            case _:
                lines.insert(at, f"{name}{step}")
    return lines


@st.composite
def three(draw: st.DrawFn) -> tuple[str, str, str]:
    base = draw(TEXTS)
    return "\n".join(base), "\n".join(draw(edited(base, "我"))), "\n".join(draw(edited(base, "他")))


@given(three())
@settings(max_examples=400, deadline=None)
def test_no_paragraph_that_either_wrote_is_ever_lost(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    merged = merge(base, mine, theirs)
    kept = [line.removeprefix(CHOICE) for line in merged.text.split("\n")]
    for text in (mine, theirs):
        for line in text.split("\n"):
            if line not in base.split("\n"):
                assert line in kept
    # nothing is invented either, and nothing is marked that not both had changed
    assert set(kept) <= {*base.split("\n"), *mine.split("\n"), *theirs.split("\n"), ""}
    assert (CHOICE in merged.text) <= bool(merged.conflicts)


@given(three())
@settings(max_examples=100, deadline=None)
def test_one_alone_loses_nothing_and_gains_nothing(texts: tuple[str, str, str]) -> None:
    base, mine, _theirs = texts
    assert merge(base, mine, base) == merge(base, base, mine) == merge(base, mine, mine) == Merged(mine)
