"""The platform office accepts and dispatches."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.dispatching.book import decision_for
from cases.demands.enums import Klass
from cases.demands.models import Case, Category, DutyItem
from foundation.errors import Refused
from parties.models import Department
from workflow.actor import Actor
from workflow.door import move


def accept_case(
    case_id: int,
    *,
    by: Actor,
    seen: int,
    category: Category,
    klass: str,
    urgent: bool = False,
    duty_item: DutyItem | None = None,
    duplicates_seen: bool = False,
    note: str = "",
) -> Case:
    """The demand is accepted and classed; resolve and dispatch run. What a rule of dispatch decides is sent at once."""
    with transaction.atomic():
        others = queries.siblings_of(case_id, by)
        case = move(
            Case,
            case_id,
            "accept",
            by=by,
            seen=seen,
            say=lambda: f"定为{category.name}类、{Klass(klass).label}" + ("、紧急" if urgent else ""),
            note=note,
            record={"open_siblings": others, "duty_item": duty_item.code if duty_item else ""},
            category=category,
            klass=klass,
            urgent=urgent,
            duty_item=duty_item,
            duplicates_seen=duplicates_seen,
        )
        # Only now, when the door has let this person through: the number says something about the firm.
        if others and not duplicates_seen:
            raise Refused("duplicates_seen", _("该企业还有 %(n)s 件在办诉求，请核对是否重复后勾选") % {"n": others})
        decision = decision_for(case)
        if decision.dispatches is None:
            return case
        lead, item = decision.dispatches
        case = dispatch_case(
            case_id,
            by=Actor.system(now=by.now, rule=decision.name, request_id=by.request_id),
            seen=case.head_seq,
            lead=lead,
            duty_item=item,
            rule=decision.as_record(),
        )
        decision.keep_for(case)
        return case


def dispatch_case(
    case_id: int,
    *,
    by: Actor,
    seen: int,
    lead: Department,
    duty_item: DutyItem,
    note: str = "",
    rule: Mapping[str, Any] | None = None,
) -> Case:
    """An accepted demand is with the department that must answer it; acknowledge and first contact start now.

    `rule` is the rule of dispatch by which the system acts, for the body of the event.
    """
    return move(
        Case,
        case_id,
        "dispatch",
        by=by,
        seen=seen,
        say=f"依据职责清单“{duty_item.matter}”，主办{lead.name}",
        note=note,
        record={
            "duty_item": duty_item.code,
            "duty_version": duty_item.version,
            "basis": duty_item.legal_basis,
            **({"rule": dict(rule)} if rule else {}),
        },
        lead=lead,
        duty_item=duty_item,
        dispatcher=by.user_id,
        stood_in_for=by.on_behalf,
    )
