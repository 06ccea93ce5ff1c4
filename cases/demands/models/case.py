"""The demand case: its columns and constraints, and what the one door asks of it. Its graph stands in `graph`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from cases.demands import rules
from cases.demands.enums import (
    IN_TERM,
    OF_DIALOGUE,
    OPEN_STATES,
    WITH_DEPARTMENT,
    CaseState,
    Confirmation,
    DeclineReason,
    Ending,
    Identity,
    Klass,
    Origin,
    Outcome,
)
from cases.demands.identity import new_alias, organisation_words
from cases.demands.models.duty import Category, DutyItem
from cases.demands.models.graph import (
    AccessGraph,
    AttachmentGraph,
    ClosingGraph,
    DisputesGraph,
    EvidenceGraph,
    FirmGraph,
    HandlingGraph,
    IntakeGraph,
    OriginGraph,
    PapersGraph,
    RelayGraph,
    SecondPersonGraph,
)
from cases.demands.models.visibility import DECIDING, OF_AN_ITEM, CaseQuerySet
from foundation.identifiers import PublicIdField
from parties.models import Department, District, Enterprise, Office, Organisation
from parties.roles import Role
from workflow.actor import Actor
from workflow.clocks import (
    ClockKind,
    ClockState,
    Effect,
    Hold,
    Limits,
    Release,
    Start,
    StopHeld,
    Unit,
    limits_for,
    next_due,
)
from workflow.subject import Subject

# What the department has to meet, whoever's turn it is.
OF_THE_DEPARTMENT = frozenset({ClockKind.FIRST_CONTACT, ClockKind.PLAN, ClockKind.RESOLVE})
# The one clock that whoever's turn it is can meet in these states.
ONLY_CLOCK: dict[str, ClockKind] = {
    CaseState.WAIT_ENTERPRISE: ClockKind.ANSWER,
    CaseState.RETURN_REVIEW: ClockKind.ARBITRATION,
}
# Moves of demands whose firm is hidden.
OF_THE_HIDDEN = frozenset({"relay_to_firm", "relay_to_department", "reveal_firm"})


class Case(
    FSMModelMixin,
    IntakeGraph,
    SecondPersonGraph,
    DisputesGraph,
    HandlingGraph,
    RelayGraph,
    ClosingGraph,
    FirmGraph,
    AccessGraph,
    AttachmentGraph,
    PapersGraph,
    EvidenceGraph,
    OriginGraph,
    Subject,
):
    """One matter of one enterprise (诉求). State, outcome, confirmation and satisfaction are separate facts."""

    ledger_kind = "case"
    rules = rules

    public_id = PublicIdField()
    number = models.CharField(_("编号"), max_length=20, unique=True, null=True, editable=False)
    state = FSMField(
        _("状态"), default=CaseState.DRAFT, choices=CaseState.choices, protected=True, editable=False, max_length=24
    )
    origin = models.CharField(_("来源"), max_length=12, choices=Origin.choices, default=Origin.ENTERPRISE)
    # What of its kind opened it, by its own key, and the number of the paper that says so.
    origin_key = models.CharField(max_length=64, default="", blank=True)
    origin_document = models.CharField(_("来源文号"), max_length=80, default="", blank=True)
    # What was tied to it since, and the date that this or its origin has set; without one the policy counts.
    tied_to = models.CharField(max_length=12, choices=Origin.choices, default="", blank=True)
    tied_key = models.CharField(max_length=64, default="", blank=True)
    due_on = models.DateField(_("定下的办结日期"), null=True)
    # What minutes said of the date while no term of a department ran: the next term that runs takes it.
    told_due_on = models.DateField(_("议定的办结日期"), null=True)
    # Whose business it is; set once, at submission. Only an action item may be of no firm: its office confirms.
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="cases")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="cases")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # What is asked.
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="cases")
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("情况说明"))
    wanted = models.CharField(_("希望结果"), max_length=200, blank=True)
    answers = models.JSONField(_("问题与回答"), default=dict)
    # Whose questions these answer, which intake's own choice of a category does not change.
    questions_of = models.CharField(max_length=24, default="", blank=True)
    questions_version = models.PositiveSmallIntegerField(default=1)
    submission = models.UUIDField(null=True)  # what a firm sent together
    identity = models.CharField(_("身份公开程度"), max_length=8, choices=Identity.choices, default=Identity.OPEN)
    # What those read who may not know the firm; given by chance when the demand is written down, and its own alone.
    alias = models.CharField(_("隐名时的称呼"), max_length=12, default=new_alias, editable=False)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    # How it is handled.
    klass = models.CharField(_("档次"), max_length=8, choices=Klass.choices, blank=True)
    urgent = models.BooleanField(_("紧急"), default=False)
    duty_item = models.ForeignKey(DutyItem, on_delete=models.PROTECT, null=True, related_name="cases")
    lead = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="cases")
    first_lead = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    # The department that had it last before the present lead, by a return that was granted or a transfer.
    former_lead = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, related_name="+")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    outcome = models.CharField(_("办理结果"), max_length=13, choices=Outcome.choices, blank=True)
    confirmation = models.CharField(_("企业确认"), max_length=10, choices=Confirmation.choices, blank=True)
    ending = models.CharField(_("终止原因"), max_length=10, choices=Ending.choices, blank=True)
    declined_for = models.CharField(_("不予受理的原因"), max_length=12, choices=DeclineReason.choices, blank=True)
    reclassified_from = models.CharField(_("升档前的档次"), max_length=8, choices=Klass.choices, blank=True)
    # The role of whoever stands in as handler, because nobody acknowledged in time, until one is named (move 9).
    stand_in = models.CharField(max_length=24, choices=Role.choices, blank=True)
    # The role that signs the result because everybody of the usual one is to keep out of this demand (回避).
    signs_instead = models.CharField(max_length=24, choices=Role.choices, blank=True)
    completion_asked_at = models.DateTimeField(null=True)
    dispatched_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    dispatched_for = models.JSONField(default=list)  # keys of those in whose stead it was dispatched, the holder first
    # The departments that sent it back and those that passed it on, by key: each may do so once (moves 10 and 14).
    sent_back = models.JSONField(default=list)
    transferred = models.JSONField(default=list)
    no_return = models.BooleanField(default=False)  # the present lead has consented to take it over
    former_handlers = models.JSONField(default=list)  # of the rounds before, by key: a redo has another handler
    passed_down_at = models.DateTimeField(null=True)
    reported_up_at = models.DateTimeField(null=True)
    nudge_again_at = models.DateTimeField(null=True)  # 催办 is possible again from then on
    firm_asked = models.PositiveSmallIntegerField(default=0)  # rounds of questions to the firm
    attached = models.PositiveSmallIntegerField(_("附件数"), default=0)  # files ever added, and their bytes
    attached_size = models.PositiveBigIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    first_contact_at = models.DateTimeField(_("首联"), null=True)
    contact_relayed = models.BooleanField(default=False)  # the first contact was a message through the platform
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
                condition=~Q(state__in=[*WITH_DEPARTMENT, "RETURN_REVIEW", "CLOSED"])
                | Q(lead__isnull=False, dispatched_at__isnull=False)
                & (Q(duty_item__isnull=False) | Q(origin__in=["ACTION_ITEM", "INSTRUCTION"])),
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
                condition=Q(ending="DECLINED", declined_for__in=DeclineReason.values)
                | (~Q(ending="DECLINED") & Q(declined_for="")),
                name="case_declined_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reclassified_from="") | (Q(reclassified_from__in=Klass.values) & ~Q(klass="")),
                name="case_reclassified_from_a_class",
            ),
            models.CheckConstraint(
                condition=Q(state="ARCHIVED", archived_at__isnull=False)
                & (Q(closed_at__isnull=False) | Q(ended_at__isnull=False))
                | (~Q(state="ARCHIVED") & Q(archived_at=None)),
                name="case_archived_once_over",
            ),
            models.CheckConstraint(
                condition=Q(round__gte=1, round__lte=rules.MOST_ROUNDS), name="case_not_redone_too_often"
            ),
            models.CheckConstraint(
                condition=Q(identity=Identity.OPEN) | (Q(identity=Identity.HIDDEN) & ~Q(alias="")),
                name="case_hidden_has_alias",
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | Q(origin="ACTION_ITEM", identity=Identity.OPEN),
                name="case_of_a_firm_unless_an_item",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=OF_DIALOGUE) & ~Q(origin_key="") | ~Q(origin__in=OF_DIALOGUE) & Q(origin_key=""),
                name="case_of_a_dialogue_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(tied_to="", tied_key="")
                | (Q(tied_to__in=OF_DIALOGUE, due_on__isnull=False) & ~Q(tied_key=""))
                | (Q(tied_to="ACTION_ITEM") & ~Q(tied_key="")),
                name="case_tied_has_key_and_date",
            ),
            models.CheckConstraint(
                condition=Q(told_due_on=None) | (~Q(state__in=IN_TERM) & ~Q(tied_key="")),
                name="case_told_date_waits_for_a_term",
            ),
            models.UniqueConstraint(
                fields=["origin", "origin_key"], condition=~Q(origin_key=""), name="case_once_for_its_origin"
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
            models.Index(fields=["office", "id"], condition=~Q(pending_proposal=""), name="case_pending_office"),
            # What a meeting decided, for whoever supervises it: few among all that an office has.
            models.Index(
                fields=["office", "next_due_at", "id"],
                condition=Q(OF_AN_ITEM, turn_org__isnull=False),
                name="case_open_item",
            ),
            models.Index(fields=["office", "-id"], condition=OF_AN_ITEM, name="case_archive_item"),
            # One state of what an office or a department ever had: the archive grows, what is closed lately does not.
            models.Index(fields=["office", "state", "-id"], name="case_state_office"),
            models.Index(fields=["lead", "state", "-id"], name="case_state_lead"),
            models.Index(fields=["office", "-id"], name="case_archive_office"),
            models.Index(fields=["lead", "-id"], name="case_archive_lead"),
            models.Index(fields=["enterprise", "-id"], name="case_archive_enterprise"),
            models.Index(fields=["opened_by", "-id"], name="case_opened_by"),
            models.Index(fields=["submission"], condition=Q(submission__isnull=False), name="case_sent_together"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="case_closed_at"),
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
            "declined_for": self.declined_for,
            "reclassified_from": self.reclassified_from,
            "origin": self.origin,
        }

    @classmethod
    def clock_limits(cls, policy: Mapping[str, Any], facts: Mapping[str, Any]) -> Limits:
        # Events from before demands could come out of a dialogue do not say where theirs came from.
        return limits_for(policy, klass=facts["class"], urgent=facts["urgent"], origin=facts.get("origin", ""))

    def clock_effects(
        self, effects: tuple[Effect, ...], clocks: Mapping[ClockKind, ClockState], at: datetime
    ) -> tuple[Effect, ...]:
        """An inquiry owes no plan (case lifecycle, move 8b), so its plan clock never starts. Where the firm was
        contacted before a dispute, there is no first contact whose clock the dispute could hold. A date that minutes
        told is set with the next term."""
        left = set()
        if self.klass == Klass.INQUIRY:
            left |= {Start(ClockKind.PLAN)}
        if self.first_contact_at is not None:
            left |= {effect(ClockKind.FIRST_CONTACT) for effect in (Hold, Release, StopHeld)}
        effects = tuple(effect for effect in effects if effect not in left)
        return self.with_told_date(effects, clocks.get(ClockKind.RESOLVE), at)

    def is_seen_like(self, other: "Case") -> bool:
        """Whether, rows of CaseAccess aside, all who see the one see the other."""
        drafts = CaseState.DRAFT in (self.state, other.state)
        return not drafts and all(getattr(self, column) == getattr(other, column) for column in DECIDING)

    @property
    def hides_firm(self) -> bool:
        """Whether the department that handles the demand may not know whose it is."""
        return self.identity == Identity.HIDDEN

    def organisation_shown(self, record: Mapping[str, Any], by: Actor) -> str:
        return organisation_words(self, record["organisation_id"], record["organisation"], by)

    @property
    def is_an_item(self) -> bool:
        """Whether an action item opened it, or was tied to it since."""
        return Origin.ACTION_ITEM in (self.origin, self.tied_to)

    def has_button(self, action: str) -> bool:
        """Relaying and 公开身份 belong to demands whose firm is hidden, 主办单位确认 to those of no firm, 核实企业意见
        to action items of one, 受理回执 to those that were accepted."""
        if action == "confirm_by_office":
            return self.enterprise_id is None
        if action == "record_opinion":
            return self.is_an_item and self.enterprise_id is not None
        if action == "issue_receipt":
            return self.origin not in OF_DIALOGUE
        return self.hides_firm or action not in OF_THE_HIDDEN

    @property
    def signer_role(self) -> Role:
        """Who signs the result: the usual signer, or the other one when everybody of that role keeps out."""
        return Role(self.signs_instead) if self.signs_instead else self.usual_signer

    @property
    def usual_signer(self) -> Role:
        """Who signs the result of this class, round and origin (case lifecycle, move 24)."""
        return rules.signer_of(self)

    @classmethod
    def first_clock(cls, state: str, clocks: Iterable[ClockState]) -> ClockState | None:
        """While the firm is asked or a return decided, that term alone: those of the department run on, but whoever
        has the turn cannot meet them."""
        only = ONLY_CLOCK.get(state)
        return next_due(clock for clock in clocks if only is None or clock.kind == only)

    def reminded_of(self, kind: ClockKind) -> str:
        """A department's clock reminds its handler also while the firm is asked."""
        firms_turn = self.turn_org_id == self.enterprise_id
        return "handler" if firms_turn and kind in OF_THE_DEPARTMENT else super().reminded_of(kind)

    def hand_turn(self, clock: ClockState | None) -> None:
        turns: dict[str, tuple[int | None, str]] = {
            CaseState.SUBMITTED: (self.office_id, Role.INTAKE),
            CaseState.NEED_INFO: (self.enterprise_id, Role.ENTERPRISE_STAFF),
            CaseState.ACCEPTED: (self.office_id, Role.DISPATCHER),
            CaseState.DISPATCHED: (self.lead_id, Role.DEPARTMENT_LIAISON),
            CaseState.RETURN_REVIEW: (self.office_id, Role.ARBITRATOR),
            CaseState.IN_PROGRESS: (self.lead_id, self.stand_in or Role.HANDLER),
            CaseState.WAIT_ENTERPRISE: (self.enterprise_id, Role.ENTERPRISE_STAFF),
            CaseState.RESULT_REVIEW: (self.lead_id, self.signer_role),
            CaseState.AWAIT_CONFIRM: (self.enterprise_id, Role.ENTERPRISE_STAFF)
            if self.enterprise_id
            else (self.office_id, Role.DISPATCHER),
        }
        organisation, role = turns.get(self.state, (None, ""))
        self.turn_org_id, self.turn_role = organisation, str(role)
        self.next_clock = clock.kind if clock else ""
        self.next_due_at = clock.due_at if clock else None
        self.next_since = clock.started_at if clock else None
        self.next_days = clock.limit.amount if clock and clock.limit.unit == Unit.WORKING_DAY else None
