"""Moves that take two people: one proposes, another person consents, and the consent runs the move."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from workflow import registry
from workflow.actor import Actor
from workflow.door import Subject, compare, refusal
from workflow.models import Proposal
from workflow.models.proposals import Verdict


def propose(
    obj: Subject,
    action: str,
    *,
    by: Actor,
    seen: int,
    inputs: Mapping[str, Any],
    reason: str,
    due: datetime | None = None,
) -> Proposal:
    """Ask for a move that needs a second person; the object does not move yet.

    Any move of the object voids the proposal, because the consent compares `seen`. Raises what the move would raise.
    """
    if registry.consent(obj.ledger_kind, action) is None:
        raise TypeError(f"{action} of {obj.ledger_kind} is not a two-person move")
    if not reason.strip():
        raise Refused("reason", _("请写明理由"))
    with transaction.atomic():
        obj = type(obj).objects.select_for_update(of=("self",)).get(pk=obj.pk)
        compare(obj, seen, by=by)
        if error := refusal(obj, action, by):
            raise error
        return Proposal.objects.create(
            subject_kind=obj.ledger_kind,
            subject_id=obj.pk,
            action=action,
            inputs=dict(inputs),
            seen=seen,
            by_id=by.user_id,
            organisation_id=by.organisation_id,
            reason=reason,
            due_at=due,
            created_at=by.now,
        )


def decide(proposal_id: int, *, by: Actor, consent: bool, reason: str) -> Proposal:
    """The proposal with its verdict; on consent the move has run in the same transaction, in the decider's name.

    Raises NotYours for the proposer or a stranger, WrongMoment when it is decided already, and what the move raises:
    Changed when the object has moved since, so that a stale proposal can never be carried out.
    """
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
        if proposal is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        if proposal.by_id == by.user_id:
            raise NotYours(_("提出人不能自己同意，须由另一人决定"))
        if proposal.organisation_id != by.organisation_id:
            raise NotYours(_("须由同一办公室的另一人决定"))
        if proposal.verdict != Verdict.PENDING:
            raise WrongMoment(_("这项提议已经有了决定"))
        if consent:
            way = registry.consent(proposal.subject_kind, proposal.action)
            assert way is not None, "a proposal of an unregistered move cannot be stored"
            way.run(proposal.subject_id, by=by, seen=proposal.seen, **way.load_inputs(proposal.inputs))
        elif not reason.strip():
            raise Refused("reason", _("不同意时请写明理由"))
        proposal.verdict = Verdict.CONSENTED if consent else Verdict.REJECTED
        proposal.decided_by_id, proposal.decided_at, proposal.decision_reason = by.user_id, by.now, reason
        proposal.save(update_fields=["verdict", "decided_by", "decided_at", "decision_reason"])
    return proposal
