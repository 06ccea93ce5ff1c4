"""The columns of a demand that its moves set; the table itself stands in `models.case`."""

from typing import TYPE_CHECKING, Any

from django.db import models


class GraphColumns(models.Model):
    """Names for the type checker alone: the graph is written in files of its own, and each sees the columns here."""

    class Meta:
        abstract = True

    def begin_segment(self) -> None:
        """Nothing that an earlier department did stands for the one that has the demand now."""
        self.handler_id, self.stand_in, self.acknowledged_at = None, "", None
        self.first_contact_at = self.first_contact_denied_at = self.planned_at = None
        self.no_return = self.contact_relayed = False

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
        former_lead_id: Any
        first_lead_id: Any
        dispatched_at: Any
        handler_id: Any
        acknowledged_at: Any
        stand_in: Any
        first_contact_at: Any
        first_contact_denied_at: Any
        contact_relayed: Any
        identity: Any
        planned_at: Any
        firm_asked: Any
        dispatched_by_id: Any
        dispatched_for: Any
        sent_back: Any
        transferred: Any
        no_return: Any
        former_handlers: Any
        round: Any
        office: Any
        district_id: Any
        passed_down_at: Any
        reported_up_at: Any
        nudge_again_at: Any
        outcome: Any
        answered_at: Any
        confirmation: Any
        closed_at: Any
        signs_instead: Any
        usual_signer: Any
        archived_at: Any
        declined_for: Any
        reclassified_from: Any
        origin: Any
        state: Any
        tied_to: Any
        tied_key: Any
        due_on: Any
        told_due_on: Any
        attached: Any
        attached_size: Any
