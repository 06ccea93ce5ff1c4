"""Chinese lines are filled: WeasyPrint stretches spaces only, which Chinese has not, so that its lines end ragged.

`install()` replaces the function of WeasyPrint by which a line is justified. It is written for WeasyPrint 70;
`tests/documents/test_justification.py` fails when another version comes or when two full lines end apart.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import create_layout

OPENED_AT_MOST = 0.35  # of the font size, for each character; a line that needs more stays short
CHINESE = range(0x2E80, 0x40000)

_stretch_spaces = inline.justify_line


def install() -> None:
    inline.justify_line = justify_line


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """The rest of a line is spread over its characters when most of them are Chinese, and over its spaces otherwise."""
    texts = list(_texts(line))
    length = sum(len(text.text) for text in texts)
    chinese = sum(ord(character) in CHINESE for text in texts for character in text.text)
    if length < 2 or chinese < length / 2:
        _stretch_spaces(context, line, extra_width)
        return
    extra = extra_width / (length - 1)
    if extra <= OPENED_AT_MOST * line.style["font_size"]:
        _spread(context, line, extra, 0)


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _spread(context: Any, box: Any, extra: float, shift: float) -> float:
    """Moves the box by `shift` and opens its text by `extra` a character; gives the shift of what follows."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        if box.text:
            style = box.style.copy()
            old = style["letter_spacing"]
            style["letter_spacing"] = (0 if old == "normal" else old) + extra
            box.style = style
            layout = create_layout(box.text, style, context, None, 0)
            layout.deactivate()
            box.pango_layout = layout
            box.width += extra * len(box.text)
            shift += extra * len(box.text)
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += shift
        before = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(context, child, extra, shift)
        box.width += shift - before
    else:
        box.translate(shift, 0)
    return shift
