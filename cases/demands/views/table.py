"""The list of demands as a table: the chosen columns as cells. No statement runs here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from cases.demands import telling
from cases.demands.columns import Column
from cases.demands.enums import OF_DIALOGUE, CaseState, Confirmation, Origin, Outcome
from cases.demands.models import Case
from cases.demands.views import words
from workflow.actor import Actor
from workflow.templatetags.workflow_words import state_badge, time_badge


@dataclass(frozen=True)
class Shown:
    """One row: its cells in the order of the columns, and what names it to a batch ("" where none is offered)."""

    title: str
    number: str
    cells: tuple[Any, ...]
    pick: str


def row(case: Case, actor: Actor, columns: Sequence[Column], *, pick: bool = False) -> Shown:
    """A row for a case loaded by `queries.rows` with what these columns need more."""
    line = words.line(case, actor)
    cells = tuple(CELLS[column.name](case, line, actor) for column in columns)
    return Shown(line.title, line.number, cells, f"{case.public_id.hex}.{case.head_seq}" if pick else "")


def _title(case: Case, line: words.Line, actor: Actor) -> Any:
    link = mark_safe(f'<a class=t href="{line.url}">{escape(line.title)}</a>')  # noqa: S308 (escaped)
    if case.origin not in OF_DIALOGUE:
        return link
    return format_html(
        '{}<p class="muted small mb-0">{}</p>', link, _("来自：%(origin)s") % {"origin": ORIGINS[case.origin]}
    )


@lru_cache(maxsize=100)
def _state(state: str, language: str | None) -> SafeString:
    """The badge of a state in this language: there are a dozen, and every line has one."""
    return state_badge(words.BADGES[state])


def outcome_words(case: Case, actor: Actor) -> Any:
    """A firm is told an outcome when it is signed."""
    if telling.is_firm(actor) and case.state != CaseState.AWAIT_CONFIRM and case.closed_at is None:
        return ""
    return OUTCOMES.get(case.outcome, "")


def _round(case: Case, line: words.Line, actor: Actor) -> str:
    return _("第 %(n)s 轮") % {"n": case.round}


ORIGINS: dict[str, Any] = dict(Origin.choices)
OUTCOMES: dict[str, Any] = dict(Outcome.choices)
CONFIRMATIONS: dict[str, Any] = dict(Confirmation.choices)

CELLS: dict[str, Callable[[Case, words.Line, Actor], Any]] = {
    "left": lambda case, line, actor: time_badge(line.left),
    "state": lambda case, line, actor: _state(case.state, get_language()),
    "title": _title,
    "firm": lambda case, line, actor: line.enterprise,
    "kind": lambda case, line, actor: line.kind,
    "district": lambda case, line, actor: line.district,
    "number": lambda case, line, actor: line.number,
    "department": lambda case, line, actor: line.department,
    "handler": lambda case, line, actor: case.handler.name if case.handler else "",
    "category": lambda case, line, actor: pgettext("诉求类别", case.category.name) if case.category else "",
    "klass": lambda case, line, actor: words.KLASSES.get(case.klass, ""),
    "submitted": lambda case, line, actor: words.day_text(case.submitted_at, actor.now) if case.submitted_at else "",
    "closed": lambda case, line, actor: words.day_text(case.closed_at, actor.now) if case.closed_at else "",
    "round": _round,
    "outcome": lambda case, line, actor: outcome_words(case, actor),
    "confirmation": lambda case, line, actor: CONFIRMATIONS.get(case.confirmation, ""),
}
