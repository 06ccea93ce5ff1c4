"""Who changes the directory, as much of an actor as this room must know (`workflow.actor.Actor` is one)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone

from parties.roles import Role


class By(Protocol):
    """A person in one post at one moment, or the system."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def now(self) -> datetime: ...

    @property
    def role(self) -> Role | None: ...

    @property
    def organisation_id(self) -> int | None: ...

    @property
    def post(self) -> Any: ...

    @property
    def on_behalf(self) -> tuple[int, ...]: ...

    @property
    def is_system(self) -> bool: ...


@dataclass(frozen=True)
class Console:
    """Whoever runs a command on the machine itself: no account, and bound by no post."""

    now: datetime
    user_id: None = None
    role: None = None
    organisation_id: None = None
    post: None = None
    on_behalf: tuple[int, ...] = ()
    is_system: bool = True


def today(by: By) -> date:
    """The day of the act, in local time."""
    return timezone.localdate(by.now)
