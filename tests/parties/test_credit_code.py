"""Unified social credit codes, as published in public texts."""

import pytest

from parties.credit_code import Fault, Verdict, check, fault_of, normalise, sentence


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000101623741K", "911101066976941872"])
def test_a_published_code_is_valid(code):
    assert check(code) == Verdict.VALID


@pytest.mark.parametrize("code", ["91350211M0000XUF46", "91310115MA1H8R7C6D"])
def test_a_wrong_check_digit_is_told_from_a_wrong_shape(code):
    assert check(code) == Verdict.WRONG_CHECK_DIGIT


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y4",
        "9135010OM000100Y43",
        "91350100m000100y43x",
        "",
        "91350100-M000100Y43",
        "91350100M000100Y4三",
        "9135010٣M000100Y43",
    ],
)
def test_a_code_of_another_shape_is_malformed(code):
    assert check(code) == Verdict.MALFORMED


@pytest.mark.parametrize(
    "code",
    ["91350100m000100y43", " 91350100M000100Y43\n", "9135 0100 M000 100Y43", "９１３５０１００Ｍ０００１００Ｙ４３"],
)
def test_spelling_does_not_matter(code):
    assert check(code) == Verdict.VALID
    assert normalise(code) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", Fault.EMPTY),
        ("9.11101E+17", Fault.MANGLED),
        ("１５０６０２００００１２３４５", Fault.OLD_NUMBER),
        ("1506020001234", Fault.OLDER_NUMBER),
        ("10162374-1", Fault.CHARACTERS),
        ("101623741", Fault.ORGANISATION_CODE),
        ("企独蒙字第000123号", Fault.LICENCE_TEXT),
        ("91350100M000100Y4", Fault.LENGTH),
        ("9135010OM000100Y43", Fault.LETTERS),
        ("91A50100M000100Y43", Fault.REGION),
        ("91350211M0000XUF46", Fault.CHECK_DIGIT),
        ("91350100M000100Y43", None),
    ],
)
def test_a_code_says_what_is_wrong_with_it(code, fault):
    assert fault_of(code) == fault
    assert bool(str(sentence(code))) is (fault is not None)


def test_letters_that_a_code_never_has_are_named_with_what_they_look_like():
    assert str(sentence("9I35010OM000100Y43")) == "代码里不会有字母 I、O，请核对是否看错（I→1、O→0）"
