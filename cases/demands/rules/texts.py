"""Texts: how long, and which words are flagged."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused

if TYPE_CHECKING:
    pass

LONGEST_TITLE = 60
LONGEST_TEXT = 4000
LONGEST_MESSAGE = 20_000  # of another channel: it is taken as it came, nobody can be asked to write it shorter
SHORTEST_TEXT = 10


def check_text(field: str, value: str, *, least: int = 1, most: int = LONGEST_TEXT) -> None:
    """Refuse a text that is empty, shorter than `least` or longer than `most` characters."""
    length = len(value.strip())
    if length == 0:
        raise Refused(field, _("请填写这一项"))
    if length < least:
        raise Refused(field, _("请写得具体些，至少 %(n)s 个字") % {"n": least})
    if length > most:
        raise Refused(field, _("内容太长，最多 %(n)s 个字") % {"n": most})


# Words that promise without a date; flagged for the signer, never refused (case lifecycle, move 24).
VAGUE_WORDS = ("近期", "尽快", "研究", "适时", "抓紧", "逐步", "争取")


def vague_words(text: str) -> list[str]:
    """The vague words of a text in the order in which they stand, each as often as it stands."""
    hits = [(at, word) for word in VAGUE_WORDS for at in range(len(text)) if text.startswith(word, at)]
    return [word for _at, word in sorted(hits)]
