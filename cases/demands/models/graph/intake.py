"""From the draft to the department: submission, completion, acceptance, dispatch."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import CaseState, Ending
from cases.demands.models.duty import Category, DutyItem
from cases.demands.models.graph.columns import GraphColumns
from parties.models import Department
from workflow.clocks import ClockKind, Expire, Start, StartHalf, Stop

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class IntakeGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=CaseState.DRAFT,
        target=CaseState.SUBMITTED,
        permission=rules.may_submit,
        custom={
            "label": _("提交"),
            "run": "submit_case",
            "tells": {"turn": "your_turn"},
            "clocks": [Start(ClockKind.ACCEPT)],
            "icon": "send",
        },
    )
    def submit(self, *, at: "datetime", number: str) -> None:
        self.number, self.submitted_at = number, at

    @transition(
        field="state",
        source=CaseState.DRAFT,
        target=CaseState.SUBMITTED,
        permission=rules.may_register,
        custom={
            "label": _("认领登记"),
            "run": "register_intake",
            "tells": {"turn": "your_turn"},
            "clocks": [Start(ClockKind.ACCEPT)],
            "icon": "inbox",
        },
    )
    def register(self, *, at: "datetime", number: str) -> None:
        self.number, self.submitted_at = number, at

    @transition(
        field="state",
        source=CaseState.SUBMITTED,
        target=CaseState.NEED_INFO,
        conditions=[rules.was_not_asked_to_complete],
        permission=rules.may_ask_completion,
        custom={
            "label": _("要求补正"),
            "run": "request_completion",
            "tells": {"firm": "need_info"},
            "clocks": [Stop(ClockKind.ACCEPT), Start(ClockKind.COMPLETION)],
            "icon": "help",
        },
    )
    def request_completion(self, *, at: "datetime", points: list[str]) -> None:
        self.completion_asked_at = at

    @transition(
        field="state",
        source=CaseState.NEED_INFO,
        target=CaseState.SUBMITTED,
        permission=rules.may_complete,
        custom={
            "label": _("补正提交"),
            "run": "complete_case",
            "tells": {"turn": "your_turn"},
            "clocks": [Stop(ClockKind.COMPLETION), StartHalf(ClockKind.ACCEPT)],
            "icon": "send",
            "primary": True,
        },
    )
    def complete(self, *, at: "datetime", answer: str) -> None:
        """The words lie in the request and in the event."""

    @transition(
        field="state",
        source=CaseState.NEED_INFO,
        target=CaseState.ENDED,
        permission=rules.only_the_system,
        custom={
            "label": _("补正逾期"),
            "run": "end_incomplete",
            "tells": {"firm": "ended", "co_handler": "task_over"},
            "after": ClockKind.COMPLETION,
            "clocks": [Expire(ClockKind.COMPLETION)],
            "icon": "alert",
        },
    )
    def end_incomplete(self, *, at: "datetime", known_at: "datetime", reminded_at: "datetime | None") -> None:
        self.ending, self.ended_at = Ending.INCOMPLETE, known_at

    @transition(
        field="state",
        source=CaseState.SUBMITTED,
        target=CaseState.ACCEPTED,
        permission=rules.may_accept,
        custom={
            "label": _("受理"),
            "run": "accept_case",
            "tells": {"turn": "your_turn", "firm": "accepted"},
            "clocks": [Stop(ClockKind.ACCEPT), Start(ClockKind.RESOLVE), Start(ClockKind.DISPATCH)],
            "icon": "check",
            "primary": True,
        },
    )
    def accept(
        self,
        *,
        at: "datetime",
        category: Category,
        klass: str,
        urgent: bool,
        duty_item: DutyItem | None,
        duplicates_seen: bool,
    ) -> None:
        self.category, self.klass, self.urgent, self.duty_item = category, klass, urgent, duty_item

    @transition(
        field="state",
        source=CaseState.ACCEPTED,
        target=CaseState.DISPATCHED,
        conditions=[rules.has_class],
        permission=rules.may_dispatch,
        custom={
            "label": _("派单"),
            "run": "dispatch_case",
            "tells": {"turn": "your_turn", "firm": "dispatched"},
            "clocks": [Stop(ClockKind.DISPATCH), Start(ClockKind.ACKNOWLEDGE), Start(ClockKind.FIRST_CONTACT)],
            "icon": "send",
            "primary": True,
        },
    )
    def dispatch(
        self,
        *,
        at: "datetime",
        lead: Department,
        duty_item: DutyItem,
        dispatcher: int | None = None,
        stood_in_for: "Sequence[int]" = (),
    ) -> None:
        self.lead, self.duty_item, self.dispatched_at, self.dispatched_by_id = lead, duty_item, at, dispatcher
        self.dispatched_for = list(stood_in_for)
        self.begin_segment()
        if self.first_lead_id is None:
            self.first_lead = lead
