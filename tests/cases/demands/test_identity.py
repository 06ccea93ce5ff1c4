"""Who learns which firm asks, written again by hand from the page “who sees what”; and how an alias comes about."""

import uuid
from random import Random

import pytest
from django.db import IntegrityError, transaction

from cases.demands import identity, moves
from cases.demands.models import Case
from foundation.errors import Refused
from parties.models import Enterprise, Organisation
from parties.roles import Role
from tests.factories import NOW, Town, actor, case_in
from workflow.actor import Actor, Post

FIRM, OFFICE, LEAD, ELSEWHERE = 1, 2, 3, 4
ALIAS = "企业KTWM"

# Column 对承办部门隐名, row by row: who reads the name. Everybody else reads the alias, if they read anything.
KNOWS = {
    ("ENTERPRISE_STAFF", FIRM),
    ("ENTERPRISE_SECRETARY", FIRM),
    *(
        (role, place)
        for role in ("INTAKE", "DISPATCHER", "ARBITRATOR", "SUPERVISOR")
        for place in (FIRM, OFFICE, LEAD, ELSEWHERE)
    ),
}


def case(**facts: object) -> Case:
    firm = Enterprise(pk=FIRM, name="云杉智造科技有限公司")
    row = {"pk": 9, "identity": "HIDDEN", "alias": ALIAS, "office_id": OFFICE, "lead_id": LEAD}
    return Case(**{**row, "enterprise": firm, "contact_name": "李经理", "contact_phone": "0477-5550100", **facts})


def person(role: Role, place: int) -> Actor:
    post = Post(1, uuid.UUID(int=1), role, place, Organisation.Kind.OFFICE, "某单位", "150602")
    return Actor(user_id=7, now=NOW, post=post, posts=(post,))


def test_who_knows_the_firm_is_the_column_of_the_page() -> None:
    places = (FIRM, OFFICE, LEAD, ELSEWHERE)
    found = {(r.value, place) for r in Role for place in places if identity.knows_firm(case(), person(r, place))}
    assert found == KNOWS


def test_an_open_firm_is_known_to_whoever_may_open_its_demand() -> None:
    assert all(
        identity.knows_firm(case(identity="OPEN"), person(role, place))
        for role in Role
        for place in (FIRM, OFFICE, LEAD, ELSEWHERE)
    )


def test_the_system_knows_and_whoever_has_no_post_does_not() -> None:
    assert identity.knows_firm(case(), Actor.system(now=NOW, rule="a rule"))
    assert not identity.knows_firm(case(), Actor(user_id=7, now=NOW))


def test_words_and_contact_follow_from_it() -> None:
    desk, bureau = person(Role.INTAKE, OFFICE), person(Role.HANDLER, LEAD)
    assert identity.firm_words(case(), desk) == "云杉智造科技有限公司"
    assert identity.firm_words(case(), bureau) == ALIAS
    assert identity.contact_words(case(), desk) == ("李经理", "0477-5550100")
    assert identity.contact_words(case(), bureau) == ("", "")


@pytest.mark.parametrize(("organisation", "wanted"), [(FIRM, ALIAS), (LEAD, "某某"), (OFFICE, "某某"), (None, "某某")])
def test_of_the_organisations_that_acted_the_firm_alone_goes_by_its_alias(
    organisation: int | None, wanted: str
) -> None:
    record = {"organisation_id": organisation, "organisation": "某某"}
    assert case().organisation_shown(record, person(Role.HANDLER, LEAD)) == wanted
    assert case().organisation_shown(record, person(Role.INTAKE, OFFICE)) == "某某"


def test_who_finds_hidden_firms_by_name_knows_the_firm_of_all_they_may_open() -> None:
    finds = {role.value for role in Role if identity.finds_hidden_firms(person(role, FIRM))}
    assert finds == {role for role, place in KNOWS if place == FIRM}


# --- the alias ---


def test_an_alias_is_made_of_chance_alone() -> None:
    made = {identity.new_alias(random=Random(seed)) for seed in range(200)}
    assert len(made) > 190
    for alias in made:
        assert alias.startswith("企业")
        assert len(alias) == 6
        assert set(alias[2:]) <= set("BCDFGHJKLMNPRSTWXYZ")


def test_two_demands_of_one_firm_have_nothing_of_their_aliases_in_common(town: Town) -> None:
    aliases = {case_in("SUBMITTED", town=town, hidden=True).alias for _n in range(8)}
    assert len(aliases) > 6  # 1 chance in 130,321 that two are the same


def test_the_table_takes_no_hidden_demand_without_an_alias(town: Town) -> None:
    hidden = case_in("SUBMITTED", town=town, hidden=True)
    for changes in ({"alias": ""}, {"identity": "SECRET"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=hidden.pk).update(**changes)


# --- the level ---


def test_the_firm_chooses_the_level_and_open_is_what_it_gets_otherwise(town: Town) -> None:
    assert case_in("SUBMITTED", town=town).identity == "OPEN"
    assert case_in("SUBMITTED", town=town, hidden=True).identity == "HIDDEN"


def test_a_level_that_does_not_exist_is_refused(town: Town) -> None:
    inputs = {"category": town.power, "title": "增容", "text": "现有变压器容量不足，请求增容", "contact_phone": "1"}
    with pytest.raises(Refused) as refused:
        moves.submit_case(by=actor(town.staff), identity="SECRET", **inputs)
    assert (refused.value.field, str(refused.value)) == ("identity", "请选择身份公开程度")


def test_a_message_of_another_channel_is_open(town: Town) -> None:
    assert case_in("SUBMITTED", town=town, origin="INTAKE").identity == "OPEN"


def test_no_move_but_that_of_the_firm_changes_the_level(town: Town) -> None:
    for state in ("SUBMITTED", "ACCEPTED", "DISPATCHED", "CLOSED", "ARCHIVED"):
        assert case_in(state, town=town, hidden=True).identity == "HIDDEN"
