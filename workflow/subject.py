"""What every thing that moves has: a protected state, a chain of events and clocks; and what its app says of it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from workflow.actor import Actor
from workflow.clocks import ClockKind, ClockState, Effect, Limits, next_due
from workflow.models import LedgerSubject
from workflow.notices import TURN


class Subject(LedgerSubject):
    """A row that moves: a protected state, a chain of events, and clocks that belong to whose turn it is."""

    rules: ClassVar[Any]  # the app's rules module, asked for check_<action>
    objects: ClassVar[Any]  # its queryset has visible_to(actor)
    state: str  # an FSMField
    reminders: ClassVar[str] = ""  # stands before the kinds of message that remind of its clocks
    get_state_display: Callable[[], str]
    next_due_at: datetime | None  # of the running clock that is due first; a column
    # States in which the next day, as long as no clock runs, is one of the subject's own columns and follows from no
    # event: the day of a meeting. A replay has nothing to compare it with.
    own_days: ClassVar[frozenset[str]] = frozenset()
    turn_org_id: int | None  # whose turn it is; columns
    turn_role: str
    # The move that waits for a second person, or "": on the row that every move locks, so that no other move pays
    # for looking after proposals.
    pending_proposal = models.CharField(max_length=40, default="", blank=True, editable=False)

    class Meta:
        abstract = True

    def event_facts(self) -> dict[str, Any]:
        """The facts indicators need, as they are after the move; kept in every event."""
        raise TypeError(f"{type(self).__name__} does not say its facts")

    @classmethod
    def clock_limits(cls, policy: Mapping[str, Any], facts: Mapping[str, Any]) -> Limits:
        """The limits that this policy document gives to a subject of which an event states these facts."""
        raise TypeError(f"{cls.__name__} does not say its limits")

    def clock_effects(
        self, effects: tuple[Effect, ...], clocks: Mapping[ClockKind, ClockState], at: datetime
    ) -> tuple[Effect, ...]:
        """The effects of a move on this very subject, which the move has already changed: all of them unless it is
        exempt from one, and those that its own columns add. `clocks` are those before the move."""
        return effects

    @classmethod
    def first_clock(cls, state: str, clocks: Iterable[ClockState]) -> ClockState | None:
        """Of the clocks that run, the one that whoever's turn it is in this state must meet first."""
        return next_due(clocks)

    def reminded_of(self, kind: ClockKind) -> str:
        """The audience that is reminded of a clock of this kind now."""
        return TURN

    def organisation_shown(self, record: Mapping[str, Any], by: Actor) -> str:
        """How this reader knows the organisation that acted, from the actor that an event keeps; its name by default.

        A subject whose side may stay unnamed says otherwise here. `record` is `Actor.as_record()`.
        """
        return str(record["organisation"])

    def due_told(self, kinds: Collection[str]) -> datetime | None:
        """By when those act who are told of a move in messages of these kinds; None when no day is theirs."""
        return self.next_due_at

    def has_button(self, action: str) -> bool:
        """Whether a move belongs among the buttons of this very subject; what does not is not even shown as refused."""
        return True

    def hand_turn(self, clock: ClockState | None) -> None:
        """Note whose turn it is in the present state; `clock` is the running clock that is due first."""
        raise TypeError(f"{type(self).__name__} does not say whose turn it is")
