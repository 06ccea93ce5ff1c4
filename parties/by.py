"""Who changes the directory, as much of an actor as this room must know (`workflow.actor.Actor` is one)."""

from datetime import datetime
from typing import Any, Protocol

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
    def is_system(self) -> bool: ...
