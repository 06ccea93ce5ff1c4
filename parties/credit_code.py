"""Unified social credit codes (GB 32100-2015): one spelling, and what is wrong with a code.

A wrong check digit is a verdict of its own, because real firms are reported to carry such codes: the form warns and
lets an officer override it with a reason. Whether the firm exists is not asked.
"""

import unicodedata
from enum import Enum

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError


class Verdict(Enum):
    """What a check of a code found."""

    VALID = "VALID"
    WRONG_CHECK_DIGIT = "WRONG_CHECK_DIGIT"
    MALFORMED = "MALFORMED"


def normalise(code: str) -> str:
    """The code as it is stored: half-width, upper case, without blanks. Letters that look like digits are kept."""
    return "".join(unicodedata.normalize("NFKC", code).upper().split())


def check(code: str) -> Verdict:
    """The verdict on a code, however it is spelt."""
    normal = normalise(code)
    if not normal.isascii() or not normal.isalnum():
        return Verdict.MALFORMED
    try:
        uscc.validate(normal)
    except InvalidChecksum:
        return Verdict.WRONG_CHECK_DIGIT
    except ValidationError:
        return Verdict.MALFORMED
    return Verdict.VALID
