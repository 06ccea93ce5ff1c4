"""Who sees a demand, who may have it, and what the duty list says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cases.demands.enums import CaseState
from cases.demands.models import Case, DutyItem
from cases.demands.models.visibility import (
    DRAFT_OF,
    GRANTED_IN_PERSON,
    GRANTED_TO,
    SEEN_BY,
    SEEN_TO_DECIDE,
    SEEN_WHEN_ASKED,
)
from parties.models import Department, Enterprise, Membership, MembershipQuerySet
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.calendar import ZONE
from workflow.models import Proposal


def viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders may open this case whole: the inverse of `Case.objects.visible_to`.

    One statement when evaluated. Both read SEEN_BY and CaseAccess; a test compares them for every membership and case.
    """
    see = Q(pk=None)
    for column in sorted(set(SEEN_BY.values())):
        organisation = getattr(case, column)
        if organisation is None or (case.state == CaseState.DRAFT and DRAFT_OF[case.origin] != column):
            continue
        see |= Q(organisation_id=organisation, role__in=[r for r, c in SEEN_BY.items() if c == column])
    for role, (column, moves) in SEEN_TO_DECIDE.items():
        if case.pending_proposal in moves:
            see |= Q(organisation_id=getattr(case, column), role=role)
    if case.pending_proposal in SEEN_WHEN_ASKED:
        asked = Proposal.objects.of(case).pending().values("decider_id")
        see |= Q(organisation_id__in=asked, role__in=SEEN_WHEN_ASKED[case.pending_proposal])
    if case.state != CaseState.DRAFT:
        live = case.access.live(now).allowing()
        see |= Q(organisation_id__in=live.filter(user=None).values("organisation_id"), role__in=GRANTED_TO)
        see |= Q(user_id__in=live.filter(organisation=None).values("user_id"), role__in=GRANTED_IN_PERSON)
    return but_kept_out(posts_in_force(now), case, now=now).filter(see)


def former_viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders see the case up to the end of their segment: the inverse of `left_by`."""
    left = case.access.live(now).former().values("organisation_id")
    posts = but_kept_out(posts_in_force(now), case, now=now).filter(organisation_id__in=left, role__in=GRANTED_TO)
    return posts.exclude(pk__in=viewers_of(case, now=now).values("pk"))


def posts_in_force(now: datetime) -> MembershipQuerySet:
    return Membership.objects.in_force(now.astimezone(ZONE).date())


def but_kept_out(posts: MembershipQuerySet, case: Case, *, now: datetime) -> MembershipQuerySet:
    """Without those who are to keep out of this case: by name, or because they hold a post in its firm (回避)."""
    denied = case.access.live(now).denying().values("user_id")
    of_the_firm = posts_in_force(now).filter(organisation_id=case.enterprise_id).values("user_id")
    officials = Q(user_id__in=of_the_firm) & ~Q(role__in=ENTERPRISE_ROLES)
    return posts.exclude(user_id__in=denied).exclude(officials)


# Who stands in as handler when nobody acknowledged, in this order (move 9 names the liaison): those who may name a
# handler, and where a department has none of them, a handler who then simply has the demand.
STANDS_IN = (Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD, Role.HANDLER)


def stand_in(case_id: int, *, now: datetime, of: int | None = None) -> Membership | None:
    """The member of the lead department (or of the one with the key `of`) who stands in as handler; None when it has
    nobody in office."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        return None
    posts = (
        but_kept_out(posts_in_force(now), case, now=now)
        .filter(organisation_id=of or case.lead_id, role__in=STANDS_IN)
        .select_related("user")
        .order_by("pk")
    )
    return min(posts, key=lambda post: (STANDS_IN.index(Role(post.role)), post.pk), default=None)


@dataclass(frozen=True)
class Viewer:
    """One line of 谁能看到这件诉求."""

    organisation: str
    sees_notes: bool


def viewing_organisations(case: Case, *, now: datetime) -> list[Viewer]:
    """The organisations whose members see the case, the firm first, and whether they see internal notes."""
    rows = viewers_of(case, now=now).values_list("organisation_id", "organisation__name").distinct()
    return [
        Viewer(name, pk != case.enterprise_id)
        for pk, name in sorted(rows, key=lambda row: (row[0] != case.enterprise_id, row[0] != case.lead_id, row[0]))
    ]


def duty_items(category_code: str | None = None) -> QuerySet[DutyItem]:
    """The duty list in force, with owners; two statements when evaluated."""
    items = DutyItem.objects.filter(active=True).prefetch_related("owners").select_related("category")
    return items.filter(category_id=category_code) if category_code else items


def handlers(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The handlers of the lead department who hold the post today and need not keep out of the case."""
    return (
        but_kept_out(posts_in_force(now), case, now=now)
        .filter(organisation_id=case.lead_id, role=Role.HANDLER)
        .select_related("user")
        .order_by("user__name")
    )


def has_fresh_handlers(case_id: int, *, now: datetime) -> bool:
    """Whether the lead department has a handler who had the demand in no earlier round."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None or not case.former_handlers:
        return True
    return handlers(case, now=now).exclude(user_id__in=case.former_handlers).exists()


def fresh_handlers(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The handlers who may be named: those of no earlier round, or all of them where there are no others (move 27)."""
    found = handlers(case, now=now)
    others = found.exclude(user_id__in=case.former_handlers)
    return others if case.former_handlers and others.exists() else found


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
