"""While the firm is hidden: messages through the platform in both directions, and the end of hiding."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import OPEN_STATES, WITH_DEPARTMENT, Identity
from cases.demands.models.graph.columns import GraphColumns
from workflow.clocks import ClockKind, Stop

if TYPE_CHECKING:
    from datetime import datetime


class RelayGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=list(WITH_DEPARTMENT),
        target=None,
        conditions=[rules.firm_is_hidden],
        permission=rules.may_relay_to_firm,
        custom={
            "label": _("转递消息给企业"),
            "run": "relay_to_firm",
            "tells": {"firm": "relayed"},
            "clocks": [Stop(ClockKind.FIRST_CONTACT)],
            "icon": "chat",
            "appends": True,
        },
    )
    def relay_to_firm(self, *, at: "datetime", text: str) -> None:
        """The words lie in the event alone; the first of them is the first contact."""
        if self.first_contact_at is None:
            self.first_contact_at, self.contact_relayed = at, True

    @transition(
        field="state",
        source=list(WITH_DEPARTMENT),
        target=None,
        conditions=[rules.firm_is_hidden],
        permission=rules.may_relay_to_department,
        custom={
            "label": _("转递消息给承办部门"),
            "run": "relay_to_department",
            "tells": {"handler": "relayed", "liaison": "relayed"},
            "icon": "chat",
            "appends": True,
        },
    )
    def relay_to_department(self, *, at: "datetime", text: str) -> None:
        """The words lie in the event alone."""

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        conditions=[rules.firm_is_hidden],
        permission=rules.may_reveal_firm,
        custom={
            "label": _("公开身份"),
            "run": "reveal_firm",
            "tells": {"handler": "revealed", "liaison": "revealed"},
            "icon": "eye",
        },
    )
    def reveal_firm(self, *, at: "datetime") -> None:
        self.identity = Identity.OPEN
