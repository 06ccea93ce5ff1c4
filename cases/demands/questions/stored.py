"""Questions as the table of sets keeps them, and back."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils import translation

from cases.demands.questions.kinds import Question, Text
from cases.demands.questions.shipped import COMMON, QUESTIONS


def as_data(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The questions as they are stored, their texts in Chinese."""
    with translation.override("zh-hans"):
        return [
            {
                "key": question.key,
                "label": str(question.label),
                "kind": question.kind,
                "required": question.required,
                "hint": str(question.hint),
                "unit": str(question.unit),
                "choices": [[value, str(label), str(line)] for value, label, line in question.choices],
                "minimum_length": question.minimum_length,
                "maximum_length": question.maximum_length,
            }
            for question in questions
        ]


def from_data(data: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The stored questions. A text that we ship reads in the reader's language, any other as it was typed."""
    texts, units = _shipped_texts()
    return tuple(
        Question(
            entry["key"],
            texts.get(entry["label"], entry["label"]),
            entry["kind"],
            required=entry["required"],
            hint=texts.get(entry["hint"], entry["hint"]),
            unit=units.get(entry["unit"], entry["unit"]),
            choices=tuple(
                (value, texts.get(label, label), texts.get(line, line)) for value, label, line in entry["choices"]
            ),
            minimum_length=entry["minimum_length"],
            maximum_length=entry["maximum_length"],
        )
        for entry in data
    )


@lru_cache(maxsize=1)
def _shipped_texts() -> tuple[dict[str, Text], dict[str, Text]]:
    """What we ship by its Chinese: the texts, and the units, which have a context of their own."""
    every = [*COMMON, *(question for questions in QUESTIONS.values() for question in questions)]
    with translation.override("zh-hans"):
        texts = {
            str(text): text
            for question in every
            for text in (
                question.label,
                question.hint,
                *(part for _value, *parts in question.choices for part in parts),
            )
            if text
        }
        return texts, {str(question.unit): question.unit for question in every if question.unit}
