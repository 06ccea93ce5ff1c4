"""首派准确率: of the demands that were answered and closed, how many stayed where they were dispatched first.

A hit is a demand whose department is the one it went to first, and which was neither returned with consent (move 11)
nor transferred (move 14). A return that was turned down (move 12) leaves a hit: the first dispatch was right. What
ended without a result, or is not closed yet, counts in neither figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case as When_
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from cases.demands.dispatching.rules import BUILT_IN
from cases.demands.enums import CaseState
from cases.demands.models import Case
from workflow.models import Event

SPAN = timedelta(days=90)
PERSON = ""  # stands for a dispatcher where others have the key of a rule

# As events say it: what takes a demand from a department, the consent to a return and a transfer, from and to a state.
ELSEWHERE = ((CaseState.RETURN_REVIEW, CaseState.ACCEPTED), (CaseState.IN_PROGRESS, CaseState.DISPATCHED))
SENT_ELSEWHERE = Q(from_state=ELSEWHERE[0][0], to_state=ELSEWHERE[0][1]) | Q(
    from_state=ELSEWHERE[1][0], to_state=ELSEWHERE[1][1]
)


@dataclass(frozen=True)
class HitRate:
    """How often a first dispatch was right. `by` is the key of a rule, or PERSON."""

    by: str
    hits: int
    judged: int

    @property
    def share(self) -> int | None:
        """Whole percent, rounded half up; None when nothing could be judged."""
        return (self.hits * 200 + self.judged) // (2 * self.judged) if self.judged else None


def is_hit(*, first_lead: int | None, lead: int | None, sent_elsewhere: bool) -> bool:
    """Whether the first dispatch was right, of a demand that has its result."""
    return first_lead is not None and first_lead == lead and not sent_elsewhere


def sent_elsewhere() -> Exists:
    """Whether the demand of the outer query was returned with consent or transferred."""
    return Exists(Event.objects.filter(SENT_ELSEWHERE, subject_kind=Case.ledger_kind, subject_id=OuterRef("pk")))


def judged(*, since: datetime, until: datetime) -> QuerySet[Case]:
    """The demands that were closed with a result in this span."""
    return Case.objects.filter(closed_at__gte=since, closed_at__lte=until, first_lead__isnull=False)


def hit_rates(*, since: datetime, until: datetime) -> list[HitRate]:
    """Hits by rule and by person; one statement, whose rows are as many as there are rules.

    What the system dispatched before rules had a record was dispatched by the built-in one.
    """
    by_system = Exists(
        Event.objects.filter(
            subject_kind=Case.ledger_kind, subject_id=OuterRef("pk"), action="dispatch", user_id__isnull=True
        )
    )
    by = When_(
        When(dispatched_by_rule__isnull=False, then=F("dispatched_by_rule__key")),
        When(by_system, then=Value(BUILT_IN)),
        default=Value(PERSON),
        output_field=CharField(),
    )
    rows = (
        judged(since=since, until=until)
        .annotate(by=by, away=sent_elsewhere())
        .order_by()
        .values("by")
        .annotate(judged=Count("pk"), hits=Count("pk", filter=Q(lead=F("first_lead"), away=False)))
        .values_list("by", "hits", "judged")
    )
    return [HitRate(*row) for row in rows]


def overall(rates: Iterable[HitRate]) -> HitRate:
    """All of them together."""
    rates = list(rates)
    return HitRate("", sum(rate.hits for rate in rates), sum(rate.judged for rate in rates))
