"""Words of official documents: numerals of headings, people with their posts, sentences that end."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from django import template

register = template.Library()

DIGITS = "零一二三四五六七八九"


class Person(Protocol):
    name: str
    post: str


@register.filter
def person(one: Person) -> str:
    return f"{one.name}（{one.post}）" if one.post else one.name


@register.filter
def people(several: Iterable[Person]) -> str:
    return "、".join(map(person, several))


@register.filter
def numeral(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十, 105 → 一百零五; for numbers from 1 to 999."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")


@register.filter
def sentence(words: str) -> str:
    """The words with a full stop, unless they end with a sign of their own."""
    words = words.strip()
    return words if not words or words[-1] in "。！？；：…”）.!?;:" else f"{words.rstrip('，、,')}。"


@register.filter
def running(several: Sequence[str]) -> str:
    """“（一）用地；（二）用电。”: one behind the other in a paragraph; one alone without a number, none as nothing."""
    words = [one.strip().rstrip("。；;") for one in several]
    said = "；".join(f"（{numeral(n)}）{one}" for n, one in enumerate(words, start=1)) if words[1:] else "".join(words)
    return said if not said or said[-1] in "！？!?…" else f"{said}。"
