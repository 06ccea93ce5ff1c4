"""The one door: every move of every subject goes through `move()`, and `refusal()` says beforehand why it would not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused, WrongMoment
from foundation.models import Policy
from parties.roles import ENTERPRISE_ROLES
from workflow import registry
from workflow.actor import Actor
from workflow.calendar import ZONE, load_calendar
from workflow.chain import append_event
from workflow.clocks import ClockKind, ClockState, Effect, Limit, apply, next_due
from workflow.models import Clock, Event, LedgerSubject
from workflow.rules import Condition, Permission
from workflow.time_left import date_text

CLOCK_POLICY = "clocks"
LEDGER_LANGUAGE = "zh-hans"  # one language for what is kept, whatever the acting person reads

Words = str | Callable[[], str]  # a function when a label or a date is among them


class Subject(LedgerSubject):
    """A row that moves: a protected state, a chain of events, and clocks that belong to whose turn it is."""

    rules: ClassVar[Any]  # the app's rules module, asked for check_<action>
    objects: ClassVar[Any]  # its queryset has visible_to(actor)
    state: str  # an FSMField
    get_state_display: Callable[[], str]
    policy_label = ""  # the clock policy in force at the last move of this loaded object

    class Meta:
        abstract = True

    def event_facts(self) -> dict[str, Any]:
        """The facts indicators need, as they are after the move; kept in every event."""
        raise TypeError(f"{type(self).__name__} does not say its facts")

    def clock_limits(self, policy: Mapping[str, Any]) -> dict[ClockKind, Limit]:
        """The limits that this policy document gives to this subject as it is now."""
        raise TypeError(f"{type(self).__name__} does not say its limits")

    def clock_effects(self, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        """The effects of a move on this very subject; all of them unless a subject is exempt from one."""
        return effects

    def hand_turn(self, clock: ClockState | None) -> None:
        """Note whose turn it is in the present state; `clock` is the running clock that is due first."""
        raise TypeError(f"{type(self).__name__} does not say whose turn it is")


S = TypeVar("S", bound=Subject)


@dataclass(frozen=True)
class Spec:
    """One row of the table of moves, read from the transition's decorator."""

    action: str
    label: Any
    sources: frozenset[str]
    target: str | None  # None: the state stays
    permission: Permission
    conditions: tuple[Condition, ...]
    clocks: tuple[Effect, ...]
    run: str  # the name of the move function
    icon: str
    internal: bool  # the firm does not see this event
    appends: bool  # only adds: does not compare what the reader saw
    primary: bool


@cache
def specs(model: type[Subject]) -> dict[str, Spec]:
    """Every move of a subject by its action, in the order in which the model writes them."""
    found: dict[str, Spec] = {}
    for name, attribute in vars(model).items():
        machine = getattr(attribute, "_django_fsm", None)
        if machine is None:
            continue
        first = next(iter(machine.transitions.values()))
        custom = first.custom
        found[name] = Spec(
            action=name,
            label=custom["label"],
            sources=frozenset(str(source) for source in machine.transitions),
            target=None if first.target is None else str(first.target),
            permission=first.permission,
            conditions=tuple(first.conditions),
            clocks=tuple(custom.get("clocks", ())),
            run=custom["run"],
            icon=custom.get("icon", ""),
            internal=custom.get("internal", False),
            appends=custom.get("appends", False),
            primary=custom.get("primary", False),
        )
    return found


def refusal(obj: Subject, action: str, by: Actor) -> DomainError | None:
    """The error this actor would meet now, or None. It never promises that any input will do.

    Asked in the order: is it theirs (403), is this the state for it (409), does what must come first hold (409).
    """
    spec = specs(type(obj))[action]
    sentence = spec.permission.refusal(obj, by)
    if sentence is not None:
        return NotYours(sentence)
    if obj.state not in spec.sources:
        return WrongMoment(
            _("现在是“%(state)s”，不能“%(action)s”") % {"state": obj.get_state_display(), "action": spec.label}
        )
    for must in spec.conditions:
        if not must(obj):
            return WrongMoment(must.sentence)
    return None


@dataclass(frozen=True)
class Offer:
    """A move as a button: open, or shown with the sentence that refuses it."""

    name: str
    label: Any
    icon: str
    primary: bool
    refusal: DomainError | None


def offers(obj: Subject, by: Actor) -> list[Offer]:
    """The moves of the present state that belong to this actor's role, each with its refusal if it has one."""
    found = []
    for spec in specs(type(obj)).values():
        if obj.state not in spec.sources or not spec.permission.concerns(obj, by):
            continue
        found.append(Offer(spec.action, spec.label, spec.icon, spec.primary, refusal(obj, spec.action, by)))
    return sorted(found, key=lambda offer: (not offer.primary, offer.refusal is not None))


def move(
    model: type[S],
    pk: int,
    action: str,
    *,
    by: Actor,
    seen: int | None,
    say: Words = "",
    note: str = "",
    record: Mapping[str, Any] | None = None,
    **inputs: Any,
) -> S:
    """The object after the move, with its event in the ledger and its clocks set, all in one transaction.

    `seen` is the chain sequence the reader saw; `say` the Chinese sentence of what was done (a function of no arguments
    when labels or dates are in it: they would be in the reader's language), `note` the person's own words, `record`
    what else the body of the event keeps. The transition method gets the inputs and the time `at`.
    Raises NotVisible, Changed, NotYours, WrongMoment, Refused.
    Nothing outside the database happens here.
    """
    spec = specs(model)[action]
    with transaction.atomic():
        obj = model.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
        if obj is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        admit(obj, action, by=by, seen=seen)
        check: Callable[..., None] | None = getattr(model.rules, f"check_{action}", None)
        if check is not None:
            check(obj, by, **inputs)
        # The request began before the lock was had: what was written meanwhile still comes before this move.
        at = max(by.now, obj.head_at or by.now)
        before = obj.state
        getattr(obj, action)(at=at, **inputs)
        run_clocks(obj, spec.clocks, at=at)
        body = {"note": note, **(record or {})}
        event = write_event(obj, action=action, before=before, by=by, at=at, say=say, body=body)
        obj.save()
        for subscription in registry.subscriptions(obj.ledger_kind, action):
            subscription(obj, event, by)
    return obj


def admit(obj: Subject, action: str, *, by: Actor, seen: int | None) -> None:
    """Raise what keeps this actor from the move whatever its inputs: NotYours, Changed, WrongMoment, Refused `seen`.

    A stranger is told so first; who saw an older state is told what changed before being told that it is too late.
    """
    spec = specs(type(obj))[action]
    if not by.is_system and not spec.permission.concerns(obj, by):
        raise NotYours(spec.permission.sentence)
    if not spec.appends:
        compare(obj, seen, by=by)
    if error := refusal(obj, action, by):
        raise error


def compare(obj: Subject, seen: int | None, *, by: Actor) -> None:
    """Refuse a move by somebody who has not seen the last event, naming what changed and by whom.

    For a firm, internal events did not happen: they neither refuse its move nor are named to it.
    """
    if seen is None:
        raise Refused("seen", _("缺少 seen：请带上您看到的流转序号"))
    if seen == obj.head_seq:
        return
    if seen > obj.head_seq:
        raise Refused("seen", _("seen 不是本件的流转序号，请刷新后再办"))
    known = specs(type(obj))
    since = Event.objects.filter(subject_kind=obj.ledger_kind, subject_id=obj.pk, seq__gt=seen)
    if by.role in ENTERPRISE_ROLES:
        since = since.exclude(action__in=[action for action, spec in known.items() if spec.internal])
    last = since.order_by("-seq").first()
    if last is None:
        return
    actor = json.loads(last.actor)
    raise Changed(
        _("本件刚刚有变动：%(who)s 于 %(when)s 办理了“%(what)s”。请看过最新情况再办，您填写的内容还在。")
        % {
            "who": f"{actor['organisation']} · {actor['role_text']}",
            "when": date_text(last.at, last.at),
            "what": known[last.action].label,
        }
    )


def write_event(
    obj: Subject, *, action: str, before: str, by: Actor, at: datetime, say: Words, body: Mapping[str, Any]
) -> Event:
    """Append the event of a move, its words in Chinese; the caller holds the lock and saves the object."""
    with translation.override(LEDGER_LANGUAGE):
        return append_event(
            obj,
            action=action,
            from_state=before,
            to_state=obj.state,
            actor=by.as_record(),
            user_id=by.user_id,
            at=at,
            effective_at=at,
            policy=obj.policy_label,
            calendar=load_calendar().version,
            facts=obj.event_facts(),
            body={"text": say() if callable(say) else say, **body},
        )


def run_clocks(obj: Subject, effects: tuple[Effect, ...], *, at: datetime) -> None:
    """Start, stop, hold and release the clocks of a move, and hand the turn on.

    Policy and calendar are those in force when a clock starts; a running clock keeps its own.
    """
    rows = {
        ClockKind(row.kind): row
        for row in Clock.objects.filter(subject_kind=obj.ledger_kind, subject_id=obj.pk, stopped_at=None)
    }
    before = {kind: row.state for kind, row in rows.items()}
    policy = Policy.objects.in_force(CLOCK_POLICY, at.astimezone(ZONE).date())
    obj.policy_label = policy.label
    after = apply(
        before,
        obj.clock_effects(effects),
        at=at,
        limits=obj.clock_limits(policy.data),
        policy=policy.label,
        calendar=load_calendar(),
    )
    started = []
    for kind, state in after.items():
        row = rows.get(kind)
        if row is None or row.started_at != state.started_at:
            if row is not None:
                row.stopped_at = at
                row.save(update_fields=["stopped_at"])
            started.append(Clock.of(obj.ledger_kind, obj.pk, state))
        elif state != before[kind]:
            row.held_at, row.stopped_at = state.held_at, state.stopped_at
            row.save(update_fields=["held_at", "stopped_at"])
    Clock.objects.bulk_create(started)
    obj.hand_turn(next_due(after))
