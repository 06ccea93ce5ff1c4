"""Which posts somebody may give and end, and which of them end soon."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q, QuerySet

from parties.by import By, today
from parties.models import Membership, Office, Organisation
from parties.post_rules import DESK, NAME_HANDLERS
from parties.roles import ADMIN_ROLES, ROLES_OF, Role

SOON = timedelta(days=14)
MOST_PEOPLE = 300  # colleagues in one list of choices
GIVES = DESK | NAME_HANDLERS | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}  # whoever gives posts of any kind


def gives_posts(by: By) -> bool:
    return by.role in GIVES


def staffed_by(by: By) -> QuerySet[Membership]:
    """The posts that this person may give and end, one's own included; those that are over too."""
    posts = Membership.objects.select_related("user", "organisation")
    if by.role == Role.SYSTEM_ADMIN:
        return posts.exclude(role__in=ADMIN_ROLES)
    if by.role == Role.SECURITY_ADMIN:
        return posts.filter(role__in=ADMIN_ROLES)
    if by.role in DESK:
        serves = Office.objects.filter(pk=by.organisation_id, office_kind=Office.OfficeKind.PLATFORM).values("serves")
        return posts.filter(organisation__kind=Organisation.Kind.ENTERPRISE, organisation__district__in=serves)
    if by.role in NAME_HANDLERS:
        return posts.filter(organisation_id=by.organisation_id, role=Role.HANDLER)
    return posts.none()


def current(posts: QuerySet[Membership], by: By) -> QuerySet[Membership]:
    """Those that are held today or will be, of people who are here."""
    return posts.filter(Q(valid_to=None) | Q(valid_to__gte=today(by)), user__is_active=True)


def ending_soon(by: By) -> QuerySet[Membership]:
    """Posts that end within fourteen days, soonest first: those this person gives, and all of their own department."""
    posts = staffed_by(by)
    if by.role in NAME_HANDLERS:
        posts = Membership.objects.select_related("user", "organisation").filter(organisation_id=by.organisation_id)
    day = today(by)
    found = posts.filter(valid_from__lte=day, valid_to__gte=day, valid_to__lte=day + SOON, user__is_active=True)
    return found.order_by("valid_to", "pk")


def roles_of(by: By) -> list[Role]:
    """The roles this person gives anywhere, in the order of the list of roles; where each fits is asked later."""
    if by.role == Role.SYSTEM_ADMIN:
        given = frozenset(Role) - ADMIN_ROLES
    elif by.role == Role.SECURITY_ADMIN:
        given = ADMIN_ROLES
    elif by.role in DESK:
        given = ROLES_OF["ENTERPRISE"]
    else:
        given = frozenset({Role.HANDLER}) if by.role in NAME_HANDLERS else frozenset()
    return [role for role in Role if role in given]


def colleagues(organisation_ids: Iterable[int], by: By, *, but: int | None = None) -> list[Membership]:
    """The posts of the people of these organisations today, by name; at most MOST_PEOPLE are read."""
    posts = Membership.objects.in_force(today(by)).filter(organisation_id__in=organisation_ids)
    rows = posts.exclude(user_id=but).select_related("user", "organisation").order_by("user__name", "pk")
    return list(rows[:MOST_PEOPLE])
