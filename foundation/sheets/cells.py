"""What stands in one cell of a table that people filled in."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused

EXCEL_DIGITS = 15  # of a number that Excel keeps; it writes noughts for the rest

_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # all but tabulator and line ends; NUL is refused
_LINE_END = re.compile(r"_x000[Dd]_\n?|\r\n?")  # Excel writes a carriage return as _x000D_, also into a CSV file
_MANGLED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)


def cell_text(value: Any) -> str:
    """A cell as a person reads it: a whole number without a decimal point, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def clean(text: str) -> tuple[str, bool]:
    """The text with line ends as \\n, without control characters and outer blanks; and whether any were left out.

    Raises Refused for what shows that the row is damaged.
    """
    if "\0" in text:
        raise Refused("row", _("含有空字符（NUL），这一行可能已损坏"))
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Refused("row", _("有字节不属于文件的编码，这一行可能已损坏"))
    kept, left_out = _CONTROL.subn("", _LINE_END.sub("\n", text))
    return kept.strip(), bool(left_out)


def is_mangled(value: Any, text: str) -> bool:
    """Whether a spreadsheet program took a long number for one to count with, so that digits of it are lost."""
    return bool(_MANGLED.fullmatch(text)) or (isinstance(value, int | float) and len(text) > EXCEL_DIGITS)
