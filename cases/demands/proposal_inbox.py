"""The boxes of the home page for moves of demands that wait for a second person."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.identity import knows_firm
from cases.demands.models import Case
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.models import Proposal
from workflow.registry import InboxEntry
from workflow.specs import specs
from workflow.time_left import time_left


class ProposalInbox:
    """待办: what waits for this post's consent. 我发起: what this person proposed and nobody has decided.

    What they decided stands among the demands of 已办, by its event. Roles that neither propose nor decide pay nothing.
    """

    name = "proposals"

    def box(self, actor: Actor, box: str) -> QuerySet[Proposal] | None:
        rules = [spec for spec in specs(Case).values() if spec.decided_by is not None]
        if box == "todo" and any(actor.role in spec.decided_by.roles for spec in rules if spec.decided_by):
            return queries.titled(queries.to_decide(actor)).order_by("next_due_at", "id")
        if box == "mine" and any(actor.role in spec.permission.roles for spec in rules):
            return queries.titled(queries.proposed(actor)).order_by("-id")
        return None

    def entries(self, actor: Actor, rows: Iterable[Proposal]) -> list[InboxEntry]:
        """Lines for proposals with the names of their cases; no statement runs here."""
        return [self.entry(actor, row) for row in rows]

    def entry(self, actor: Actor, row: Any) -> InboxEntry:
        left = time_left(now=actor.now, due_at=row.next_due_at, since=row.created_at, calendar=calendar_in_force())
        mine = not actor.persons.isdisjoint(row.makers)
        return InboxEntry(
            title=str(_("提请“%(action)s”：%(title)s"))
            % {"action": specs(Case)[row.action].label, "title": row.case_title},
            number=row.case_number,
            meta=(_firm(actor, row), row.proposer),
            state_label=_("待他人决定") if mine else _("待您决定"),
            state_tone="violet",
            state_icon="users",
            due_at=row.next_due_at,
            time_left=left,
            url=reverse("demands:case", args=[row.case_public_id]) + "#h-proposal",
            action_label=_("查看") if mine else _("决定"),
            hot=left.tone == "over",
        )


def _firm(actor: Actor, row: Any) -> str:
    """Whose demand it is, as this reader may know it."""
    case = Case(identity=row.case_identity, enterprise_id=row.case_enterprise_id)
    return row.case_firm if knows_firm(case, actor) else row.case_alias
