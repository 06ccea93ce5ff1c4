"""The boxes of the home page."""

from django.db.models import QuerySet

from cases.demands.enums import CaseState
from cases.demands.models import Case, IntakeItem
from cases.demands.models.visibility import SUPERVISES
from parties.roles import Role
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.models import Event

# Whose turns a role takes: the firm's secretary may do what its staff may.
TURNS: dict[Role, tuple[str, ...]] = {
    Role.ENTERPRISE_SECRETARY: (Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY),
}


def todo(actor: Actor) -> QuerySet[Case]:
    """待办: the turn is this post's; a handler's only for the cases in their own hands.

    A supervisor has no turn: theirs is what a firm has left unanswered.
    """
    if actor.post is None:
        return Case.objects.none()
    if actor.role in SUPERVISES:
        return unanswered_items(actor)
    mine = Case.objects.at_hand(actor).filter(
        turn_org_id=actor.organisation_id, turn_role__in=TURNS.get(actor.post.role, (actor.post.role,))
    )
    return mine.filter(handler_id=actor.person_id) if actor.role == Role.HANDLER else mine


def unanswered_items(actor: Actor) -> QuerySet[Case]:
    """Action items whose firm has said nothing in its term: its opinion is to be obtained. For the supervisor."""
    waiting = Case.objects.at_hand(actor).filter(state=CaseState.AWAIT_CONFIRM, enterprise__isnull=False)
    return waiting.open().filter(next_clock=ClockKind.CONFIRM, next_due_at__lt=actor.now)


def done(actor: Actor) -> QuerySet[Case]:
    """已办: this person moved it, and it is not waiting for them now."""
    handled = Event.objects.filter(user_id=actor.user_id, subject_kind=Case.ledger_kind).values("subject_id")
    waiting = todo(actor).values("pk")
    return Case.objects.at_hand(actor).filter(pk__in=handled).exclude(pk__in=waiting)


def mine(actor: Actor) -> QuerySet[Case]:
    """我发起: this person submitted or registered it."""
    return Case.objects.visible_to(actor).filter(opened_by_id=actor.user_id)


def unclaimed(actor: Actor) -> QuerySet[IntakeItem]:
    """待认领: messages of other channels that wait for an enterprise, oldest first."""
    return IntakeItem.objects.visible_to(actor).unclaimed()
