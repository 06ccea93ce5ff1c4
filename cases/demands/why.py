"""One clock of one demand taken apart, and who had the demand for how long: what the page and the API show."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.demands import dated
from cases.demands.enums import CaseState
from cases.demands.identity import organisation_words
from cases.demands.models import Case, ChargedTo, ReturnVerdict
from foundation.models import Policy
from parties.models import Organisation
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.calendars import calendar_in_force, calendar_named
from workflow.clocks import ClockKind, ClockState, Effect, Expire, Reopen, Stop, StopHeld, decoded
from workflow.explain import Explanation, explain
from workflow.models import Clock, Event
from workflow.replay import UNREADABLE, Recorded, replay_events
from workflow.segments import Segment, Turn, segments
from workflow.specs import event_label, kept_from
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
    starts = (other.started_seq for other in found if other.kind == clock.kind)
    set_date = dated.of_clock(row, dated.read(events), starts)
    provisional = clock.running and is_provisional(clock, calendar_in_force())
    return Why(
        row=row,
        explanation=explain(clock, calendar_named(clock.calendar), provisional=provisional, set_date=set_date),
        moments=_moments(events, clock, found, reader=actor.role),
        policy=policy_named(clock.policy),
        events=sum(actor.role not in kept_from(Case, event.action) for event in events),
        replayed=clock in found,
    )


def _moments(
    events: Sequence[Event], clock: ClockState, clocks: Sequence[ClockState], *, reader: Role | None
) -> list[Moment]:
    """The events from the start of this clock to the start of the next of its kind that did something to it."""
    later = [
        other.started_seq for other in clocks if other.kind == clock.kind and other.started_seq > clock.started_seq
    ]
    found, over = [], False
    for event in events:
        effects = [effect for effect in _effects(event) if effect.kind == clock.kind]
        if not effects or not clock.started_seq <= event.seq < min(later, default=event.seq + 1):
            continue
        over &= not any(isinstance(effect, Reopen) for effect in effects)
        if not over and reader not in kept_from(Case, event.action):
            found.append(Moment(event.seq, event_label(Case, event.action), event.effective_at))
        # Whatever stops it again, such as a second message to the firm, does nothing to it any more.
        over |= event.seq != clock.started_seq and any(isinstance(e, Stop | Expire | StopHeld) for e in effects)
    return found


def _effects(event: Event) -> list[Effect]:
    return decoded(json.loads(event.facts).get("clocks", ()))


@dataclass(frozen=True)
class Held:
    """A stretch of time with its holder by name."""

    segment: Segment
    organisation: str
    charged_to: str = ""  # who answers for it, where a dispute about the department took it (moves 11 to 13)


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
    disputes = _disputes(case)
    return [
        Held(
            one,
            organisation_words(case, one.organisation_id, names[one.organisation_id], actor),
            _charged(one, disputes),
        )
        for one in found
    ]


@dataclass(frozen=True)
class Dispute:
    """From when to when a dispute about the department took time, and who lost it."""

    since: datetime
    until: datetime
    charged_to: str


def _disputes(case: Case) -> list[Dispute]:
    """The decided disputes of the demand; no statement when no department ever sent it back.

    What the platform lost began with its dispatch, what the department lost with the return itself.
    """
    if not case.sent_back:
        return []
    decided = case.returns.exclude(verdict=ReturnVerdict.PENDING)
    return [
        Dispute(
            one.dispatched_at if one.charged_to == ChargedTo.PLATFORM else one.sent_at, one.decided_at, one.charged_to
        )
        for one in decided
        if one.decided_at is not None
    ]


def _charged(segment: Segment, disputes: Sequence[Dispute]) -> str:
    for dispute in disputes:
        if dispute.since.replace(microsecond=0) <= segment.since and segment.until <= dispute.until:
            return dispute.charged_to
    return ""
