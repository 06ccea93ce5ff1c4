"""The number a demand is known by: year, district, six random digits and a check digit, “2026-150602-4839167”.

The digits are random on purpose. A running count would tell every firm how many demands there are, in which order they
came and which neighbouring number to try; a random one leaks nothing. That no number is given twice is promised by the
table's unique constraint, and the caller draws again.
"""

import re
import secrets
from random import Random

from stdnum.iso7064 import mod_11_10

_SYSTEM_RANDOM = secrets.SystemRandom()
_SHAPE = re.compile(r"([0-9]{4})-([0-9]{6})-([0-9]{7})")


def new_number(year: int, district_code: str, *, random: Random = _SYSTEM_RANDOM) -> str:
    """A number for a demand of this year and district (GB/T 2260 code, six digits); ValueError for anything else.

    The check digit is ISO 7064 Mod 11,10 over all digits before it: one wrong digit is always noticed.
    """
    head = f"{year}-{district_code}-{random.randrange(10**6):06d}"
    number = head + str(mod_11_10.calc_check_digit(_digits(head)))
    if not _SHAPE.fullmatch(number):
        raise ValueError("a demand number needs a year of four digits and a district code of six")
    return number


def is_valid(number: str) -> bool:
    """Whether the number has the shape and the right check digit. Whether such a demand exists is not asked."""
    return bool(_SHAPE.fullmatch(number)) and bool(mod_11_10.is_valid(_digits(number)))


def _digits(number: str) -> str:
    return number.replace("-", "")
