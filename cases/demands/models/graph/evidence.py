"""Everything of a demand in one file: made at any time, on record, and the state stays."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import CaseState
from cases.demands.models.graph.access import OTHERS
from cases.demands.models.graph.columns import GraphColumns

if TYPE_CHECKING:
    from datetime import datetime


class EvidenceGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=[state for state in CaseState if state != CaseState.DRAFT],
        target=None,
        permission=rules.may_make_pack,
        custom={
            "label": _("生成证据包"),
            "run": "make_pack",
            "icon": "lock",
            "internal": True,
            "appends": True,
            "kept_from": OTHERS,
        },
    )
    def make_pack(self, *, at: "datetime", purpose: str, documents: Sequence[Any]) -> None:
        """For what, and which documents, lies in the event; the pack in a row of its own."""
