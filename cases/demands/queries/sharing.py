"""What a department sees of a demand because it has to do with an action item: the task and the text, nothing else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.demands.models import Case, CaseAccess
from cases.demands.models.visibility import TASK, granted_rows
from cases.demands.queries.rows import with_names
from parties.models import Organisation
from workflow.actor import Actor

# The audience of those who see task and text alone; `of_department` names those of one department.
CO_HANDLERS = "co_handler"


@dataclass(frozen=True)
class Shared:
    """A demand of which this reader sees task and text, and since when."""

    case: Case
    since: datetime


def shared_task(public_id: UUID, actor: Actor) -> Shared | None:
    """The demand, as long as an item names the actor's department; None for whoever sees all of it. Two statements."""
    case = with_names(Case.objects.shared_with(actor)).filter(public_id=public_id).first()
    if case is None:
        return None
    row = granted_rows(actor, TASK).filter(case_id=case.pk).order_by("valid_from")[0]
    return Shared(case, row.valid_from)


def sharing_departments(case_id: int) -> dict[int, Organisation]:
    """The departments that see task and text because an item names them, by key; one statement."""
    rows = CaseAccess.objects.sharing().filter(case_id=case_id, valid_to=None).select_related("organisation")
    return {row.organisation.pk: row.organisation for row in rows if row.organisation}


def of_department(organisation_id: int) -> str:
    """The audience of those of this department who see task and text alone."""
    return f"{CO_HANDLERS}:{organisation_id}"
