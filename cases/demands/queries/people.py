"""Who sees a demand, who may have it, and what the duty list says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cases.demands.enums import CaseState
from cases.demands.identity import organisation_words
from cases.demands.models import Case, DutyItem
from cases.demands.models.visibility import DRAFT_OF, SEEN_BY
from parties.models import Department, Enterprise, Membership
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import ZONE


def viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders may open this case: the inverse of `Case.objects.visible_to`.

    One statement when evaluated. Both read SEEN_BY; a test compares them for every membership and case.
    """
    see = Q(pk=None)
    for column in sorted(set(SEEN_BY.values())):
        organisation = getattr(case, column)
        if organisation is None or (case.state == CaseState.DRAFT and DRAFT_OF[case.origin] != column):
            continue
        see |= Q(organisation_id=organisation, role__in=[r for r, c in SEEN_BY.items() if c == column])
    return Membership.objects.in_force(now.astimezone(ZONE).date()).filter(see)


# Who stands in as handler when nobody acknowledged, in this order (move 9 names the liaison): those who may name a
# handler, and where a department has none of them, a handler who then simply has the demand.
STANDS_IN = (Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.HANDLER)


def stand_in(case_id: int, *, now: datetime) -> Membership | None:
    """The member of the lead department in office who stands in as handler; None when it has nobody."""
    lead = Case.objects.filter(pk=case_id).values("lead_id")
    posts = (
        Membership.objects.in_force(now.astimezone(ZONE).date())
        .filter(organisation_id__in=lead, role__in=STANDS_IN)
        .select_related("user")
        .order_by("pk")
    )
    return min(posts, key=lambda post: (STANDS_IN.index(Role(post.role)), post.pk), default=None)


@dataclass(frozen=True)
class Viewer:
    """One line of 谁能看到这件诉求."""

    organisation: str
    sees_notes: bool


def viewing_organisations(case: Case, *, by: Actor) -> list[Viewer]:
    """The organisations whose members see the case, the firm first, and whether they see internal notes."""
    rows = viewers_of(case, now=by.now).values_list("organisation_id", "organisation__name").distinct()
    return [
        Viewer(organisation_words(case, pk, name, by), pk != case.enterprise_id)
        for pk, name in sorted(rows, key=lambda row: (row[0] != case.enterprise_id, row[0] != case.lead_id, row[0]))
    ]


def duty_items(category_code: str | None = None) -> QuerySet[DutyItem]:
    """The duty list in force, with owners; two statements when evaluated."""
    items = DutyItem.objects.filter(active=True).prefetch_related("owners").select_related("category")
    return items.filter(category_id=category_code) if category_code else items


def handlers(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The handlers of the lead department who hold the post today."""
    return (
        Membership.objects.in_force(now.astimezone(ZONE).date())
        .filter(organisation_id=case.lead_id, role=Role.HANDLER)
        .select_related("user")
        .order_by("user__name")
    )


def enterprises_like(words: str, *, limit: int = 20) -> Iterable[Enterprise]:
    """At most `limit` enterprises whose name contains the words or whose credit code starts with them."""
    words = words.strip()
    if len(words) < 2:
        return []
    found = Enterprise.objects.filter(active=True).select_related("district")
    return list(
        found.filter(Q(name__icontains=words) | Q(credit_code__startswith=words.upper())).order_by("name")[:limit]
    )


def active_departments() -> QuerySet[Department]:
    return Department.objects.filter(active=True).order_by("code")
