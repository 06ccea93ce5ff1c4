"""Which fields of each kind of entry people fill in, in the order of the forms, and which are its own affair."""

from typing import Any

from parties.models import Alliance, Department, Enterprise, IndustryCommittee, Office, PartyOrganisation, User

NAMED = ("name", "short_name", "district")
REACHED = ("address", "contact_name", "contact_phone")
COUNTED = ("full_members", "probationary_members", "counted_on")

FIELDS: dict[Any, tuple[str, ...]] = {
    Enterprise: (*NAMED, "credit_code", "code_reason", "industry", "size", *REACHED),
    Department: (*NAMED, "code", *REACHED),
    Office: (*NAMED, "office_kind", "serves"),
    IndustryCommittee: (*NAMED, "industry", "lead_department"),
    Alliance: NAMED,
    PartyOrganisation: ("name", "kind", "formation", "district", "superior", "secretary", *COUNTED),
    User: ("name", "phone", "email"),
}
# What platform offices keep for their district; everything else is the system administrator's.
KEPT_BY_OFFICES = (Enterprise, PartyOrganisation, Alliance)
# What people of the organisation itself may change of their own entry.
OWN_FIELDS: dict[Any, tuple[str, ...]] = {
    Enterprise: ("size", *REACHED),
    Department: REACHED,
    PartyOrganisation: COUNTED,
}
# People of firms, and how to reach anybody: the history of these is for those who may change the entry.
PERSONAL = frozenset({*REACHED, "phone", "email", "secretary", "head"})
