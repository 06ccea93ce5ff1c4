"""Every write of the directory, one named function each. Each checks who may, and keeps the field history.

They raise `NotYours`, `NotVisible`, `Changed` (somebody else was faster), `WrongMoment` and `Refused(field, sentence)`.
`seen_of(entry)` is what a reader saw; whoever changes the entry sends it back.
"""

from parties.changes.alliances import add_alliance, admit_member, change_alliance, end_member, set_alliance_active
from parties.changes.departments import add_department, change_department, set_department_active
from parties.changes.enterprises import add_enterprise, change_enterprise, set_enterprise_active
from parties.changes.industry import (
    add_industry_committee,
    change_industry_committee,
    set_industry_committee_active,
)
from parties.changes.keeping import seen_of
from parties.changes.offices import add_office, change_office, set_office_active
from parties.changes.party import (
    add_party_organisation,
    change_party_organisation,
    cover_firm,
    covers_own_firm,
    end_coverage,
    remove_mass_organisation,
    set_mass_organisation,
    set_party_organisation_active,
)
from parties.changes.people import add_person, change_person

__all__ = [
    "add_alliance",
    "add_department",
    "add_enterprise",
    "add_industry_committee",
    "add_office",
    "add_party_organisation",
    "add_person",
    "admit_member",
    "change_alliance",
    "change_department",
    "change_enterprise",
    "change_industry_committee",
    "change_office",
    "change_party_organisation",
    "change_person",
    "cover_firm",
    "covers_own_firm",
    "end_coverage",
    "end_member",
    "remove_mass_organisation",
    "seen_of",
    "set_alliance_active",
    "set_department_active",
    "set_enterprise_active",
    "set_industry_committee_active",
    "set_mass_organisation",
    "set_office_active",
    "set_party_organisation_active",
]
