"""One clock of one demand taken apart, and who had the demand for how long: what the page and the API show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.demands.enums import CaseState
from cases.demands.identity import organisation_words
from cases.demands.models import Case
from foundation.models import Policy
from parties.models import Organisation
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.calendars import calendar_in_force, calendar_named
from workflow.clocks import ClockKind, ClockState, Effect, Expire, Stop, StopHeld, decoded
from workflow.door import specs
from workflow.explain import Explanation, explain
from workflow.models import Clock, Event
from workflow.replay import UNREADABLE, Recorded, replay_events
from workflow.segments import Segment, Turn, segments
from workflow.time_left import is_provisional
from workflow.versions import policy_named


@dataclass(frozen=True)
class Moment:
    """An event that did something to the clock, as its reader may know it."""

    seq: int
    label: Any
    at: datetime


@dataclass(frozen=True)
class Why:
    """A clock taken apart. `replayed`: whether the events, counted again just now, give the very same clock."""

    row: Clock
    explanation: Explanation
    moments: list[Moment]
    policy: Policy
    events: int
    replayed: bool

    @property
    def clock(self) -> ClockState:
        return self.explanation.clock


# Clocks that no firm sees: they begin and end with internal events.
INTERNAL_CLOCKS = frozenset({ClockKind.REVIEW})


def name_of(row: Clock) -> str:
    """How an address names a clock among those of its demand, for example `resolve-2`."""
    return f"{row.kind.lower()}-{row.started_seq}"


def why(case: Case, name: str, actor: Actor) -> Why | None:
    """The clock of this name taken apart, or None when the demand has none such. Two statements.

    What a firm may not know of, it does not find among the moments.
    """
    firm = actor.role in ENTERPRISE_ROLES
    kind, _dash, seq = name.rpartition("-")
    rows = Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk, kind=kind.upper())
    row = rows.filter(started_seq=int(seq)).first() if seq.isdecimal() and len(seq) < 9 else None
    if row is None or (firm and row.kind in INTERNAL_CLOCKS):
        return None
    events = list(Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk).order_by("seq"))
    clock = row.state
    try:
        found = replay_events(Case, map(Recorded.of, events))
    except UNREADABLE:
        found = []
    provisional = clock.running and is_provisional(clock, calendar_in_force())
    return Why(
        row=row,
        explanation=explain(clock, calendar_named(clock.calendar), provisional=provisional),
        moments=_moments(events, clock, found, firm=firm),
        policy=policy_named(clock.policy),
        events=sum(not (firm and specs(Case)[event.action].internal) for event in events),
        replayed=clock in found,
    )


def _moments(events: Sequence[Event], clock: ClockState, clocks: Sequence[ClockState], *, firm: bool) -> list[Moment]:
    """The events from the start of this clock to the start of the next of its kind that did something to it."""
    later = [
        other.started_seq for other in clocks if other.kind == clock.kind and other.started_seq > clock.started_seq
    ]
    known, found = specs(Case), []
    for event in events:
        effects = [effect for effect in _effects(event) if effect.kind == clock.kind]
        if not effects or not clock.started_seq <= event.seq < min(later, default=event.seq + 1):
            continue
        if not (firm and known[event.action].internal):
            found.append(Moment(event.seq, known[event.action].label, event.effective_at))
        # Whatever stops it again, such as a second message to the firm, did nothing to it any more.
        if event.seq != clock.started_seq and any(isinstance(effect, Stop | Expire | StopHeld) for effect in effects):
            break
    return found


def _effects(event: Event) -> list[Effect]:
    return decoded(json.loads(event.facts).get("clocks", ()))


@dataclass(frozen=True)
class Held:
    """A stretch of time with its holder by name."""

    segment: Segment
    organisation: str


def held(case: Case, actor: Actor) -> list[Held]:
    """Who had the demand for how long, to the second, up to now or to its end. Two statements.

    For a firm the time of its department is one stretch: that a result was signed or sent back inside is not its.
    """
    firm, now = actor.role in ENTERPRISE_ROLES, actor.now
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk).order_by("seq")
    turns = []
    for event in events:
        organisation, role = json.loads(event.facts).get("turn", (None, ""))
        state = event.to_state
        if firm and state == CaseState.RESULT_REVIEW:
            state, role = CaseState.IN_PROGRESS, Role.HANDLER
        turns.append(Turn(event.effective_at, state, organisation, role))
    found = segments(turns, until=now, calendar=calendar_in_force())
    names = dict(Organisation.objects.filter(pk__in={one.organisation_id for one in found}).values_list("pk", "name"))
    return [
        Held(one, organisation_words(case, one.organisation_id, names[one.organisation_id], actor)) for one in found
    ]
