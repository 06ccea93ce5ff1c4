"""Moves of the platform office that one person proposes and another of the office consents to."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import CaseState, Ending
from cases.demands.models.graph.columns import GraphColumns
from workflow.clocks import ClockKind, Stop

if TYPE_CHECKING:
    from datetime import datetime


class SecondPersonGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=CaseState.SUBMITTED,
        target=CaseState.ENDED,
        permission=rules.may_propose_decline,
        custom={
            "label": _("不予受理"),
            "run": "decline_case",
            "decided_by": rules.second_of_the_office,
            "tells": {"firm": "declined", "co_handler": "task_over"},
            "clocks": [Stop(ClockKind.ACCEPT)],
            "icon": "exit",
        },
    )
    def decline(
        self, *, at: "datetime", declined_for: str, channel: str, channel_contact: str, explanation: str
    ) -> None:
        self.ending, self.ended_at, self.declined_for = Ending.DECLINED, at, declined_for

    @transition(
        field="state",
        source=[CaseState.ACCEPTED, CaseState.DISPATCHED, CaseState.IN_PROGRESS],
        target=None,
        conditions=[rules.was_not_reclassified, rules.has_no_plan_yet, rules.has_a_heavier_class],
        permission=rules.may_propose_reclassify,
        custom={
            "label": _("升档"),
            "run": "reclassify_case",
            "decided_by": rules.second_of_the_office,
            "icon": "flag",
        },
    )
    def reclassify(self, *, at: "datetime", klass: str, reason: str) -> None:
        self.reclassified_from, self.klass = self.klass, klass
