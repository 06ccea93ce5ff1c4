"""JSON becomes form data only when every value has the JSON type its field takes."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from foundation.errors import Refused
from workflow.api import InvalidInputs
from workflow.api_inputs import clean_text, plain_inputs, schema_of, seen_of


class Rows(forms.Field):
    takes_rows_of = ("text", "due_on")


class Amount(forms.CharField):
    takes_numbers = True


FIELDS: dict[str, forms.Field] = {
    "text": forms.CharField(),
    "urgent": forms.BooleanField(required=False),
    "klass": forms.ChoiceField(choices=[("A", "甲"), ("B", "乙")]),
    "on": forms.DateField(),
    "at": forms.DateTimeField(),
    "rows": Rows(),
    "amount": Amount(max_length=20),
    "several": forms.MultipleChoiceField(choices=[("A", "甲"), ("B", "乙")]),
}


def fault(name: str, value: Any) -> str | None:
    """The sentence with which this value is refused, or None."""
    try:
        inputs = plain_inputs({name: value}, FIELDS)
    except InvalidInputs as error:
        faults = error.fields
    else:
        assert inputs == {name: value}
        return None
    assert [*faults] == [name]
    (sentence,) = faults[name]
    return sentence


TEXT, BOOLEAN, ROWS = "这一项应是文字（JSON 字符串）", "这一项应是 true 或 false", "这一项应是由 JSON 对象组成的列表"
LIST = "这一项应是由文字组成的列表"
UNSTORABLE = "含有无法保存的字符"
OTHERS: dict[str, list[Any]] = {
    "text": [1, 1.5, True, [], {}, ["x"]],
    "klass": [1, True, ["A"], {"A": "A"}],
    "on": [20261123, ["2026-11-23"]],
    "at": [1_795_000_000, 1.5, False],
    "urgent": [0, 1, "true", "false", "", "on", [], {}],
    "rows": ["x", 1, True, {}, {"text": "x"}, ["x"], [["x"]], [None], [1]],
    "amount": [True, [300], {"n": 300}],
    "several": ["A", 1, True, {}, [1], ["A", None], [["A"]]],
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_value_of_another_type_is_refused(name: str) -> None:
    sentence = {"urgent": BOOLEAN, "rows": ROWS, "several": LIST}.get(name, TEXT)
    assert [fault(name, value) for value in OTHERS[name]] == [sentence] * len(OTHERS[name])


def test_values_of_the_type_of_their_field_pass_unchanged() -> None:
    good: dict[str, list[Any]] = {
        "text": ["", "甲", "\n\t", "x" * 100_000, "\U0001f600", "￿"],
        "urgent": [True, False],
        "klass": ["A", "no such choice"],
        "rows": [[], [{}], [{"text": "x", "due_on": "2026-11-23"}], [{"text": None}]],
        "amount": ["300", 300, 18.6, -1, 10**400],
        "several": [[], ["A"], ["A", "no such choice"]],
    }
    for name, values in good.items():
        assert [fault(name, value) for value in [*values, None]] == [None] * (len(values) + 1)


@pytest.mark.parametrize("text", ["\x00", "甲\x00", "\ud800", "\udfff乙", "\udc00\ud800"])
def test_text_that_no_database_keeps_is_refused_wherever_it_stands(text: str) -> None:
    assert [fault(name, text) for name in ("text", "klass", "on", "at", "amount")] == [UNSTORABLE] * 5
    assert fault("rows", [{"text": "x"}, {"text": text}]) == UNSTORABLE
    assert fault("several", ["A", text]) == UNSTORABLE
    with pytest.raises(Refused, match=UNSTORABLE):
        clean_text("q", text)


def test_rows_have_the_parts_of_a_row_and_no_others() -> None:
    assert fault("rows", [{"text": "x", "state": "y"}]) == "列表中的对象只能有：text、due_on"
    assert fault("rows", [{"text": {"x": 1}}]) == fault("rows", [{"due_on": 20261123}]) == TEXT


def test_several_faults_are_told_together() -> None:
    with pytest.raises(InvalidInputs) as error:
        plain_inputs({"text": 1, "urgent": "x", "klass": "A"}, FIELDS)
    assert error.value.fields == {"text": [TEXT], "urgent": [BOOLEAN]}


def test_an_unknown_name_is_refused_and_repeated_only_in_part() -> None:
    for name, told in (("state", "state"), ("x" * 1000, "x" * 60), ("\ud800", "?"), ("", "")):
        with pytest.raises(Refused, match="没有这一项") as error:
            plain_inputs({"text": "x", name: "y"}, FIELDS)
        assert error.value.field == told


def test_names_beside_the_fields_are_let_by_and_left_out() -> None:
    assert plain_inputs({"text": "x", "seen": [1]}, FIELDS, also=frozenset({"seen"})) == {"text": "x"}


@pytest.mark.parametrize("body", [None, [], "x", 1, True, QueryDict("text=x"), QueryDict()])
def test_a_body_is_a_json_object(body: Any) -> None:
    with pytest.raises(Refused, match="JSON 对象"):
        plain_inputs(body, FIELDS)


@pytest.mark.parametrize("seen", [0, 1, 2**31 - 1])
def test_a_sequence_that_was_seen_is_a_small_whole_number(seen: int) -> None:
    assert seen_of({"seen": seen}) == seen


@pytest.mark.parametrize("body", [{}, {"seen": None}, [], None, "seen"])
def test_no_sequence_is_none(body: Any) -> None:
    assert seen_of(body) is None


@pytest.mark.parametrize("seen", ["1", 1.0, True, -1, 2**31, 10**40, [1], {"seen": 1}])
def test_anything_else_is_no_sequence(seen: Any) -> None:
    with pytest.raises(Refused) as error:
        seen_of({"seen": seen})
    assert error.value.field == "seen"


def test_the_schema_of_a_form_says_types_lengths_and_what_is_required() -> None:
    drawn = schema_of("Drawn", FIELDS)().fields
    assert {name: type(field).__name__ for name, field in drawn.items()} == {
        "text": "CharField",
        "urgent": "BooleanField",
        "klass": "ChoiceField",
        "on": "DateField",
        "at": "DateTimeField",
        "rows": "ListField",
        "amount": "CharField",
        "several": "ListField",
    }
    assert {name for name, field in drawn.items() if not field.required} == {"urgent"}
    assert drawn["amount"].max_length == 20
    assert list(drawn["klass"].choices) == ["A", "B"]
