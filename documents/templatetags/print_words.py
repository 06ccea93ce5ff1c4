"""Figures of tables, and what a form keeps on one page."""

from collections.abc import Iterable

from django import template

from documents.content.bulletin import Measure

register = template.Library()

NOTHING = "—"
SHORT = 400  # characters: a cell of a form that a page holds, and that is not divided


@register.filter
def figure(value: int | None, measure: str) -> str:
    """`9785` as a rate or a score is 97.85; `None` is a dash; places won and lost have arrows."""
    if value is None:
        return NOTHING
    match measure:
        case Measure.RATE | Measure.SCORE:
            return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
        case Measure.CHANGE:
            return f"{'↑' if value > 0 else '↓'}{abs(value)}" if value else "持平"
    return str(value)


@register.filter
def are_long(lines: Iterable[str]) -> bool:
    """Whether a row with these paragraphs may go on on the next page: kept whole, it would leave half a page empty."""
    return sum(map(len, lines)) > SHORT
