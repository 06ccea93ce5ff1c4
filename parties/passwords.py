"""Every write of a password. Nothing else calls `set_password` of a person who can sign in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from axes.utils import reset as unlock
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.errors import Refused
from parties.models import User
from parties.sign_in import records, sessions
from parties.sign_in.tables import SignInKind

INITIAL_VALID = timedelta(days=7)  # an initial password that nobody used ends (ASVS 5.0, 6.4.1)
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like another when read out or copied from paper
GROUPS, OF_EACH = 4, 4  # 16 characters, 79 bits


@dataclass(frozen=True)
class Drawn:
    """A random password and its hash. Hashing takes a fifth of a second, so it is done before anything is locked."""

    password: str
    hashed: str


def draw() -> Drawn:
    """A password that nobody has had."""
    groups = ("".join(secrets.choice(ALPHABET) for _n in range(OF_EACH)) for _g in range(GROUPS))
    password = "-".join(groups)
    return Drawn(password, make_password(password))


def set_initial_password(user: User, *, now: datetime, drawn: Drawn | None = None) -> str:
    """The account has a new random password, which is told once, works for seven days and must be changed at sign-in.

    Every session of the account ends, and so does a lock after wrong passwords. Saves the user; who may do this is
    asked by `parties.initial_passwords`, which adds the record too.
    """
    drawn = drawn or draw()
    user.password = drawn.hashed
    user.must_change_password, user.initial_password_until = True, now + INITIAL_VALID
    user.save(update_fields=["password", "must_change_password", "initial_password_until"])
    sessions.end_all(user)
    unlock(username=user.username)
    return drawn.password


def initial_password_is_over(user: User, *, now: datetime) -> bool:
    """Whether the password was set by somebody else, and so long ago that it no longer signs in."""
    return user.must_change_password and (user.initial_password_until or now) < now


def change_password(request: HttpRequest, *, current: str, new: str) -> None:
    """The signed-in person has another password, and every other session of theirs has ended.

    Raises Refused when the current one is wrong or the new one is the same; whether the new one is acceptable the form
    has asked the validators.
    """
    user = cast("User", request.user)
    if not user.check_password(current):
        raise Refused("password_now", _("现在的密码不正确"))
    if current == new:
        raise Refused("password_new", _("新密码不能与现在的相同"))
    user.set_password(new)
    user.must_change_password, user.initial_password_until = False, None
    user.save(update_fields=["password", "must_change_password", "initial_password_until"])
    key = request.session.session_key
    update_session_auth_hash(request, user)
    sessions.moved(key, request.session.session_key)
    sessions.end_all(user, but=request.session.session_key)
    records.add(request, SignInKind.PASSWORD_CHANGED, user=user)
