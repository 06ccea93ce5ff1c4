"""Columns of a table, and how a cell is read: whatever people write becomes one canonical text, or a sentence.

Canonical texts are what is compared, shown, kept and written out again, so that an export that comes back unchanged
says that nothing changes.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from parties import credit_code

Read = Callable[[str], str]

SEPARATORS = re.compile(r"[、；;,，\n]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_WHOLE = re.compile(r"\d{1,7}")


@dataclass(frozen=True)
class Column:
    """One column: its key in the program, its header, and how a cell of it is read.

    `choices` are the texts of a closed choice.
    """

    key: str
    header: str
    read: Read
    required: bool = False
    example: str = ""
    note: Any = ""
    choices: tuple[str, ...] = ()
    width: int = 16


def text(cell: str) -> str:
    """One line without outer and repeated blanks."""
    return " ".join(cell.split())


def long_text(cell: str) -> str:
    """Several lines as they are."""
    return cell.strip()


def code(cell: str) -> str:
    """Half-width, upper case, without blanks."""
    return credit_code.normalise(cell)


def plain_code(cell: str) -> str:
    """Half-width, without blanks, as it is written otherwise."""
    return "".join(unicodedata.normalize("NFKC", cell).split())


def phone(cell: str) -> str:
    """Half-width, on one line; how a number is grouped is left alone."""
    return text(unicodedata.normalize("NFKC", cell))


def codes(cell: str) -> str:
    """Several codes, each once and in order, so that the order in which they were typed makes no difference."""
    return "、".join(sorted({code(part) for part in SEPARATORS.split(cell) if part.strip()}))


def names(cell: str) -> str:
    """Several names or codes, each once, in order."""
    return "、".join(sorted({text(part) for part in SEPARATORS.split(cell) if part.strip()}))


def parts(canonical: str) -> list[str]:
    """What `codes` or `names` put together."""
    return [part for part in canonical.split("、") if part]


def day(cell: str) -> str:
    """2026-11-23 of any usual way to write a day."""
    found = _DAY.fullmatch(text(unicodedata.normalize("NFKC", cell)))
    if found is None:
        raise Refused("", _("看不懂日期，请写成 2026-11-23 的样子"))
    year, month, of_month = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, of_month).isoformat()
    except ValueError as error:
        raise Refused("", _("没有这一天")) from error


def whole(cell: str) -> str:
    """A number of people."""
    plain = unicodedata.normalize("NFKC", cell).replace(",", "").strip().removesuffix("人").strip()
    if not _WHOLE.fullmatch(plain):
        raise Refused("", _("请填写整数"))
    return str(int(plain))


def choice(labels: Mapping[str, str]) -> Read:
    """One of these (value → label), written as either."""
    known = {text(label).casefold(): label for label in labels.values()}
    known |= {value.casefold(): label for value, label in labels.items()}

    def read(cell: str) -> str:
        found = known.get(text(unicodedata.normalize("NFKC", cell)).casefold()) or known.get(text(cell).casefold())
        if found is None:
            raise Refused("", _("请从这些里选：%(choices)s") % {"choices": "、".join(labels.values())})
        return found

    return read
