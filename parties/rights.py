"""Who adds to the directory, who changes what in it, and who reads how to reach a firm; refusals are sentences.

Pure over what is loaded: whoever asks has the district of the entry at hand.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from parties.by import By
from parties.fields import FIELDS, KEPT_BY_OFFICES, OWN_FIELDS
from parties.labels import label_of
from parties.models import Department, District, Enterprise, Organisation, PartyOrganisation
from parties.models.visibility import is_desk_of
from parties.roles import ENTERPRISE_ROLES, Role

# The roles of a platform office that keep the lists of its district; who decides disputes there only reads them.
KEEPERS = frozenset({Role.INTAKE, Role.DISPATCHER})

BY_OFFICES = _("只有系统管理员和本旗区平台办公室的受理员、派单员可以这样做")
BY_ADMINISTRATORS = _("只有系统管理员可以这样做")
NOT_THESE = _("您的岗位只能修改这一条目的这些内容：%(fields)s")


def administers(by: By) -> bool:
    """Whether this post changes everything in the directory; so does the system, by a rule."""
    return by.is_system or by.role == Role.SYSTEM_ADMIN


def keeps(district: District | None, by: By) -> bool:
    """Whether this is a keeper at the platform office of this district, or of the city it belongs to."""
    return district is not None and by.role in KEEPERS and is_desk_of(district, by)


def refusal_to_add(model: type[Any], district: District | None, by: By) -> Any | None:
    """Why this person may not add such an entry in this district; None when they may."""
    if administers(by):
        return None
    if model not in KEPT_BY_OFFICES:
        return BY_ADMINISTRATORS
    return None if keeps(district, by) else BY_OFFICES


def may_add(model: type[Any], by: By) -> bool:
    """Whether there is any district in which this person may add such an entry."""
    at_an_office = by.post is not None and by.post.organisation_kind == Organisation.Kind.OFFICE
    return administers(by) or (model in KEPT_BY_OFFICES and by.role in KEEPERS and at_an_office)


def has_charge(entry: Any, by: By) -> bool:
    """Whether this person keeps the entry as such: changes all of it, its members and whether it is active."""
    return administers(by) or (type(entry) in KEPT_BY_OFFICES and keeps(entry.district, by))


def editable(entry: Any, by: By, *, own: bool = False) -> frozenset[str]:
    """The fields of this entry that this person may change; none of most entries for most people.

    `own` says of a party organisation that it covers the person's firm today, which takes a look into the database.
    """
    model = type(entry)
    if has_charge(entry, by):
        return frozenset(FIELDS[model])
    mine = (
        (model is Enterprise and by.role in ENTERPRISE_ROLES and entry.pk == by.organisation_id)
        or (model is Department and by.role == Role.DEPARTMENT_LIAISON and entry.pk == by.organisation_id)
        or (model is PartyOrganisation and by.role in ENTERPRISE_ROLES and own)
    )
    return frozenset(OWN_FIELDS[model]) if mine else frozenset()


def refusal_to_change(entry: Any, names: frozenset[str], by: By, *, own: bool = False) -> Any | None:
    """Why this person may not change these fields of the entry; None when they may."""
    allowed = editable(entry, by, own=own)
    if names and names <= allowed:
        return None
    if not allowed:
        return BY_OFFICES if type(entry) in KEPT_BY_OFFICES else BY_ADMINISTRATORS
    if not names:
        return None
    labels = [label_of(entry._meta.get_field(name)) for name in FIELDS[type(entry)] if name in allowed]
    return NOT_THESE % {"fields": str(_("、")).join(labels)}


def refusal_to_keep(entry: Any, by: By) -> Any | None:
    """Why this person may not activate, end or enter members of the entry; None when they may."""
    if has_charge(entry, by):
        return None
    return BY_OFFICES if type(entry) in KEPT_BY_OFFICES else BY_ADMINISTRATORS


def refusal_about(by: By) -> Any | None:
    """Why this person may not open accounts and change them; None when they may."""
    return None if administers(by) else BY_ADMINISTRATORS
