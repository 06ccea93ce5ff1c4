"""The department has it: acknowledgement, handler, first contact, plan, notes and replies."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.enums import ContactChannel
from cases.demands.models import Case, PlanStep
from foundation.errors import Refused
from parties.models import Membership
from workflow.actor import Actor
from workflow.door import move
from workflow.time_left import date_text


def acknowledge_case(case_id: int, *, by: Actor, seen: int, handler: Membership) -> Case:
    """The department has it, with a named handler; the plan clock runs."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            "acknowledge",
            by=by,
            seen=seen,
            say=f"承办人 {handler.user.name}",
            handler=handler,
        )
        return _fit(case, handler, by)


def acknowledge_overdue(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """The demand is in progress although nobody acknowledged in time: a liaison stands in as handler. For the system.

    The breach stays on record. Raises WrongMoment when the department has nobody in office.
    """
    with transaction.atomic():
        stand_in = queries.stand_in(case_id, now=by.now)
        return move(
            Case,
            case_id,
            "acknowledge_overdue",
            by=by,
            seen=queries.head_of(case_id),
            say=lambda: f"签收期满未签收，自动签收，由 {stand_in.user.name if stand_in else ''} 暂代承办人",
            stand_in=stand_in,
        )


def name_handler(case_id: int, *, by: Actor, seen: int, handler: Membership, reason: str) -> Case:
    """Another handler of the lead department has the demand from now on."""
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            "name_handler",
            by=by,
            seen=seen,
            say=f"承办人 {handler.user.name}",
            note=reason.strip(),
            handler=handler,
            reason=reason,
        )
        return _fit(case, handler, by)


def _fit(case: Case, handler: Membership, by: Actor) -> Case:
    """The case, if its new handler may have it in this round and need not keep out of it; asked under its lock."""
    if handler.user_id in case.former_handlers and queries.has_fresh_handlers(case, now=by.now):
        raise Refused("handler", _("重办须由另一位承办人办理"))
    if queries.must_keep_out(case.pk, handler.user_id, now=by.now):
        raise Refused("handler", _("请从本部门的承办人中选择"))  # in the words for any other person
    return case


def record_first_contact(
    case_id: int, *, by: Actor, seen: int, contacted_at: dt.datetime, channel: str, person: str, summary: str
) -> Case:
    """The firm has been contacted; it sees this record and may mark 未联系."""
    return move(
        Case,
        case_id,
        "record_contact",
        by=by,
        seen=seen,
        say=lambda: f"{date_text(contacted_at, by.now)} {ContactChannel(channel).label}联系 {person.strip()}",
        note=summary.strip(),
        contacted_at=contacted_at,
        channel=channel,
        person=person,
        summary=summary,
    )


def deny_first_contact(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The firm says that the recorded contact did not happen; the record stays and both are seen."""
    return move(
        Case,
        case_id,
        "deny_contact",
        by=by,
        seen=seen,
        say="企业表示没有被联系",
        note=reason.strip(),
        reason=reason,
    )


def save_plan(case_id: int, *, by: Actor, seen: int, steps: Sequence[tuple[str, dt.date]]) -> Case:
    """The dated steps of this round are on record; the plan clock stops."""
    ordered = sorted(((text.strip(), day) for text, day in steps), key=lambda step: step[1])
    with transaction.atomic():
        last = f"，最后一步 {ordered[-1][1].month}月{ordered[-1][1].day}日" if ordered else ""
        case = move(
            Case,
            case_id,
            "save_plan",
            by=by,
            seen=seen,
            say=f"{len(ordered)} 个步骤{last}",
            record={"steps": [[text, day.isoformat()] for text, day in ordered]},
            steps=ordered,
        )
        PlanStep.objects.bulk_create(
            PlanStep(case=case, round=case.round, position=n, text=text, due_on=day)
            for n, (text, day) in enumerate(ordered, start=1)
        )
        return case


def add_internal_note(case_id: int, *, by: Actor, text: str, seen: int | None = None) -> Case:
    """A note that the firm never sees."""
    return move(Case, case_id, "note_internal", by=by, seen=seen, note=text.strip(), text=text)


def add_public_reply(case_id: int, *, by: Actor, text: str, seen: int | None = None) -> Case:
    """A reply that the firm sees."""
    return move(Case, case_id, "reply_public", by=by, seen=seen, note=text.strip(), text=text)
