"""The meeting: its columns and constraints, and what the one door asks of it. Its graph stands in `graph`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from dialogue.symposia import rules
from dialogue.symposia.dates import notice_by
from dialogue.symposia.enums import AFTER_MEETING, OPEN_STATES, MeetingKind, MeetingState
from dialogue.symposia.models.graph import AgendaGraph, AttendanceGraph, ItemsGraph, MinutesGraph
from dialogue.symposia.models.visibility import MeetingQuerySet
from foundation.identifiers import PublicIdField
from parties.models import District, Membership, Office, Organisation, User
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.clocks import ClockKind, ClockState, Limit, Limits, Unit, limits_for
from workflow.subject import Subject

# What a policy gives that was adopted before meetings had a limit (mission: minutes out ≤ 5 wd after).
MINUTES_IN = Limit(5, Unit.WORKING_DAY)
# As messages keep them: text of the ledger's language, whatever the reader's.
MEETING_KINDS: dict[str, str] = {
    MeetingKind.SYMPOSIUM: "政商座谈会",
    MeetingKind.PROGRESS: "工作推进会",
    MeetingKind.JOINT: "联席会议",
    MeetingKind.TALK: "恳谈会",
}
ORGANISER = "ORGANISER"  # a turn of the organising office: of anybody at its desk (rules.ORGANISERS)


class Meeting(FSMModelMixin, AgendaGraph, AttendanceGraph, MinutesGraph, ItemsGraph, Subject):
    """One meeting (会议) of any kind, from the call for topics to the last of its action items."""

    ledger_kind = "meeting"
    rules = rules
    own_days = frozenset({MeetingState.COLLECTING, MeetingState.NOTIFIED})
    reminders = "meeting_"

    public_id = PublicIdField()
    state = FSMField(
        _("状态"),
        default=MeetingState.PLANNED,
        choices=MeetingState.choices,
        protected=True,
        editable=False,
        max_length=12,
    )
    kind = models.CharField(_("类型"), max_length=9, choices=MeetingKind.choices)
    title = models.CharField(_("会议名称"), max_length=100)
    purpose = models.TextField(_("会议目的"), blank=True)
    # Whose business it is; set once.
    office = models.ForeignKey(Office, verbose_name=_("主办单位"), on_delete=models.PROTECT, related_name="meetings")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="meetings")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # When, where, who leads it.
    starts_at = models.DateTimeField(_("开会时间"))
    ends_at = models.DateTimeField(_("预计结束"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("主持人"), on_delete=models.PROTECT, related_name="+"
    )
    host_org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    host_role = models.CharField(max_length=24, choices=Role.choices)
    host_post = models.CharField(_("主持人职务"), max_length=60, blank=True)  # as it is printed: “副市长”
    # Who signs the minutes instead of the host, once the office has named somebody (`change_signer`).
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("签发人"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    signer_org = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    signer_role = models.CharField(max_length=24, choices=Role.choices, blank=True)
    signer_post = models.CharField(_("签发人职务"), max_length=60, blank=True)
    recorder = models.CharField(_("记录人"), max_length=40, blank=True)
    topics_until = models.DateField(_("议题截止"))
    firms_until = models.DateField(_("企业名单截止"))
    answer_until = models.DateField(_("回执截止"), null=True)
    comments_until = models.DateField(_("意见截止"), null=True)
    # What has been.
    opened_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    short_notice = models.CharField(_("通知不足三个工作日的原因"), max_length=200, blank=True)
    held_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(_("首次印发"), null=True)
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    # The minutes: the version in force (0: none yet), the version whose comments were asked for last, the text the
    # host signed (the hash of the canonical content), the number they got, and why a correction is being written.
    version = models.PositiveSmallIntegerField(default=0)
    commented_version = models.PositiveSmallIntegerField(default=0)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    minutes_number = models.CharField(_("纪要文号"), max_length=80, blank=True)
    correction_reason = models.CharField(_("更正原因"), max_length=500, blank=True)
    # Who was there as the version in force has it, row by row, as long as a correction is being written (moves.rolls).
    roll_in_force = models.JSONField(null=True, editable=False)
    items_numbered = models.PositiveSmallIntegerField(default=0)  # 【任务n】 ever given; none is given twice
    # Whose turn it is, and the moment by which; what every queue is sorted by.
    turn_org = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    turn_role = models.CharField(max_length=24, blank=True)
    next_clock = models.CharField(max_length=16, choices=ClockKind.choices, blank=True)
    next_due_at = models.DateTimeField(null=True)
    next_since = models.DateTimeField(null=True)
    next_days = models.PositiveSmallIntegerField(null=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("会议")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(condition=Q(kind__in=MeetingKind.values), name="meeting_kind_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, turn_org__isnull=False)
                | (~Q(state__in=OPEN_STATES) & Q(turn_org=None)),
                name="meeting_open_is_somebodys_turn",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AFTER_MEETING, held_at__isnull=False)
                | (~Q(state__in=AFTER_MEETING) & Q(held_at=None)),
                name="meeting_held_before_minutes",
            ),
            models.CheckConstraint(
                condition=(Q(version=0) & Q(minutes_number="") & Q(issued_at=None))
                | (Q(version__gte=1) & ~Q(minutes_number="") & Q(issued_at__isnull=False)),
                name="meeting_issued_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("ISSUED", "CLOSED")) | Q(version__gte=1), name="meeting_issued_has_version"
            ),
            models.CheckConstraint(
                condition=Q(state="APPROVED") & ~Q(approved_sha256="") | ~Q(state="APPROVED") & Q(approved_sha256=""),
                name="meeting_approved_has_its_text",
            ),
            models.CheckConstraint(
                condition=Q(signer=None, signer_org=None, signer_role="", signer_post="")
                | Q(signer__isnull=False, signer_org__isnull=False) & ~Q(signer_role=""),
                name="meeting_signer_has_a_post",
            ),
            models.CheckConstraint(
                condition=Q(correction_reason="", roll_in_force__isnull=True)
                | (~Q(correction_reason="") & Q(roll_in_force__isnull=False)),
                name="meeting_correction_keeps_roll",
            ),
            models.CheckConstraint(
                condition=Q(state="CLOSED", closed_at__isnull=False) | ~Q(state="CLOSED"), name="meeting_closed_when"
            ),
        ]
        indexes = [
            models.Index(
                fields=["turn_org", "turn_role", "next_due_at", "id"],
                condition=Q(turn_org__isnull=False),
                name="meeting_queue",
            ),
            models.Index(fields=["office", "-starts_at", "-id"], name="meeting_of_office"),
            models.Index(fields=["district", "state", "starts_at"], name="meeting_of_district"),
            models.Index(fields=["-starts_at", "-id"], name="meeting_by_day"),
            models.Index(fields=["host_org", "host", "-starts_at"], name="meeting_of_host"),
            models.Index(fields=["id"], condition=Q(state="ISSUED"), name="meeting_to_close"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def next_version(self) -> int:
        """The version of the minutes that is being written, or would be."""
        return self.version + 1

    def is_hosted_by(self, post: Membership) -> bool:
        """Whether this is the very post in which the host holds the meeting."""
        host = (self.host_id, self.host_org_id, self.host_role)
        return (post.user_id, post.organisation_id, post.role) == host

    # Whoever signs the minutes now: the host, unless somebody else was named.

    @property
    def signs(self) -> User:
        return self.signer or self.host

    @property
    def signs_id(self) -> int:
        return self.signer_id or self.host_id

    @property
    def signs_org_id(self) -> int:
        return self.signer_org_id or self.host_org_id

    @property
    def signs_role(self) -> str:
        return self.signer_role or self.host_role

    @property
    def signs_post(self) -> str:
        return self.signer_post if self.signer_id else self.host_post

    @property
    def number(self) -> str:
        """By what messages know a meeting: its day and kind, in the language of the ledger; never its title."""
        day = self.starts_at.astimezone(ZONE)
        return f"{day.year}年{day.month}月{day.day}日 {MEETING_KINDS[MeetingKind(self.kind)]}"

    # --- what the one door asks of a subject ---

    def event_facts(self) -> dict[str, Any]:
        return {
            "meeting_kind": self.kind,
            "office": self.office_id,
            "district": self.district_id,
            "host": self.host_id,
            "signer": self.signs_id,
            "version": self.version,
            "minutes": self.minutes_number,
        }

    @classmethod
    def clock_limits(cls, policy: Mapping[str, Any], facts: Mapping[str, Any]) -> Limits:
        known = limits_for(policy, klass="", urgent=False)
        return Limits({ClockKind.MINUTES: MINUTES_IN, **known.of}, known.half_at_least)

    def organisation_shown(self, record: Mapping[str, Any], by: Actor) -> str:
        """Which firm acted is said by the words of an event where others may know it: a topic may be of a firm that
        hides from departments, so its name as actor is for itself alone."""
        if record["role"] in ENTERPRISE_ROLES and record["organisation_id"] != by.organisation_id:
            return gettext("企业")
        return str(record["organisation"])

    def due_told(self, kinds: Collection[str]) -> datetime | None:
        """Whoever is asked for an answer or a comment has a day of their own; of a plan and its changes none is due."""
        asked = self.answer_until if "meeting_invited" in kinds else None
        asked = self.comments_until if "minutes_for_comment" in kinds else asked
        if asked is not None:
            return calendar_in_force().end_of_working_day(asked)
        return None if {"meeting_planned", "meeting_changed"} & set(kinds) else self.next_due_at

    def has_button(self, action: str) -> bool:
        """放弃更正 belongs to minutes that were issued before."""
        return action != "drop_correction" or self.version > 0

    def hand_turn(self, clock: ClockState | None) -> None:
        turns: dict[str, tuple[int | None, str]] = dict.fromkeys(OPEN_STATES, (self.office_id, ORGANISER))
        turns[MeetingState.IN_APPROVAL] = (self.signs_org_id, self.signs_role)
        organisation, role = turns.get(self.state, (None, ""))
        self.turn_org_id, self.turn_role = organisation, str(role)
        self.next_clock = clock.kind if clock else ""
        self.next_since = clock.started_at if clock else None
        self.next_days = clock.limit.amount if clock and clock.limit.unit == Unit.WORKING_DAY else None
        self.next_due_at = clock.due_at if clock else self.day_due()

    def day_due(self) -> datetime | None:
        """While no clock runs: the day of the notice, then the meeting itself."""
        calendar = calendar_in_force()
        if self.state == MeetingState.COLLECTING:
            return calendar.end_of_working_day(notice_by(self.starts_at.astimezone(ZONE).date(), calendar))
        return self.ends_at if self.state == MeetingState.NOTIFIED else None
