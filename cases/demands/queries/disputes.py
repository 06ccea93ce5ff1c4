"""What moves between departments, offices and rounds read: who has it, what is due, what was decided before."""

import json
from datetime import datetime

from django.db.models import QuerySet

from cases.demands.models import Case, Return, ReturnVerdict, Withdrawal
from cases.demands.models.visibility import kept_from, own_firms
from parties.models import Department, District, Office
from parties.roles import Role
from workflow.actor import Actor
from workflow.clocks import ClockKind, ClockState
from workflow.models import Clock, Event

MOST_PRECEDENTS = 5
# Events by which a department or its handler speaks to the firm.
CONTACTS = ("record_contact", "ask_firm", "reply_public", "relay_to_firm")


def locked_state_of(case_id: int) -> str:
    """The state, which nobody changes before this transaction ends; one statement."""
    return Case.objects.select_for_update().filter(pk=case_id).values_list("state", flat=True).first() or ""


def lead_of(case_id: int) -> Department | None:
    """The department that has the demand now; one statement."""
    return Department.objects.filter(pk__in=Case.objects.filter(pk=case_id).values("lead_id")).first()


def office_of(case_id: int) -> Office | None:
    """The office that has the demand now; one statement."""
    return Office.objects.filter(pk__in=Case.objects.filter(pk=case_id).values("office_id")).first()


def running_clocks(case_id: int) -> list[ClockKind]:
    """The kinds of the clocks that run, in the order in which they started; one statement."""
    running = Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, stopped_at=None)
    return [ClockKind(kind) for kind in running.order_by("started_seq", "kind").values_list("kind", flat=True)]


def running_clock(case_id: int, kind: ClockKind) -> ClockState | None:
    """The clock of this kind that runs; one statement."""
    running = Clock.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, kind=kind, stopped_at=None)
    row = running.first()
    return row.state if row else None


def stopped_by_the_withdrawal(case_id: int) -> list[ClockKind]:
    """The kinds of clock that the last withdrawal stopped, as its event names them; one statement.

    When they were stopped does not tell: a move of the same moment may have stopped others.
    """
    withdrawals = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, action="withdraw")
    body = withdrawals.order_by("-seq").values_list("body__text", flat=True).first()
    return [ClockKind(kind) for kind in json.loads(body)["stopped"]] if body else []


def contacted_since(case_id: int, moment: datetime) -> bool:
    """Whether the department spoke to the firm about this demand at or after this moment."""
    events = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case_id, action__in=CONTACTS)
    return events.filter(at__gte=moment).exists()


def precedents(duty_code: str, by: Actor, *, limit: int = MOST_PRECEDENTS) -> QuerySet[Return]:
    """The last decisions about returns of this matter of the duty list, the newest first; one statement.

    They are of all offices, and name no firm; what was decided about a demand that this actor keeps out of is not
    among them.
    """
    decided = Return.objects.filter(duty_code=duty_code).exclude(verdict=ReturnVerdict.PENDING)
    decided = decided.exclude(case_id__in=kept_from(by)).exclude(case__enterprise_id__in=own_firms(by))
    return decided.select_related("department", "assigned_to", "suggested").order_by("-decided_at")[:limit]


def open_return(case: Case) -> Return | None:
    """The return that waits for arbitration, with its department."""
    return case.returns.filter(verdict=ReturnVerdict.PENDING).select_related("department", "suggested").first()


def banner_offices(case: Case) -> QuerySet[Office]:
    """The platform offices of the banners of this demand's city."""
    platform = Office.objects.filter(office_kind=Office.OfficeKind.PLATFORM, active=True).select_related("serves")
    return platform.filter(serves__parent_id=case.district_id).order_by("serves_id")


def city_office(case: Case) -> QuerySet[Office]:
    """The platform office of the city that this demand's banner belongs to."""
    platform = Office.objects.filter(office_kind=Office.OfficeKind.PLATFORM, active=True).select_related("serves")
    return platform.filter(serves_id__in=District.objects.filter(pk=case.district_id).values("parent_id"))


def withdrawals(actor: Actor) -> QuerySet[Withdrawal]:
    """The withdrawals told to this supervisor: of demands that lay with their office. Newest first; one statement."""
    if actor.role != Role.SUPERVISOR:
        return Withdrawal.objects.none()
    told = Withdrawal.objects.filter(office_id=actor.organisation_id)
    told = told.exclude(case_id__in=kept_from(actor)).exclude(case__enterprise_id__in=own_firms(actor))
    return told.select_related("case__lead").order_by("-id")
