"""What enterprises are asked: the kinds of question, the sets we ship, how sets are stored and answers are read."""

from cases.demands.questions.answers import answer_lines
from cases.demands.questions.kinds import Category, Question
from cases.demands.questions.shipped import CATEGORIES, COMMON, COMMON_KEYS, QUESTIONS, shipped
from cases.demands.questions.stored import as_data, from_data

__all__ = [
    "CATEGORIES",
    "COMMON",
    "COMMON_KEYS",
    "QUESTIONS",
    "Category",
    "Question",
    "answer_lines",
    "as_data",
    "from_data",
    "shipped",
]
