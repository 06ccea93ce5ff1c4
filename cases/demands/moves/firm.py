"""What a firm does to its own demand besides answering: redo, withdraw, undo that, nudge."""

import datetime as dt

from django.db import transaction

from cases.demands import queries, rules
from cases.demands.enums import CaseState
from cases.demands.models import Case, Withdrawal
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.clocks import ClockKind, PauseClock, Reopen
from workflow.door import move


def redo_case(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The next round has begun, with half the time and for another handler; until one is named a liaison stands in."""
    with transaction.atomic():
        return move(
            Case,
            case_id,
            "redo",
            by=by,
            seen=seen,
            say="企业申请重办，由另一位承办人办理，党组书记审签",
            note=reason.strip(),
            reason=reason,
            stand_in=queries.stand_in(case_id, now=by.now),
        )


def withdraw_case(case_id: int, *, by: Actor, seen: int, reason: str) -> Case:
    """The firm wants the demand no more; why, only supervision reads. Raw figures go on counting it.

    The reason lies beside the ledger and not in it, since whoever sees the demand reads the ledger.
    """
    with transaction.atomic():
        before = queries.locked_state_of(case_id)
        contacted = queries.contacted_since(case_id, by.now - rules.CONTACT_BEFORE)
        record = {"stopped": [kind.value for kind in queries.running_clocks(case_id)]}
        case = move(Case, case_id, "withdraw", by=by, seen=seen, say="企业撤回诉求", record=record, reason=reason)
        Withdrawal.objects.create(
            case=case,
            office_id=case.office_id,
            reason=reason.strip(),
            state_before=before,
            contacted_before=contacted,
            at=case.ended_at,
        )
        return case


def undo_withdrawal(case_id: int, *, by: Actor, seen: int) -> Case:
    """The demand stands where it stood when it was withdrawn; its clocks go on, the time between credited."""
    with transaction.atomic():
        withdrawn = Withdrawal.objects.filter(case_id=case_id, undone_at=None).first()
        back_to = withdrawn.state_before if withdrawn else ""
        effects: list[Reopen | PauseClock] = [Reopen(kind) for kind in queries.stopped_by_the_withdrawal(case_id)]
        if back_to == CaseState.WAIT_ENTERPRISE:
            effects.append(PauseClock(ClockKind.RESOLVE))
        case = move(
            Case,
            case_id,
            "undo_withdrawal",
            by=by,
            seen=seen,
            say="企业恢复诉求，继续办理",
            effects=tuple(effects),
            back_to=back_to,
        )
        Withdrawal.objects.filter(case_id=case_id, undone_at=None).update(undone_at=case.head_at)
        return case


def nudge_case(case_id: int, *, by: Actor, text: str = "", seen: int | None = None) -> Case:
    """Whoever's turn it is has been reminded that somebody waits."""
    today = by.now.astimezone(ZONE).date()
    again = calendar_in_force().nth_working_day_after(today, rules.NUDGE_EVERY)
    return move(
        Case,
        case_id,
        "nudge",
        by=by,
        seen=seen,
        say="催办",
        note=text.strip(),
        text=text.strip(),
        again_at=dt.datetime.combine(again, dt.time(), ZONE),
    )
