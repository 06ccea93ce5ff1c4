"""Somebody leaves: their demands go on in other hands."""

from django.db import transaction

from cases.demands import queries, rules
from cases.demands.enums import CaseState
from cases.demands.models import Case
from parties.models import Membership
from workflow.actor import Actor
from workflow.door import move

REASON = "人员离任移交"


def relieve_handler(
    case_id: int, *, by: Actor, seen: int | None = None, to: Membership | None = None, ordered_by: int | None = None
) -> Case:
    """Another person has the demand because its handler holds no post there any more. For the system.

    `to` is the post that was named when somebody leaves; without one, and where that person may not have it, whoever
    stands in (liaison first, as in move 9). `ordered_by` is who entered the leaving; the body of the event keeps it,
    its words name nobody but the new handler. Raises WrongMoment while the handler is in office and nobody is named,
    or when the department has nobody else.
    """
    with transaction.atomic():
        seen = queries.head_of(case_id) if seen is None else seen
        case = Case.objects.filter(pk=case_id).first() or Case(pk=case_id)
        posts = list(queries.viewers_of(case, now=by.now).select_related("user")) if case.number else []
        in_office = to is None and any(queries.is_in_office(case, post) for post in posts)
        posts = [post for post in posts if post.user_id != case.handler_id]
        heir = rules.heir(case, to, posts)
        signers = rules.signing_without(case, posts, heir.user_id if heir else None)
        waits_for_them = case.state == CaseState.IN_PROGRESS
        return move(
            Case,
            case_id,
            "relieve_handler",
            by=by,
            seen=seen,
            say=lambda: f"承办人 {heir.user.name if heir else ''}",
            note=REASON,
            record={"ordered_by": ordered_by} if ordered_by else None,
            tells=None if waits_for_them else {"handler": "handler_left", "liaison": "handler_left"},
            heir=heir,
            signs_instead=rules.other_signer(case.usual_signer, signers) if case.lead_id else "",
            in_office=in_office,
        )
