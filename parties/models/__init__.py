"""Districts, organisations and people, and the dated memberships that say who acts for whom."""

from parties.models.organisations import (
    Alliance,
    AllianceMember,
    Department,
    District,
    Enterprise,
    IndustryCommittee,
    Office,
    Organisation,
)
from parties.models.party import MassOrganisation, PartyCoverage, PartyOrganisation
from parties.models.people import User, UserManager
from parties.models.posts import Deputy, DeputyQuerySet, Membership, MembershipQuerySet
from parties.models.tokens import ApiToken

__all__ = [
    "Alliance",
    "AllianceMember",
    "ApiToken",
    "Department",
    "Deputy",
    "DeputyQuerySet",
    "District",
    "Enterprise",
    "IndustryCommittee",
    "MassOrganisation",
    "Membership",
    "MembershipQuerySet",
    "Office",
    "Organisation",
    "PartyCoverage",
    "PartyOrganisation",
    "User",
    "UserManager",
]
