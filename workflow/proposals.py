"""Moves that take two people: one proposes, another person consents, and the consent runs the move.

A transition takes two people when its `custom` names `decided_by`, the Permission of the second person; its
`permission` says who may propose. The move function is registered with `registry.register_consent` and gets the
proposal: move(…, proposal=proposal). What makes a proposal void: docs/decisions/0015.
"""

import inspect
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from parties.models import Membership, Organisation
from parties.roles import ENTERPRISE_ROLES, Role
from workflow import registry
from workflow.actor import Actor
from workflow.beside import PROPOSED, REJECTED, TAKEN_BACK
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.door import LEDGER_LANGUAGE, Words, compare, not_the_second, refusal, write_event
from workflow.models import Event, Proposal, Verdict
from workflow.notices import announce
from workflow.rules import NAMED
from workflow.specs import Spec, specs
from workflow.stored_inputs import loaded, stored
from workflow.subject import Subject
from workflow.versions import policy_in_force

S = TypeVar("S", bound=Subject)
REASON = "proposal_reason"  # the field of a page or a request in which the proposer says why
DECIDERS, PROPOSER = "deciders", "proposer"  # audiences, which the provider of the subject must know
LONGEST_REASON = 500  # characters


def propose(
    model: type[S],
    pk: int,
    action: str,
    *,
    by: Actor,
    seen: int | None,
    inputs: Mapping[str, Any],
    reason: str,
    decider: int | None = None,
    due: datetime | None = None,
    say: Words = "",
) -> Proposal:
    """A move that takes two people is asked for: the chain says so, the deciders are told, the object stays.

    `inputs` are what the move function takes; they are checked now. `decider` is the organisation that must decide:
    needed when the permission of the second person does not name exactly one. `due` says by when the decision is
    wanted: unless given when the first clock of the object is due, or at the end of the next working day. `say` is
    what is proposed in words. The rule of the inputs is asked twice: now of the proposer, and of the decider when the
    move runs. Raises what the move would raise, WrongMoment while another proposal waits, and Refused when the
    organisation has nobody else who could consent.
    """
    way, spec = registry.consent(model.ledger_kind, action), specs(model)[action]
    if way is None or spec.decided_by is None:
        raise TypeError(f"{action} of {model.ledger_kind} is not a two-person move")
    with transaction.atomic():
        obj = model.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
        if obj is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        if not spec.permission.concerns(obj, by):
            raise NotYours(spec.permission.sentence)
        compare(obj, seen, by=by)
        if error := refusal(obj, action, by):
            raise error
        _check(obj, action, by, inputs)
        if not reason.strip():
            raise Refused(REASON, _("请写明理由"))
        if len(reason) > LONGEST_REASON:
            raise Refused(REASON, _("内容太长，最多 %(n)s 个字") % {"n": LONGEST_REASON})
        if decider is None and way.decider is not None:
            decider = way.decider(obj, inputs)
        house = _decider(obj, spec, decider, by)
        before = obj.head_seq
        obj.pending_proposal = action
        event = _append(
            obj,
            PROPOSED,
            by=by,
            text=lambda: _proposed_words(spec, house, say),
            note=reason,
            body={"proposal": {"action": action}},
        )
        proposal = Proposal.objects.create(
            subject_kind=obj.ledger_kind,
            subject_id=obj.pk,
            action=action,
            inputs=stored(inputs),
            made_for=list(by.on_behalf),
            seen=before,
            by_id=by.user_id,
            organisation_id=by.organisation_id,
            proposer=_who(by),
            decider=house,
            reason=reason,
            next_due_at=due or obj.next_due_at or _end_of_next_working_day(event.at),
            created_at=event.at,
        )
        _tell(obj, DECIDERS, "consent_wanted", event, by, due_at=proposal.next_due_at)
    return proposal


def decide(public_id: UUID, *, by: Actor, consent: bool, reason: str = "") -> Proposal:
    """The proposal with its verdict; on consent the move has run in the same transaction, in the decider's name.

    On refusal the chain says so and the proposer is told. Raises NotVisible for a stranger, NotYours for the proposer
    and for whoever is not asked, WrongMoment when there is a decision already, Refused `reason` when it is refused
    without one, and what the move raises.
    """
    with transaction.atomic():
        proposal, obj, spec = _locked(public_id, by)
        if sentence := not_the_second(obj, spec, by, proposal):
            raise NotYours(sentence)
        _must_be_pending(proposal, by)
        if len(reason) > LONGEST_REASON:
            raise Refused("reason", _("内容太长，最多 %(n)s 个字") % {"n": LONGEST_REASON})
        proposal.decision_reason, at = reason.strip(), _written_at(obj, by)
        if consent:
            way = registry.consent(proposal.subject_kind, proposal.action)
            assert way is not None, "a proposal of an unregistered move cannot be stored"
            way.run(obj.pk, by=by, seen=obj.head_seq, proposal=proposal, **loaded(proposal.inputs))
        else:
            if not proposal.decision_reason:
                raise Refused("reason", _("不同意时请写明理由"))
            obj.pending_proposal = ""
            event = _append(obj, REJECTED, by=by, text=lambda: f"不同意“{spec.label}”", note=proposal.decision_reason)
            _tell(obj, PROPOSER, "proposal_refused", event, by)
        proposal.verdict = Verdict.CONSENTED if consent else Verdict.REJECTED
        proposal.decided_by_id, proposal.decided_at = by.user_id, at
        proposal.save(update_fields=["verdict", "decided_by", "decided_at", "decision_reason"])
    return proposal


def take_back(public_id: UUID, *, by: Actor) -> Proposal:
    """The proposal waits no longer, because who made it took it back. Raises NotVisible, NotYours, WrongMoment."""
    with transaction.atomic():
        proposal, obj, spec = _locked(public_id, by)
        if by.persons.isdisjoint(proposal.makers):
            raise NotYours(_("只有提出人可以收回"))
        _must_be_pending(proposal, by)
        obj.pending_proposal = ""
        event = _append(obj, TAKEN_BACK, by=by, text=lambda: f"收回提请“{spec.label}”")
        proposal.verdict, proposal.decided_at = Verdict.TAKEN_BACK, event.at
        proposal.save(update_fields=["verdict", "decided_at"])
    return proposal


def is_asked(proposal: Proposal, obj: Subject, by: Actor) -> bool:
    """Whether this actor may decide it: another person of the organisation asked, in a role that may consent."""
    return not_the_second(obj, specs(type(obj))[proposal.action], by, proposal) is None


def is_shown(proposal: Proposal, model: type[Subject], by: Actor) -> bool:
    """Whether who may open the object reads of the proposal: a firm only of moves that are its own to make."""
    spec = specs(model)[proposal.action]
    assert spec.decided_by is not None
    return by.role not in ENTERPRISE_ROLES or by.role in spec.permission.roles | spec.decided_by.roles


def deciding_roles(obj: Subject, action: str, organisation_id: int) -> frozenset[Role]:
    """The roles that may consent to this move in this organisation."""
    permission = specs(type(obj))[action].decided_by
    assert permission is not None
    here = [roles for name, roles in permission.of.items() if name == NAMED or getattr(obj, name) == organisation_id]
    return frozenset[Role]().union(*here)


def _locked(public_id: UUID, by: Actor) -> tuple[Proposal, Subject, Spec]:
    """The proposal and what it is about, both locked, the subject first as every move does."""
    found = Proposal.objects.filter(public_id=public_id).first()
    model: Any = registry.subject_model(found.subject_kind) if found else None
    if found is None or not is_shown(found, model, by):
        raise NotVisible(_("没有找到，或者您不能查看"))
    obj = model.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=found.subject_id).first()
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=found.pk)
    spec = specs(model)[proposal.action]
    if obj is None:
        # Who could open it only in order to decide is told that somebody was faster; not who is kept out of it.
        assert spec.decided_by is not None
        kept = registry.kept_from(found.subject_kind, by)
        out = kept is not None and model.objects.filter(pk=found.subject_id, pk__in=kept).exists()
        if not out and by.organisation_id == proposal.decider_id and by.role in spec.decided_by.roles:
            _must_be_pending(proposal, by)
        raise NotVisible(_("没有找到，或者您不能查看"))
    return proposal, obj, spec


def _must_be_pending(proposal: Proposal, by: Actor) -> None:
    if proposal.verdict == Verdict.PENDING:
        return
    if proposal.verdict == Verdict.VOID:
        model: Any = registry.subject_model(proposal.subject_kind)
        spec = specs(model)[proposal.voided_by]
        if by.role in spec.kept_from:
            raise WrongMoment(_("本件又有了变动，这项提请随之失效"))
        raise WrongMoment(_("本件已经办理了“%(action)s”，这项提请随之失效") % {"action": spec.label})
    if proposal.verdict == Verdict.TAKEN_BACK:
        raise WrongMoment(_("这项提请已由提出人收回"))
    raise WrongMoment(_("这项提请已经有了决定"))


def _check(obj: Subject, action: str, by: Actor, inputs: Mapping[str, Any]) -> None:
    """Ask the rule about these inputs now, so that nobody is asked to consent to what cannot be.

    A move function may take more than its rule does, such as a note: the rule gets what it names.
    """
    check = getattr(obj.rules, f"check_{action}", None)
    if check is not None:
        named = inspect.signature(check).parameters
        check(obj, by, **{name: value for name, value in inputs.items() if name in named})


def _decider(obj: Subject, spec: Spec, asked: int | None, by: Actor) -> Organisation:
    """The organisation that must decide: the one asked for, or the only one that the permission names."""
    assert spec.decided_by is not None
    places = {getattr(obj, name) for name in spec.decided_by.of if name != NAMED} - {None}
    if asked is None:
        if len(places) != 1 or NAMED in spec.decided_by.of:
            raise TypeError(f"who decides {spec.action} must be named")
        (asked,) = places
    elif asked not in places and NAMED not in spec.decided_by.of:
        raise TypeError(f"{spec.action} is not decided by organisation {asked}")
    house = Organisation.objects.get(pk=asked)
    roles = deciding_roles(obj, spec.action, house.pk)
    posts = Membership.objects.in_force(by.now.astimezone(ZONE).date()).filter(organisation=house, role__in=roles)
    posts = registry.but_kept_out(obj.ledger_kind, posts, obj.pk, now=by.now)
    if not posts.exclude(user_id__in=sorted(by.persons)).exists():
        raise Refused(
            "", _("%(organisation)s除您以外没有人可以表示同意，请先请管理员设置岗位") % {"organisation": house.name}
        )
    return house


def _proposed_words(spec: Spec, house: Organisation, say: Words) -> str:
    what = say() if callable(say) else say
    return f"提请“{spec.label}”，须{house.name}另一人同意" + (f"：{what}" if what else "")


def _who(by: Actor) -> str:
    with translation.override(LEDGER_LANGUAGE):
        record = by.as_record()
    return f"{record['role_text']} · {record['organisation']}" + ("（代）" if by.on_behalf else "")


def _append(
    obj: Subject, action: str, *, by: Actor, text: Words, note: str = "", body: Mapping[str, Any] | None = None
) -> Event:
    """The chain says what somebody did about a proposal; the state, the turn and every clock stay."""
    at = _written_at(obj, by)
    event = write_event(
        obj,
        action=action,
        before=obj.state,
        by=by,
        at=at,
        effective_at=at,
        policy=policy_in_force(at).label,
        calendar=calendar_in_force().version,
        effects=(),
        say=text,
        body={"note": note, **(body or {})},
    )
    obj.save(update_fields=["head_seq", "head_hash", "head_at", "pending_proposal"])
    return event


def _written_at(obj: Subject, by: Actor) -> datetime:
    """Now; but what was written while this request waited for the lock still comes before it."""
    return max(by.now, obj.head_at or by.now)


def _tell(obj: Subject, audience: str, kind: str, event: Event, by: Actor, *, due_at: datetime | None = None) -> None:
    announce(obj, tells={audience: kind}, seq=event.seq, at=event.at, due_at=due_at, request_id=by.request_id)


def _end_of_next_working_day(moment: datetime) -> datetime:
    calendar = calendar_in_force()
    return calendar.end_of_working_day(calendar.nth_working_day_after(moment.astimezone(ZONE).date(), 1))
