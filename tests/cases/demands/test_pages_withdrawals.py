"""The supervisor reads why firms withdrew; nobody else does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.demands.models import Case
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.table import perform
from tests.factories import Town, actor, case_in, later
from tests.pages import FRAME, statements

ADDRESS = reverse("demands:withdrawals")
SignIn = Callable[[Membership], Client]
SECRET = "部门要求我们撤回"


def withdrawn(town: Town, **traits: Any) -> Case:
    case = case_in("IN_PROGRESS", town=town, **traits)
    return perform("withdraw", case, by=actor(town.staff, later(hours=2)), town=town, reason=SECRET)


def test_the_supervisor_of_the_office_reads_the_reason_and_no_firm(town: Town, sign_in: SignIn) -> None:
    case = withdrawn(town, contacted=True)
    page = sign_in(town.at(town.office, Role.SUPERVISOR)).get(ADDRESS).content.decode()
    assert SECRET in page
    assert str(case.number) in page
    assert "撤回前 48 小时内部门联系过企业" in page
    assert town.firm.name not in page
    assert str(case.public_id) not in page


def test_the_supervisor_of_another_office_reads_nothing_of_it(town: Town, sign_in: SignIn) -> None:
    withdrawn(town)
    page = sign_in(town.at(town.other_office, Role.SUPERVISOR)).get(ADDRESS).content.decode()
    assert "还没有企业撤回诉求" in page
    assert SECRET not in page


def test_the_way_there_is_in_the_menu(town: Town, sign_in: SignIn) -> None:
    assert ADDRESS in sign_in(town.at(town.office, Role.SUPERVISOR)).get("/").content.decode()
    assert ADDRESS not in sign_in(town.dispatcher).get("/").content.decode()


def posts(town: Town) -> list[Membership]:
    return [m for m in town.everybody if m.role != Role.SUPERVISOR]


def test_nobody_else_reads_the_reason_anywhere_on_the_page_of_the_demand(town: Town, sign_in: SignIn) -> None:
    case = withdrawn(town)
    for post in posts(town):
        browser = sign_in(post)
        assert browser.get(ADDRESS).status_code == 403
        assert SECRET not in browser.get(reverse("demands:case", args=[case.public_id])).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_one_statement_whatever_its_length(town: Town, sign_in: SignIn, rows: int) -> None:
    for _n in range(rows):
        withdrawn(town)
    assert len(statements(sign_in(town.at(town.office, Role.SUPERVISOR)), ADDRESS)) == FRAME + 1
