"""The directory over the API: the same entries, the same rights and the same writes as the pages have."""

import json
from typing import Any

import pytest

from parties.models import Enterprise
from parties.roles import Role
from tests.api import Program, said
from tests.factories import Town

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.every_page]
HERE = "/api/v1/directory/"
NEW = {"name": "云杉智造", "district": "150602", "credit_code": "91150602ma0myt3e8g", "size": "SMALL"}


def posted(program: Program, body: dict[str, Any], *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    address = f"{HERE}enterprises/"
    return program.client.post(address, json.dumps(body), content_type="application/json", headers=headers)


def patched(program: Program, firm: Any, body: dict[str, Any]) -> Any:
    return program.client.patch(f"{HERE}enterprises/{firm}/", json.dumps(body), content_type="application/json")


def names(program: Program, part: str) -> Any:
    answer = program.client.get(f"{HERE}{part}")
    return [row["name"] for row in answer.json()["results"]] if answer.status_code == 200 else answer.status_code


def test_each_post_reads_its_lists(town: Town) -> None:
    handler, staff, agent = Program(town.handler), Program(town.staff), Program(town.at(town.firm, Role.AGENT))
    assert names(handler, "enterprises/") == ["丙公司", "乙公司", "甲公司"]
    assert names(handler, "enterprises/?q=甲公&district=150602") == ["甲公司"]
    assert names(staff, "enterprises/") == names(agent, "enterprises/") == ["甲公司"]
    assert len(names(staff, "departments/")) == 3
    assert names(agent, "departments/") == names(agent, "people/") == 403
    assert len(names(handler, "offices/")) == 5
    assert names(handler, "party-organisations/") == []
    assert town.staff.user.name not in names(handler, "people/")
    me = next(row for row in handler.client.get(f"{HERE}people/?q=市能源局承办人").json()["results"])
    assert me["posts"] == [{"role": "HANDLER", "organisation": "市能源局"}]


def test_a_firm_is_entered_once_and_changed_by_who_saw_it(town: Town) -> None:
    desk, admin = Program(town.intake), Program(town.at(town.city_office, Role.SYSTEM_ADMIN))
    first = posted(desk, NEW, key="one")
    assert (first.status_code, posted(desk, NEW, key="one").json()) == (201, first.json())
    firm = first.json()
    assert (firm["credit_code"], firm["size"], firm["district"]) == ("91150602MA0MYT3E8G", "SMALL", "150602")
    again = posted(desk, NEW)
    assert (again.status_code, set(again.json()["fields"])) == (400, {"name"})
    changed = patched(admin, firm["id"], {"seen": firm["seen"], "industry": "装备制造"})
    assert (changed.status_code, changed.json()["industry"], changed.json()["name"]) == (200, "装备制造", "云杉智造")
    assert said(patched(desk, firm["id"], {"seen": firm["seen"], "industry": "化工"})) == (409, "changed")
    for body, field in (({}, "seen"), ({"seen": 3}, "seen"), ({"seen": "x", "colour": "red"}, "colour")):
        assert set(patched(desk, firm["id"], body).json()["fields"]) == {field}
    wrong = patched(desk, firm["id"], {"seen": changed.json()["seen"], "district": "150625"})
    assert (wrong.status_code, set(wrong.json()["fields"])) == (400, {"district"})
    assert Enterprise.objects.get(name="云杉智造").industry == "装备制造"


def test_a_firm_changes_how_it_is_reached_and_others_do_not_read_it(town: Town) -> None:
    staff, handler = Program(town.staff), Program(town.handler)
    mine = f"{HERE}enterprises/{town.firm.public_id}/"
    seen = staff.client.get(mine).json()["seen"]
    assert patched(staff, town.firm.public_id, {"seen": seen, "contact_phone": "0477-8581234"}).status_code == 200
    assert staff.client.get(mine).json()["contact_phone"] == "0477-8581234"
    assert handler.client.get(mine).json()["contact_phone"] == ""
    seen = staff.client.get(mine).json()["seen"]
    assert said(patched(staff, town.firm.public_id, {"seen": seen, "name": "改名"})) == (403, "not_yours")
    assert said(patched(handler, town.firm.public_id, {"seen": seen, "address": "x"})) == (403, "not_yours")
    far = Program(town.at(town.far_firm, Role.ENTERPRISE_STAFF))
    assert said(patched(far, town.firm.public_id, {"seen": seen, "address": "x"})) == (404, "not_found")
    for program in (staff, handler):
        assert said(posted(program, NEW)) == (403, "not_yours")
