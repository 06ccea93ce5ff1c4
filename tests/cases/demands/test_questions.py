"""The questions a firm is asked, and how its answers are shown again."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from cases.demands.questions import CATEGORIES, COMMON, QUESTIONS, Category, Question, answer_lines

ALL_QUESTIONS = [*COMMON, *(question for questions in QUESTIONS.values() for question in questions)]


@pytest.fixture(autouse=True)
def _in_chinese():
    with override("zh-hans"):
        yield


def test_category_codes_are_unique_and_each_has_its_questions():
    codes = [category.code for category in CATEGORIES]
    assert len(set(codes)) == len(codes)
    assert list(QUESTIONS) == codes


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.code)
def test_a_category_asks_few_questions_and_shows_one_example(category: Category):
    assert 2 <= len(QUESTIONS[category.code]) <= 5
    assert str(category.hint).count("例：") == 1


@pytest.mark.parametrize("code", QUESTIONS)
def test_keys_are_unique_within_a_case(code: str):
    keys = [question.key for question in (*COMMON, *QUESTIONS[code])]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("question", ALL_QUESTIONS, ids=lambda question: question.key)
def test_only_a_choice_has_choices_and_its_values_differ(question: Question):
    values = [value for value, _label, _help in question.choices]
    assert (len(values) >= 2) is (question.kind == "choice")
    assert len(set(values)) == len(values)


def test_every_category_has_at_least_one_required_question():
    assert [code for code, questions in QUESTIONS.items() if not any(q.required for q in questions)] == []


def test_a_title_has_sixty_characters_at_most_and_a_description_ten_at_least():
    limits = {question.key: (question.minimum_length, question.maximum_length) for question in COMMON}
    assert limits == {"title": (0, 60), "text": (10, 0), "wanted": (0, 0)}


def test_answers_are_shown_in_the_order_asked_with_labels_and_units():
    answers = {
        "loan_due": "2026-12-28",
        "bank_asked": "REFUSED",
        "amount": "18.6",
        "support": "RENEWAL",
        "use": "支付12月原料采购款，供货合同已签",
    }
    assert answer_lines(QUESTIONS["FINANCE"], answers) == [
        ("需要哪种融资支持？", "到期续贷"),
        ("融资金额", "18.6 万元"),
        ("资金用途", "支付12月原料采购款，供货合同已签"),
        ("原贷款到期日", "2026年12月28日"),
        ("是否已向银行提出？", "已提出，被拒绝"),
    ]


def test_what_was_left_empty_is_left_out_but_a_zero_is_shown():
    assert answer_lines(QUESTIONS["TALENT"], {"matter": "RECRUIT", "people": Decimal("0"), "handled_at": ""}) == [
        ("哪一类事项？", "招工用工"),
        ("涉及人数", "0 人"),
    ]


def test_an_answer_that_can_no_longer_be_read_is_shown_as_it_stands():
    assert answer_lines(QUESTIONS["FINANCE"], {"support": "BARTER", "loan_due": "年底"}) == [
        ("需要哪种融资支持？", "BARTER"),
        ("原贷款到期日", "年底"),
    ]
