"""At a meeting: who was there."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from dialogue.symposia import rules
from dialogue.symposia.enums import AFTER_MEETING, MeetingState
from dialogue.symposia.models.graph.columns import GraphColumns
from workflow.clocks import ClockKind, Start

if TYPE_CHECKING:
    from datetime import datetime

UNTIL_MINUTES = [MeetingState.NOTIFIED, MeetingState.HELD, MeetingState.DRAFTING, MeetingState.COMMENTING]


class AttendanceGraph(GraphColumns):
    class Meta:
        abstract = True

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
