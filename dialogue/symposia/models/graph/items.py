"""After the minutes: progress of the items, corrections, and the end."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from dialogue.symposia import rules
from dialogue.symposia.enums import AFTER_MEETING, WRITABLE, MeetingState
from dialogue.symposia.models.graph.columns import GraphColumns

if TYPE_CHECKING:
    from datetime import datetime

    from dialogue.symposia.models.items import ActionItem

HAS_ITEMS = [state for state in AFTER_MEETING if state != MeetingState.HELD]


class ItemsGraph(GraphColumns):
    class Meta:
        abstract = True

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
    def begin_correction(self, *, at: "datetime", reason: str, roll: "list[dict[str, Any]]") -> None:
        """`roll` is that of the version in force, given back when the correction is dropped."""
        self.correction_reason, self.closed_at, self.roll_in_force = reason, None, roll

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
        self.roll_in_force = None
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
