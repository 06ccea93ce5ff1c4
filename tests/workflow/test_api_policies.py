"""The rules of time over the API."""

from datetime import date

import pytest
from django.test import Client

from parties.roles import Role
from tests.api import Program, said
from tests.factories import Town
from tests.workflow.test_policies import PROFILES, admin, document
from workflow import api_policies
from workflow.policies import adopt

pytestmark = pytest.mark.usefixtures("clock")
ADDRESS = "policies/clocks/"


def test_every_post_reads_what_is_in_force_what_comes_and_what_was(town: Town) -> None:
    adopt(document(), effective_from=date(2027, 1, 1), source="依据甲", by=admin(town))
    adopt(PROFILES["beijing"].data, effective_from=date(2027, 1, 1), source="依据乙", by=admin(town))
    bodies = [
        Program(post).get(ADDRESS).json()
        for post in (town.staff, town.handler, town.at(town.city_office, Role.AUDIT_ADMIN))
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    body = bodies[0]
    assert (body["in_force"]["version"], body["in_force"]["label"]) == (1, "clocks/1")
    assert [policy["version"] for policy in body["coming"]] == [3]
    assert [policy["version"] for policy in body["versions"]] == [3, 2, 1]
    assert body["next"] is None
    third = body["versions"][0]
    assert (third["effective_from"], third["source"]) == ("2027-01-01", "依据乙")
    assert (third["adopted_as"], third["adopted_at"]) == ("市平台办公室 · 系统管理员", "2026-11-23T10:00:00+08:00")
    assert third["document"] == PROFILES["beijing"].data
    (line,) = [line for line in third["limits"] if (line["clock"], line["klass"]) == ("RESOLVE", "HARD")]
    assert line == {
        "clock": "RESOLVE",
        "klass": "HARD",
        "normal": {"amount": 15, "unit": "NATURAL_DAY", "at_least_working_days": None, "text": "15 天"},
        "urgent": {"amount": 2, "unit": "HOUR", "at_least_working_days": None, "text": "2 小时"},
    }
    (confirm,) = [line for line in third["limits"] if line["clock"] == "CONFIRM"]
    assert (confirm["normal"]["at_least_working_days"], confirm["urgent"]) == (5, None)


def test_versions_come_in_pages(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_policies, "PAGE", 2)
    for _n in range(3):
        adopt(document(), effective_from=date(2027, 1, 1), source="依据", by=admin(town))
    program = Program(town.staff)
    first = program.get(ADDRESS).json()
    second = program.get(first["next"]).json()
    assert [policy["version"] for policy in [*first["versions"], *second["versions"]]] == [4, 3, 2, 1]
    assert second["next"] is None


def test_it_is_read_only_and_for_those_who_are_signed_in(town: Town) -> None:
    assert said(Client().get(f"/api/v1/{ADDRESS}")) == (401, "not_signed_in")
    administrator = Program(town.at(town.city_office, Role.SYSTEM_ADMIN))
    assert said(administrator.post(ADDRESS, document())) == (405, "no_such_method")
