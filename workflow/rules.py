"""A rule is a sentence with a predicate: who may (Permission) and what must hold first (Condition).

Both are pure over the row that was loaded and the actor: no statement runs inside (a test forbids it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parties.roles import Role
from workflow.actor import Actor

NAMED = "decider_id"  # in a Permission: the organisation that a proposal names
# In a Permission: every organisation that may open the object, which the door has asked before. For what many do whom
# no column of the object names, such as those invited to a meeting; the move function asks what more must hold.
READERS = "readers"


@dataclass(frozen=True)
class Condition:
    """What must hold of the object before a move; `sentence` tells the person what is still missing."""

    sentence: Any
    holds: Callable[[Any], bool]

    def __call__(self, obj: Any) -> bool:
        return self.holds(obj)


def condition(sentence: Any) -> Callable[[Callable[[Any], bool]], Condition]:
    """Give a predicate over an object the sentence that is shown when it does not hold."""
    return lambda holds: Condition(sentence, holds)


@dataclass(frozen=True)
class Moment:
    """When a move has its time: not later than so long after something, or not again within so long."""

    sentence: Any
    holds: Callable[[Any, datetime], bool]


def moment(sentence: Any) -> Callable[[Callable[[Any, datetime], bool]], Moment]:
    """Give a predicate over an object and the present time the sentence that is shown when it does not hold."""
    return lambda holds: Moment(sentence, holds)


@dataclass(frozen=True)
class Restriction:
    """What must hold of this person and this object together, beyond role and organisation."""

    sentence: Any
    holds: Callable[[Any, Actor], bool]


def restriction(sentence: Any) -> Callable[[Callable[[Any, Actor], bool]], Restriction]:
    """Give a predicate over an object and an actor the sentence that is shown when it does not hold."""
    return lambda holds: Restriction(sentence, holds)


@dataclass(frozen=True)
class Permission:
    """Who may: these roles in the organisation that an attribute of the object names, under restrictions.

    `of` maps the attribute to the roles, for example {"lead_id": {Role.HANDLER}}. `system` says that a rule of the
    system may do it too. Of the second person of a move, the attribute may be NAMED: the organisation that the
    proposal names, which is no column of the object.
    """

    of: Mapping[str, frozenset[Role]]
    sentence: Any
    restrictions: tuple[Restriction, ...] = ()
    system: bool = False

    def __hash__(self) -> int:
        return id(self)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset().union(*self.of.values())

    def concerns(self, obj: Any, actor: Actor, *, named: int | None = None) -> bool:
        """True when role and organisation fit, whatever the restrictions say; `named` is whom a proposal names."""
        return any(
            actor.role in roles and self._place(obj, attribute, actor, named) == actor.organisation_id
            for attribute, roles in self.of.items()
        )

    @staticmethod
    def _place(obj: Any, attribute: str, actor: Actor, named: int | None) -> int | None:
        if attribute == READERS:
            return actor.organisation_id
        place: int | None = named if attribute == NAMED else getattr(obj, attribute)
        return place

    def refusal(self, obj: Any, actor: Actor, *, named: int | None = None) -> Any | None:
        """The sentence that keeps this actor from the move, or None."""
        if actor.is_system:
            return None if self.system else self.sentence
        if not self.concerns(obj, actor, named=named):
            return self.sentence
        for rule in self.restrictions:
            if not rule.holds(obj, actor):
                return rule.sentence
        return None

    def __call__(self, obj: Any, actor: Actor) -> bool:
        return self.refusal(obj, actor) is None
