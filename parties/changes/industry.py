"""Party committees of industries (行业党委): entered, changed, closed."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties.by import By
from parties.changes.entries import activate, add, change
from parties.models import IndustryCommittee


def add_industry_committee(*, by: By, **fields: Any) -> IndustryCommittee:
    """The committee is in the directory. Raises NotYours and Refused.

    `fields`: name, short_name, district, industry, lead_department.
    """
    return add(IndustryCommittee, fields, by=by)


def change_industry_committee(committee: IndustryCommittee, *, by: By, seen: str, **fields: Any) -> IndustryCommittee:
    """The committee has these values. Raises NotYours, NotVisible, Changed and Refused."""
    return change(committee, fields, by=by, seen=seen)


def set_industry_committee_active(
    committee: IndustryCommittee, *, by: By, seen: str, active: bool
) -> IndustryCommittee:
    """The committee leads party organisations from now on, or no longer: none may be under it then.

    Raises as `change_industry_committee`.
    """
    return activate(committee, by=by, seen=seen, active=active, check=_leads_nobody)


def _leads_nobody(now: IndustryCommittee, values: dict[str, Any]) -> None:
    if not values["active"] and now.party_organisations.filter(active=True).exists():
        raise Refused("", _("还有企业党组织隶属于这个行业党委，请先改变它们的隶属关系"))
