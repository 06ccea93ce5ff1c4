"""Demands as rows: what a list or a page loads of them, in one statement."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from cases.demands.models import Case
from parties.names import naming
from workflow.actor import Actor
from workflow.shaped import Shaped

# The columns of a list row; a list loads no text of a demand.
ROW = (
    "id",
    "public_id",
    "number",
    "state",
    "title",
    "klass",
    "urgent",
    "turn_role",
    "origin",
    "identity",
    "alias",
    "next_clock",
    "next_due_at",
    "next_since",
    "next_days",
    "submitted_at",
    "closed_at",
    "ended_at",
    "enterprise_id",
    "lead_id",
    "category_id",
    "district_id",
)


def rows(cases: QuerySet[Case], *, more: Iterable[str] = ()) -> QuerySet[Case]:
    """Only what a line of a list shows, in one statement: no text of a demand is loaded. `more` names other columns."""
    names = ["handler"] if "handler_id" in more else []
    return naming(cases.only(*ROW, *more), "enterprise", "lead", "category", "district", *names)


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a case page or a move form shows of the case row itself, in one statement."""
    named = cases.select_related("category", "district", "handler", "duty_item")
    return naming(named, "enterprise", "office", "lead", "first_lead", "turn_org")


def _one_visible(by: Actor, names: bool, *, public_id: UUID) -> QuerySet[Case]:
    seen = Case.objects.visible_to(by).filter(public_id=public_id)
    return with_names(seen) if names else seen


_ONE_VISIBLE = Shaped(_one_visible, public_id=UUID)


def one_visible(public_id: UUID, by: Actor, *, names: bool = True) -> Case | None:
    """The case of this address, if the actor may open it, with its names if wanted; one statement."""
    found: Case | None = _ONE_VISIBLE.first(by, names, public_id=public_id)
    return found
