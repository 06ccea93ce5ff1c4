"""Conflict of interest: asked for by the firm, entered and lifted by the office or the department's own people."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.models.graph.columns import GraphColumns
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from parties.models import Membership, User

# Only the firm and the office read of it; nor does who sees the demand for a while, or by a grant.
OTHERS = frozenset(Role) - ENTERPRISE_ROLES - OFFICE_ROLES
NOT_FILED = [*OPEN_STATES, CaseState.CLOSED, CaseState.ENDED]


class AccessGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_ask_recusal,
        custom={
            "label": _("申请回避"),
            "run": "ask_recusal",
            "tells": {"intake": "recusal_asked", "dispatcher": "recusal_asked", "arbitrator": "recusal_asked"},
            "icon": "user",
            "appends": True,
            "kept_from": OTHERS,
        },
    )
    def ask_recusal(self, *, at: "datetime", name: str, unit: str, reason: str) -> None:
        """The words lie in the event alone."""

    @transition(
        field="state",
        source=NOT_FILED,
        target=None,
        permission=rules.may_recuse,
        custom={
            "label": _("登记回避"),
            "run": "recuse_case",
            "icon": "lock",
            "internal": True,
            "kept_from": OTHERS,
        },
    )
    def recuse(
        self,
        *,
        at: "datetime",
        person: "User",
        reason: str,
        posts: "Sequence[Membership]",
        stands_in: "Membership | None",
        signs_instead: str,
    ) -> None:
        """Who is kept out lies in CaseAccess. The handler is replaced by whoever stands in, until one is named."""
        self.signs_instead = signs_instead
        if stands_in is not None:
            self.handler_id = stands_in.user_id
            self.stand_in = "" if stands_in.role == Role.HANDLER else stands_in.role

    @transition(
        field="state",
        source=NOT_FILED,
        target=None,
        permission=rules.may_lift_recusal,
        custom={
            "label": _("解除回避"),
            "run": "lift_recusal",
            "icon": "undo",
            "internal": True,
            "kept_from": OTHERS,
        },
    )
    def lift_recusal(
        self, *, at: "datetime", person: "User", reason: str, recused: "Collection[int]", signs_instead: str
    ) -> None:
        self.signs_instead = signs_instead
