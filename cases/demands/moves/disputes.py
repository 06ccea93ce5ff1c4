"""Whose business a demand is: sent back, arbitrated, transferred, handed over between city and banner."""

from typing import Any

from django.db import transaction

from cases.demands import queries
from cases.demands.models import Case, ChargedTo, DutyItem, PlanStep, Return, ReturnVerdict
from cases.demands.moves.access import CaseAccess, grant, leave
from parties.models import Department, Office
from workflow.actor import Actor
from workflow.door import move
from workflow.models import Proposal


def send_back(
    case_id: int, *, by: Actor, seen: int, proposal: Proposal, clause: str, suggested: Department | None = None
) -> Case:
    """The demand has been sent back with the consent of the department's head, and waits for arbitration."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            "send_back",
            by=by,
            seen=seen,
            proposal=proposal,
            say=f"退单，职责依据：{clause.strip()}" + (f"，建议由{suggested.name}办理" if suggested else ""),
            clause=clause,
            suggested=suggested,
        )
        assert case.duty_item is not None
        Return.objects.create(
            case=case,
            department_id=case.lead_id,
            duty_item=case.duty_item,
            duty_code=case.duty_item.code,
            reason=proposal.reason,
            clause=clause.strip(),
            suggested=suggested,
            asked_by_id=proposal.by_id,
            consented_by_id=by.user_id,
            sent_at=case.head_at,
            dispatched_at=case.dispatched_at,
            sent_seq=case.head_seq,
        )
        return case


def uphold_return(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The department was right: the demand waits for another dispatch, and the lost time is the platform's."""
    with transaction.atomic():
        lead = queries.lead_of(case_id)
        case = _arbitrate(
            "uphold_return",
            case_id,
            by=by,
            seen=seen,
            say="同意退单，重新派单；占用时间计入平台",
            reason=reason,
            verdict=ReturnVerdict.UPHELD,
            charged=ChargedTo.PLATFORM,
        )
        if lead is not None:
            leave(case, organisation=lead, until_seq=case.head_seq, by=by)
        return case


def reject_return(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The demand stays with the department, a liaison standing in as handler; the lost time is the department's."""
    with transaction.atomic():
        return _arbitrate(
            "reject_return",
            case_id,
            by=by,
            seen=seen,
            say="驳回退单，由原部门办理；占用时间计入部门",
            reason=reason,
            verdict=ReturnVerdict.REJECTED,
            charged=ChargedTo.DEPARTMENT,
            stand_in=queries.stand_in(case_id, now=by.now),
        )


def assign_lead(case_id: int, *, by: Actor, seen: int, lead: Department, reason: str) -> Case:
    """Several departments sent it back: the one that the arbitrator names resolves it first and argues later."""
    with transaction.atomic():
        before = queries.lead_of(case_id)
        case = _arbitrate(
            "assign_lead",
            case_id,
            by=by,
            seen=seen,
            say=f"先办后议，由{lead.name}办理；占用时间计入平台",
            reason=reason,
            verdict=ReturnVerdict.ASSIGNED,
            charged=ChargedTo.PLATFORM,
            assigned_to=lead,
            lead=lead,
            stand_in=queries.stand_in(case_id, now=by.now, of=lead.pk),
        )
        if before is not None and before.pk != lead.pk:
            leave(case, organisation=before, until_seq=case.head_seq - 1, by=by)
        return case


def _arbitrate(
    action: str,
    case_id: int,
    *,
    by: Actor,
    seen: int,
    say: str,
    reason: str,
    verdict: ReturnVerdict,
    charged: ChargedTo,
    assigned_to: Department | None = None,
    **inputs: Any,
) -> Case:
    case = move(
        Case,
        case_id,
        action,
        by=by,
        seen=seen,
        say=say,
        note=reason.strip(),
        record={"charged_to": charged.value},
        reason=reason,
        **inputs,
    )
    Return.objects.filter(case=case, verdict=ReturnVerdict.PENDING).update(
        verdict=verdict,
        charged_to=charged,
        assigned_to=assigned_to,
        opinion=reason.strip(),
        decided_by=by.user_id,
        decided_at=case.head_at,
    )
    return case


def transfer_case(case_id: int, *, by: Actor, seen: int, proposal: Proposal, lead: Department) -> Case:
    """Another department has taken the demand over by its own consent, and cannot send it back any more."""
    with transaction.atomic():
        before = queries.lead_of(case_id)
        case = move(
            Case,
            case_id,
            "transfer",
            by=by,
            seen=seen,
            proposal=proposal,
            say=f"转办给{lead.name}，接收部门已同意",
            lead=lead,
        )
        _begin_anew(before, case, by)
        return case


def reassign_case(case_id: int, *, by: Actor, seen: int, lead: Department, duty_item: DutyItem, reason: str) -> Case:
    """The platform has given the demand to another department that the duty list names."""
    with transaction.atomic():
        before = queries.lead_of(case_id)
        case = move(
            Case,
            case_id,
            "reassign",
            by=by,
            seen=seen,
            say=f"平台转办，依据职责清单“{duty_item.matter}”，主办{lead.name}",
            note=reason.strip(),
            record={"duty_item": duty_item.code, "duty_version": duty_item.version, "basis": duty_item.legal_basis},
            lead=lead,
            duty_item=duty_item,
            reason=reason,
            dispatcher=by.user_id,
            stood_in_for=by.on_behalf,
        )
        _begin_anew(before, case, by)
        return case


def _begin_anew(before: Department | None, case: Case, by: Actor) -> None:
    """Another department has it: the plan of the one before stands in the ledger alone."""
    PlanStep.objects.filter(case=case, round=case.round).delete()
    if before is not None:
        leave(case, organisation=before, until_seq=case.head_seq - 1, by=by)


def pass_down(case_id: int, *, by: Actor, seen: int, office: Office, reason: str) -> Case:
    """The office of a banner has the demand and dispatches it; the city office goes on seeing it."""
    with transaction.atomic():
        before = queries.office_of(case_id)
        case = move(
            Case,
            case_id,
            "pass_down",
            by=by,
            seen=seen,
            say=f"市转旗区，由{office.name}派单",
            note=reason.strip(),
            office=office,
            reason=reason,
        )
        return _still_seen_by(before, case, by)


def report_up(case_id: int, *, by: Actor, seen: int, proposal: Proposal) -> Case:
    """The city office has taken the demand up and dispatches it; the office of the banner goes on seeing it."""
    with transaction.atomic():
        before = queries.office_of(case_id)
        office = Office.objects.select_related("serves").get(pk=proposal.decider_id)
        case = move(
            Case,
            case_id,
            "report_up",
            by=by,
            seen=seen,
            proposal=proposal,
            say=f"上报市级，由{office.name}派单",
            office=office,
        )
        return _still_seen_by(before, case, by)


def _still_seen_by(office: Office | None, case: Case, by: Actor) -> Case:
    if office is not None:
        grant(case, organisation=office, source=CaseAccess.Source.HANDED_OVER, by=by)
    return case
