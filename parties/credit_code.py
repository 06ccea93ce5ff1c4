"""Unified social credit codes (GB 32100-2015): one spelling, and what is wrong with a code.

A wrong check digit is a verdict of its own, because real firms are reported to carry such codes: the form warns and
lets an officer override it with a reason. Whether the firm exists is not asked.
"""

import re
import unicodedata
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

LENGTH = 18
FORBIDDEN = "IOSVZ"  # letters that GB 32100-2015 leaves out
LOOK_ALIKE = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}
_LATIN = re.compile(r"[0-9A-Z]*")
_MANGLED = re.compile(r"\d(\.\d+)?E\+\d+")


class Verdict(Enum):
    """What a check of a code found."""

    VALID = "VALID"
    WRONG_CHECK_DIGIT = "WRONG_CHECK_DIGIT"
    MALFORMED = "MALFORMED"


class Fault(Enum):
    """What is wrong with a code. Only the last leaves the shape of one."""

    EMPTY = "EMPTY"
    MANGLED = "MANGLED"  # a spreadsheet program made a number of it
    OLD_NUMBER = "OLD_NUMBER"  # 15 digits: registration number of before the reform of 2015 (GS 15-2006)
    OLDER_NUMBER = "OLDER_NUMBER"  # 13 digits: the one before that
    ORGANISATION_CODE = "ORGANISATION_CODE"  # 9 characters (GB 11714)
    LICENCE_TEXT = "LICENCE_TEXT"  # words of an old licence
    CHARACTERS = "CHARACTERS"  # neither digits nor Latin letters
    LENGTH = "LENGTH"
    LETTERS = "LETTERS"  # I O S V Z
    REGION = "REGION"  # characters 3 to 8 are a division code (GB/T 2260)
    CHECK_DIGIT = "CHECK_DIGIT"


def normalise(code: str) -> str:
    """The code as it is stored: half-width, upper case, without blanks. Letters that look like digits are kept."""
    return "".join(unicodedata.normalize("NFKC", code).upper().split())


def check(code: str) -> Verdict:
    """The verdict on a code, however it is spelt."""
    fault = fault_of(code)
    if fault is None:
        return Verdict.VALID
    return Verdict.WRONG_CHECK_DIGIT if fault == Fault.CHECK_DIGIT else Verdict.MALFORMED


def fault_of(code: str) -> Fault | None:
    """What is wrong with a code, however it is spelt; None when it is valid."""
    normal = normalise(code)
    if not normal:
        return Fault.EMPTY
    if _MANGLED.fullmatch(normal):
        return Fault.MANGLED
    if not _LATIN.fullmatch(normal):
        return Fault.LICENCE_TEXT if any("\u4e00" <= char <= "\u9fff" for char in normal) else Fault.CHARACTERS
    if len(normal) != LENGTH:
        return _fault_of_length(normal)
    if any(char in FORBIDDEN for char in normal):
        return Fault.LETTERS
    if not normal[2:8].isdigit():
        return Fault.REGION
    return None if normal[-1] == check_digit(normal) else Fault.CHECK_DIGIT


def _fault_of_length(normal: str) -> Fault:
    if normal.isdigit() and len(normal) in (13, 15):
        return Fault.OLD_NUMBER if len(normal) == 15 else Fault.OLDER_NUMBER
    return Fault.ORGANISATION_CODE if len(normal) == 9 and normal[:8].isdigit() else Fault.LENGTH


def check_digit(code: str) -> str:
    """The last character that the first 17 of a code ask for."""
    return uscc.calc_check_digit(code[: LENGTH - 1])


def sentence(code: str) -> Any:
    """What is wrong with a code and what to do, for whoever typed it; "" when it is valid."""
    fault, normal = fault_of(code), normalise(code)
    if fault is None:
        return ""
    words: dict[str, Any] = {"n": len(normal), "letters": "", "hint": ""}
    if fault == Fault.LETTERS:
        wrong = sorted({char for char in normal if char in FORBIDDEN})
        words["letters"] = "、".join(wrong)
        words["hint"] = "、".join(f"{char}→{LOOK_ALIKE[char]}" for char in wrong)
    return SENTENCES[fault] % words


SENTENCES: dict[Fault, Any] = {
    Fault.EMPTY: _("请填写统一社会信用代码"),
    Fault.MANGLED: _("代码已被 Excel 改成科学计数，请把这一列设为文本后重新填写"),
    Fault.OLD_NUMBER: _("这是 15 位的旧工商注册号，请换成执照上的 18 位统一社会信用代码"),
    Fault.OLDER_NUMBER: _("这是 13 位的旧工商注册号，请换成执照上的 18 位统一社会信用代码"),
    Fault.ORGANISATION_CODE: _("这是 9 位的组织机构代码，请换成执照上的 18 位统一社会信用代码"),
    Fault.LICENCE_TEXT: _("这不是统一社会信用代码，像是旧执照字号或其他文字；代码是 18 位数字和大写字母"),
    Fault.CHARACTERS: _("代码里有数字和字母以外的字符；代码是 18 位数字和大写字母"),
    Fault.LENGTH: _("代码应为 18 位，现有 %(n)s 位"),
    Fault.LETTERS: _("代码里不会有字母 %(letters)s，请核对是否看错（%(hint)s）"),
    Fault.REGION: _("代码第 3 至 8 位是登记机关的行政区划，应为数字"),
    Fault.CHECK_DIGIT: _("最后一位校验码不符，多半有一位抄错；核对执照无误的，请写明理由"),
}
