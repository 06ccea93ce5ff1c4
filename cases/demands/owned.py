"""What people own of demands in person: those they handle, and the filters their colleagues use."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.demands import moves, queries
from cases.demands.models import Case, Draft, SavedFilter
from parties.models import Membership
from parties.roles import DEPARTMENT_ROLES, Role
from workflow.actor import Actor
from workflow.models import Proposal
from workflow.owned import NeedsNoHeir, grouped
from workflow.registry import Holding, Seat

RULE = "人员离任移交"


class Handled:
    """Open demands whose handler they are, by number alone: whoever hands over need not see what is asked."""

    remedy = _(
        "这些在办诉求的承办人已不在任，主办部门也没有人可以接手。请先为部门任命联络员、分管负责人或者承办人，系统随后自动移交。"
    )
    listed = "unowned"

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        rows = _handled([user_id]).values_list("lead_id", "stand_in", "number")
        seats: list[tuple[Seat | None, str]] = [((lead, part or Role.HANDLER.value), n) for lead, part, n in rows]
        return grouped(seats, label=_("在办诉求"), fate=_("更换承办人，由接任人办理"), needs_heir=True)

    def numbers(self, user_ids: Collection[int], now: datetime) -> Mapping[tuple[int, Seat], int]:
        rows = _handled(user_ids).values_list("handler_id", "lead_id", "stand_in")
        return Counter((user, (lead, part or Role.HANDLER.value)) for user, lead, part in rows)

    def unowned(self, actor: Actor, limit: int) -> list[tuple[str, str]]:
        """Of the whole installation for the system administrator, of their own department for its people."""
        rows = unowned_by(actor).values_list("number", "lead__name")[:limit]
        return [(str(number), name) for number, name in rows]

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        """Each by its own move, with its event; where the heir may not have one, whoever stands in has it."""
        system = Actor.system(now=by.now, rule=RULE, request_id=by.request_id)
        for pk, lead, part in list(_handled([user_id]).values_list("pk", "lead_id", "stand_in")):
            if heir := heirs.get((lead, part or Role.HANDLER.value)):
                moves.relieve_handler(pk, by=system, to=heir, ordered_by=by.user_id)


def unowned_by(actor: Actor) -> QuerySet[Case]:
    """The demands without an owner that this reader is told of, number and department: everywhere, of their own
    department, or none."""
    if actor.role == Role.SYSTEM_ADMIN:
        return queries.unowned(actor.now).order_by("pk")
    if actor.role in DEPARTMENT_ROLES:
        return queries.unowned(actor.now, lead=actor.organisation_id).order_by("pk")
    return Case.objects.none().order_by("pk")


def _handled(user_ids: Collection[int]) -> Any:
    return Case.objects.open().filter(handler_id__in=user_ids).order_by("pk")


class Proposed(NeedsNoHeir):
    """What they proposed and nobody has decided: it waits on, whoever has made it."""

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        waiting = Proposal.objects.pending().filter(by_id=user_id, subject_kind=Case.ledger_kind).order_by("pk")
        rows = [(org, pk) for org, pk in waiting.values_list("organisation_id", "subject_id")]
        if not rows:
            return []
        numbers = dict(Case.objects.filter(pk__in=[pk for _org, pk in rows]).values_list("pk", "number"))
        named: list[tuple[Seat | None, str]] = [(None, numbers[pk]) for _org, pk in rows]
        return grouped(named, label=_("待决定的提请"), fate=_("照常等候决定"))

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        """They stay as they are."""


class Filters(NeedsNoHeir):
    """Filters that colleagues use go to whoever follows in the same organisation."""

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        shared = SavedFilter.objects.filter(owner_id=user_id, shared=True).order_by("pk")
        named: list[tuple[Seat | None, str]] = [(None, name) for name in shared.values_list("name", flat=True)]
        return grouped(named, label=_("共享的筛选"), fate=_("转给接任人"))

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        new = {org: post.user_id for (org, _role), post in heirs.items()}
        for row in SavedFilter.objects.filter(owner_id=user_id, shared=True, organisation_id__in=new):
            theirs = SavedFilter.objects.filter(owner_id=new[row.organisation_id], organisation_id=row.organisation_id)
            names = set(theirs.values_list("name", flat=True))
            spare = (f"{row.name[:26]}（{n}）" for n in range(2, 100))
            row.owner_id, row.pinned = new[row.organisation_id], False
            row.name = row.name if row.name not in names else next(name for name in spare if name not in names)
            row.save(update_fields=["owner", "pinned", "name"])


class Drafts(NeedsNoHeir):
    """What a firm has begun belongs to the firm: colleagues go on with it."""

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        rows = Draft.objects.filter(owner_id=user_id).order_by("pk").values_list("enterprise__name", flat=True)
        named: list[tuple[Seat | None, str]] = [(None, name) for name in rows]
        return grouped(named, label=_("草稿"), fate=_("留在企业，同事接着写"))

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        """They stay as they are."""
