"""Every write to CaseAccess. Called inside the transaction of a move, which holds the lock of the demand.

These are no moves of their own: what the ledger says of them is the event of the move that calls them.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from cases.demands.models import Case, CaseAccess
from cases.demands.models.access import AccessQuerySet
from cases.demands.queries import sharing_departments
from foundation.errors import Refused
from foundation.idempotency import forget
from parties.models import Organisation, User
from workflow.actor import Actor
from workflow.models import Proposal

Effect, Source = CaseAccess.Effect, CaseAccess.Source


def grant(
    case: Case,
    *,
    organisation: Organisation | None = None,
    user: User | None = None,
    source: str,
    by: Actor,
    until_seq: int | None = None,
    until: datetime | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> CaseAccess:
    """This organisation or person sees the demand from now on (or `at`): whole, or up to the event `until_seq`.

    An open grant of the same source is ended and written anew. Raises Refused for an enterprise: no firm is ever
    granted the demand of another one.
    """
    if organisation is not None and organisation.kind == Organisation.Kind.ENTERPRISE:
        raise Refused("organisation", _("诉求不能授权给企业查看"))
    _end(_open(case, organisation=organisation, user=user, effect=Effect.ALLOW, source=source), by, at)
    return CaseAccess.objects.create(
        case=case,
        organisation=organisation,
        user=user,
        effect=Effect.ALLOW,
        source=source,
        until_seq=until_seq,
        valid_from=at or by.now,
        valid_to=until,
        reason=reason.strip(),
        given_by_id=by.user_id,
    )


def revoke(
    case: Case,
    *,
    organisation: Organisation | None = None,
    user: User | None = None,
    source: str,
    by: Actor,
    at: datetime | None = None,
) -> int:
    """The open grants of this source hold no more; how many there were."""
    return _end(_open(case, organisation=organisation, user=user, effect=Effect.ALLOW, source=source), by, at)


def deny(case: Case, *, user: User, source: str = Source.RECUSAL, by: Actor, reason: str = "") -> CaseAccess:
    """This person sees nothing of the demand from now on, whatever their posts and whatever was granted.

    Nor are they told again what they were answered before: a repeated request meets what a new one does.
    """
    proposals = Proposal.objects.of(case).filter(Q(by_id=user.pk) | Q(decided_by_id=user.pk))
    forget(user_id=user.pk, about=[str(case.public_id), *map(str, proposals.values_list("public_id", flat=True))])
    _end(_open(case, user=user, effect=Effect.DENY, source=source), by)
    return CaseAccess.objects.create(
        case=case,
        user=user,
        effect=Effect.DENY,
        source=source,
        valid_from=by.now,
        reason=reason.strip(),
        given_by_id=by.user_id,
    )


def lift_denial(case: Case, *, user: User, source: str = Source.RECUSAL, by: Actor) -> int:
    """What was denied to this person by this source is denied no more; how many rows there were."""
    return _end(_open(case, user=user, effect=Effect.DENY, source=source), by)


def leave(case: Case, *, organisation: Organisation, until_seq: int, by: Actor) -> CaseAccess:
    """The demand has left this department, which sees it up to the event `until_seq`, the end of its segment.

    Called by the move that takes the lead from it, with the last event that the department saw or made itself.
    """
    return grant(case, organisation=organisation, source=Source.FORMER_LEAD, until_seq=until_seq, by=by)


def share(
    case: Case, departments: Collection[Organisation], *, by: Actor, reason: str = "", at: datetime | None = None
) -> None:
    """Exactly these departments see task and text of the demand, because they have to do with an action item of it.

    Called by the move that tells of it in the chain of the demand (`share_by_origin`).
    """
    source, wanted, there = Source.CO_HANDLER, {one.pk: one for one in departments}, sharing_departments(case.pk)
    for key in sorted(there.keys() - wanted.keys()):
        revoke(case, organisation=there[key], source=source, by=by, at=at)
    for key in sorted(wanted.keys() - there.keys()):
        grant(case, organisation=wanted[key], source=source, by=by, reason=reason, at=at)


def _open(
    case: Case, *, effect: str, source: str, organisation: Organisation | None = None, user: User | None = None
) -> AccessQuerySet:
    return CaseAccess.objects.filter(case=case, organisation=organisation, user=user, effect=effect, source=source)


def _end(rows: AccessQuerySet, by: Actor, at: datetime | None = None) -> int:
    """A request that began before the one that wrote a row ends it at the moment at which it began to hold."""
    at = at or by.now
    unended = rows.filter(Q(valid_to=None) | Q(valid_to__gt=at, ended_by=None))
    return unended.update(valid_to=Greatest(F("valid_from"), Value(at)), ended_by_id=by.user_id)
