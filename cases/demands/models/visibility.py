"""Who sees a demand: one table, read by the queryset here and by its inverse in queries.py."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from cases.demands.enums import CaseState, Origin
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor

# Which column of a case names the organisation that sees it, by role (the page “visibility”). visible_to() and
# queries.viewers_of() both read this table, and nothing else decides.
SEEN_BY: dict[Role, str] = (
    dict.fromkeys(ENTERPRISE_ROLES, "enterprise_id")
    | dict.fromkeys(OFFICE_ROLES, "office_id")
    | dict.fromkeys(DEPARTMENT_ROLES, "lead_id")
)
# Who sees a case only while a proposal waits that they may decide: by role, the column and the moves (decision 0015).
SEEN_TO_DECIDE: dict[Role, tuple[str, tuple[str, ...]]] = {Role.SUPERVISOR: ("office_id", ("decline", "reclassify"))}
# Whose a draft is, by where the demand comes from.
DRAFT_OF: dict[str, str] = {Origin.ENTERPRISE: "enterprise_id", Origin.INTAKE: "office_id"}


def drafts_of(column: str) -> list[str]:
    """The origins whose drafts the organisation in this column may see."""
    return [origin for origin, owner in DRAFT_OF.items() if owner == column]


class CaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The cases this actor may open; the only entry for list, detail, counter, API and print.

        Compiled from the literal id of the actor's post. A draft exists for its author's organisation alone.
        """
        if actor.is_system:
            return self
        column = SEEN_BY.get(actor.role) if actor.role else None
        if column is None:
            place, moves = SEEN_TO_DECIDE.get(actor.role, ("", ())) if actor.role else ("", ())
            return self.filter(**{place: actor.organisation_id}, pending_proposal__in=moves) if place else self.none()
        there = ~Q(state=CaseState.DRAFT) | Q(origin__in=drafts_of(column))
        return self.filter(there, **{column: actor.organisation_id})

    def open(self) -> Self:
        """在办: somebody's turn. By the column that the partial indexes of the queues have as their condition; a
        constraint of the table says that it is filled in the OPEN_STATES and in no other."""
        return self.filter(turn_org__isnull=False)
