"""The kinds of entries of the directory, and the entries of each that a reader finds; pages and API begin here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from parties import changes
from parties.by import By
from parties.models import (
    Alliance,
    Department,
    Enterprise,
    IndustryCommittee,
    Membership,
    Office,
    PartyOrganisation,
    User,
)
from parties.models.visibility import BESIDE_FIRMS, is_official, posts_shown, sees_all
from parties.roles import ENTERPRISE_ROLES

SHORTEST = 2  # characters that are looked for
LONGEST = 60
ACTIVE, INACTIVE, EVERY = "", "0", "all"


@dataclass(frozen=True)
class Kind:
    """One kind of entry: its table, what it is called, how it is searched, and the named functions that write it."""

    slug: str
    model: type[Any]
    label: Any
    icon: str
    searched: tuple[str, ...]
    filters: tuple[str, ...]
    loads: tuple[str, ...]
    add: Callable[..., Any]
    change: Callable[..., Any]
    activate: Callable[..., Any] | None


_PLACED = ("district",)
KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(
            "enterprises",
            Enterprise,
            _("企业"),
            "firm",
            ("name", "short_name", "credit_code"),
            ("district", "industry", "active"),
            _PLACED,
            changes.add_enterprise,
            changes.change_enterprise,
            changes.set_enterprise_active,
        ),
        Kind(
            "party-organisations",
            PartyOrganisation,
            _("企业党组织"),
            "flag",
            ("name",),
            ("district", "formation", "active"),
            ("district", "superior", "secretary"),
            changes.add_party_organisation,
            changes.change_party_organisation,
            changes.set_party_organisation_active,
        ),
        Kind(
            "departments",
            Department,
            _("政府部门"),
            "hand",
            ("name", "short_name", "code"),
            ("district", "active"),
            _PLACED,
            changes.add_department,
            changes.change_department,
            changes.set_department_active,
        ),
        Kind(
            "offices",
            Office,
            _("办公室"),
            "inbox",
            ("name", "short_name"),
            ("district", "active"),
            ("district", "serves"),
            changes.add_office,
            changes.change_office,
            changes.set_office_active,
        ),
        Kind(
            "industry-committees",
            IndustryCommittee,
            _("行业党委"),
            "star",
            ("name", "short_name"),
            ("district", "industry", "active"),
            ("district", "lead_department"),
            changes.add_industry_committee,
            changes.change_industry_committee,
            changes.set_industry_committee_active,
        ),
        Kind(
            "alliances",
            Alliance,
            _("联盟"),
            "link",
            ("name", "short_name"),
            ("district", "active"),
            _PLACED,
            changes.add_alliance,
            changes.change_alliance,
            changes.set_alliance_active,
        ),
        Kind(
            "people",
            User,
            pgettext_lazy("directory", "人员"),
            "users",
            ("name",),
            ("active",),
            (),
            changes.add_person,
            changes.change_person,
            None,
        ),
    )
}
OF_FIRMS = ("enterprises", "party-organisations", "departments", "offices", "people")
OF_MANDATES = ("enterprises",)


def readable(by: By) -> list[Kind]:
    """The kinds of which this post may read any entry, in the order of the menu."""
    if is_official(by):
        return list(KINDS.values())
    names = OF_FIRMS if by.role in ENTERPRISE_ROLES else OF_MANDATES if by.role in BESIDE_FIRMS else ()
    return [KINDS[name] for name in names]


def found(kind: Kind, by: By, params: Mapping[str, str]) -> QuerySet[Any]:
    """The entries of this kind that this post sees and that meet the parameters, in the order of their names.

    Parameters: q (from SHORTEST characters on), district (code), industry, formation, active. One that cannot be read
    counts for nothing: an old address still opens. One statement when evaluated, two more for the posts of people.
    """
    rows = kind.model.objects.visible_to(by).select_related(*kind.loads)
    words = searched_words(params)
    if words:
        rows = rows.filter(_like(kind, by, words))
    if "district" in kind.filters and (code := _plain(params.get("district", ""))):
        rows = rows.filter(district_id=code[:6])
    if "industry" in kind.filters and (industry := _plain(params.get("industry", ""))):
        rows = rows.filter(industry__icontains=industry)
    if "formation" in kind.filters and params.get("formation", "") in PartyOrganisation.Formation.values:
        rows = rows.filter(formation=params["formation"])
    column, active = ("is_active" if kind.model is User else "active"), params.get("active", ACTIVE)
    if active != EVERY:
        rows = rows.filter(**{column: active != INACTIVE})
    return with_posts(rows, by).order_by("name", "id") if kind.model is User else rows.order_by("name", "id")


def searched_words(params: Mapping[str, str]) -> str:
    """The words that are looked for; "" when they are too short to look for."""
    words = _plain(params.get("q", ""))
    return words if len(words) >= SHORTEST else ""


def _plain(words: str) -> str:
    words = words.strip()
    return words if words.isprintable() and len(words) <= LONGEST else ""


def _like(kind: Kind, by: By, words: str) -> Q:
    """Entries one of whose names or codes contains the words. Account names are for administrators of the system."""
    columns = (*kind.searched, "username") if kind.model is User and sees_all(by) else kind.searched
    found = Q(pk=None)
    for column in columns:
        found |= Q(**{f"{column}__icontains": words})
    return found


def with_posts(people: QuerySet[User], by: By) -> QuerySet[User]:
    """With the posts of today that this reader sees, as `shown_posts`, each with its organisation."""
    posts = posts_of_today(by).select_related("organisation").order_by("pk")
    return people.prefetch_related(Prefetch("memberships", posts, to_attr="shown_posts"))


def posts_of_today(by: By) -> QuerySet[Membership]:
    """The posts in force on the day of the act that this reader sees."""
    return Membership.objects.in_force(timezone.localtime(by.now).date()).filter(posts_shown(by))
