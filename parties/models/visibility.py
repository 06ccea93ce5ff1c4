"""Who sees which entries of the directory, and who reads how to reach a firm or a person.

Lists, pages, search and API begin with `visible_to`; nothing else decides who sees an entry.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from parties.roles import ADMIN_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES, Role

if TYPE_CHECKING:
    from parties.by import By

# Who acts for a firm by mandate reads the row of that firm and nothing else of the directory.
BESIDE_FIRMS = frozenset({Role.AGENT, Role.RESIDENT_LIAISON})
OFFICIALS = frozenset(Role) - ENTERPRISE_ROLES - BESIDE_FIRMS


def is_official(by: "By") -> bool:
    """Whether this post is in an office, a department or with a leader, or the system acts."""
    return by.is_system or by.role in OFFICIALS


def sees_all(by: "By") -> bool:
    """Whether this post reads everything the directory says, of firms as of officials."""
    return by.is_system or by.role == Role.SYSTEM_ADMIN


def is_desk_of(district: Any, by: "By") -> bool:
    """Whether this post is at the platform office of this district, or of the city it belongs to."""
    if by.post is None or by.post.organisation_kind != "OFFICE":
        return False
    return by.post.district_code in (district.pk, district.parent_id)


def sees_contact(enterprise: Any, by: "By") -> bool:
    """Whether this reader learns address, contact and people of the firm; its district is loaded. As `reachable`."""
    if sees_all(by):
        return True
    if by.role in ENTERPRISE_ROLES:
        return enterprise.pk == by.organisation_id
    return by.role in OFFICE_ROLES and is_desk_of(enterprise.district, by)


def reachable(by: "By", to: str = "") -> Q:
    """The same as a condition on organisations, `to` being the way to them: "" or "organisation__"."""
    if sees_all(by):
        return Q()
    if by.role in ENTERPRISE_ROLES:
        return Q(**{f"{to}pk": by.organisation_id})
    if by.role in OFFICE_ROLES and by.post is not None and by.post.organisation_kind == "OFFICE":
        code = by.post.district_code
        return Q(**{f"{to}district_id": code}) | Q(**{f"{to}district__parent_id": code})
    return Q(pk=None)


def posts_shown(by: "By", to: str = "") -> Q:
    """The posts this reader sees: officials those of officials, and of firms whoever sees how to reach the firm."""
    if sees_all(by):
        return Q()
    of_firms = Q(**{f"{to}organisation__kind": "ENTERPRISE"})
    shown = of_firms & reachable(by, f"{to}organisation__")
    return shown | ~of_firms if by.role in OFFICIALS else shown


class OrganisationQuerySet(models.QuerySet[Any]):
    """Of all organisations, or of one kind of them."""

    def visible_to(self, by: "By") -> "OrganisationQuerySet":
        """The entries this post may read, active or not; what every list, page and answer begins with."""
        if is_official(by):
            return self
        if by.role in ENTERPRISE_ROLES:
            return self.filter(Q(pk=by.organisation_id) | Q(kind__in=("DEPARTMENT", "OFFICE"), active=True))
        if by.role in BESIDE_FIRMS:
            return self.filter(pk=by.organisation_id, kind="ENTERPRISE")
        return self.none()


class PartyOrganisationQuerySet(models.QuerySet[Any]):
    def visible_to(self, by: "By") -> "PartyOrganisationQuerySet":
        """Officials read all of them, a firm those that cover it today."""
        if is_official(by):
            return self
        return self.covering(by.organisation_id, by) if by.role in ENTERPRISE_ROLES else self.none()

    def covering(self, enterprise_id: int | None, by: "By") -> "PartyOrganisationQuerySet":
        """Those that cover this firm on the day of the act."""
        day = timezone.localtime(by.now).date()
        rows = apps.get_model("parties", "PartyCoverage").objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, enterprise_id=enterprise_id
        )
        return self.filter(Exists(rows.filter(party_organisation=OuterRef("pk"))))


class UserQuerySet(models.QuerySet[Any]):
    def visible_to(self, by: "By") -> "UserQuerySet":
        """Whoever holds a post today that this reader sees; administrators of the system see every account."""
        if sees_all(by):
            return self
        if not is_official(by) and by.role not in ENTERPRISE_ROLES:
            return self.none()
        day = timezone.localtime(by.now).date()
        posts = apps.get_model("parties", "Membership").objects.in_force(day).filter(posts_shown(by))
        return self.filter(Exists(posts.filter(user=OuterRef("pk"))))


def sees_phone(by: "By", organisation_ids: "set[int]") -> bool:
    """Whether this reader learns telephone and e-mail of somebody they see, who holds posts in these organisations."""
    if by.is_system or by.role in ADMIN_ROLES | OFFICE_ROLES:
        return True
    return by.organisation_id in organisation_ids
