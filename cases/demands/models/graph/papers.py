"""Papers of a demand: the state, the turn and every clock stay, and nobody's timeline is longer by it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import CaseState
from cases.demands.models.graph.columns import GraphColumns
from parties.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

# What is issued stands in the list 文书 of the demand. In the timeline it would make whoever is writing at that moment
# read it first, and every paper would tell of the one before.
NOBODYS_TIMELINE = frozenset(Role)
SUBMITTED = [state for state in CaseState if state != CaseState.DRAFT]


class PapersGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=[state for state in SUBMITTED if state not in (CaseState.SUBMITTED, CaseState.NEED_INFO)],
        target=None,
        conditions=[rules.was_accepted],
        permission=rules.may_issue_receipt,
        custom={
            "label": _("制发受理回执"),
            "run": "issue_receipt",
            "icon": "doc",
            "kept_from": NOBODYS_TIMELINE,
            "appends": True,
        },
    )
    def issue_receipt(self, *, at: "datetime") -> None:
        """Number and hash stand in the event."""

    @transition(
        field="state",
        source=SUBMITTED,
        target=None,
        permission=rules.may_issue_case_file,
        custom={
            "label": _("制发办理单"),
            "run": "issue_case_file",
            "icon": "doc",
            "kept_from": NOBODYS_TIMELINE,
            "appends": True,
        },
    )
    def issue_case_file(self, *, at: "datetime") -> None:
        """Number, version and hash stand in the event."""
