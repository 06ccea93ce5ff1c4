"""Whose business it is: sending back, arbitration, transfer, and the hand-over between city and banner."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import CaseState
from cases.demands.models.duty import DutyItem
from cases.demands.models.graph.columns import GraphColumns
from parties.models import Department, Membership, Office
from workflow.clocks import ClockKind, Hold, Release, Start, Stop, StopHeld

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class DisputesGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=CaseState.DISPATCHED,
        target=CaseState.RETURN_REVIEW,
        conditions=[rules.was_not_sent_back_by_the_lead, rules.lead_may_return, rules.was_sent_by_the_duty_list],
        permission=rules.may_send_back,
        custom={
            "label": _("退单"),
            "run": "send_back",
            "moments": [rules.acknowledge_term_runs],
            "decided_by": rules.may_consent_to_return,
            "tells": {"turn": "your_turn", "firm": "sent_back"},
            "clocks": [Stop(ClockKind.ACKNOWLEDGE), Hold(ClockKind.FIRST_CONTACT), Start(ClockKind.ARBITRATION)],
            "icon": "undo",
        },
    )
    def send_back(self, *, at: "datetime", clause: str, suggested: Department | None) -> None:
        self.sent_back = [*self.sent_back, self.lead_id]

    @transition(
        field="state",
        source=CaseState.RETURN_REVIEW,
        target=CaseState.ACCEPTED,
        permission=rules.may_arbitrate,
        custom={
            "label": _("同意退单"),
            "run": "uphold_return",
            "tells": {"turn": "your_turn", "former_lead": "return_upheld"},
            "clocks": [Stop(ClockKind.ARBITRATION), StopHeld(ClockKind.FIRST_CONTACT), Start(ClockKind.DISPATCH)],
            "icon": "check",
            "primary": True,
        },
    )
    def uphold_return(self, *, at: "datetime", reason: str) -> None:
        self.former_lead_id, self.lead = self.lead_id, None

    @transition(
        field="state",
        source=CaseState.RETURN_REVIEW,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_arbitrate,
        custom={
            "label": _("驳回退单"),
            "run": "reject_return",
            "tells": {"turn": "return_rejected", "liaison": "return_rejected"},
            "clocks": [Stop(ClockKind.ARBITRATION), Release(ClockKind.FIRST_CONTACT), Start(ClockKind.PLAN)],
            "icon": "undo",
        },
    )
    def reject_return(self, *, at: "datetime", reason: str, stand_in: Membership) -> None:
        self._stand_in(stand_in, at)

    @transition(
        field="state",
        source=CaseState.RETURN_REVIEW,
        target=CaseState.IN_PROGRESS,
        conditions=[rules.several_sent_it_back],
        permission=rules.may_arbitrate,
        custom={
            "label": _("兜底交办"),
            "run": "assign_lead",
            "tells": {"turn": "your_turn", "liaison": "your_turn", "firm": "dispatched"},
            "clocks": [Stop(ClockKind.ARBITRATION), Start(ClockKind.FIRST_CONTACT), Start(ClockKind.PLAN)],
            "icon": "flag",
        },
    )
    def assign_lead(self, *, at: "datetime", lead: Department, reason: str, stand_in: Membership) -> None:
        if lead.pk != self.lead_id:
            self.former_lead_id = self.lead_id
        self.lead, self.dispatched_at = lead, at
        self.begin_segment()
        self._stand_in(stand_in, at)

    def _stand_in(self, stand_in: Membership, at: "datetime") -> None:
        self.handler_id, self.acknowledged_at = stand_in.user_id, at
        self.stand_in = "" if stand_in.role == "HANDLER" else stand_in.role

    @transition(
        field="state",
        source=CaseState.IN_PROGRESS,
        target=CaseState.DISPATCHED,
        conditions=[rules.was_not_transferred_by_the_lead],
        permission=rules.may_transfer,
        custom={
            "label": _("转办"),
            "run": "transfer_case",
            "decided_by": rules.may_take_over,
            "tells": {"turn": "your_turn", "firm": "dispatched"},
            "clocks": [Stop(ClockKind.PLAN), Start(ClockKind.ACKNOWLEDGE), Start(ClockKind.FIRST_CONTACT)],
            "icon": "send",
        },
    )
    def transfer(self, *, at: "datetime", lead: Department) -> None:
        self._pass_on(lead, at)
        self.no_return = True

    @transition(
        field="state",
        source=CaseState.IN_PROGRESS,
        target=CaseState.DISPATCHED,
        conditions=[rules.was_not_transferred_by_the_lead],
        permission=rules.may_reassign,
        custom={
            "label": _("平台转办"),
            "run": "reassign_case",
            "tells": {"turn": "your_turn", "firm": "dispatched", "former_lead": "reassigned"},
            "clocks": [Stop(ClockKind.PLAN), Start(ClockKind.ACKNOWLEDGE), Start(ClockKind.FIRST_CONTACT)],
            "icon": "send",
        },
    )
    def reassign(
        self,
        *,
        at: "datetime",
        lead: Department,
        duty_item: DutyItem,
        reason: str,
        dispatcher: int | None,
        stood_in_for: "Sequence[int]" = (),
    ) -> None:
        self.duty_item, self.dispatched_by_id = duty_item, dispatcher
        self.dispatched_for = list(stood_in_for)
        self._pass_on(lead, at)

    def _pass_on(self, lead: Department, at: "datetime") -> None:
        self.transferred, self.former_lead_id = [*self.transferred, self.lead_id], self.lead_id
        self.lead, self.dispatched_at = lead, at
        self.begin_segment()

    @transition(
        field="state",
        source=CaseState.ACCEPTED,
        target=None,
        conditions=[rules.belongs_to_the_city, rules.was_not_passed_down],
        permission=rules.may_pass_down,
        custom={
            "label": _("市转旗区"),
            "run": "pass_down",
            "tells": {"turn": "your_turn", "firm": "handed_over"},
            "clocks": [Start(ClockKind.DISPATCH)],
            "icon": "send",
        },
    )
    def pass_down(self, *, at: "datetime", office: Office, reason: str) -> None:
        self.office, self.district_id, self.passed_down_at = office, office.serves_id, at

    @transition(
        field="state",
        source=CaseState.ACCEPTED,
        target=None,
        conditions=[rules.belongs_to_a_banner, rules.was_not_reported_up],
        permission=rules.may_report_up,
        custom={
            "label": _("上报市级"),
            "run": "report_up",
            "decided_by": rules.may_take_up,
            "tells": {"turn": "your_turn", "firm": "handed_over"},
            "clocks": [Start(ClockKind.DISPATCH)],
            "icon": "send",
        },
    )
    def report_up(self, *, at: "datetime", office: Office) -> None:
        self.office, self.district_id, self.reported_up_at = office, office.serves_id, at
