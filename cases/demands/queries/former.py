"""What a department still sees of a demand that it has no more: up to the end of its segment, and nothing else.

Everything here is read from the events up to that one and from what the firm wrote, which never changes: whatever
happens to the demand afterwards leaves these answers as they are, byte for byte.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cases.demands.enums import Identity
from cases.demands.models import Case
from cases.demands.models.visibility import FORMER, granted_rows
from cases.demands.queries.rows import with_names
from workflow.actor import Actor
from workflow.models import Event
from workflow.timeline import Line, timeline


@dataclass(frozen=True)
class Asked:
    """One request to the firm and what it answered, as far as the department saw it."""

    points: list[str]
    at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Step:
    text: str
    due_on: date


@dataclass(frozen=True)
class Segment:
    """A demand up to the event at which the department's time with it ended."""

    case: Case
    left_at: datetime
    until_seq: int
    lines: list[Line]
    requests: list[Asked]
    plan: list[Step]


def segment_of(public_id: UUID, actor: Actor) -> Segment | None:
    """What this actor's department still sees of the demand; None when it never left it, or has it again.

    Three statements, and one more where a firm was hidden once.
    """
    case = with_names(Case.objects.left_by(actor)).filter(public_id=public_id).first()
    if case is None:
        return None
    row = granted_rows(actor, FORMER).filter(case_id=case.pk).order_by("-until_seq")[0]
    case.identity = _identity_at(case, row.until_seq)
    lines = timeline(case, actor, until=row.until_seq)
    return Segment(case, row.valid_from, row.until_seq, lines, _requests(lines), _plan(lines))


def _identity_at(case: Case, seq: int) -> str:
    """Who learned then which firm asks: a firm that showed itself afterwards did not show itself to this reader."""
    if not case.alias or case.hides_firm:
        return case.identity
    shown = Event.objects.filter(subject_kind=Case.ledger_kind, subject_id=case.pk, action="reveal_firm", seq__lte=seq)
    return Identity.OPEN if shown.exists() else Identity.HIDDEN


def _requests(lines: list[Line]) -> list[Asked]:
    asked: list[Asked] = []
    for line in reversed(lines):
        if points := line.body.get("points"):
            asked.append(Asked(list(points), line.at, "", None))
        elif line.action in ("complete", "answer") and asked:
            asked[-1] = Asked(asked[-1].points, asked[-1].at, line.note, line.at)
    return asked


def _plan(lines: list[Line]) -> list[Step]:
    """The plan as it was last saved before the end."""
    steps: list[Any] = next((line.body["steps"] for line in lines if line.body.get("steps")), [])
    return [Step(text, date.fromisoformat(day)) for text, day in steps]


def left_on(case_ids: list[int], actor: Actor) -> dict[int, datetime]:
    """When each of these demands left the actor's department; one statement."""
    rows = granted_rows(actor, FORMER).filter(case_id__in=case_ids)
    return dict(rows.order_by("until_seq").values_list("case_id", "valid_from"))


def former_rows(actor: Actor) -> Any:
    """The demands that have left the actor's department, newest first, with nothing of them that may still change."""
    return Case.objects.left_by(actor).only(*FORMER_ROW).order_by("-id")


FORMER_ROW = ("id", "public_id", "number", "title")
