"""Departments, party organisations, people and their posts brought in by table."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from foundation.errors import Changed
from parties.exchange import applying
from parties.exchange.kinds import find, open_to
from parties.exchange.people import People
from parties.models import (
    Department,
    Enterprise,
    IndustryCommittee,
    MassOrganisation,
    Membership,
    PartyCoverage,
    PartyOrganisation,
    User,
)
from parties.roles import ADMIN_ROLES, Role
from tests.factories import NOW, SINCE, Town, actor, later, member, user
from tests.parties.exchange.tables import (
    GOOD_CODES,
    as_csv,
    brought,
    confirmed,
    counts,
    problems,
    row,
    standing,
)

pytestmark = pytest.mark.usefixtures("clock")

BUREAU = ("部门代码", "部门名称", "所属旗区")
PARTY = ("名称", "类别", "组建方式", "所属旗区", "覆盖企业")
PERSON = ("账号", "姓名", "电话", "组织", "岗位", "任职开始", "任职结束")


@pytest.fixture
def admin(town: Town) -> Any:
    for n, firm in enumerate((town.firm, town.neighbour, town.far_firm)):
        Enterprise.objects.filter(pk=firm.pk).update(credit_code=GOOD_CODES[n])
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def test_who_may_bring_in_what(town: Town) -> None:
    for post in town.everybody:
        mine = [kind.code for kind in open_to(actor(post))]
        if post.role == Role.SYSTEM_ADMIN:
            assert mine == ["enterprises", "party-organisations", "departments", "people", "duties"]
        elif post.role in (Role.INTAKE, Role.DISPATCHER):
            assert mine == ["enterprises", "party-organisations"]
        else:
            assert mine == []
            assert find("enterprises", actor(post)) is None


# --- departments ---


def test_departments_are_added_and_changed_by_their_code(town: Town, admin: Any, tmp_path: Path) -> None:
    rows = (
        (town.energy.code, "市能源局改名", "鄂尔多斯市"),
        ("NEW-1", "新局", "150602"),
        ("坏 码", "某局", "东胜区"),
        ("NEW-2", "市住建局", "鄂尔多斯市"),
    )
    sheet = brought(as_csv(BUREAU, *rows), admin, code="departments")
    assert counts(sheet) == (1, 1, 0, 2)
    assert [found[0][0] for found in problems(sheet).values()] == ["code", "name"]
    confirmed(sheet, admin, only_good=True)
    assert Department.objects.get(pk=town.energy.pk).name == "市能源局改名"
    assert Department.objects.get(code="NEW-1").district_id == town.banner.pk
    again = brought(standing("departments", admin, tmp_path), admin, code="departments")
    assert counts(again) == (0, 0, 4, 0)


# --- party organisations ---


@pytest.fixture
def branch(town: Town, admin: Any) -> PartyOrganisation:
    """A branch of one firm with a union, and a joint branch in the other banner that must stay as it is."""
    committee = IndustryCommittee.objects.create(name="煤炭行业党委", industry="煤炭", district=town.city)
    party = PartyOrganisation.objects.create(
        name="甲公司党支部",
        kind="BRANCH",
        district=town.banner,
        superior=committee,
        secretary=town.firm_secretary.user,
        full_members=12,
        counted_on=date(2026, 10, 31),
    )
    PartyCoverage.objects.create(party_organisation=party, enterprise=town.firm, valid_from=SINCE)
    MassOrganisation.objects.create(party_organisation=party, kind="UNION", head="李四", members=30)
    far = {"kind": "JOINT_BRANCH", "formation": "AREA", "district": town.other_banner}
    PartyOrganisation.objects.create(name="远处联合支部", **far)
    return party


def test_party_organisations_that_come_back_unchanged_change_nothing(
    town: Town, admin: Any, branch: PartyOrganisation, tmp_path: Path
) -> None:
    for ending in ("csv", "xlsx"):
        table = standing("party-organisations", admin, tmp_path, ending)
        sheet = brought(table, admin, code="party-organisations", name=f"表.{ending}")
        assert counts(sheet) == (0, 0, 2, 0), problems(sheet)
    sheet = brought(standing("party-organisations", town.intake, tmp_path), town.intake, code="party-organisations")
    assert counts(sheet) == (0, 0, 1, 0)


def test_a_party_organisation_takes_its_firms_and_mass_organisations_from_the_row(
    town: Town, admin: Any, branch: PartyOrganisation
) -> None:
    header = (*PARTY, "正式党员", "工会人数", "工会负责人", "共青团负责人", "共青团人数", "上级行业党委")
    both = f"{GOOD_CODES[1].lower()}；{GOOD_CODES[2]}"
    rows = (
        ("甲公司党支部", "党支部", "联建", "东胜区", both, "", "", "", "王五", "8", ""),
        ("新联合支部", "联合支部", "区域型联建", "杭锦旗", GOOD_CODES[2], "5", "", "", "", "", "煤炭行业党委"),
    )
    sheet = brought(as_csv(header, *rows), admin, code="party-organisations")
    assert counts(sheet) == (1, 1, 0, 0), problems(sheet)
    done = confirmed(sheet, admin)
    assert done.applied_at is not None, done.apply_job.message
    branch.refresh_from_db()
    assert (branch.formation, branch.full_members, branch.superior) == ("JOINT", 12, None)
    covered = branch.partycoverage_set.order_by("pk").values_list("enterprise", "valid_from", "valid_to")
    today = timezone.localdate(NOW)
    assert list(covered) == [
        (town.firm.pk, SINCE, later(days=-1).date()),
        (town.neighbour.pk, today, None),
        (town.far_firm.pk, today, None),
    ]
    assert list(branch.mass_organisations.values_list("kind", "head", "members")) == [("YOUTH", "王五", 8)]
    new = PartyOrganisation.objects.get(name="新联合支部")
    assert (new.full_members, new.superior.name, new.enterprises.get()) == (5, "煤炭行业党委", town.far_firm)


def test_what_is_wrong_with_a_party_organisation_is_said_beside_its_column(
    town: Town, admin: Any, branch: PartyOrganisation
) -> None:
    header = (*PARTY, "上级行业党委", "书记账号", "编号", "正式党员")
    two = "、".join(GOOD_CODES[:2])
    rows = (
        ("一", "联合支部", "单建", "东胜区", "", "", "", "", ""),
        ("二", "党支部", "单建", "东胜区", two, "", "", "", ""),
        ("三", "党支部", "联建", "东胜区", "91350100M000100Y44", "没有的党委", "nobody", "", ""),
        ("四", "党支部", "联建", "东胜区", "", "", "", "x", "十二"),
        ("甲公司党支部", "党支部", "单建", "东胜区", GOOD_CODES[0], "", "", str(branch.public_id), ""),
        ("甲公司党支部", "党支部", "单建", "东胜区", GOOD_CODES[0], "", "", "", ""),
    )
    sheet = brought(as_csv(header, *rows), admin, code="party-organisations")
    wrong = {number: [key for key, _words in found] for number, found in problems(sheet).items()}
    assert wrong == {
        2: ["formation"],
        3: ["firms"],
        4: ["firms", "superior", "secretary"],
        5: ["full_members", "number"],
        7: ["name"],
    }


# --- people and their posts ---


def test_people_come_with_their_posts_and_nobody_can_sign_in_before_a_password_is_set(town: Town, admin: Any) -> None:
    rows = (
        ("zhang.san", "张三", "139 0000 0000", town.energy.code, "承办人", "2026-11-23", ""),
        ("zhang.san", "张三", "139 0000 0000", GOOD_CODES[0], "帮办代办员", "2026/12/1", "2026年12月31日"),
        ("li.si", "李四", "", "", "", "", ""),
        (town.handler.user.username, "改名", "", town.energy.code, "承办人", "2020-01-01", "2026-11-30"),
    )
    sheet = brought(as_csv(PERSON, *rows), admin, code="people")
    assert counts(sheet) == (3, 1, 0, 0), problems(sheet)
    assert row(sheet, 5).changes[-1] == ["任职结束", "", "2026-11-30"]
    done = confirmed(sheet, admin)
    assert done.applied_at is not None, done.apply_job.message
    new = User.objects.get(username="zhang.san")
    assert not new.has_usable_password()
    assert list(new.memberships.order_by("pk").values_list("organisation", "role", "valid_from", "valid_to")) == [
        (town.energy.pk, "HANDLER", date(2026, 11, 23), None),
        (town.firm.pk, "AGENT", date(2026, 12, 1), date(2026, 12, 31)),
    ]
    town.handler.refresh_from_db()
    assert (town.handler.valid_to, User.objects.get(pk=town.handler.user_id).name) == (date(2026, 11, 30), "改名")


def test_rules_of_posts_refuse_rows(town: Town, admin: Any) -> None:
    desk, name = town.city_office.name, town.handler.user.username
    firm = GOOD_CODES[0]
    rows = (
        ("a1", "甲", "", desk, "安全管理员", "2026-11-23", ""),  # given by the security administrator alone
        ("a2", "乙", "", firm, "受理员", "2026-11-23", ""),  # no such post in a firm
        (admin.user.username, admin.user.name, "", desk, "督办员", "2026-11-23", ""),  # nobody appoints themselves
        (name, town.handler.user.name, "", town.energy.code, "承办人", "2021-01-01", ""),  # has begun
        (name, town.handler.user.name, "", town.energy.code, "承办人", "2020-01-01", "2026-11-01"),  # in the past
        ("a3", "丙", "", "没有的局", "承办人", "2026-11-23", ""),
        ("a4", "丁", "", town.energy.code, "", "2026-11-23", ""),
        ("a5", "戊", "", firm, "帮办代办员", "2026-11-23", "2026-11-22"),
        ("a6", "己", "", firm, "帮办代办员", "2026-11-23", ""),
        ("a6", "别名", "", firm, "驻企联络员", "2026-11-23", ""),
        ("a6", "己", "", firm, "帮办代办员", "2026-11-24", ""),  # twice the same post
        ("坏账号", "庚", "", "", "", "", ""),
    )
    sheet = brought(as_csv(PERSON, *rows), admin, code="people")
    wrong = {number: [key for key, _words in found] for number, found in problems(sheet).items()}
    assert wrong == {
        2: ["role"],
        3: ["role"],
        4: ["username"],
        5: ["valid_from"],
        6: ["valid_to"],
        7: ["organisation"],
        8: ["role"],
        9: ["valid_to"],
        11: ["name"],
        12: ["valid_from"],
        13: ["username"],
    }
    before = Membership.objects.filter(role__in=ADMIN_ROLES).count()
    confirmed(sheet, admin, only_good=True)
    assert Membership.objects.filter(role__in=ADMIN_ROLES).count() == before
    assert list(User.objects.filter(username__startswith="a").values_list("username", flat=True)) == ["a6"]


def test_people_that_come_back_unchanged_change_nothing(town: Town, admin: Any, tmp_path: Path) -> None:
    Membership.objects.filter(pk=town.handler.pk).update(valid_to=later(days=-30).date())
    Membership.objects.create(
        user=town.handler.user, organisation_id=town.energy.pk, role="HANDLER", valid_from=later(days=30).date()
    )
    sheet = brought(standing("people", admin, tmp_path), admin, code="people")
    assert counts(sheet) == (0, 0, len(town.everybody), 0), problems(sheet)


def test_the_preview_foresees_that_the_last_holder_would_go(town: Town, admin: Any) -> None:
    here, there = town.far_department.code, town.housing.code
    last, other = (town.at(place, Role.DEPARTMENT_LIAISON) for place in (town.far_department, town.housing))
    ends = [(post.user.username, post.user.name) for post in (last, other)]
    rows = (
        (*ends[0], "", here, "部门联络员", "2020-01-01", "2026-11-30"),
        ("new.one", "新人", "", here, "部门联络员", "2026-12-02", ""),  # too late by a day
        ("new.two", "新人", "", there, "部门联络员", "2026-12-01", ""),
        (*ends[1], "", there, "部门联络员", "2020-01-01", "2026-11-30"),  # whom the row before follows
    )
    sheet = brought(as_csv(PERSON, *rows), admin, code="people")
    assert problems(sheet) == {2: [["role", "这是最后一位部门联络员，请先确定接任的人"]]}
    done = confirmed(sheet, admin, only_good=True)
    assert done.applied_at is not None, done.apply_job.message
    other.refresh_from_db()
    assert other.valid_to == date(2026, 11, 30)


def test_a_row_that_its_write_function_refuses_stops_all_rows_and_is_named(town: Town, admin: Any) -> None:
    """Who follows is gone between the last look at the rows and their writing."""
    first, last = town.at(town.far_department, Role.DEPARTMENT_LIAISON), user("接任")
    follows = member(town.far_department, Role.DEPARTMENT_LIAISON, person=last)
    rows = (
        ("new.one", "新人", "", "", "", "", ""),
        (first.user.username, first.user.name, "", town.far_department.code, "部门联络员", "2020-01-01", "2026-11-30"),
    )
    sheet, by = brought(as_csv(PERSON, *rows), admin, code="people"), actor(admin)
    assert counts(sheet) == (1, 1, 0, 0), problems(sheet)
    with transaction.atomic():
        lines = applying._examined(sheet, People(), by, lambda done, total: None)
        follows.delete()
        with pytest.raises(Changed, match="第 3 行：这是最后一位部门联络员"):
            applying._write(People(), lines, by, note="")
        transaction.set_rollback(True)
    assert not User.objects.filter(username="new.one").exists()
