"""The demands of a firm on its page: those that this very reader may open, and knows to be of this firm.

A hidden demand is never among them for a reader who may not know whose it is; nor is anything counted that would tell.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cases.demands import queries
from cases.demands.enums import CaseState, Identity
from cases.demands.identity import finds_hidden_firms
from cases.demands.models import Case, Return
from cases.demands.models.visibility import GRANTED_IN_PERSON, SEEN_BY
from cases.demands.views import words
from foundation.counters import bounded_counts, counter_words
from parties.models import Enterprise
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor

SHOWN = 10
READS_CASES = frozenset(SEEN_BY) | GRANTED_IN_PERSON
# A firm is not told that a department sent its demand back.
READS_RETURNS = OFFICE_ROLES | DEPARTMENT_ROLES | {Role.SUPERVISOR}


@dataclass(frozen=True)
class Part:
    """Some of the demands of a firm: lines, whether there are more, and how many for whoever may see them all."""

    lines: list[Any]
    more: bool
    number: str


def cases_of(firm: Enterprise, by: Actor) -> Any:
    """The demands of this firm that this reader may open and know to be its own."""
    mine = Case.objects.visible_to(by).filter(enterprise=firm).exclude(state=CaseState.DRAFT)
    return mine if finds_hidden_firms(by) else mine.filter(identity=Identity.OPEN)


def demands(firm: Enterprise, by: Actor) -> dict[str, Any] | None:
    """在办 and 已结束 of the firm, and the returns among them; None for whoever reads no demands.

    Three statements, and one that counts for the firm itself, who alone may see every one of its demands.
    """
    if by.role not in READS_CASES:
        return None
    mine = cases_of(firm, by)
    parts = {"open": mine.open().order_by("next_due_at", "id"), "past": mine.filter(turn_org=None).order_by("-id")}
    counts = bounded_counts(parts) if by.role in ENTERPRISE_ROLES else {}
    return {
        **{name: _part(rows, by, counts.get(name)) for name, rows in parts.items()},
        "all": _address(firm) if by.role in SEEN_BY else "",
        "returns": _returns(mine) if by.role in READS_RETURNS else None,
    }


def _part(rows: Any, by: Actor, count: int | None) -> Part:
    found = list(queries.rows(rows)[: SHOWN + 1])
    lines = [words.line(case, by) for case in found[:SHOWN]]
    return Part(lines, len(found) > SHOWN, "" if count is None else counter_words(count))


def _address(firm: Enterprise) -> str:
    """The list of demands, looked through for the firm's name."""
    return f"{reverse('demands:list')}?{urlencode({'q': firm.name[:60], 'state': 'ALL'})}"


def _returns(mine: Any) -> list[dict[str, Any]]:
    rows = Return.objects.filter(case_id__in=mine.values("pk")).select_related("department", "case")
    return [
        {
            "number": row.case.number,
            "url": words.case_address(row.case.public_id),
            "department": row.department.name,
            "verdict": row.get_verdict_display(),
            "at": row.sent_at,
        }
        for row in rows.order_by("-id")[:SHOWN]
    ]
