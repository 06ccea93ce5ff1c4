"""People: an account is opened, and how they are reached changes. Posts, passwords and leaving are elsewhere."""

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties import rights
from parties.by import By
from parties.changes.entries import cleaned_and_other
from parties.changes.keeping import cleaned, differing, held, insert, missing, refuse, update
from parties.models import User

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")


def add_person(*, by: By, username: str, **fields: Any) -> User:
    """The person has an account, in which nobody can sign in until it is given a password.

    `fields`: name, phone, email. Raises NotYours and Refused.
    """
    refuse(rights.refusal_about(by))
    username = username.strip()
    if not USERNAME.fullmatch(username):
        raise Refused("username", _("账号用字母、数字、点和连字符，2 到 40 个字符"))
    values = cleaned(User, fields, by=by)
    missing(User, values)
    person = User(username=User.normalize_username(username), **values)
    person.set_unusable_password()
    taken = _("这个账号已经有人用了")
    try:
        with transaction.atomic():
            if User.objects.filter(username__iexact=username).exists():
                raise Refused("username", taken)
            return insert(person, by)
    except IntegrityError as error:
        raise Refused("username", taken) from error


def change_person(person: User, *, by: By, seen: str, **fields: Any) -> User:
    """The person has this name, telephone or e-mail address. Raises NotYours, NotVisible, Changed and Refused."""
    values = cleaned_and_other(person, fields, by=by)
    refuse(rights.refusal_about(by))
    with transaction.atomic():
        now = held(person, seen=seen)
        changed = differing(now, values)
        return update(now, changed, by) if changed else now
