"""What a dialogue does to a demand: opens it, moves its date, ends it; and who confirms where no firm asked."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import IN_TERM, OPEN_STATES, OUT_OF_TERM, OVER_STATES, CaseState, Ending
from cases.demands.models.graph.columns import GraphColumns
from parties.models import Department
from workflow.clocks import ClockKind, Expire, Start, Stop

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from workflow.clocks import ClockState, Effect


class OriginGraph(GraphColumns):
    class Meta:
        abstract = True

    def with_told_date(
        self, effects: "tuple[Effect, ...]", clock: "ClockState | None", at: "datetime"
    ) -> "tuple[Effect, ...]":
        """The effects of a move that has changed the state, and the date that minutes told while no term ran.

        Whatever move leads into a term of a department, sets it: if it still lies ahead, otherwise the policy counts
        (decision 0045). `clock` is that of 办结 before the move.
        """
        told = self.told_due_on
        if told is None or self.state not in IN_TERM:
            return effects
        self.told_due_on = None
        if not rules.lies_ahead(told, at):
            return effects
        self.due_on = told
        return (*effects, *rules.dating(told, effects, clock, at))

    @transition(
        field="state",
        source=CaseState.DRAFT,
        target=CaseState.ACCEPTED,
        permission=rules.only_its_origin,
        custom={
            "label": _("转入"),
            "run": "open_from_origin",
            "tells": {"turn": "your_turn", "firm": "accepted"},
            "clocks": [Start(ClockKind.RESOLVE), Start(ClockKind.DISPATCH)],
            "icon": "inbox",
        },
    )
    def open_from_origin(self, *, at: "datetime", number: str, due_on: "date | None") -> None:
        self.number, self.submitted_at, self.due_on = number, at, due_on

    @transition(
        field="state",
        source=CaseState.ACCEPTED,
        target=CaseState.DISPATCHED,
        conditions=[rules.was_ordered],
        permission=rules.only_its_origin,
        custom={
            "label": _("交办"),
            "run": "hand_down",
            "tells": {"turn": "your_turn", "firm": "dispatched"},
            "clocks": [Stop(ClockKind.DISPATCH), Start(ClockKind.ACKNOWLEDGE), Start(ClockKind.FIRST_CONTACT)],
            "icon": "send",
        },
    )
    def hand_down(self, *, at: "datetime", lead: Department) -> None:
        """The paper of its origin is the basis, and no matter of the duty list."""
        self.lead, self.duty_item, self.dispatched_at = lead, None, at
        self.dispatched_by_id, self.dispatched_for = None, []
        self.begin_segment()
        if self.first_lead_id is None:
            self.first_lead = lead

    @transition(
        field="state",
        source=list(IN_TERM),
        target=None,
        permission=rules.only_its_origin,
        custom={
            "label": _("按会议纪要改期"),
            "run": "move_date_by_origin",
            "tells": {"firm": "due_moved", "turn": "due_moved", "handler": "due_moved", "liaison": "due_moved"},
            "icon": "cal",
        },
    )
    def move_date_by_origin(self, *, at: "datetime", kind: str, key: str, due_on: "date", reason: str) -> None:
        self.tied_to, self.tied_key, self.due_on = kind, key, due_on

    @transition(
        field="state",
        source=[*OUT_OF_TERM, CaseState.CLOSED, CaseState.ENDED],
        target=None,
        conditions=[rules.may_come_back],
        permission=rules.only_its_origin,
        custom={
            "label": _("列入会议任务事项"),
            "run": "tie_by_origin",
            "tells": {"firm": "became_item", "turn": "became_item", "handler": "became_item", "liaison": "became_item"},
            "icon": "list",
            "appends": True,  # whoever is about to sign or to confirm reads the same result
        },
    )
    def tie_by_origin(self, *, at: "datetime", kind: str, key: str, due_on: "date", signers: "Collection[str]") -> None:
        """Its date waits for the next term. A result that lies before its signer goes to the party secretary;
        `signers`: the roles in which somebody can sign it now."""
        self.tied_to, self.tied_key, self.told_due_on = kind, key, due_on
        if self.state == CaseState.RESULT_REVIEW:
            self.signs_instead = rules.other_signer(self.usual_signer, signers)

    @transition(
        field="state",
        source=[*OPEN_STATES, CaseState.CLOSED, CaseState.ENDED],
        target=None,
        conditions=[rules.is_tied],
        permission=rules.only_its_origin,
        custom={
            "label": _("移出会议任务事项"),
            "run": "untie_by_origin",
            "tells": {"firm": "left_item", "turn": "left_item", "handler": "left_item", "liaison": "left_item"},
            "icon": "list",
            "appends": True,
        },
    )
    def untie_by_origin(self, *, at: "datetime", reason: str, signers: "Collection[str]") -> None:
        """A date that runs stays; one that waits for a term is given up."""
        self.tied_to = self.tied_key = ""
        self.told_due_on = None
        if self.state == CaseState.RESULT_REVIEW:
            self.signs_instead = rules.other_signer(self.usual_signer, signers)

    @transition(
        field="state",
        source=[*OPEN_STATES, *OVER_STATES],
        target=None,
        permission=rules.only_its_origin,
        custom={
            "label": _("任务事项查看范围"),
            "run": "share_by_origin",
            "icon": "eye",
            "appends": True,
        },
    )
    def share_by_origin(self, *, at: "datetime") -> None:
        """Who sees task and text stands in CaseAccess and, as the whole set, in the facts of the event."""

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=CaseState.ENDED,
        conditions=[rules.was_opened_by_an_item],
        permission=rules.only_its_origin,
        custom={
            "label": _("纪要更正"),
            "run": "end_by_correction",
            "tells": {"firm": "ended", "dispatcher": "ended", "handler": "ended", "liaison": "ended"},
            "clocks": [Stop(kind) for kind in ClockKind],
            "icon": "exit",
        },
    )
    def end_by_correction(self, *, at: "datetime", reason: str) -> None:
        self.ending, self.ended_at = Ending.CORRECTED, at

    @transition(
        field="state",
        source=CaseState.AWAIT_CONFIRM,
        target=CaseState.CLOSED,
        conditions=[rules.has_no_firm],
        permission=rules.may_confirm_for_nobody,
        custom={
            "label": _("主办单位确认"),
            "run": "confirm_by_office",
            "tells": {"handler": "closed", "co_handler": "task_over"},
            "clocks": [Stop(ClockKind.CONFIRM)],
            "icon": "check",
            "primary": True,
        },
    )
    def confirm_by_office(self, *, at: "datetime", confirmation: str) -> None:
        self.confirmation, self.closed_at = confirmation, at

    @transition(
        field="state",
        source=CaseState.AWAIT_CONFIRM,
        target=CaseState.CLOSED,
        conditions=[rules.waits_for_an_opinion],
        permission=rules.may_record_opinion,
        custom={
            "label": _("核实企业意见"),
            "run": "record_opinion",
            "moments": [rules.confirm_term_is_over],
            "tells": {"firm": "opinion_recorded", "handler": "closed", "co_handler": "task_over"},
            "clocks": [Expire(ClockKind.CONFIRM)],
            "icon": "check",
            "primary": True,
        },
    )
    def record_opinion(self, *, at: "datetime", confirmation: str, channel: str, person: str, words: str) -> None:
        """Who was asked, how, and what they said lie in the event alone."""
        self.confirmation, self.closed_at = confirmation, at
