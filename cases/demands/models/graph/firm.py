"""What the firm does to its own demand besides answering: redo, withdrawal and its undoing, nudge."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, transition

from cases.demands import rules
from cases.demands.enums import NOT_WITH_THE_FIRM, OPEN_STATES, CaseState, Ending
from cases.demands.models.graph.columns import GraphColumns
from parties.models import Membership
from workflow.clocks import ClockKind, Start, StartHalf, Stop

if TYPE_CHECKING:
    from datetime import datetime


class FirmGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=[CaseState.AWAIT_CONFIRM, CaseState.CLOSED],
        target=CaseState.IN_PROGRESS,
        conditions=[rules.may_be_redone],
        permission=rules.may_redo,
        custom={
            "label": _("申请重办"),
            "run": "redo_case",
            "moments": [rules.closed_lately],
            "tells": {"turn": "redo", "liaison": "redo", "secretary": "redo", "co_handler": "task_reopened"},
            "clocks": [Stop(ClockKind.CONFIRM), StartHalf(ClockKind.RESOLVE), Start(ClockKind.PLAN)],
            "icon": "undo",
        },
    )
    def redo(self, *, at: "datetime", reason: str, stand_in: Membership | None) -> None:
        self.former_handlers = [*self.former_handlers, self.handler_id]
        self.round += 1
        if stand_in is not None:
            self.handler_id = stand_in.user_id
            self.stand_in = "" if stand_in.role == "HANDLER" else stand_in.role
        self.outcome = self.confirmation = ""
        self.answered_at = self.closed_at = self.planned_at = None

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=CaseState.ENDED,
        permission=rules.may_withdraw,
        custom={
            "label": _("撤回"),
            "run": "withdraw_case",
            "tells": {"co_handler": "task_over", **dict.fromkeys(("dispatcher", "handler", "liaison"), "withdrawn")},
            "clocks": [Stop(kind) for kind in ClockKind],
            "icon": "alert",
        },
    )
    def withdraw(self, *, at: "datetime", reason: str) -> None:
        self.ending, self.ended_at = Ending.WITHDRAWN, at

    @transition(
        field="state",
        source=CaseState.ENDED,
        target=RETURN_VALUE(*OPEN_STATES),
        conditions=[rules.was_withdrawn],
        permission=rules.may_withdraw,
        custom={
            "label": _("撤回恢复"),
            "run": "undo_withdrawal",
            "moments": [rules.withdrawn_lately],
            "tells": {"turn": "resumed", "co_handler": "task_reopened"},
            "icon": "undo",
            "primary": True,
        },
    )
    def undo_withdrawal(self, *, at: "datetime", back_to: str) -> str:
        self.ending, self.ended_at = "", None
        return back_to

    @transition(
        field="state",
        source=list(NOT_WITH_THE_FIRM),
        target=None,
        permission=rules.may_nudge,
        custom={
            "label": _("催办"),
            "run": "nudge_case",
            "moments": [rules.was_not_nudged_lately],
            "tells": {"turn": "nudged", "liaison": "nudged"},
            "icon": "bell",
            "appends": True,
        },
    )
    def nudge(self, *, at: "datetime", text: str, again_at: "datetime") -> None:
        self.nudge_again_at = again_at
