"""The table of moves, read from the decorators of a graph; and from whom an event is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django_fsm import RETURN_VALUE

from parties.roles import ENTERPRISE_ROLES, Role
from workflow.beside import BESIDE, Beside
from workflow.clocks import ClockKind, Effect
from workflow.rules import Condition, Moment, Permission
from workflow.subject import Subject

BEFORE = "BEFORE"  # the target of a move that undoes an ending: the state before it

NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Spec:
    """One row of the table of moves, read from the transition's decorator."""

    action: str
    label: Any
    sources: frozenset[str]
    target: str | None  # None: the state stays; BEFORE: one of `back_to`, which the method gives back
    back_to: frozenset[str]
    permission: Permission
    conditions: tuple[Condition, ...]
    moments: tuple[Moment, ...]
    clocks: tuple[Effect, ...]
    run: str  # the name of the move function
    icon: str
    after: ClockKind | None  # a move of the system, once this clock is over; takes effect at that moment
    tells: Mapping[str, str]  # audience → kind of message
    internal: bool  # the firm does not see this event
    kept_from: frozenset[Role]  # nor do these roles; for them it did not happen
    appends: bool  # only adds: does not compare what the reader saw
    primary: bool
    decided_by: Permission | None  # who may consent: the move takes two people, and `permission` may propose it


@cache
def specs(model: type[Subject]) -> dict[str, Spec]:
    """Every move of a subject by its action, in the order in which the model writes them."""
    found: dict[str, Spec] = {}
    for name, attribute in [item for part in model.__mro__ for item in vars(part).items()]:
        machine = getattr(attribute, "_django_fsm", None)
        if machine is None:
            continue
        first = next(iter(machine.transitions.values()))
        custom = first.custom
        found[name] = Spec(
            action=name,
            label=custom["label"],
            sources=frozenset(str(source) for source in machine.transitions),
            target=_target(first.target),
            back_to=frozenset(map(str, first.target.allowed_states or ())) if _returns(first.target) else frozenset(),
            permission=first.permission,
            conditions=tuple(first.conditions),
            moments=tuple(custom.get("moments", ())),
            clocks=tuple(custom.get("clocks", ())),
            run=custom["run"],
            icon=custom.get("icon", ""),
            after=custom.get("after"),
            tells=custom.get("tells", {}),
            internal=custom.get("internal", False),
            kept_from=custom.get("kept_from", NOBODY) | (ENTERPRISE_ROLES if custom.get("internal") else NOBODY),
            appends=custom.get("appends", False),
            primary=custom.get("primary", False),
            decided_by=custom.get("decided_by"),
        )
    return found


def _returns(target: Any) -> bool:
    return isinstance(target, RETURN_VALUE)


def _target(target: Any) -> str | None:
    if _returns(target):
        return BEFORE
    return None if target is None else str(target)


def told_as(model: type[Subject], action: str) -> Spec | Beside:
    """What is told of an event of this action and to whom: a move of the graph, or what stands beside it."""
    return specs(model).get(action) or BESIDE[action]


def event_label(model: type[Subject], action: str) -> Any:
    """What an event of this action is called."""
    return told_as(model, action).label


def kept_from(model: type[Subject], action: str) -> frozenset[Role]:
    """The roles for which an event of this action did not happen."""
    return told_as(model, action).kept_from


def hidden_from(model: type[Subject], role: Role | None) -> list[str]:
    """The actions whose events did not happen for this role."""
    return [action for action in (*specs(model), *BESIDE) if role in kept_from(model, action)]
