"""The pages of the directory look right to whoever keeps it, to a department and to a firm."""

from collections.abc import Iterator
from datetime import date

import pytest

from parties import changes
from parties.models import PartyOrganisation
from tests.browser.conftest import DESK, Person
from tests.browser.test_looks import LONG_TITLE, Visit, sent_empty, the_pages_are_right, to
from tests.factories import Town, actor, case_in


def furnished(town: Town) -> PartyOrganisation:
    """Firms with demands, a joint branch with all that it can have, and a long address."""
    desk = actor(town.intake)
    for state in ("IN_PROGRESS", "CLOSED", "RETURN_REVIEW"):
        case_in(state, town=town, title=LONG_TITLE)
    made = changes.add_party_organisation(
        by=desk,
        name="鄂尔多斯市东胜区轻纺工业园区装备制造产业链联合支部",
        kind="JOINT_BRANCH",
        formation="JOINT",
        district=town.banner,
        secretary=town.firm_secretary.user,
    )
    for firm in (town.firm, town.neighbour):
        changes.cover_firm(made, by=desk, enterprise=firm, valid_from=date(2024, 1, 1))
    changes.set_mass_organisation(made, by=desk, kind="UNION", head="赵六", members=80)
    firm = town.firm
    changes.change_enterprise(
        firm, by=desk, seen=changes.seen_of(firm), address="东胜区天骄路" * 12, contact_phone="0477-8581234"
    )
    return made


def pages_of_the_intake_officer(town: Town) -> Iterator[Visit]:
    made = furnished(town)
    yield to("directory:list", "enterprises")
    yield to("directory:list", "party-organisations", query="?all=1&q=一")
    yield to("directory:list", "people")
    yield to("directory:entry", "enterprises", town.firm.public_id)
    yield to("directory:entry", "party-organisations", made.public_id)
    yield to("directory:entry", "departments", town.energy.public_id)
    yield to("directory:change", "enterprises", town.firm.public_id)
    yield sent_empty(to("directory:add", "party-organisations"), "保存")
    yield to("directory:activate", "enterprises", town.firm.public_id)
    yield sent_empty(to("directory:add_member", "party-organisations", made.public_id), "保存")


def pages_of_the_firm(town: Town) -> Iterator[Visit]:
    made = furnished(town)
    yield to("directory:entry", "enterprises", town.firm.public_id)
    yield to("directory:entry", "party-organisations", made.public_id)


@pytest.mark.parametrize(("role", "pages"), [("intake", pages_of_the_intake_officer), ("staff", pages_of_the_firm)])
def test_the_pages_of_the_directory_look_right(role: str, pages: object, town: Town, person: Person) -> None:
    page = person(getattr(town, role), DESK, scripts=True)
    the_pages_are_right(page, pages(town))  # type: ignore[operator]
