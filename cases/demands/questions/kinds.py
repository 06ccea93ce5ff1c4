"""What a category and a question are. Pure; checking and drawing the fields is the form's business."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise
Choice = tuple[str, Text, Text]  # value, label, help under the label


@dataclass(frozen=True)
class Category:
    """What a demand is about. The hint answers “怎么写更快办成？” with one example."""

    code: str
    name: Text
    hint: Text


@dataclass(frozen=True)
class Question:
    """One field of the page “说明情况”. Lengths are in characters; 0 means that nothing is asked of the length."""

    key: str
    label: Text
    kind: Literal["text", "long", "number", "date", "choice"]
    required: bool
    hint: Text = ""
    unit: Text = ""
    choices: tuple[Choice, ...] = ()
    minimum_length: int = 0
    maximum_length: int = 0
