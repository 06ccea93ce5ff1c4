"""The graph of a meeting: what may follow what, and what a move does to the clock. Nothing else is decided here."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from dialogue.symposia import rules
from dialogue.symposia.enums import AFTER_MEETING, OPEN_STATES, WRITABLE, MeetingState
from workflow.clocks import ClockKind, Start, Stop

if TYPE_CHECKING:
    from datetime import date, datetime

    from dialogue.symposia.models.items import ActionItem
    from parties.models import Membership

# How agenda and list come about is the organising office's business, and kept from those invited (`kept_from`).
BEFORE_MEETING = [MeetingState.COLLECTING, MeetingState.NOTIFIED]
UNTIL_MINUTES = [MeetingState.NOTIFIED, MeetingState.HELD, MeetingState.DRAFTING, MeetingState.COMMENTING]
UNTIL_SIGNED = [MeetingState.HELD, *WRITABLE, MeetingState.IN_APPROVAL]
HAS_ITEMS = [state for state in AFTER_MEETING if state != MeetingState.HELD]


class MeetingGraph(models.Model):
    class Meta:
        abstract = True

    if TYPE_CHECKING:
        opened_at: Any
        notified_at: Any
        short_notice: Any
        answer_until: Any
        held_at: Any
        comments_until: Any
        commented_version: Any
        version: Any
        approved_sha256: Any
        approved_at: Any
        minutes_number: Any
        issued_at: Any
        signer_id: Any
        signer_org_id: Any
        signer_role: Any
        signer_post: Any
        correction_reason: Any
        closed_at: Any
        cancelled_at: Any

        @property
        def next_version(self) -> int: ...

    # --- before the meeting ---

    @transition(
        field="state",
        source=MeetingState.PLANNED,
        target=MeetingState.COLLECTING,
        permission=rules.may_organise,
        custom={
            "label": _("征集议题"),
            "run": "open_meeting",
            "tells": {"host": "meeting_planned"},
            "icon": "cal",
        },
    )
    def open_meeting(self, *, at: "datetime") -> None:
        self.opened_at = at

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("修改安排"), "run": "change_plan", "tells": {"invited": "meeting_changed"}, "icon": "pen"},
    )
    def change_plan(self, *, at: "datetime", **plan: Any) -> None:
        """`plan` are columns of the plan (`rules.PLAN`), checked by `check_change_plan`."""
        for name, value in plan.items():
            setattr(self, name, value)

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_propose_topic,
        custom={
            "label": _("提出议题"),
            "run": "propose_topic",
            "icon": "plus",
            "appends": True,
            "kept_from": rules.PROPOSERS,
        },
    )
    def propose_topic(self, *, at: "datetime", source: str) -> None:
        """Topics are rows of their own."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("选用议题"), "run": "choose_topic", "icon": "done", "kept_from": rules.PROPOSERS},
    )
    def choose_topic(self, *, at: "datetime", reason: str) -> None:
        """The choice stands on the topic, with its reason."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("不选用议题"), "run": "decline_topic", "icon": "undo", "kept_from": rules.PROPOSERS},
    )
    def decline_topic(self, *, at: "datetime", reason: str) -> None:
        """The refusal stands on the topic, with its reason, which whoever proposed it reads."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("邀请单位"), "run": "invite", "icon": "users", "kept_from": rules.PROPOSERS},
    )
    def invite(self, *, at: "datetime") -> None:
        """Those invited are rows of their own (the list of firms, and the departments)."""

    @transition(
        field="state",
        source=MeetingState.COLLECTING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("移出名单"), "run": "uninvite", "icon": "undo", "kept_from": rules.PROPOSERS},
    )
    def uninvite(self, *, at: "datetime", reason: str) -> None:
        """Its row is gone; the event keeps who it was and why. Nobody has been told of the list before the notice."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("添加列席人员"), "run": "invite_guests", "icon": "users", "kept_from": rules.PROPOSERS},
    )
    def invite_guests(self, *, at: "datetime") -> None:
        """Guests of organisations outside the directory are people of their own (`Attendee`), expected at once."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("移出列席人员"), "run": "uninvite_guest", "icon": "undo", "kept_from": rules.PROPOSERS},
    )
    def uninvite_guest(self, *, at: "datetime", reason: str) -> None:
        """The row is gone. The product has told guests nothing, so they may leave the list after the notice too."""

    @transition(
        field="state",
        source=MeetingState.COLLECTING,
        target=MeetingState.NOTIFIED,
        conditions=[rules.has_place],
        permission=rules.may_organise,
        custom={
            "label": _("发出通知"),
            "run": "send_notice",
            "tells": {"invited": "meeting_invited"},
            "icon": "send",
            "primary": True,
        },
    )
    def send_notice(self, *, at: "datetime", answer_until: "date", short_notice: str) -> None:
        self.notified_at, self.answer_until, self.short_notice = at, answer_until, short_notice

    @transition(
        field="state",
        source=MeetingState.NOTIFIED,
        target=None,
        permission=rules.may_answer,
        custom={"label": _("回复参会"), "run": "answer_invitation", "icon": "done", "appends": True},
    )
    def answer_invitation(self, *, at: "datetime", answer: str) -> None:
        """The answer stands on the row of those invited, with the people who come."""

    @transition(
        field="state",
        source=MeetingState.NOTIFIED,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("代填回执"), "run": "record_answer", "icon": "pen", "appends": True},
    )
    def record_answer(self, *, at: "datetime", answer: str) -> None:
        """What those invited told the office; it stands as their answer until they give another."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=MeetingState.CANCELLED,
        permission=rules.may_organise,
        custom={
            "label": _("取消会议"),
            "run": "cancel_meeting",
            "tells": {"invited": "meeting_cancelled", "host": "meeting_cancelled"},
            "icon": "exit",
        },
    )
    def cancel_meeting(self, *, at: "datetime", reason: str) -> None:
        self.cancelled_at = at

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.only_the_system,
        custom={
            "label": _("日历变更重算期限"),
            "run": "recalculate_clock",
            "tells": {"turn": "meeting_due_moved"},
            "icon": "cal",
            "appends": True,
        },
    )
    def recalculate(self, *, at: "datetime") -> None:
        """What is due when lies in the clocks."""

    # --- at the meeting ---

    @transition(
        field="state",
        source=[MeetingState.NOTIFIED, MeetingState.HELD],
        target=None,
        permission=rules.may_sign_in,
        custom={
            "label": _("扫码签到"),
            "run": "sign_in",
            "moments": [rules.is_the_day],
            "icon": "done",
            "appends": True,
        },
    )
    def sign_in(self, *, at: "datetime") -> None:
        """Signed in by the code on the screen; the row of the person says when."""

    @transition(
        field="state",
        source=UNTIL_MINUTES,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("登记到会情况"), "run": "record_attendance", "icon": "users", "appends": True},
    )
    def record_attendance(self, *, at: "datetime") -> None:
        """Presence by hand: present, excused with a reason, absent; or a person who was not expected."""

    @transition(
        field="state",
        source=MeetingState.NOTIFIED,
        target=MeetingState.HELD,
        permission=rules.may_organise,
        custom={
            "label": _("会议已召开"),
            "run": "hold_meeting",
            "moments": [rules.has_begun],
            "clocks": [Start(ClockKind.MINUTES)],
            "icon": "done",
            "primary": True,
            "appends": True,  # people sign in all the time just then
        },
    )
    def hold_meeting(self, *, at: "datetime") -> None:
        self.held_at = at

    @transition(
        field="state",
        source=list(AFTER_MEETING),
        target=None,
        permission=rules.may_organise,
        custom={"label": _("制发签到表"), "run": "issue_attendance", "icon": "doc", "appends": True},
    )
    def issue_attendance(self, *, at: "datetime") -> None:
        """签到表 stands in the register."""

    # --- minutes ---

    @transition(
        field="state",
        source=MeetingState.HELD,
        target=MeetingState.DRAFTING,
        permission=rules.may_organise,
        custom={"label": _("起草纪要"), "run": "start_minutes", "icon": "pen", "primary": True},
    )
    def start_minutes(self, *, at: "datetime") -> None:
        """A section for each topic waits for its text."""

    @transition(
        field="state",
        source=MeetingState.DRAFTING,
        target=MeetingState.COMMENTING,
        permission=rules.may_organise,
        custom={
            "label": _("征求意见"),
            "run": "ask_comments",
            "tells": {"present": "minutes_for_comment"},
            "icon": "chat",
            "primary": True,
        },
    )
    def ask_comments(self, *, at: "datetime", comments_until: "date") -> None:
        self.comments_until, self.commented_version = comments_until, self.next_version

    @transition(
        field="state",
        source=MeetingState.COMMENTING,
        target=None,
        permission=rules.may_comment,
        custom={"label": _("提出意见"), "run": "comment_minutes", "icon": "chat", "appends": True},
    )
    def comment_minutes(self, *, at: "datetime") -> None:
        """The comment is a row of its own; “没有意见” too."""

    @transition(
        field="state",
        source=list(WRITABLE),
        target=None,
        permission=rules.may_organise,
        custom={"label": _("答复意见"), "run": "answer_comment", "icon": "chat", "appends": True},
    )
    def answer_comment(self, *, at: "datetime", adoption: str) -> None:
        """Whether it was adopted stands on the comment, with the reason when not."""

    @transition(
        field="state",
        source=list(WRITABLE),
        target=MeetingState.IN_APPROVAL,
        conditions=[rules.comments_were_asked],
        permission=rules.may_organise,
        custom={
            "label": _("送签"),
            "run": "submit_minutes",
            "tells": {"signer": "minutes_to_approve"},
            "icon": "send",
            "primary": True,
        },
    )
    def submit_minutes(self, *, at: "datetime") -> None:
        """Nobody writes in it from now on."""

    @transition(
        field="state",
        source=[MeetingState.IN_APPROVAL, MeetingState.APPROVED],
        target=MeetingState.DRAFTING,
        permission=rules.may_organise,
        custom={
            "label": _("撤回送签"),
            "run": "recall_minutes",
            "tells": {"signer": "minutes_recalled"},
            "icon": "undo",
        },
    )
    def recall_minutes(self, *, at: "datetime", reason: str) -> None:
        """Text and list of those present may be changed again; what is signed only once its signer holds the post no
        more (asked by the move function)."""
        self.approved_sha256, self.approved_at = "", None

    @transition(
        field="state",
        source=UNTIL_SIGNED,
        target=None,
        permission=rules.may_organise,
        custom={
            "label": _("改由他人签发"),
            "run": "change_signer",
            "tells": {"signer": "minutes_signer_named"},
            "icon": "users",
        },
    )
    def change_signer(self, *, at: "datetime", signer: "Membership", signer_post: str, reason: str) -> None:
        """The host stays who held the meeting."""
        self.signer_id, self.signer_org_id, self.signer_role = signer.user_id, signer.organisation_id, signer.role
        self.signer_post = signer_post

    @transition(
        field="state",
        source=[MeetingState.IN_APPROVAL, MeetingState.APPROVED],
        target=MeetingState.DRAFTING,
        permission=rules.may_sign,
        custom={
            "label": _("退回修改"),
            "run": "return_minutes",
            "tells": {"organiser": "minutes_returned"},
            "icon": "undo",
        },
    )
    def return_minutes(self, *, at: "datetime", reason: str) -> None:
        """The reason stands in the event. What was signed already is no longer signed."""
        self.approved_sha256, self.approved_at = "", None

    @transition(
        field="state",
        source=MeetingState.IN_APPROVAL,
        target=MeetingState.APPROVED,
        permission=rules.may_sign,
        custom={
            "label": _("签发"),
            "run": "approve_issue",
            "tells": {"organiser": "minutes_approved"},
            "icon": "pen",
            "primary": True,
        },
    )
    def approve_issue(self, *, at: "datetime", sha256: str) -> None:
        self.approved_sha256, self.approved_at = sha256, at

    @transition(
        field="state",
        source=MeetingState.APPROVED,
        target=MeetingState.ISSUED,
        permission=rules.may_organise,
        custom={
            "label": _("印发"),
            "run": "issue_minutes",
            "tells": {"invited": "minutes_issued", "host": "minutes_issued", "signer": "minutes_issued"},
            "clocks": [Stop(ClockKind.MINUTES)],
            "icon": "doc",
            "primary": True,
        },
    )
    def issue_minutes(self, *, at: "datetime", number: str) -> None:
        self.version, self.minutes_number = self.next_version, number
        self.issued_at = self.issued_at or at
        self.approved_sha256, self.correction_reason = "", ""

    # --- after the minutes ---

    @transition(
        field="state",
        source=HAS_ITEMS,
        target=None,
        conditions=[rules.has_minutes],
        permission=rules.may_report,
        custom={"label": _("报进展"), "run": "report_progress", "icon": "pen", "appends": True},
    )
    def report_progress(self, *, at: "datetime", item: "ActionItem", text: str) -> None:
        """The report is a row of its own, of one item and month."""

    @transition(
        field="state",
        source=[MeetingState.ISSUED, MeetingState.CLOSED],
        target=MeetingState.DRAFTING,
        permission=rules.may_organise,
        custom={"label": _("更正纪要"), "run": "begin_correction", "icon": "pen"},
    )
    def begin_correction(self, *, at: "datetime", reason: str) -> None:
        self.correction_reason, self.closed_at = reason, None

    @transition(
        field="state",
        source=[*WRITABLE, MeetingState.IN_APPROVAL, MeetingState.APPROVED],
        target=MeetingState.ISSUED,
        conditions=[rules.has_minutes],
        permission=rules.may_organise,
        custom={"label": _("放弃更正"), "run": "drop_correction", "icon": "undo"},
    )
    def drop_correction(self, *, at: "datetime", reason: str) -> None:
        self.correction_reason, self.approved_sha256, self.approved_at = "", "", None
        self.commented_version = min(self.commented_version, self.version)

    @transition(
        field="state",
        source=MeetingState.ISSUED,
        target=MeetingState.CLOSED,
        permission=rules.only_the_system,
        custom={
            "label": _("销号"),
            "run": "close_meeting",
            "tells": {"organiser": "meeting_closed", "host": "meeting_closed"},
            "icon": "done",
        },
    )
    def close_meeting(self, *, at: "datetime") -> None:
        self.closed_at = at

    @transition(
        field="state",
        source=MeetingState.CLOSED,
        target=MeetingState.ISSUED,
        permission=rules.only_the_system,
        custom={
            "label": _("恢复办理"),
            "run": "reopen_meeting",
            "tells": {"organiser": "meeting_reopened", "host": "meeting_reopened"},
            "icon": "undo",
        },
    )
    def reopen_meeting(self, *, at: "datetime") -> None:
        """A demand came back: its firm asked for a redo, or withdrew its withdrawal."""
        self.closed_at = None
