"""Whole histories at once, for measurements and for the import of old records. What people do goes through `move()`.

The same pure functions as behind the one door: the subject's own transition methods (so that a history the graph does
not know is refused), its facts, its clocks and its turn, and the event maker of the chain. What the door does beside
them is deliberately left out: nobody's right is asked, no input is checked against `check_<action>`, no subscription
runs and no message is sent, because what is loaded here has long happened.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from foundation.copying import reserve_keys, write_rows
from foundation.models import Policy
from workflow.calendar import ZONE, Calendar
from workflow.calendars import calendar_in_force, version_number
from workflow.chain import make_event
from workflow.clocks import ClockKind, ClockState, Effect, Reopen, apply, encoded, remind_on_days, replaced
from workflow.clocks.reminders import next_reminder
from workflow.models import Clock, Event, EventBody
from workflow.specs import specs
from workflow.subject import Subject
from workflow.versions import CLOCK_POLICY


@dataclass(frozen=True)
class Step:
    """One move as it happened.

    `actor` is what the ledger keeps of whoever acted (`Actor.as_record()`), `inputs` what the transition method takes
    besides `at`, `body` the words of the event, `effects` those on clocks beyond what the graph says. `effective_at` is
    `at` unless the move took effect earlier than it was written.
    """

    action: str
    actor: Mapping[str, Any]
    at: datetime
    inputs: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    effective_at: datetime | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def took_effect(self) -> datetime:
        return self.effective_at or self.at


@dataclass(frozen=True)
class History:
    """An unsaved subject in its first state, its steps in order, and rows of other tables that hang on it.

    The rows of `beside` have a foreign key to the subject, which is filled in here, and get keys from the database.
    """

    subject: Subject
    steps: Sequence[Step]
    beside: Sequence[models.Model] = ()


@dataclass(frozen=True)
class Loaded:
    """What has been written so far."""

    subjects: int = 0
    events: int = 0


def load(
    histories: Iterable[History],
    *,
    batch: int = 500,
    using: str = DEFAULT_DB_ALIAS,
    told: Callable[[Loaded], None] | None = None,
) -> Loaded:
    """Every history lies in the tables as if each of its moves had been made at its time.

    A batch of so many histories is one transaction: whatever is wrong with one of them leaves nothing of its batch,
    and those before stay. `told` hears what has been written after each. Memory does not grow with the number of
    histories. All subjects are of one model. Raises ValueError for steps out of order or subjects already saved,
    TransitionNotAllowed for a history that the graph does not know, and IntegrityError for what the tables refuse.
    """
    connection = connections[using]
    policies, calendar = _Policies(using), calendar_in_force()
    done, rest = Loaded(), iter(histories)
    while chunk := list(islice(rest, batch)):
        model = type(chunk[0].subject)
        with transaction.atomic(using=using):
            keys = reserve_keys(connection, model, len(chunk))
            event_keys = iter(reserve_keys(connection, Event, sum(len(history.steps) for history in chunk)))
            made = [
                _Made.of(history, model, key, event_keys, policies=policies, calendar=calendar)
                for history, key in zip(chunk, keys, strict=True)
            ]
            write_rows(connection, model, (one.subject for one in made), with_key=True)
            write_rows(connection, Event, (event for one in made for event in one.events), with_key=True)
            write_rows(connection, EventBody, (body for one in made for body in one.bodies), with_key=True)
            write_rows(connection, Clock, (clock for one in made for clock in one.clocks), with_key=False)
            for beside, rows in _by_model(row for one in made for row in one.beside).items():
                write_rows(connection, beside, rows, with_key=False)
        done = Loaded(done.subjects + len(made), done.events + sum(len(one.events) for one in made))
        if told is not None:
            told(done)
    return done


class _Policies:
    """Which clock policy was in force on a day; all versions are read once."""

    def __init__(self, using: str) -> None:
        known = Policy.objects.using(using).filter(kind=CLOCK_POLICY)
        self.newest_first = sorted(known, key=lambda policy: (policy.effective_from, policy.version), reverse=True)

    def in_force(self, day: date) -> Policy:
        for policy in self.newest_first:
            if policy.effective_from <= day:
                return policy
        raise Policy.DoesNotExist(f"no clock policy was in force on {day}")

    def named(self, label: str) -> Policy:
        return next(policy for policy in self.newest_first if policy.label == label)


@dataclass
class _Made:
    """The rows that one history becomes."""

    subject: Subject
    events: list[Event]
    bodies: list[EventBody]
    clocks: list[Clock]
    beside: list[models.Model]

    @classmethod
    def of(
        cls,
        history: History,
        model: type[Subject],
        key: int,
        event_keys: Iterator[int],
        *,
        policies: _Policies,
        calendar: Calendar,
    ) -> "_Made":
        subject = history.subject
        if type(subject) is not model or subject.pk is not None or subject.head_seq:
            raise ValueError("a history begins with an unsaved subject without events, all of one model")
        subject.pk = key
        events: list[Event] = []
        bodies: list[EventBody] = []
        line = _Clocks(subject, policies, calendar)
        for step in history.steps:
            event, text = _make(subject, step, line)
            event.pk = next(event_keys)
            events.append(event)
            bodies.append(EventBody(event_id=event.pk, text=text))
        for row in history.beside:
            setattr(row, _key_to(model, type(row)), key)
        return cls(subject, events, bodies, list(line.rows()), list(history.beside))


def _make(subject: Subject, step: Step, line: "_Clocks") -> tuple[Event, str]:
    """Make one move on the subject in memory; its event and the text of its body."""
    if subject.head_at is not None and step.at < subject.head_at:
        raise ValueError(f"step “{step.action}” lies before the one it follows")
    before = subject.state
    getattr(subject, step.action)(at=step.took_effect, **step.inputs)
    effects, policy = line.run(step)
    event, text = make_event(
        head_seq=subject.head_seq,
        head_hash=subject.head_hash,
        subject_kind=subject.ledger_kind,
        subject_id=subject.pk,
        action=step.action,
        from_state=before,
        to_state=subject.state,
        actor=step.actor,
        user_id=step.actor.get("user_id"),
        at=step.at,
        effective_at=step.took_effect,
        policy=policy.label,
        calendar=line.calendar.version,
        facts={
            **subject.event_facts(),
            "turn": [subject.turn_org_id, subject.turn_role],
            "clocks": encoded(effects),
        },
        body=step.body,
    )
    subject.head_seq, subject.head_hash, subject.head_at = event.seq, event.digest, event.at
    return event, text


class _Clocks:
    """The clocks of one subject while its history is run: those that run, and all that ever did."""

    def __init__(self, subject: Subject, policies: _Policies, calendar: Calendar) -> None:
        self.subject, self.policies, self.calendar = subject, policies, calendar
        self.running: dict[ClockKind, ClockState] = {}
        self.ended: list[ClockState] = []
        self.changed: dict[ClockKind, datetime] = {}  # when the event that last changed a running clock was written

    def run(self, step: Step) -> tuple[tuple[Effect, ...], Policy]:
        """Do to the clocks what the move does, and hand the turn on; the effects, and the policy in force."""
        subject, before, at = self.subject, dict(self.running), step.took_effect
        policy = self.policies.in_force(at.astimezone(ZONE).date())
        graph = specs(type(subject))[step.action].clocks
        effects = subject.clock_effects((*graph, *step.effects), before, at)
        if effects:
            before |= self._reopened(effects)
            after = apply(
                before,
                effects,
                at=at,
                written_at=step.at,
                limits=type(subject).clock_limits(policy.data, subject.event_facts()),
                policy=policy.label,
                calendar=self.calendar,
                seq=subject.head_seq + 1,
            )
            self.ended += replaced(before, after, at=at)
            self.ended += [clock for clock in after.values() if not clock.running]
            self.changed |= {kind: step.at for kind, clock in after.items() if clock != before.get(kind)}
            self.running = {kind: clock for kind, clock in after.items() if clock.running}
        subject.hand_turn(subject.first_clock(subject.state, self.running.values()))
        return effects, policy

    def _reopened(self, effects: Iterable[Effect]) -> dict[ClockKind, ClockState]:
        """The stopped clocks that these effects reopen; they are no longer among the ended ones."""
        kinds = {effect.kind for effect in effects if isinstance(effect, Reopen)}
        last = {clock.kind: clock for clock in self.ended if clock.kind in kinds}
        self.ended = [clock for clock in self.ended if last.get(clock.kind) is not clock]
        return last

    def rows(self) -> Iterator[Clock]:
        """Every clock that ever ran, in the order in which they started."""
        for clock in sorted([*self.ended, *self.running.values()], key=lambda one: (one.started_seq, one.kind.value)):
            row = Clock.of(self.subject.ledger_kind, self.subject.pk, clock)
            row.calendar_seen = version_number(self.calendar.version)
            if clock.counting:
                days = remind_on_days(self.policies.named(clock.policy).data, clock.kind)
                reminder = next_reminder(clock, self.calendar, days, after=self.changed[clock.kind])
                row.next_reminder_at = reminder.at if reminder else None
            yield row


def _key_to(model: type[models.Model], beside: type[models.Model]) -> str:
    """The column of a row beside by which it hangs on its subject."""
    for one in beside._meta.concrete_fields:
        if one.remote_field is not None and one.remote_field.model is model:
            return one.attname
    raise ValueError(f"{beside.__name__} has no foreign key to {model.__name__}")


def _by_model(rows: Iterable[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found
