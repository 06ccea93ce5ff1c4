"""The firm is asked and answers: completion at intake, questions of the handler."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from cases.demands import queries
from cases.demands.models import Case, InfoRequest
from cases.demands.moves.attachments import attach_files
from foundation.files.storing import Upload
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.door import move


def request_completion(case_id: int, *, by: Actor, seen: int, points: Sequence[str]) -> Case:
    """The firm knows point by point what is missing; the accept clock has stopped and the completion clock runs."""
    return _ask("request_completion", InfoRequest.Kind.COMPLETION, case_id, by=by, seen=seen, points=points)


def complete_case(case_id: int, *, by: Actor, seen: int, answer: str, uploads: Sequence[Upload] = ()) -> Case:
    """The firm has completed its demand, with these files; intake has half the accept limit."""
    return _take_answer("complete", case_id, by=by, seen=seen, answer=answer, uploads=uploads)


def end_incomplete(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """A demand that was not completed in time has ended, after its firm was reminded. For the system."""
    return _expire_request("end_incomplete", ClockKind.COMPLETION, case_id, by=by, say="补正期满没有补正，诉求终止")


def _ask(action: str, kind: InfoRequest.Kind, case_id: int, *, by: Actor, seen: int, points: Sequence[str]) -> Case:
    texts = [point.strip() for point in points if point.strip()]
    with transaction.atomic():
        case = move(
            Case,
            case_id,
            action,
            by=by,
            seen=seen,
            say=lambda: f"请企业补充 {len(texts)} 项",
            note="\n".join(texts),
            record={"points": texts},
            points=texts,
        )
        InfoRequest.objects.create(case=case, kind=kind, points=texts, asked_by_id=by.user_id, asked_at=by.now)
        return case


def _take_answer(action: str, case_id: int, *, by: Actor, seen: int, answer: str, uploads: Sequence[Upload]) -> Case:
    """The answer, and its files by a move of their own: two events of one transaction."""
    with transaction.atomic():
        case = move(Case, case_id, action, by=by, seen=seen, note=answer.strip(), answer=answer)
        InfoRequest.objects.filter(case=case, answered_at=None, expired_at=None).update(
            answer=answer.strip(), answered_by=by.user_id, answered_at=by.now
        )
        return attach_files(case_id, by=by, uploads=uploads) if uploads else case


def _expire_request(action: str, kind: ClockKind, case_id: int, *, by: Actor, say: str, **inputs: Any) -> Case:
    with transaction.atomic():
        if kind == ClockKind.COMPLETION:
            inputs = {"known_at": by.now, "reminded_at": queries.reminded_at(case_id, kind)}
        case = move(Case, case_id, action, by=by, seen=queries.head_of(case_id), say=say, **inputs)
        InfoRequest.objects.filter(case=case, answered_at=None, expired_at=None).update(expired_at=by.now)
        return case


def ask_firm(case_id: int, *, by: Actor, seen: int, points: Sequence[str]) -> Case:
    """The firm has concrete questions to answer; the resolve clock stands still meanwhile."""
    return _ask("ask_firm", InfoRequest.Kind.ANSWER, case_id, by=by, seen=seen, points=points)


def answer_case(case_id: int, *, by: Actor, seen: int, answer: str, uploads: Sequence[Upload] = ()) -> Case:
    """The firm has answered, with these files, and the resolve clock goes on, due later by the pause."""
    return _take_answer("answer", case_id, by=by, seen=seen, answer=answer, uploads=uploads)


def answer_overdue(case_id: int, *, by: Actor, seen: int | None = None) -> Case:
    """The firm did not answer in time: the department goes on with what it has. For the system."""
    return _expire_request("answer_overdue", ClockKind.ANSWER, case_id, by=by, say="企业补充期满，按现有情况继续办理")
