"""While a department has it: acknowledgement, contact, plan, questions to the firm, words."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import OPEN_STATES, WITH_DEPARTMENT, CaseState
from cases.demands.models.graph.columns import GraphColumns
from parties.models import Membership
from parties.roles import Role
from workflow.clocks import ClockKind, Expire, PauseClock, Resume, Start, Stop

if TYPE_CHECKING:
    from datetime import datetime


class HandlingGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=CaseState.DISPATCHED,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_acknowledge,
        custom={
            "label": _("签收"),
            "run": "acknowledge_case",
            "tells": {"turn": "your_turn", "firm": "acknowledged"},
            "clocks": [Stop(ClockKind.ACKNOWLEDGE), Start(ClockKind.PLAN)],
            "icon": "check",
            "primary": True,
        },
    )
    def acknowledge(self, *, at: "datetime", handler: Membership) -> None:
        self.handler_id, self.acknowledged_at = handler.user_id, at

    @transition(
        field="state",
        source=CaseState.DISPATCHED,
        target=CaseState.IN_PROGRESS,
        permission=rules.only_the_system,
        custom={
            "label": _("逾期自动签收"),
            "run": "acknowledge_overdue",
            "tells": {"turn": "acknowledged_by_rule", "deputy_head": "acknowledged_by_rule", "firm": "acknowledged"},
            "after": ClockKind.ACKNOWLEDGE,
            "clocks": [Expire(ClockKind.ACKNOWLEDGE), Start(ClockKind.PLAN)],
            "icon": "alert",
        },
    )
    def acknowledge_overdue(self, *, at: "datetime", stand_in: Membership) -> None:
        self.handler_id, self.acknowledged_at = stand_in.user_id, at
        self.stand_in = "" if stand_in.role == Role.HANDLER else stand_in.role

    @transition(
        field="state",
        source=CaseState.IN_PROGRESS,
        target=None,
        permission=rules.may_name_handler,
        custom={"label": _("更换承办人"), "run": "name_handler", "tells": {"turn": "your_turn"}, "icon": "user"},
    )
    def name_handler(self, *, at: "datetime", handler: Membership, reason: str) -> None:
        self.handler_id, self.stand_in = handler.user_id, ""

    @transition(
        field="state",
        source=list(rules.IN_HAND),
        target=None,
        permission=rules.only_the_system,
        custom={
            "label": _("承办人离任移交"),
            "run": "relieve_handler",
            "tells": {"turn": "your_turn"},
            "icon": "user",
        },
    )
    def relieve_handler(self, *, at: "datetime", heir: Membership, signs_instead: str, in_office: bool = False) -> None:
        """Whoever is no handler stands in until one is named, as after a recusal."""
        self.handler_id, self.signs_instead = heir.user_id, signs_instead
        self.stand_in = "" if heir.role == Role.HANDLER else heir.role

    @transition(
        field="state",
        source=[CaseState.DISPATCHED, CaseState.IN_PROGRESS],
        target=None,
        conditions=[rules.firm_can_be_called, rules.has_no_first_contact],
        permission=rules.may_record_contact,
        custom={
            "label": _("登记首联"),
            "run": "record_first_contact",
            "clocks": [Stop(ClockKind.FIRST_CONTACT)],
            "icon": "phone",
        },
    )
    def record_contact(
        self, *, at: "datetime", contacted_at: "datetime", channel: str, person: str, summary: str
    ) -> None:
        self.first_contact_at, self.contact_relayed = contacted_at, False

    @transition(
        field="state",
        source=[CaseState.DISPATCHED, CaseState.IN_PROGRESS],
        target=None,
        conditions=[rules.has_first_contact, rules.contact_was_not_relayed, rules.contact_is_not_denied],
        permission=rules.may_deny_contact,
        custom={
            "label": _("标记未联系"),
            "run": "deny_first_contact",
            "tells": {"turn": "contact_denied", "liaison": "contact_denied"},
            "icon": "alert",
        },
    )
    def deny_contact(self, *, at: "datetime", reason: str) -> None:
        self.first_contact_denied_at = at

    @transition(
        field="state",
        source=CaseState.IN_PROGRESS,
        target=None,
        conditions=[rules.needs_a_plan, rules.has_no_plan],
        permission=rules.may_save_plan,
        custom={"label": _("登记方案"), "run": "save_plan", "clocks": [Stop(ClockKind.PLAN)], "icon": "list"},
    )
    def save_plan(self, *, at: "datetime", steps: list[tuple[str, dt.date]]) -> None:
        self.planned_at = at

    @transition(
        field="state",
        source=CaseState.IN_PROGRESS,
        target=CaseState.WAIT_ENTERPRISE,
        conditions=[rules.has_a_firm, rules.may_be_asked_again],
        permission=rules.may_ask_firm,
        custom={
            "label": _("请企业补充"),
            "run": "ask_firm",
            "tells": {"firm": "question"},
            "clocks": [PauseClock(ClockKind.RESOLVE), Start(ClockKind.ANSWER)],
            "icon": "help",
        },
    )
    def ask_firm(self, *, at: "datetime", points: list[str]) -> None:
        self.firm_asked += 1

    @transition(
        field="state",
        source=CaseState.WAIT_ENTERPRISE,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_answer,
        custom={
            "label": _("企业补充"),
            "run": "answer_case",
            "tells": {"turn": "resumed"},
            "clocks": [Stop(ClockKind.ANSWER), Resume(ClockKind.RESOLVE)],
            "icon": "send",
            "primary": True,
        },
    )
    def answer(self, *, at: "datetime", answer: str) -> None:
        """The words lie in the request and in the event."""

    @transition(
        field="state",
        source=CaseState.WAIT_ENTERPRISE,
        target=CaseState.IN_PROGRESS,
        permission=rules.only_the_system,
        custom={
            "label": _("补充逾期"),
            "run": "answer_overdue",
            "tells": {"turn": "resumed"},
            "after": ClockKind.ANSWER,
            "clocks": [Expire(ClockKind.ANSWER), Resume(ClockKind.RESOLVE)],
            "icon": "alert",
        },
    )
    def answer_overdue(self, *, at: "datetime") -> None:
        """The department goes on without the firm's answer."""

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_note,
        custom={
            "label": _("内部备注"),
            "run": "add_internal_note",
            "icon": "lock",
            "internal": True,
            "appends": True,
        },
    )
    def note_internal(self, *, at: "datetime", text: str) -> None:
        """The words lie in the event alone."""

    @transition(
        field="state",
        source=list(WITH_DEPARTMENT),
        target=None,
        permission=rules.may_reply,
        custom={
            "label": _("公开答复"),
            "run": "add_public_reply",
            "tells": {"firm": "replied"},
            "icon": "chat",
            "appends": True,
        },
    )
    def reply_public(self, *, at: "datetime", text: str) -> None:
        """The words lie in the event alone."""

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.only_the_system,
        custom={
            "label": _("日历变更重算期限"),
            "run": "recalculate_clock",
            "icon": "cal",
            "appends": True,
        },
    )
    def recalculate(self, *, at: "datetime") -> None:
        """What is due when lies in the clocks."""
