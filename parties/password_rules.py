"""What a password must be. Source: OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.5 and 6.2.11; docs/decisions/0024.

Length, and nothing of the kinds of characters; not a common one, nor one of the words that everybody would try first
here, nor either with a few characters added.
"""

import re
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parties.models import Membership, User

LEFT_OVER = 8  # characters that must remain when what everybody would try first is taken out
# The documented list of ASVS 6.2.11; the account's own words are added to it.
CONTEXT_WORDS = (
    "政企直通",
    "鄂尔多斯",
    "接诉即办",
    "民营企业",
    "党组织",
    "zhengqizhitong",
    "zqzt",
    "eerduosi",
    "erdos",
    "ordos",
    "neimenggu",
    "dialogue",
)
SHORTEST_WORD = 2  # characters; one of them would be in every password


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The list that Django ships: 19,640 of them, 3,852 of nine characters or more."""
    return frozenset(CommonPasswordValidator().passwords)


def repeated_part(password: str) -> str:
    """“abc” of “abcabcabc”; a password that repeats nothing is its own part."""
    again = (password + password).find(password, 1)
    return password[:again]


def taken_out(password: str, words: list[str]) -> str:
    """What is left when every one of these words is taken out of it."""
    for word in sorted(words, key=len, reverse=True):
        password = password.replace(word, "")
    return password


class LengthValidator:
    """At least as many characters as the settings say, of whatever kind; there is no rule but their number."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < settings.PASSWORD_LENGTH:
            raise ValidationError(
                ngettext(
                    "密码太短，至少要 %(number)s 个字符", "密码太短，至少要 %(number)s 个字符", settings.PASSWORD_LENGTH
                ),
                code="password_too_short",
                params={"number": settings.PASSWORD_LENGTH},
            )

    def get_help_text(self) -> str:
        return _("至少 %(number)s 个字符") % {"number": settings.PASSWORD_LENGTH}


class CommonWithAdditionsValidator:
    """Neither a common password, nor one that repeats something short, nor a common one with a few characters more."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.lower()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
        part = repeated_part(plain)
        if (
            plain in common_passwords()
            or (part != plain and (len(part) < LEFT_OVER or part in common_passwords()))
            or (core in common_passwords() and len(plain) - len(core) < LEFT_OVER)
        ):
            raise ValidationError(_("这个密码太常见，请换一个别人想不到的"), code="password_too_common")

    def get_help_text(self) -> str:
        return _("不能是常见的密码，也不能只在常见密码前后加几个字符")


class ContextWordsValidator:
    """Not made of the product, the city, the account, the person or their organisation."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = [word for word in (*CONTEXT_WORDS, *self.own_words(user)) if len(word) >= SHORTEST_WORD]
        plain = password.lower()
        rest = taken_out(plain, [word.lower() for word in words])
        if rest != plain and len(rest) < LEFT_OVER:
            raise ValidationError(
                _("密码里除去账号、姓名、电话、单位和系统名称后，还要有至少 %(number)s 个字符"),
                code="password_of_context",
                params={"number": LEFT_OVER},
            )

    def own_words(self, user: User | None) -> list[str]:
        """Account, name, phone and mail, and the names of the organisations the person acts for; one statement."""
        if user is None or user.pk is None:
            return []
        own = [user.username, user.name, user.phone, *user.email.split("@")[:1]]
        posts = Membership.objects.filter(user_id=user.pk).values_list("organisation__name", "organisation__short_name")
        return own + [name for names in posts for name in names]

    def get_help_text(self) -> str:
        return _("不能由账号、姓名、电话、单位或系统名称拼成")
