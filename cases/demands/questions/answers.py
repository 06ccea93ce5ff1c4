"""Answers as they are read.

An answer is kept as the text the form cleaned: a number as plain digits ("300", "18.6"), a date as ISO 8601
("2026-12-28"), a choice as its value.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from cases.demands.questions.kinds import Question
from cases.demands.questions.shipped import COMMON_KEYS
from workflow.time_left import long_day


def answer_lines(questions: Iterable[Question], answers: Mapping[str, object]) -> list[tuple[str, str]]:
    """The answered questions in the order they were asked, each as (label, text to read).

    What was left empty is left out. A choice that no longer exists is shown by its value, a date that cannot be read
    as it stands: an old answer is never hidden. The common questions are not repeated; the case shows them itself.
    """
    return [
        (str(question.label), _shown(question, str(answers[question.key])))
        for question in questions
        if question.key not in COMMON_KEYS and answers.get(question.key) not in (None, "")
    ]


def _shown(question: Question, answer: str) -> str:
    if question.kind == "choice":
        return next((str(label) for value, label, _help in question.choices if value == answer), answer)
    if question.kind == "date":
        return _day(answer)
    return f"{answer} {question.unit}" if question.unit else answer


def _day(answer: str) -> str:
    try:
        return long_day(date.fromisoformat(answer))
    except ValueError:
        return answer
