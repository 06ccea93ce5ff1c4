"""The boxes of the home page for demands; the same querysets count and list."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.enums import CaseState
from cases.demands.identity import firm_words
from cases.demands.models import Case
from cases.demands.models.visibility import SUPERVISES
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.registry import InboxEntry
from workflow.time_left import time_left

# How a state looks: tone and icon of its badge (mock-ups, “Badges”).
LOOK: dict[str, tuple[str, str]] = {
    CaseState.DRAFT: ("grey", "pen"),
    CaseState.SUBMITTED: ("grey", "inbox"),
    CaseState.NEED_INFO: ("teal", "firm"),
    CaseState.ACCEPTED: ("blue", "send"),
    CaseState.DISPATCHED: ("blue", "inbox"),
    CaseState.RETURN_REVIEW: ("violet", "scale"),
    CaseState.IN_PROGRESS: ("blue", "pen"),
    CaseState.WAIT_ENTERPRISE: ("teal", "firm"),
    CaseState.RESULT_REVIEW: ("violet", "doc"),
    CaseState.AWAIT_CONFIRM: ("teal", "firm"),
    CaseState.CLOSED: ("green", "done"),
    CaseState.ENDED: ("grey", "done"),
    CaseState.ARCHIVED: ("grey", "doc"),
}
# What whose turn it is does next: the word on the button of a to-do line.
NEXT: dict[str, Any] = {
    CaseState.SUBMITTED: _("受理"),
    CaseState.NEED_INFO: _("补正"),
    CaseState.ACCEPTED: _("派单"),
    CaseState.DISPATCHED: _("签收"),
    CaseState.RETURN_REVIEW: _("裁决"),
    CaseState.IN_PROGRESS: _("办理"),
    CaseState.WAIT_ENTERPRISE: _("补充"),
    CaseState.RESULT_REVIEW: _("审签"),
    CaseState.AWAIT_CONFIRM: _("确认"),
}
# Where that button leads, when the next move is one page away.
NEXT_ACTION: dict[str, str] = {
    CaseState.SUBMITTED: "accept",
    CaseState.NEED_INFO: "complete",
    CaseState.ACCEPTED: "dispatch",
    CaseState.DISPATCHED: "acknowledge",
    CaseState.WAIT_ENTERPRISE: "answer",
    CaseState.RESULT_REVIEW: "sign_off",
    CaseState.AWAIT_CONFIRM: "confirm",
}


def _is_to_ask(row: Case, actor: Actor) -> bool:
    """Whether this reader obtains the opinion of a firm whose term is over."""
    return actor.role in SUPERVISES and row.state == CaseState.AWAIT_CONFIRM and row.enterprise_id is not None


class DemandInbox:
    """待办, 已办 and 我发起 of demands."""

    name = "demands"
    boxes = {"todo": queries.todo, "done": queries.done, "mine": queries.mine}

    def box(self, actor: Actor, box: str) -> QuerySet[Case] | None:
        find = self.boxes.get(box)
        if find is None:
            return None
        order = ("next_due_at", "id") if box == "todo" else ("-id",)
        return queries.rows(find(actor)).order_by(*order)

    def entries(self, actor: Actor, rows: Iterable[Case]) -> list[InboxEntry]:
        """Lines for cases loaded with `queries.ROW`; no statement runs here."""
        return [self.entry(actor, row) for row in rows]

    def entry(self, actor: Actor, row: Case) -> InboxEntry:
        tone, icon = LOOK[row.state]
        mine = actor.role is not None and row.turn_role in queries.TURNS.get(actor.role, (actor.role,))
        left = (
            time_left(
                now=actor.now,
                due_at=row.next_due_at,
                since=row.next_since,
                working_days=row.next_days,
                calendar=calendar_in_force(),
            )
            if row.next_due_at
            else None
        )
        action = NEXT_ACTION.get(row.state) if mine else None
        label = NEXT[row.state] if mine and row.state in NEXT else _("查看")
        if left is not None and left.tone == "over" and _is_to_ask(row, actor):
            action, label = "record_opinion", _("核实企业意见")
        url = (
            reverse("demands:act", args=[row.public_id, action])
            if action
            else reverse("demands:case", args=[row.public_id])
        )
        firm = actor.role in ENTERPRISE_ROLES
        meta = (firm_words(row, actor), str(row.category) if row.category else "", row.get_klass_display())
        if firm:
            meta = (row.lead.name if row.lead else "", *meta[1:])
        return InboxEntry(
            title=row.title,
            number=row.number or "",
            meta=tuple(str(word) for word in meta if word),
            state_label=row.get_state_display(),
            state_tone=tone,
            state_icon=icon,
            due_at=row.next_due_at,
            time_left=left,
            url=url,
            action_label=label,
            hot=left is not None and left.tone == "over",
        )
