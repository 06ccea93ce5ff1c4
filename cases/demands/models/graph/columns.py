"""The columns of a demand that its moves set; the table itself stands in `models.case`."""

from typing import TYPE_CHECKING, Any

from django.db import models


class GraphColumns(models.Model):
    """Names for the type checker alone: the graph is written in files of its own, and each sees the columns here."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        number: Any
        submitted_at: Any
        completion_asked_at: Any
        ending: Any
        ended_at: Any
        category: Any
        klass: Any
        urgent: Any
        duty_item: Any
        lead: Any
        lead_id: Any
        first_lead: Any
        first_lead_id: Any
        dispatched_at: Any
        handler_id: Any
        acknowledged_at: Any
        stand_in: Any
        first_contact_at: Any
        first_contact_denied_at: Any
        planned_at: Any
        firm_asked: Any
        outcome: Any
        answered_at: Any
        confirmation: Any
        closed_at: Any
        archived_at: Any
        attached: Any
        attached_size: Any
