"""Who acts when the worker does what somebody asked for: the same person in the same post, if they still hold it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.errors import NotYours
from parties.by import By

# user, membership, now → the actor, or None when the post has ended. Actors are made in the room above.
Maker = Callable[[int, int, datetime], Any]
_makers: list[Maker] = []


def register_maker(maker: Maker) -> None:
    _makers[:] = [maker]


def as_then(user_id: int, membership_id: int, *, now: datetime) -> By:
    """Raises NotYours when the post has ended, or its holder may no longer sign in."""
    by = _makers[0](user_id, membership_id, now)
    if by is None:
        raise NotYours(_("提交时的岗位已经结束，没有导入。请用现在的岗位重新上传。"))
    return by
