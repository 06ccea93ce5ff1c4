"""The one door: every move of every subject goes through `move()`, and `refusal()` says beforehand why it would not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.errors import Changed, DomainError, NotVisible, NotYours, Refused, WrongMoment
from workflow import registry
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.chain import append_event
from workflow.clock_rows import ClockBook
from workflow.clocks import ClockKind, Effect, Reopen, encoded
from workflow.models import Event, Proposal, Verdict
from workflow.notices import announce
from workflow.shaped import Shaped
from workflow.specs import Spec, event_label, hidden_from, specs
from workflow.subject import Subject
from workflow.time_left import date_text
from workflow.versions import policy_in_force

LEDGER_LANGUAGE = "zh-hans"  # one language for what is kept, whatever the acting person reads

Words = str | Callable[[], str]  # a function when a label or a date is among them


S = TypeVar("S", bound=Subject)


def refusal(obj: Subject, action: str, by: Actor, proposal: Proposal | None = None) -> DomainError | None:
    """The error this actor would meet now, or None. It never promises that any input will do.

    Asked in the order: is it theirs (403), is this the state for it (409), does what must come first hold (409). Of a
    move that takes two people, whoever proposes it is asked for, and with the proposal whoever decides it.
    """
    spec = specs(type(obj))[action]
    sentence = spec.permission.refusal(obj, by) if proposal is None else not_the_second(obj, spec, by, proposal)
    if sentence is not None:
        return NotYours(sentence)
    if obj.state not in spec.sources:
        return WrongMoment(
            _("现在是“%(state)s”，不能“%(action)s”") % {"state": obj.get_state_display(), "action": spec.label}
        )
    for must in spec.conditions:
        if not must(obj):
            return WrongMoment(must.sentence)
    for when in spec.moments:
        if not when.holds(obj, by.now):
            return WrongMoment(when.sentence)
    if proposal is None and spec.decided_by is not None and obj.pending_proposal:
        waiting = specs(type(obj))[obj.pending_proposal].label
        return WrongMoment(_("本件已有一项提请在等候决定：%(action)s") % {"action": waiting})
    return None


def not_the_second(obj: Subject, spec: Spec, by: Actor, proposal: Proposal) -> Any | None:
    """The sentence that keeps this actor from consenting, or None: another person, of the organisation asked."""
    if spec.decided_by is None:
        raise TypeError(f"{spec.action} is a move of one person")
    if not by.persons.isdisjoint(proposal.makers):
        return _("提出人不能自己同意，须由另一人决定")
    if by.organisation_id != proposal.decider_id:
        return spec.decided_by.sentence
    return spec.decided_by.refusal(obj, by, named=proposal.decider_id)


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
        if obj.state not in spec.sources or not spec.permission.concerns(obj, by) or not obj.has_button(spec.action):
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
    facts: Mapping[str, Any] | None = None,
    effects: tuple[Effect, ...] = (),
    tells: Mapping[str, str] | None = None,
    proposal: Proposal | None = None,
    **inputs: Any,
) -> S:
    """The object after the move, with its event in the ledger and its clocks set, all in one transaction.

    `seen` is the chain sequence the reader saw; `say` the Chinese sentence of what was done (a function of no arguments
    when labels or dates are in it: they would be in the reader's language), `note` the person's own words, `record`
    what else the body of the event keeps, `facts` what the event states for good beside the facts of the object,
    `effects` those on clocks beyond what the graph says, `tells` who is told instead of those whom the graph names, of
    the date of the first clock in `effects`. The transition method gets the inputs and the time `at` when the move
    takes effect. That is now, except for a move that the system makes because a clock is over: this takes effect at
    the moment when it was (case lifecycle, “Two times”).
    A move that takes two people runs with the `proposal` whose consent `by` gives (`workflow.proposals.decide` hands it
    over), and raises TypeError without. Whatever moves the object otherwise makes a pending proposal void.
    Raises NotVisible, Changed, NotYours, WrongMoment, Refused.
    Nothing outside the database happens here.
    """
    spec = specs(model)[action]
    if (spec.decided_by is None) != (proposal is None):
        raise TypeError(f"{action} runs with a proposal if it takes two people, and only then")
    if proposal and (proposal.subject_kind, proposal.subject_id, proposal.action) != (model.ledger_kind, pk, action):
        raise ValueError("the proposal is about something else")
    with transaction.atomic():
        obj = locked(model, pk, by)
        if obj is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        admit(obj, action, by=by, seen=seen, proposal=proposal)
        check: Callable[..., None] | None = getattr(model.rules, f"check_{action}", None)
        if check is not None:
            check(obj, by, **inputs)
        reopened = [effect.kind for effect in effects if isinstance(effect, Reopen)]
        book = ClockBook.of(obj.ledger_kind, obj.pk, reopened=reopened)
        # The request began before the lock was had: what was written meanwhile still comes before this move.
        written_at = max(by.now, obj.head_at or by.now)
        at = written_at if spec.after is None else _when_it_was_over(obj, spec.after, book, now=written_at)
        before, columns = obj.state, dict(obj.__dict__)
        getattr(obj, action)(at=at, **inputs)
        if obj.pending_proposal and not spec.appends:
            if proposal is None:
                void_pending(obj, action, at=written_at)
            obj.pending_proposal = ""
        policy, calendar = policy_in_force(at), calendar_in_force()
        effects = obj.clock_effects((*spec.clocks, *effects), book.states, at)
        clocks = book.keep(
            effects,
            at=at,
            written_at=written_at,
            limits=type(obj).clock_limits(policy.data, obj.event_facts()),
            policy=policy,
            calendar=calendar,
            seq=obj.head_seq + 1,
        )
        obj.hand_turn(obj.first_clock(obj.state, clocks))
        body = {"note": note, **(record or {})}
        if proposal is not None:
            body["proposal"] = {
                "proposer": proposal.proposer,
                "reason": proposal.reason,
                "consent": proposal.decision_reason,
            }
        event = write_event(
            obj,
            action=action,
            before=before,
            by=by,
            at=written_at,
            effective_at=at,
            policy=policy.label,
            calendar=calendar.version,
            effects=effects,
            say=say,
            body=body,
            facts=facts,
        )
        obj.save(update_fields=_changed(obj, columns))
        if told := spec.tells if tells is None else tells:
            moved = effects[-1].kind if tells and effects else None
            due = next((clock.due_at for clock in clocks if clock.kind == moved), obj.due_told(told.values()))
            announce(obj, tells=told, seq=event.seq, at=written_at, due_at=due, request_id=by.request_id)
        for subscription in registry.subscriptions(obj.ledger_kind, action):
            subscription(obj, event, by)
    return obj


def _to_lock(by: Actor, model: type[S], *, pk: int) -> QuerySet[S]:
    found: QuerySet[S] = model.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=pk)
    return found


_LOCK = Shaped(_to_lock, pk=int)


def locked(model: type[S], pk: int, by: Actor) -> S | None:
    """The row, locked, if this actor may open it; one statement, within a transaction."""
    found: S | None = _LOCK.first(by, model, pk=pk)
    return found


def _changed(obj: Subject, before: Mapping[str, Any]) -> list[str]:
    """The columns that are not as they were loaded: a demand is wide, and a move writes a dozen of its columns."""
    now = obj.__dict__
    return [field.name for field in obj._meta.concrete_fields if now[field.attname] != before[field.attname]]


def _when_it_was_over(obj: Subject, kind: ClockKind, book: "ClockBook", *, now: datetime) -> datetime:
    """The moment at which the clock ran out, but not before the last event took effect.

    Raises WrongMoment while its time goes on or when it does not run.
    """
    clock = book.states.get(kind)
    if clock is None or not clock.is_overdue(now):
        raise WrongMoment(_("“%(clock)s”的时限还没有到") % {"clock": kind.label})
    last = (
        Event.objects.filter(subject_kind=obj.ledger_kind, subject_id=obj.pk, seq=obj.head_seq)
        .values_list("effective_at", flat=True)
        .first()
    )
    return max(clock.due_at, last) if last else clock.due_at


def void_pending(obj: Subject, action: str, *, at: datetime) -> None:
    """The pending proposal about this locked object is void because of this move (decision 0015)."""
    pending = Proposal.objects.of(obj).pending()
    pending.update(verdict=Verdict.VOID, voided_by=action, decided_at=at)


def admit(obj: Subject, action: str, *, by: Actor, seen: int | None, proposal: Proposal | None = None) -> None:
    """Raise what keeps this actor from the move whatever its inputs: NotYours, Changed, WrongMoment, Refused `seen`.

    A stranger is told so first; who saw an older state is told what changed before being told that it is too late.
    """
    spec = specs(type(obj))[action]
    if proposal is not None:
        if sentence := not_the_second(obj, spec, by, proposal):
            raise NotYours(sentence)
    elif not by.is_system and not spec.permission.concerns(obj, by):
        raise NotYours(spec.permission.sentence)
    if not spec.appends:
        compare(obj, seen, by=by)
    if error := refusal(obj, action, by, proposal):
        raise error


def compare(obj: Subject, seen: int | None, *, by: Actor) -> None:
    """Refuse a move by somebody who has not seen the last event, naming what changed and by whom.

    For a firm, internal events did not happen, and so for everybody what is kept from their role: it neither refuses
    a move nor is named.
    """
    if seen is None:
        raise Refused("seen", _("缺少 seen：请带上您看到的流转序号"))
    if seen == obj.head_seq:
        return
    if seen > obj.head_seq:
        raise Refused("seen", _("seen 不是本件的流转序号，请刷新后再办"))
    since = Event.objects.filter(subject_kind=obj.ledger_kind, subject_id=obj.pk, seq__gt=seen)
    since = since.exclude(action__in=hidden_from(type(obj), by.role))
    last = since.order_by("-seq").first()
    if last is None:
        return
    actor = json.loads(last.actor)
    raise Changed(
        _("本件刚刚有变动：%(who)s 于 %(when)s 办理了“%(what)s”。请看过最新情况再办，您填写的内容还在。")
        % {
            "who": f"{obj.organisation_shown(actor, by)} · {actor['role_text']}",
            "when": date_text(last.at, last.at),
            "what": event_label(type(obj), last.action),
        }
    )


def write_event(
    obj: Subject,
    *,
    action: str,
    before: str,
    by: Actor,
    at: datetime,
    effective_at: datetime,
    policy: str,
    calendar: str,
    effects: tuple[Effect, ...],
    say: Words,
    body: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Append the event of a move, its words in Chinese; the caller holds the lock and saves the object.

    Its facts say whose turn it is now and what happened to clocks, so that a replay needs no graph of its time.
    """
    with translation.override(LEDGER_LANGUAGE):
        return append_event(
            obj,
            action=action,
            from_state=before,
            to_state=obj.state,
            actor=by.as_record(),
            user_id=by.user_id,
            at=at,
            effective_at=effective_at,
            policy=policy,
            calendar=calendar,
            facts={
                **(facts or {}),
                **obj.event_facts(),
                "turn": [obj.turn_org_id, obj.turn_role],
                "clocks": encoded(effects),
            },
            body={"text": say() if callable(say) else say, **body},
        )
