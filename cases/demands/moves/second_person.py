"""Moves of the platform office that run by the consent of a second person."""

from django.db import transaction

from cases.demands import queries, rules
from cases.demands.enums import CaseState, DeclineReason, Klass
from cases.demands.models import Case
from workflow.actor import Actor
from workflow.clocks import ClockKind, Effect, Relimit, Start
from workflow.door import move
from workflow.models import Proposal


def decline_case(
    case_id: int,
    *,
    by: Actor,
    seen: int,
    proposal: Proposal,
    declined_for: str,
    channel: str = "",
    channel_contact: str = "",
    explanation: str,
) -> Case:
    """The demand has ended without being accepted; its firm reads why, and where else to go."""
    channel, channel_contact = channel.strip(), channel_contact.strip()
    return move(
        Case,
        case_id,
        "decline",
        by=by,
        seen=seen,
        proposal=proposal,
        say=lambda: (
            f"不予受理：{DeclineReason(declined_for).label}"
            + (f"，请向{channel}反映（{channel_contact}）" if channel else "")
        ),
        note=explanation.strip(),
        record={"declined_for": declined_for, "channel": channel, "channel_contact": channel_contact},
        declined_for=declined_for,
        channel=channel,
        channel_contact=channel_contact,
        explanation=explanation,
    )


def reclassify_case(case_id: int, *, by: Actor, seen: int, proposal: Proposal, klass: str, reason: str) -> Case:
    """The demand is of a heavier class, and resolve is due by its limit from the same start; the firm reads why.

    The limit is the one of the policy under which the clock started; a term that its origin gave or a date that was
    set stays as it is. Who owed no plan owes one from now on.
    """
    with transaction.atomic():
        before = Case.objects.visible_to(by).only("state", "klass", "urgent", "origin", "due_on").get(pk=case_id)
        effects: tuple[Effect, ...] = ()
        if before.klass == Klass.INQUIRY and before.state == CaseState.IN_PROGRESS:
            effects = (Start(ClockKind.PLAN),)
        tells = {"firm": "reclassified", "handler": "due_moved", "liaison": "due_moved"}
        if rules.has_its_own_term(before):
            tells = {"firm": "reclassified"}
        else:
            limit = queries.limit_of_running(before, ClockKind.RESOLVE, klass=klass)
            effects = (*effects, Relimit(ClockKind.RESOLVE, limit))
        return move(
            Case,
            case_id,
            "reclassify",
            by=by,
            seen=seen,
            proposal=proposal,
            say=lambda: f"由{Klass(before.klass).label}升为{Klass(klass).label}",
            note=reason.strip(),
            effects=effects,
            tells=tells,
            klass=klass,
            reason=reason,
        )
