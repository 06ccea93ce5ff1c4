"""Writes of the directory: who may, what is acceptable, nobody overwrites anybody, and the history remembers."""

from datetime import date
from typing import Any

import pytest
from auditlog.models import LogEntry

from foundation.errors import Changed, NotYours, Refused, WrongMoment
from parties import changes, rights
from parties.history import changes_of
from parties.models import Department, Enterprise, MassOrganisation, Office, Organisation, PartyOrganisation, User
from parties.roles import Role
from tests.factories import Town, actor, system
from workflow.actor import Actor

GOOD, OTHER, WRONG_DIGIT = "91150602MA0MYT3E8G", "91150602701466328G", "91350211M0000XUF46"


@pytest.fixture
def admin(town: Town) -> Actor:
    return actor(town.at(town.city_office, Role.SYSTEM_ADMIN))


def firm(town: Town, by: Actor, **fields: Any) -> Enterprise:
    return changes.add_enterprise(
        by=by, **{"name": "云杉智造", "district": town.banner, "credit_code": GOOD, "industry": "装备制造", **fields}
    )


def refused(do: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        do()
    return caught.value.field, str(caught.value.sentence)


def test_a_desk_enters_firms_of_its_own_district_and_the_citys_desk_those_of_all(town: Town) -> None:
    assert firm(town, actor(town.intake)).district == town.banner
    assert firm(town, actor(town.city_intake), name="远泉", credit_code=OTHER).name == "远泉"
    for who in (town.arbitrator, town.at(town.other_office, Role.INTAKE), town.handler, town.staff):
        with pytest.raises(NotYours):
            firm(town, actor(who), name="第三家")


def test_a_code_is_kept_in_one_spelling_and_a_wrong_digit_needs_a_reason(town: Town, admin: Actor) -> None:
    kept = firm(town, admin, credit_code=" ９1150602ma0myt3e8g ")
    assert kept.credit_code == GOOD
    malformed = refused(lambda: firm(town, admin, name="乙", credit_code="91150602", code_reason="照抄"))
    assert malformed[0] == "credit_code"
    field, sentence = refused(lambda: firm(town, admin, name="乙", credit_code=WRONG_DIGIT))
    assert (field, "校验位不符" in sentence) == ("credit_code", True)
    wrong = firm(town, admin, name="乙", credit_code=WRONG_DIGIT, code_reason="营业执照上就是这样")
    assert wrong.code_reason == "营业执照上就是这样"
    right = changes.change_enterprise(wrong, by=admin, seen=changes.seen_of(wrong), credit_code=OTHER)
    assert (right.credit_code, right.code_reason) == (OTHER, "")


def test_what_another_has_is_told_beside_its_field(town: Town, admin: Actor) -> None:
    first = firm(town, admin)
    assert refused(lambda: firm(town, admin, credit_code=OTHER))[0] == "name"
    assert refused(lambda: firm(town, admin, name="乙", credit_code=GOOD))[0] == "credit_code"
    elsewhere = firm(town, admin, credit_code=OTHER, district=town.other_banner)
    moving = refused(
        lambda: changes.change_enterprise(elsewhere, by=admin, seen=changes.seen_of(elsewhere), district=town.banner)
    )
    assert moving == ("name", "东胜区已经有这个名称的条目")
    gone = changes.set_enterprise_active(first, by=admin, seen=changes.seen_of(first), active=False)
    assert "重新启用" in refused(lambda: firm(town, admin, credit_code=WRONG_DIGIT, code_reason="x"))[1]
    with pytest.raises(WrongMoment):
        changes.set_enterprise_active(gone, by=admin, seen=changes.seen_of(gone), active=False)
    code = refused(lambda: changes.add_department(by=admin, name="新局", district=town.city, code=town.energy.code))
    assert code[0] == "code"
    assert (
        refused(lambda: changes.add_person(by=admin, username=town.staff.user.username, name="王五"))[0] == "username"
    )
    serves = refused(
        lambda: changes.add_office(
            by=admin, name="二办", district=town.banner, office_kind=Office.OfficeKind.PLATFORM, serves=town.banner
        )
    )
    assert serves[0] == "serves"


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"name": "乙\x00公司"}, "name"),
        ({"contact_phone": "打电话"}, "contact_phone"),
        ({"size": "HUGE"}, "size"),
        ({"district": None}, "district"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_beside_its_field(
    town: Town, admin: Actor, fields: dict[str, Any], blamed: str
) -> None:
    assert refused(lambda: firm(town, admin, **fields))[0] == blamed
    assert not Enterprise.objects.filter(credit_code=GOOD).exists()


def test_the_second_of_two_editors_is_told_who_changed_what(town: Town, admin: Actor) -> None:
    entry = firm(town, admin)
    seen = changes.seen_of(entry)
    changes.change_enterprise(entry, by=actor(town.intake), seen=seen, short_name="云杉")
    with pytest.raises(Changed, match="东胜区平台办公室 · 受理员刚刚修改了这一条目（简称）"):
        changes.change_enterprise(entry, by=admin, seen=seen, industry="化工")
    entry.refresh_from_db()
    assert (entry.short_name, entry.industry) == ("云杉", "装备制造")


def test_people_of_a_firm_and_of_a_department_change_how_they_are_reached_and_nothing_else(town: Town) -> None:
    staff, liaison = actor(town.staff), actor(town.liaison)
    mine = Enterprise.objects.get(pk=town.firm.pk)
    now = changes.change_enterprise(mine, by=staff, seen=changes.seen_of(mine), name=mine.name, address="天骄路 1 号")
    assert now.address == "天骄路 1 号"
    with pytest.raises(NotYours, match="只能修改这一条目的这些内容：规模、地址、联系人、联系电话"):
        changes.change_enterprise(now, by=staff, seen=changes.seen_of(now), name="改名", address="x")
    with pytest.raises(NotYours):
        changes.set_enterprise_active(now, by=staff, seen=changes.seen_of(now), active=False)
    neighbour = Enterprise.objects.get(pk=town.neighbour.pk)
    with pytest.raises(NotYours):
        changes.change_enterprise(neighbour, by=staff, seen=changes.seen_of(neighbour), address="x")
    bureau = Department.objects.get(pk=town.energy.pk)
    assert changes.change_department(
        bureau, by=liaison, seen=changes.seen_of(bureau), contact_phone="0477-8580000"
    ).contact_phone
    for who in (town.handler, town.intake, town.housing_liaison):
        bureau.refresh_from_db()
        with pytest.raises(NotYours):
            changes.change_department(bureau, by=actor(who), seen=changes.seen_of(bureau), address="x")


def test_an_office_or_department_where_somebody_works_is_not_closed(town: Town, admin: Actor) -> None:
    bureau = Department.objects.get(pk=town.energy.pk)
    sentence = refused(
        lambda: changes.set_department_active(bureau, by=admin, seen=changes.seen_of(bureau), active=False)
    )[1]
    assert sentence == "还有 6 个岗位有人任职，请先移交并结束任职，再停用"
    empty = changes.add_department(by=admin, name="空局", district=town.city, code="KJ")
    assert not changes.set_department_active(empty, by=admin, seen=changes.seen_of(empty), active=False).active


def test_a_party_organisation_covers_firms_as_it_was_formed(town: Town, admin: Actor) -> None:
    desk, since = actor(town.intake), date(2024, 1, 1)
    mine, other = Enterprise.objects.get(pk=town.firm.pk), Enterprise.objects.get(pk=town.neighbour.pk)
    committee = changes.add_industry_committee(by=admin, name="装备行业党委", district=town.city, industry="装备")
    joint = {"kind": "JOINT_BRANCH", "district": town.banner, "superior": committee}
    assert refused(lambda: changes.add_party_organisation(by=desk, name="支部", formation="SINGLE", **joint))[0] == (
        "formation"
    )
    branch = changes.add_party_organisation(by=desk, name="联合支部", formation="JOINT", **joint)
    first = changes.cover_firm(branch, by=desk, enterprise=mine, valid_from=since)
    changes.cover_firm(branch, by=desk, enterprise=other, valid_from=since)
    assert refused(lambda: changes.cover_firm(branch, by=desk, enterprise=mine, valid_from=date(2025, 1, 1)))[0] == (
        "enterprise"
    )
    branch.refresh_from_db()
    single = {"kind": "BRANCH", "formation": "SINGLE"}
    assert refused(lambda: changes.change_party_organisation(branch, by=desk, seen=changes.seen_of(branch), **single))
    assert refused(lambda: changes.end_coverage(first, by=desk, valid_to=date(2023, 1, 1)))[0] == "valid_to"
    changes.end_coverage(first, by=desk, valid_to=date(2024, 12, 31))
    changes.cover_firm(branch, by=desk, enterprise=mine, valid_from=date(2025, 1, 1))
    staff = actor(town.staff)
    branch = changes.change_party_organisation(branch, by=staff, seen=changes.seen_of(branch), full_members=12)
    changes.set_mass_organisation(branch, by=staff, kind="UNION", head="赵六", members=80)
    changes.set_mass_organisation(branch, by=staff, kind="UNION", head="赵六", members=81)
    assert MassOrganisation.objects.get().members == 81
    with pytest.raises(NotYours):
        changes.cover_firm(branch, by=staff, enterprise=other, valid_from=since)
    with pytest.raises(NotYours):
        changes.set_mass_organisation(branch, by=actor(town.handler), kind="YOUTH")
    changes.remove_mass_organisation(branch, by=staff, kind="UNION")
    assert (
        "隶属"
        in refused(
            lambda: changes.set_industry_committee_active(
                committee, by=admin, seen=changes.seen_of(committee), active=False
            )
        )[1]
    )


def test_an_alliance_has_members_from_day_to_day(town: Town) -> None:
    desk, mine = actor(town.intake), Enterprise.objects.get(pk=town.firm.pk)
    alliance = changes.add_alliance(by=desk, name="氢能产业联盟", district=town.banner)
    member = changes.admit_member(alliance, by=desk, enterprise=mine, valid_from=date(2025, 1, 1))
    assert refused(lambda: changes.admit_member(alliance, by=desk, enterprise=mine, valid_from=date(2026, 1, 1)))
    changes.end_member(member, by=desk, valid_to=date(2025, 12, 31))
    with pytest.raises(WrongMoment):
        changes.end_member(member, by=desk, valid_to=date(2026, 1, 31))
    changes.admit_member(alliance, by=desk, enterprise=mine, valid_from=date(2026, 1, 1))
    with pytest.raises(NotYours):
        changes.admit_member(
            alliance,
            by=actor(town.staff),
            enterprise=Enterprise.objects.get(pk=town.neighbour.pk),
            valid_from=date(2026, 1, 1),
        )


def test_nobody_signs_in_to_a_new_account_and_administrators_alone_open_one(town: Town, admin: Actor) -> None:
    person = changes.add_person(by=admin, username="nyj-new", name="李新", phone="13900000001", email="li@example.cn")
    assert not person.has_usable_password()
    person = changes.change_person(person, by=admin, seen=changes.seen_of(person), phone="13900000002")
    assert User.objects.get(username="nyj-new").phone == "13900000002"
    assert refused(lambda: changes.add_person(by=admin, username="新人", name="李新"))[0] == "username"
    assert refused(lambda: changes.change_person(person, by=admin, seen=changes.seen_of(person), email="x"))[0] == (
        "email"
    )
    for who in (town.intake, town.at(town.city_office, Role.SECURITY_ADMIN), town.liaison, town.staff):
        with pytest.raises(NotYours):
            changes.add_person(by=actor(who), username="other", name="王五")


def test_the_history_says_who_when_and_what_and_keeps_contacts_to_editors(town: Town, admin: Actor) -> None:
    entry = firm(town, actor(town.intake))
    entry = changes.change_enterprise(
        entry, by=admin, seen=changes.seen_of(entry), size="SMALL", contact_phone="0477-8580000"
    )
    entry = changes.change_enterprise(entry, by=system(), seen=changes.seen_of(entry), address="天骄路 1 号")
    told = changes_of(entry, personal=True, people=True)
    assert [change.done for change in told] == ["修改", "修改", "登记"]
    assert (told[1].post, told[1].person) == ("市平台办公室 · 系统管理员", admin_name(town))
    assert [(f.label, f.before, f.after) for f in told[1].fields] == [
        ("规模", "", "小型"),
        ("联系电话", "", "0477-8580000"),
    ]
    hidden = changes_of(entry, personal=False, people=False)
    assert [f.label for f in hidden[0].fields] == ["规模"]
    assert {change.person for change in hidden} == {""}
    assert LogEntry.objects.get_for_object(entry).count() == 3


def admin_name(town: Town) -> str:
    return town.at(town.city_office, Role.SYSTEM_ADMIN).user.name


def test_who_sees_how_to_reach_a_firm_is_the_same_in_a_list_and_on_a_page(town: Town) -> None:
    """The condition of lists and the question of pages, for every post and every firm of the town."""
    from parties.models.visibility import reachable, sees_contact

    firms = list(Enterprise.objects.select_related("district"))
    for post in town.everybody:
        by = actor(post)
        listed = set(Enterprise.objects.filter(reachable(by)).values_list("pk", flat=True))
        assert listed == {entry.pk for entry in firms if sees_contact(entry, by)}, post.role
        assert rights.editable(firms[0], by) <= (rights.editable(firms[0], actor(town.intake)))


def test_the_directory_is_for_officials_and_a_firm_reads_itself_departments_and_offices(town: Town) -> None:
    def kinds(who: Any) -> dict[str, int]:
        found = Organisation.objects.visible_to(actor(who)).values_list("kind", flat=True)
        return {kind: list(found).count(kind) for kind in set(found)}

    everything = {"DEPARTMENT": 3, "ENTERPRISE": 3, "OFFICE": 5}
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SUPERVISOR):
        assert kinds(town.at(town.city_office, role)) == everything
    for who in (town.handler, town.intake, town.at(town.leaders, Role.LEADER)):
        assert kinds(who) == everything
    assert kinds(town.staff) == {"DEPARTMENT": 3, "ENTERPRISE": 1, "OFFICE": 5}
    assert kinds(town.at(town.firm, Role.AGENT)) == {"ENTERPRISE": 1}
    people = {who.pk: set(User.objects.visible_to(actor(who))) for who in (town.handler, town.intake, town.staff)}
    assert town.staff.user not in people[town.handler.pk]
    assert town.intake.user in people[town.handler.pk]
    assert town.staff.user in people[town.intake.pk]
    assert town.at(town.far_firm, Role.ENTERPRISE_STAFF).user not in people[town.intake.pk]
    assert people[town.staff.pk] == {post.user for post in town.everybody if post.organisation_id == town.firm.pk}
    assert not PartyOrganisation.objects.visible_to(actor(town.staff)).exists()
