"""Where a firm that wants to stay unnamed names itself in what it writes. Pure over texts.

This warns and never rewrites: only the firm knows whether the word betrays it (docs/decisions/0021).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SHORTEST_CORE = 2  # characters; a single one stands in every second sentence
LOCAL_NUMBER = 7  # digits of a telephone number without its area code

# Where a firm sits and what kind of firm it is: many have these in their names.
PLACES = ("内蒙古自治区", "内蒙古", "鄂尔多斯市", "鄂尔多斯")
KINDS = (
    "集团股份有限公司",
    "集团有限责任公司",
    "集团有限公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "专业合作社",
    "合作社",
    "个体工商户",
    "分公司",
    "总公司",
    "公司",
    "集团",
    "普通合伙",
    "有限合伙",
    "合伙企业",
)
_BETWEEN = re.compile(r"[\W_]+")  # blanks, dashes, brackets, full stops: whatever may stand between two characters
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True)
class FirmNames:
    """By what a firm is recognised."""

    name: str
    short_name: str = ""
    credit_code: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    district: str = ""


@dataclass(frozen=True)
class Named:
    """One place where the firm can be read: in which text, what of it, and the words of the firm that stand there."""

    field: str
    what: Any
    words: str


def plain(text: str) -> str:
    """The text as it is compared: half-width, of one case, without blanks and marks."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def core_of(name: str, *, district: str = "") -> str:
    """What is the firm's own in its name: 云杉智造 of 鄂尔多斯市云杉智造有限公司; empty when too little is left."""
    core = plain(name)
    places = (*PLACES, *((plain(district), plain(district)[:-1]) if len(district) > 2 else ()))
    for _round in range(3):
        for place in places:
            core = core.removeprefix(place)
        for kind in KINDS:
            core = core.removesuffix(kind)
    return core if len(core) >= SHORTEST_CORE else ""


def _phones(phone: str) -> list[str]:
    """The digits to look for: all of them without the country, and without the area code."""
    digits = _DIGITS.sub("", unicodedata.normalize("NFKC", phone))
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    found = [digits] if len(digits) >= LOCAL_NUMBER else []
    if digits.startswith("0") and len(digits) > LOCAL_NUMBER + 2:
        found.append(digits[-LOCAL_NUMBER:])
    return found


def _signs(firm: FirmNames) -> list[tuple[Any, str, str]]:
    """What is looked for, the most telling first, as (what it is, as it is written, as it is compared)."""
    code = plain(firm.credit_code)
    signs = [
        (_("企业名称"), firm.name, plain(firm.name)),
        (_("企业简称"), firm.short_name, plain(firm.short_name)),
        (_("企业名称"), core_of(firm.name, district=firm.district), core_of(firm.name, district=firm.district)),
        (_("统一社会信用代码"), firm.credit_code, code),
        (_("统一社会信用代码"), firm.credit_code[8:17], code[8:17]),
        *((_("联系电话"), firm.contact_phone, digits) for digits in _phones(firm.contact_phone)),
        (_("联系人"), firm.contact_name, plain(firm.contact_name)),
    ]
    return [sign for sign in signs if len(sign[2]) >= SHORTEST_CORE]


def places_named(texts: Mapping[str, str], firm: FirmNames) -> list[Named]:
    """Every text and sign of the firm that stands in it, in the order of the texts; each kind of sign once a text."""
    found: list[Named] = []
    for field, text in texts.items():
        compared, told = plain(text), set()
        for what, words, sign in _signs(firm):
            if sign in compared and str(what) not in told:
                told.add(str(what))
                found.append(Named(field, what, words))
    return found


def firms_in(texts: Mapping[str, str], firms: Iterable[FirmNames]) -> dict[str, list[str]]:
    """By text the words in it that are a name of any of these firms; it says no more than what was typed.

    Whose names they are, and whether one of these firms hides, makes no difference to the answer.
    """
    compared = {field: plain(text) for field, text in texts.items()}
    found: dict[str, set[str]] = {field: set() for field in texts}
    for firm in firms:
        core = core_of(firm.name, district=firm.district)
        signs = ((firm.name, plain(firm.name)), (core, core), (firm.short_name, plain(firm.short_name)))
        for field, text in compared.items():
            if words := next((words for words, sign in signs if len(sign) >= SHORTEST_CORE and sign in text), ""):
                found[field].add(words)
    return {field: sorted(words) for field, words in found.items() if words}


def sentence(places: Iterable[Named]) -> str:
    """“企业名称（云杉智造）、联系电话（0477-5550100）”: what can be read, each once."""
    said = [str(_("%(what)s（%(words)s）") % {"what": place.what, "words": place.words}) for place in places]
    return str(_("、")).join(dict.fromkeys(said))
