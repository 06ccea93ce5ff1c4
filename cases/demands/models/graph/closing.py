"""From the result to the archive: signature, confirmation, closing."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import CaseState, Confirmation
from cases.demands.models.graph.columns import GraphColumns
from workflow.clocks import ClockKind, Expire, Hold, Release, Start, Stop, StopHeld

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class ClosingGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=CaseState.IN_PROGRESS,
        target=CaseState.RESULT_REVIEW,
        conditions=[rules.was_contacted, rules.has_plan_when_needed],
        permission=rules.may_submit_result,
        custom={
            "label": _("提交结果"),
            "run": "submit_result",
            "tells": {"turn": "your_turn"},
            "clocks": [Hold(ClockKind.RESOLVE), Start(ClockKind.REVIEW)],
            "icon": "doc",
            "internal": True,
            "primary": True,
        },
    )
    def submit_result(
        self, *, at: "datetime", outcome: str, text: str, evidence: str, signers: "Collection[str]" = ()
    ) -> None:
        """`signers`: the roles in which somebody can sign now."""
        self.outcome = outcome
        self.signs_instead = rules.other_signer(self.usual_signer, signers)

    @transition(
        field="state",
        source=CaseState.RESULT_REVIEW,
        target=CaseState.AWAIT_CONFIRM,
        permission=rules.may_sign,
        custom={
            "label": _("审签通过"),
            "run": "sign_off",
            "tells": {"firm": "confirm"},
            "clocks": [StopHeld(ClockKind.RESOLVE), Stop(ClockKind.REVIEW), Start(ClockKind.CONFIRM)],
            "icon": "check",
            "primary": True,
        },
    )
    def sign_off(self, *, at: "datetime") -> None:
        self.answered_at = at

    @transition(
        field="state",
        source=CaseState.RESULT_REVIEW,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_sign,
        custom={
            "label": _("审签退回"),
            "run": "return_result",
            "tells": {"turn": "returned"},
            "clocks": [Release(ClockKind.RESOLVE), Stop(ClockKind.REVIEW)],
            "icon": "undo",
            "internal": True,
        },
    )
    def return_result(self, *, at: "datetime", reason: str) -> None:
        self.outcome = ""

    @transition(
        field="state",
        source=CaseState.AWAIT_CONFIRM,
        target=CaseState.CLOSED,
        permission=rules.may_confirm,
        custom={
            "label": _("企业确认"),
            "run": "confirm_case",
            "tells": {"handler": "closed", "co_handler": "task_over"},
            "clocks": [Stop(ClockKind.CONFIRM)],
            "icon": "check",
            "primary": True,
        },
    )
    def confirm(self, *, at: "datetime", confirmation: str) -> None:
        self.confirmation, self.closed_at = confirmation, at

    @transition(
        field="state",
        source=CaseState.AWAIT_CONFIRM,
        target=CaseState.CLOSED,
        conditions=[rules.may_close_by_silence],
        permission=rules.only_the_system,
        custom={
            "label": _("默认办结"),
            "run": "close_unanswered",
            "tells": {"firm": "closed_by_rule", "handler": "closed_by_rule"},
            "after": ClockKind.CONFIRM,
            "clocks": [Expire(ClockKind.CONFIRM)],
            "icon": "done",
        },
    )
    def close_unanswered(self, *, at: "datetime", known_at: "datetime", reminded_at: "datetime | None") -> None:
        self.confirmation, self.closed_at = Confirmation.UNANSWERED, known_at

    @transition(
        field="state",
        source=[CaseState.CLOSED, CaseState.ENDED],
        target=CaseState.ARCHIVED,
        permission=rules.only_the_system,
        custom={"label": _("归档"), "run": "archive_case", "icon": "doc"},
    )
    def archive(self, *, at: "datetime") -> None:
        self.archived_at = at
