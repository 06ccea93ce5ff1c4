"""A text of any length is broken into lines in time that grows with its length, not with its square.

For every line WeasyPrint measures four times as many characters as are wide as the line. Where these do not bring it
to the next place to break (a run of letters without a blank, or letters much narrower than high), it measures all that
is left: 60,000 letters took minutes. No line holds `ENOUGH` characters, so that these tell where the first one ends.

`install()` replaces the function of WeasyPrint by which a line is cut off. It is written for WeasyPrint 70, as
`documents.engine.justification` is.
"""

from typing import Any

from weasyprint.layout import inline

# A line of the type area has 156 mm; the narrowest letters of the smallest size on paper (8 pt) take about 0.7 mm.
ENOUGH = 600

_cut_from_all = inline.split_first_line


def install() -> None:
    inline.split_first_line = split_first_line


def split_first_line(text: str, style: Any, context: Any, max_width: Any, *others: Any, **more: Any) -> Any:
    """The first line of a text, as WeasyPrint gives it: only so many characters are looked at as decide about it."""
    if len(text) > ENOUGH:
        found = _cut_from_all(text[:ENOUGH], style, context, max_width, *others, **more)
        _layout, _length, resume_at, *_size = found
        if resume_at is not None:  # there is a second line: the first one is whole
            return found
    return _cut_from_all(text, style, context, max_width, *others, **more)
