"""How figures, numerals and marks stand on paper."""

from collections.abc import Iterable

from django import template

from documents.content.bulletin import Measure

register = template.Library()

NOTHING = "—"
MARK_WIDTH = 442.2  # points: the type area is 156 mm wide
MARK_SPACED = 1.06  # of the size, for each character of a mark
SHORT = 400  # characters: a cell of a form that a page holds, and that is not divided
NUMERALS = "零一二三四五六七八九"


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
def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese, as before topics and headings: 3 is 三, 12 is 十二, 20 is 二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return (NUMERALS[tens] if tens > 1 else "") + "十" + (NUMERALS[ones] if ones else "")


@register.filter
def fitted(mark: str, largest: int) -> str:
    """The size, in points, at which a mark fills one line of the type area, `largest` at most."""
    return f"{min(float(largest), MARK_WIDTH / MARK_SPACED / max(len(mark), 1)):.1f}pt"


@register.filter
def are_long(lines: Iterable[str]) -> bool:
    """Whether a row with these paragraphs may go on on the next page: kept whole, it would leave half a page empty."""
    return sum(map(len, lines)) > SHORT
