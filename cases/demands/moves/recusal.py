"""Conflict of interest (回避): the firm asks, the office or the department enters it, the office lifts it."""

from django.db import transaction

from cases.demands import queries, rules
from cases.demands.models import Case
from cases.demands.moves.access import deny, lift_denial
from parties.models import User
from workflow.actor import Actor
from workflow.door import move
from workflow.notices import announce


def ask_recusal(case_id: int, *, by: Actor, name: str, reason: str, unit: str = "", seen: int | None = None) -> Case:
    """The office knows whom the firm wants kept out of its demand and why; no department does. The office decides."""
    place = f"（{unit.strip()}）" if unit.strip() else ""
    return move(
        Case,
        case_id,
        "ask_recusal",
        by=by,
        seen=seen,
        say=f"申请回避：{name.strip()}{place}",
        note=reason.strip(),
        name=name,
        unit=unit,
        reason=reason,
    )


def recuse_case(case_id: int, *, by: Actor, seen: int, person: User, reason: str) -> Case:
    """This person sees, counts, finds and does nothing of the demand any more, and it goes on without them.

    A handler is replaced at once by whoever stands in, who names the next one; a result that only they would sign is
    signed by the other signer. Who it is and why lies in CaseAccess and in the body of the event, never in its words.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first() or Case(pk=case_id)
        posts = list(queries.viewers_of(case, now=by.now).select_related("user")) if case.number else []
        left = [post for post in posts if post.user_id != person.pk]
        leaves = case.handler_id == person.pk and case.state in rules.HANDLED
        stands_in = rules.successor(case, left) if leaves else None
        handler = stands_in.user_id if stands_in else case.handler_id
        available = rules.signing_without(case, left, handler)
        turn = (case.turn_org_id, case.turn_role)
        case = move(
            Case,
            case_id,
            "recuse",
            by=by,
            seen=seen,
            say="登记回避 1 人",
            record={"person": person.pk, "reason": reason.strip()},
            person=person,
            reason=reason,
            posts=posts,
            stands_in=stands_in,
            signs_instead=rules.other_signer(case.usual_signer, available) if case.lead_id else "",
        )
        deny(case, user=person, by=by, reason=reason)
        if case.turn_org_id == case.lead_id and (leaves or turn != (case.turn_org_id, case.turn_role)):
            _your_turn(case, by)
        return case


def lift_recusal(case_id: int, *, by: Actor, seen: int, person: User, reason: str) -> Case:
    """This person sees the demand again as their post does; who handles or signs it meanwhile goes on doing so.

    A result under review goes back to its usual signer.
    """
    with transaction.atomic():
        recused = set(queries.recused(case_id, now=by.now).values_list("user_id", flat=True))
        available = queries.signing_roles(case_id, now=by.now, also=person.pk)
        lead = Case.objects.filter(pk=case_id, lead__isnull=False).first()
        case = move(
            Case,
            case_id,
            "lift_recusal",
            by=by,
            seen=seen,
            say="解除回避 1 人",
            record={"person": person.pk, "reason": reason.strip()},
            person=person,
            reason=reason,
            recused=recused,
            signs_instead=rules.other_signer(lead.usual_signer, available) if lead else "",
        )
        lift_denial(case, user=person, by=by)
        return case


def _your_turn(case: Case, by: Actor) -> None:
    announce(
        case,
        tells={"turn": "your_turn"},
        seq=case.head_seq,
        at=max(by.now, case.head_at or by.now),
        due_at=case.next_due_at,
        request_id=by.request_id,
    )
