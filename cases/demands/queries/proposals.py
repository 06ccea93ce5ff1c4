"""Moves of demands that wait for a second person: what waits on a case, and what waits for whom."""

from typing import Any

from django.db.models import BigIntegerField, CharField, F, Field, Func, QuerySet, UUIDField

from cases.demands.models import Case
from parties.models import Organisation
from workflow.actor import Actor
from workflow.clocks import ClockKind, Limit, limits_for
from workflow.models import Clock, Proposal
from workflow.specs import specs
from workflow.versions import policy_named


def pending_on(case: Case) -> Proposal | None:
    """The proposal that waits on this case; no statement when none does."""
    return Proposal.objects.of(case).pending().first() if case.pending_proposal else None


def last_proposal(case: Case) -> Proposal | None:
    """The newest proposal about this case, whatever became of it."""
    return Proposal.objects.of(case).order_by("-pk").first()


def to_decide(actor: Actor) -> QuerySet[Proposal]:
    """Proposals that wait for this post: another person made them, and its role may consent in its organisation.

    A restriction on the person, beyond role and organisation, is told on the page of the case.
    """
    if actor.post is None:
        return Proposal.objects.none()
    mine = [name for name, spec in specs(Case).items() if spec.decided_by and actor.role in spec.decided_by.roles]
    return (
        _visible(actor)
        .pending()
        .filter(decider_id=actor.organisation_id, action__in=mine)
        .exclude(by__in=sorted(actor.persons))
    )


def proposed(actor: Actor) -> QuerySet[Proposal]:
    """Proposals that this person made and that still wait for somebody else."""
    return _visible(actor).pending().filter(by__in=sorted(actor.persons))


# The columns of a case that a line needs, and what they hold.
TITLED: dict[str, type[Field[Any, Any]]] = {
    "title": CharField,
    "number": CharField,
    "public_id": UUIDField,
    "enterprise_id": BigIntegerField,
    "identity": CharField,
    "alias": CharField,
}
FIRM = f"(SELECT firm.name FROM {Organisation._meta.db_table} firm WHERE firm.id = told.enterprise_id)"  # noqa: S608


def titled(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With what a line says of the case (case_title and so on), in the same statement."""
    said = {f"case_{name}": _of_case(f"told.{name}", field()) for name, field in TITLED.items()}
    return proposals.annotate(**said, case_firm=_of_case(FIRM, CharField()))


def _of_case(words: str, field: Any) -> Func:
    """What the case of a proposal says. Written out: by the ORM eight of them took as long as the rest of a page."""
    template = f"(SELECT {words} FROM {Case._meta.db_table} told WHERE told.id = %(expressions)s)"  # noqa: S608 (our tables)
    return Func(F("subject_id"), template=template, output_field=field)


def _visible(actor: Actor) -> Any:
    seen = Case.objects.visible_to(actor)
    return Proposal.objects.filter(subject_kind=Case.ledger_kind, subject_id__in=seen.values("pk"))


def limit_of_running(case: Case, kind: ClockKind, *, klass: str) -> Limit:
    """The limit that this running clock would have for another class, under the policy with which it was started."""
    running = Clock.objects.get(subject_kind=Case.ledger_kind, subject_id=case.pk, kind=kind, stopped_at=None)
    return limits_for(policy_named(running.policy).data, klass=klass, urgent=case.urgent).whole(kind)
