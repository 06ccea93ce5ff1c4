"""The number of a demand."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.demands.numbers import is_valid, new_number


def test_a_number_carries_year_and_district_and_is_valid():
    number = new_number(2026, "150602")
    assert number.startswith("2026-150602-")
    assert len(number) == len("2026-150602-4839167")
    assert is_valid(number)


def test_a_known_number_is_valid():
    assert is_valid("2026-150602-4839167")


def test_the_same_random_source_gives_the_same_number():
    assert new_number(2026, "150602", random=Random(7)) == new_number(2026, "150602", random=Random(7))


def test_numbers_are_not_a_count():
    numbers = [new_number(2026, "150602") for _ in range(20)]
    assert len(set(numbers)) > 15
    assert numbers != sorted(numbers)


@given(random=st.randoms(use_true_random=False), place=st.integers(0, 18), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(random, place, digit):
    number = new_number(2026, "150602", random=random)
    wrong = number[:place] + digit + number[place + 1 :]
    assert is_valid(wrong) == (wrong == number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "2026-150602-483916",
        "20261506024839167",
        "2026-150602-48391671",
        "2026-150602-4839167\n",
        " 2026-150602-4839167",
        "２０２６-150602-4839167",
        "2026-15060X-4839167",
    ],
)
def test_another_shape_is_not_valid(number):
    assert not is_valid(number)


@pytest.mark.parametrize(("year", "district"), [(26, "150602"), (2026, "1506"), (2026, ""), (2026, "１５０６０２")])
def test_a_number_of_no_year_or_district_is_not_given(year, district):
    with pytest.raises(ValueError):
        new_number(year, district)
