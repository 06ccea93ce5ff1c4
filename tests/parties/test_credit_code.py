"""Unified social credit codes, as published in public texts."""

import pytest

from parties.credit_code import Verdict, check, normalise


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
