"""From the result to the end: signature, confirmation, closing."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.enums import Confirmation, Outcome
from cases.demands.models import Case, Result
from foundation.errors import NotYours
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.door import move


def submit_result(case_id: int, *, by: Actor, seen: int, outcome: str, text: str, evidence: str) -> Case:
    """The result waits for its signer; the resolve clock is held at this moment."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            "submit_result",
            by=by,
            seen=seen,
            say=lambda: f"办理结果：{Outcome(outcome).label}",
            record={"outcome": outcome, "result": text.strip(), "evidence": evidence.strip()},
            outcome=outcome,
            text=text,
            evidence=evidence,
            signers=queries.signing_roles(case_id, now=by.now),
        )
        Result.objects.create(
            case=case,
            round=case.round,
            outcome=outcome,
            text=text.strip(),
            evidence=evidence.strip(),
            submitted_by_id=by.user_id,
            submitted_at=by.now,
        )
        return case


def sign_off(case_id: int, *, by: Actor, seen: int, note: str = "") -> Case:
    """The result is the department's answer and lies with the firm for confirmation.

    Nor does whoever submitted it in the handler's stead sign it. Raises NotYours.
    """
    with transaction.atomic():
        case = move(Case, case_id, "sign_off", by=by, seen=seen, say="结果送企业确认", record={"opinion": note})
        waiting = Result.objects.filter(case=case, signed_at=None, returned_at=None)
        own = Q(submitted_by__in=sorted(by.persons))
        if not waiting.exclude(own).update(signed_by=by.user_id, signed_at=by.now) and waiting.filter(own).exists():
            raise NotYours(_("提交结果的人不能审签同一个结果"))
        return case


def return_result(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The result goes back to the handler with a reason; the resolve clock runs on as if it had never been held."""
    with transaction.atomic():
        case = move(
            Case, case_id, "return_result", by=by, seen=seen, say="结果退回承办人", note=reason.strip(), reason=reason
        )
        Result.objects.filter(case=case, signed_at=None, returned_at=None).update(returned_at=by.now)
        return case


def confirm_case(case_id: int, *, by: Actor, seen: int, confirmation: str, note: str = "") -> Case:
    """The firm has said in its own name what came of it, and the demand is closed."""
    return move(
        Case,
        case_id,
        "confirm",
        by=by,
        seen=seen,
        say=lambda: f"企业确认：{Confirmation(confirmation).label}",
        note=note.strip(),
        confirmation=confirmation,
    )


def close_unanswered(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """A result to which the firm said nothing is closed as 未回应, after it was reminded. For the system."""
    with transaction.atomic():
        return move(
            Case,
            case_id,
            "close_unanswered",
            by=by,
            seen=queries.head_of(case_id),
            say="确认期满，企业未回应，默认办结",
            known_at=by.now,
            reminded_at=queries.reminded_at(case_id, ClockKind.CONFIRM),
        )
