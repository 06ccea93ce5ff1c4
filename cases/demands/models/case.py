"""The demand case: its columns, its constraints, and the graph of its moves."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from cases.demands import rules
from cases.demands.enums import (
    OPEN_STATES,
    SECRETARY_SIGNS,
    WITH_DEPARTMENT,
    CaseState,
    Confirmation,
    Ending,
    Identity,
    Klass,
    Origin,
    Outcome,
)
from cases.demands.models.duty import Category, DutyItem
from cases.demands.models.visibility import CaseQuerySet
from foundation.identifiers import PublicIdField
from parties.models import Department, District, Enterprise, Membership, Office, Organisation
from parties.roles import Role
from workflow.clocks import (
    ClockKind,
    ClockState,
    Effect,
    Expire,
    Hold,
    Limits,
    PauseClock,
    Release,
    Resume,
    Start,
    StartHalf,
    Stop,
    StopHeld,
    Unit,
    limits_for,
)
from workflow.door import Subject

if TYPE_CHECKING:
    from datetime import datetime


class Case(FSMModelMixin, Subject):
    """One matter of one enterprise (诉求). State, outcome, confirmation and satisfaction are separate facts."""

    ledger_kind = "case"
    rules = rules

    public_id = PublicIdField()
    number = models.CharField(_("编号"), max_length=20, unique=True, null=True, editable=False)
    state = FSMField(
        _("状态"), default=CaseState.DRAFT, choices=CaseState.choices, protected=True, editable=False, max_length=24
    )
    origin = models.CharField(_("来源"), max_length=10, choices=Origin.choices, default=Origin.ENTERPRISE)
    # Whose business it is; set once, at submission.
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="cases")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="cases")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # What is asked.
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="cases")
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("情况说明"))
    wanted = models.CharField(_("希望结果"), max_length=200, blank=True)
    answers = models.JSONField(_("问题与回答"), default=dict)
    questions_version = models.PositiveSmallIntegerField(default=1)
    identity = models.CharField(_("身份公开程度"), max_length=8, choices=Identity.choices, default=Identity.OPEN)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    # How it is handled.
    klass = models.CharField(_("档次"), max_length=8, choices=Klass.choices, blank=True)
    urgent = models.BooleanField(_("紧急"), default=False)
    duty_item = models.ForeignKey(DutyItem, on_delete=models.PROTECT, null=True, related_name="cases")
    lead = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="cases")
    first_lead = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    outcome = models.CharField(_("办理结果"), max_length=13, choices=Outcome.choices, blank=True)
    confirmation = models.CharField(_("企业确认"), max_length=10, choices=Confirmation.choices, blank=True)
    ending = models.CharField(_("终止原因"), max_length=10, choices=Ending.choices, blank=True)
    # A liaison stands in as handler, because nobody acknowledged in time, until a handler is named (move 9).
    stand_in = models.BooleanField(default=False)
    completion_asked_at = models.DateTimeField(null=True)
    firm_asked = models.PositiveSmallIntegerField(default=0)  # rounds of questions to the firm
    submitted_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    first_contact_at = models.DateTimeField(_("首联"), null=True)
    first_contact_denied_at = models.DateTimeField(_("企业标记未联系"), null=True)
    planned_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    # Whose turn it is, and the running clock that is due first; what every queue is sorted by.
    turn_org = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    turn_role = models.CharField(max_length=24, blank=True)
    next_clock = models.CharField(max_length=16, choices=ClockKind.choices, blank=True)
    next_due_at = models.DateTimeField(null=True)
    next_since = models.DateTimeField(null=True)
    next_days = models.PositiveSmallIntegerField(null=True)  # the limit, when it counts in working days

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("诉求")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", number=None) | (~Q(state="DRAFT") & Q(number__isnull=False)),
                name="case_numbered_unless_draft",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "SUBMITTED", "NEED_INFO", "ENDED", "ARCHIVED"])
                | (Q(klass__in=Klass.values) & Q(category__isnull=False)),
                name="case_has_class_once_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*WITH_DEPARTMENT, "CLOSED"])
                | (Q(lead__isnull=False) & Q(duty_item__isnull=False) & Q(dispatched_at__isnull=False)),
                name="case_has_lead_once_dispatched",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["IN_PROGRESS", "WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM", "CLOSED"])
                | Q(handler__isnull=False),
                name="case_has_handler_once_acknowledged",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["RESULT_REVIEW", "AWAIT_CONFIRM", "CLOSED"])
                | (Q(outcome__in=Outcome.values) & Q(first_contact_at__isnull=False)),
                name="case_has_outcome_once_answered",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["CLOSED", "ARCHIVED"], closed_at__isnull=False, confirmation__in=Confirmation.values
                )
                | (~Q(state="CLOSED") & Q(closed_at=None, confirmation="")),
                name="case_closed_with_confirmation",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ENDED", "ARCHIVED"], ended_at__isnull=False, ending__in=Ending.values)
                | (~Q(state="ENDED") & Q(ended_at=None, ending="")),
                name="case_ended_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="ARCHIVED", archived_at__isnull=False)
                & (Q(closed_at__isnull=False) | Q(ended_at__isnull=False))
                | (~Q(state="ARCHIVED") & Q(archived_at=None)),
                name="case_archived_once_over",
            ),
            models.CheckConstraint(condition=Q(firm_asked__lte=rules.MOST_ASKED), name="case_firm_not_asked_too_often"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, turn_org__isnull=False)
                | (~Q(state__in=OPEN_STATES) & Q(turn_org=None)),
                name="case_open_is_somebodys_turn",
            ),
        ]
        indexes = [
            models.Index(
                fields=["turn_org", "turn_role", "next_due_at", "id"],
                condition=Q(turn_org__isnull=False),
                name="case_queue",
            ),
            models.Index(
                fields=["office", "next_due_at", "id"], condition=Q(turn_org__isnull=False), name="case_open_office"
            ),
            models.Index(
                fields=["lead", "next_due_at", "id"], condition=Q(turn_org__isnull=False), name="case_open_lead"
            ),
            models.Index(fields=["office", "-id"], name="case_archive_office"),
            models.Index(fields=["lead", "-id"], name="case_archive_lead"),
            models.Index(fields=["enterprise", "-id"], name="case_archive_enterprise"),
            models.Index(fields=["opened_by", "-id"], name="case_opened_by"),
            models.Index(fields=["closed_at", "id"], condition=Q(state="CLOSED"), name="case_to_archive_closed"),
            models.Index(fields=["ended_at", "id"], condition=Q(state="ENDED"), name="case_to_archive_ended"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.public_id)

    # --- what the one door asks of a subject ---

    def event_facts(self) -> dict[str, Any]:
        return {
            "lead": self.lead_id,
            "first_lead": self.first_lead_id,
            "office": self.office_id,
            "district": self.district_id,
            "category": self.category_id,
            "class": self.klass,
            "urgent": self.urgent,
            "round": self.round,
            "outcome": self.outcome,
            "confirmation": self.confirmation,
            "ending": self.ending,
        }

    @classmethod
    def clock_limits(cls, policy: Mapping[str, Any], facts: Mapping[str, Any]) -> Limits:
        return limits_for(policy, klass=facts["class"], urgent=facts["urgent"])

    def clock_effects(self, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        """An inquiry owes no plan (case lifecycle, move 8b), so its plan clock never starts."""
        if self.klass != Klass.INQUIRY:
            return effects
        return tuple(effect for effect in effects if effect != Start(ClockKind.PLAN))

    @property
    def signer_role(self) -> Role:
        """Who signs the result of this class (case lifecycle, move 24)."""
        return Role.DEPARTMENT_SECRETARY if self.klass in SECRETARY_SIGNS else Role.DEPUTY_HEAD

    def hand_turn(self, clock: ClockState | None) -> None:
        turns: dict[str, tuple[int | None, Role]] = {
            CaseState.SUBMITTED: (self.office_id, Role.INTAKE),
            CaseState.NEED_INFO: (self.enterprise_id, Role.ENTERPRISE_STAFF),
            CaseState.ACCEPTED: (self.office_id, Role.DISPATCHER),
            CaseState.DISPATCHED: (self.lead_id, Role.DEPARTMENT_LIAISON),
            CaseState.IN_PROGRESS: (self.lead_id, Role.DEPARTMENT_LIAISON if self.stand_in else Role.HANDLER),
            CaseState.WAIT_ENTERPRISE: (self.enterprise_id, Role.ENTERPRISE_STAFF),
            CaseState.RESULT_REVIEW: (self.lead_id, self.signer_role),
            CaseState.AWAIT_CONFIRM: (self.enterprise_id, Role.ENTERPRISE_STAFF),
        }
        organisation, role = turns.get(self.state, (None, ""))
        self.turn_org_id, self.turn_role = organisation, str(role)
        self.next_clock = clock.kind if clock else ""
        self.next_due_at = clock.due_at if clock else None
        self.next_since = clock.started_at if clock else None
        self.next_days = clock.limit.amount if clock and clock.limit.unit == Unit.WORKING_DAY else None

    # --- the graph: one decorator a row of the table of moves ---

    @transition(
        field=state,
        source=CaseState.DRAFT,
        target=CaseState.SUBMITTED,
        permission=rules.may_submit,
        custom={"label": _("提交"), "run": "submit_case", "clocks": [Start(ClockKind.ACCEPT)], "icon": "send"},
    )
    def submit(self, *, at: "datetime", number: str) -> None:
        self.number, self.submitted_at = number, at

    @transition(
        field=state,
        source=CaseState.DRAFT,
        target=CaseState.SUBMITTED,
        permission=rules.may_register,
        custom={"label": _("认领登记"), "run": "register_intake", "clocks": [Start(ClockKind.ACCEPT)], "icon": "inbox"},
    )
    def register(self, *, at: "datetime", number: str) -> None:
        self.number, self.submitted_at = number, at

    @transition(
        field=state,
        source=CaseState.SUBMITTED,
        target=CaseState.NEED_INFO,
        conditions=[rules.was_not_asked_to_complete],
        permission=rules.may_ask_completion,
        custom={
            "label": _("要求补正"),
            "run": "request_completion",
            "clocks": [Stop(ClockKind.ACCEPT), Start(ClockKind.COMPLETION)],
            "icon": "help",
        },
    )
    def request_completion(self, *, at: "datetime", points: list[str]) -> None:
        self.completion_asked_at = at

    @transition(
        field=state,
        source=CaseState.NEED_INFO,
        target=CaseState.SUBMITTED,
        permission=rules.may_complete,
        custom={
            "label": _("补正提交"),
            "run": "complete_case",
            "clocks": [Stop(ClockKind.COMPLETION), StartHalf(ClockKind.ACCEPT)],
            "icon": "send",
            "primary": True,
        },
    )
    def complete(self, *, at: "datetime", answer: str) -> None:
        """The words lie in the request and in the event."""

    @transition(
        field=state,
        source=CaseState.NEED_INFO,
        target=CaseState.ENDED,
        permission=rules.only_the_system,
        custom={
            "label": _("补正逾期"),
            "run": "end_incomplete",
            "after": ClockKind.COMPLETION,
            "clocks": [Expire(ClockKind.COMPLETION)],
            "icon": "alert",
        },
    )
    def end_incomplete(self, *, at: "datetime", known_at: "datetime", reminded_at: "datetime | None") -> None:
        self.ending, self.ended_at = Ending.INCOMPLETE, known_at

    @transition(
        field=state,
        source=CaseState.SUBMITTED,
        target=CaseState.ACCEPTED,
        permission=rules.may_accept,
        custom={
            "label": _("受理"),
            "run": "accept_case",
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
        field=state,
        source=CaseState.ACCEPTED,
        target=CaseState.DISPATCHED,
        conditions=[rules.has_class],
        permission=rules.may_dispatch,
        custom={
            "label": _("派单"),
            "run": "dispatch_case",
            "clocks": [Stop(ClockKind.DISPATCH), Start(ClockKind.ACKNOWLEDGE), Start(ClockKind.FIRST_CONTACT)],
            "icon": "send",
            "primary": True,
        },
    )
    def dispatch(self, *, at: "datetime", lead: Department, duty_item: DutyItem) -> None:
        self.lead, self.duty_item, self.dispatched_at = lead, duty_item, at
        if self.first_lead_id is None:
            self.first_lead = lead

    @transition(
        field=state,
        source=CaseState.DISPATCHED,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_acknowledge,
        custom={
            "label": _("签收"),
            "run": "acknowledge_case",
            "clocks": [Stop(ClockKind.ACKNOWLEDGE), Start(ClockKind.PLAN)],
            "icon": "check",
            "primary": True,
        },
    )
    def acknowledge(self, *, at: "datetime", handler: Membership) -> None:
        self.handler_id, self.acknowledged_at = handler.user_id, at

    @transition(
        field=state,
        source=CaseState.DISPATCHED,
        target=CaseState.IN_PROGRESS,
        permission=rules.only_the_system,
        custom={
            "label": _("逾期自动签收"),
            "run": "acknowledge_overdue",
            "after": ClockKind.ACKNOWLEDGE,
            "clocks": [Expire(ClockKind.ACKNOWLEDGE), Start(ClockKind.PLAN)],
            "icon": "alert",
        },
    )
    def acknowledge_overdue(self, *, at: "datetime", stand_in: Membership) -> None:
        self.handler_id, self.acknowledged_at, self.stand_in = stand_in.user_id, at, True

    @transition(
        field=state,
        source=CaseState.IN_PROGRESS,
        target=None,
        permission=rules.may_name_handler,
        custom={"label": _("更换承办人"), "run": "name_handler", "icon": "user"},
    )
    def name_handler(self, *, at: "datetime", handler: Membership, reason: str) -> None:
        self.handler_id, self.stand_in = handler.user_id, False

    @transition(
        field=state,
        source=[CaseState.DISPATCHED, CaseState.IN_PROGRESS],
        target=None,
        conditions=[rules.has_no_first_contact],
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
        self.first_contact_at = contacted_at

    @transition(
        field=state,
        source=[CaseState.DISPATCHED, CaseState.IN_PROGRESS],
        target=None,
        conditions=[rules.has_first_contact, rules.contact_is_not_denied],
        permission=rules.may_deny_contact,
        custom={"label": _("标记未联系"), "run": "deny_first_contact", "icon": "alert"},
    )
    def deny_contact(self, *, at: "datetime", reason: str) -> None:
        self.first_contact_denied_at = at

    @transition(
        field=state,
        source=CaseState.IN_PROGRESS,
        target=None,
        conditions=[rules.needs_a_plan, rules.has_no_plan],
        permission=rules.may_save_plan,
        custom={"label": _("登记方案"), "run": "save_plan", "clocks": [Stop(ClockKind.PLAN)], "icon": "list"},
    )
    def save_plan(self, *, at: "datetime", steps: list[tuple[str, dt.date]]) -> None:
        self.planned_at = at

    @transition(
        field=state,
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
        field=state,
        source=[CaseState.DISPATCHED, CaseState.IN_PROGRESS, CaseState.RESULT_REVIEW, CaseState.AWAIT_CONFIRM],
        target=None,
        permission=rules.may_reply,
        custom={"label": _("公开答复"), "run": "add_public_reply", "icon": "chat", "appends": True},
    )
    def reply_public(self, *, at: "datetime", text: str) -> None:
        """The words lie in the event alone."""

    @transition(
        field=state,
        source=CaseState.IN_PROGRESS,
        target=CaseState.WAIT_ENTERPRISE,
        conditions=[rules.may_be_asked_again],
        permission=rules.may_ask_firm,
        custom={
            "label": _("请企业补充"),
            "run": "ask_firm",
            "clocks": [PauseClock(ClockKind.RESOLVE), Start(ClockKind.ANSWER)],
            "icon": "help",
        },
    )
    def ask_firm(self, *, at: "datetime", points: list[str]) -> None:
        self.firm_asked += 1

    @transition(
        field=state,
        source=CaseState.WAIT_ENTERPRISE,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_answer,
        custom={
            "label": _("企业补充"),
            "run": "answer_case",
            "clocks": [Stop(ClockKind.ANSWER), Resume(ClockKind.RESOLVE)],
            "icon": "send",
            "primary": True,
        },
    )
    def answer(self, *, at: "datetime", answer: str) -> None:
        """The words lie in the request and in the event."""

    @transition(
        field=state,
        source=CaseState.WAIT_ENTERPRISE,
        target=CaseState.IN_PROGRESS,
        permission=rules.only_the_system,
        custom={
            "label": _("补充逾期"),
            "run": "answer_overdue",
            "after": ClockKind.ANSWER,
            "clocks": [Expire(ClockKind.ANSWER), Resume(ClockKind.RESOLVE)],
            "icon": "alert",
        },
    )
    def answer_overdue(self, *, at: "datetime") -> None:
        """The department goes on without the firm's answer."""

    @transition(
        field=state,
        source=CaseState.IN_PROGRESS,
        target=CaseState.RESULT_REVIEW,
        conditions=[rules.was_contacted, rules.has_plan_when_needed],
        permission=rules.may_submit_result,
        custom={
            "label": _("提交结果"),
            "run": "submit_result",
            "clocks": [Hold(ClockKind.RESOLVE), Start(ClockKind.REVIEW)],
            "icon": "doc",
            "internal": True,
            "primary": True,
        },
    )
    def submit_result(self, *, at: "datetime", outcome: str, text: str, evidence: str) -> None:
        self.outcome = outcome

    @transition(
        field=state,
        source=CaseState.RESULT_REVIEW,
        target=CaseState.AWAIT_CONFIRM,
        permission=rules.may_sign,
        custom={
            "label": _("审签通过"),
            "run": "sign_off",
            "clocks": [StopHeld(ClockKind.RESOLVE), Stop(ClockKind.REVIEW), Start(ClockKind.CONFIRM)],
            "icon": "check",
            "primary": True,
        },
    )
    def sign_off(self, *, at: "datetime") -> None:
        self.answered_at = at

    @transition(
        field=state,
        source=CaseState.RESULT_REVIEW,
        target=CaseState.IN_PROGRESS,
        permission=rules.may_sign,
        custom={
            "label": _("审签退回"),
            "run": "return_result",
            "clocks": [Release(ClockKind.RESOLVE), Stop(ClockKind.REVIEW)],
            "icon": "undo",
            "internal": True,
        },
    )
    def return_result(self, *, at: "datetime", reason: str) -> None:
        self.outcome = ""

    @transition(
        field=state,
        source=CaseState.AWAIT_CONFIRM,
        target=CaseState.CLOSED,
        permission=rules.may_confirm,
        custom={
            "label": _("企业确认"),
            "run": "confirm_case",
            "clocks": [Stop(ClockKind.CONFIRM)],
            "icon": "check",
            "primary": True,
        },
    )
    def confirm(self, *, at: "datetime", confirmation: str) -> None:
        self.confirmation, self.closed_at = confirmation, at

    @transition(
        field=state,
        source=CaseState.AWAIT_CONFIRM,
        target=CaseState.CLOSED,
        permission=rules.only_the_system,
        custom={
            "label": _("默认办结"),
            "run": "close_unanswered",
            "after": ClockKind.CONFIRM,
            "clocks": [Expire(ClockKind.CONFIRM)],
            "icon": "done",
        },
    )
    def close_unanswered(self, *, at: "datetime", known_at: "datetime", reminded_at: "datetime | None") -> None:
        self.confirmation, self.closed_at = Confirmation.UNANSWERED, known_at

    @transition(
        field=state,
        source=[CaseState.CLOSED, CaseState.ENDED],
        target=CaseState.ARCHIVED,
        permission=rules.only_the_system,
        custom={"label": _("归档"), "run": "archive_case", "icon": "doc"},
    )
    def archive(self, *, at: "datetime") -> None:
        self.archived_at = at

    @transition(
        field=state,
        source=list(OPEN_STATES),
        target=None,
        permission=rules.only_the_system,
        custom={"label": _("日历变更重算期限"), "run": "recalculate_clock", "icon": "cal", "appends": True},
    )
    def recalculate(self, *, at: "datetime") -> None:
        """What is due when lies in the clocks."""
