"""The minutes of a meeting: draft, comments, signature and issue."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from dialogue.symposia import rules
from dialogue.symposia.enums import WRITABLE, MeetingState
from dialogue.symposia.models.graph.columns import GraphColumns
from workflow.clocks import ClockKind, Stop

if TYPE_CHECKING:
    from datetime import date, datetime

    from parties.models import Membership

UNTIL_SIGNED = [MeetingState.HELD, *WRITABLE, MeetingState.IN_APPROVAL]


class MinutesGraph(GraphColumns):
    class Meta:
        abstract = True

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
        """The host stays who held the meeting; back to them, there is no other signer."""
        if self.is_hosted_by(signer):
            self.signer_id = self.signer_org_id = None
            self.signer_role = self.signer_post = ""
            return
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
        self.approved_sha256, self.correction_reason, self.roll_in_force = "", "", None
