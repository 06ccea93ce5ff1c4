"""The duty list over the API: found by words, one matter with its versions, and the rule that dispatched a demand."""

import pytest

from cases.demands.duties.changes import retire_item
from tests.api import Program, said
from tests.cases.demands.dispatching import admin, adopted, rule
from tests.cases.demands.table import perform
from tests.cases.demands.test_duties import changed
from tests.factories import actor, case_in, duty, later

pytestmark = pytest.mark.usefixtures("clock")


def matters(program, **query):
    return {item["matter"] for item in program.get("duty-items/", **query).json()["results"]}


def test_the_list_is_found_by_words_category_and_department(town):
    duty(town.housing, of=town.building, matter="施工许可")
    for who in (town.staff, town.liaison, town.dispatcher):
        program = Program(who)
        assert matters(program, words="管网") == {"配套管网协调"}
        assert matters(program, category="BUILDING") == {"施工许可"}
        assert matters(program, department=town.housing.code) == {"配套管网协调", "施工许可"}
    assert said(program.get("duty-items/", words="\x00")) == (400, "bad_input")


def test_the_list_goes_on_page_by_page(town, monkeypatch):
    monkeypatch.setattr("workflow.api_view.PAGE", 2)
    program = Program(town.staff)
    first = program.get("duty-items/").json()
    second = program.get(first["next"]).json()
    assert [len(page["results"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None


def test_a_matter_is_read_with_its_versions_and_their_record(town):
    new = changed(town, matter="电力接入和增容")
    retire_item(town.far.code, seen=1, because="撤并", by=admin(town))
    program = Program(town.staff)
    found = program.get(f"duty-items/{town.only_energy.public_id}/").json()
    assert (found["version"], found["active"], found["effective_to"]) == (1, False, "2026-11-23")
    assert [(one["version"], one["matter"]) for one in found["versions"]] == [
        (2, "电力接入和增容"),
        (1, "电力接入协调"),
    ]
    newest = found["versions"][0]
    assert (newest["id"], newest["law"], newest["article"], newest["source"]) == (
        str(new.public_id),
        "《电力法》",
        "第二十六条",
        "市编办〔2026〕3号",
    )
    assert [owner["name"] for owner in newest["owners"]] == ["市能源局"]
    assert program.get(f"duty-items/{town.far.public_id}/").json()["retired_because"] == "撤并"
    assert said(program.get("duty-items/01234567-89ab-4def-8123-456789abcdef/")) == (404, "not_found")


def test_a_demand_says_by_which_rule_it_was_dispatched(town):
    adopted(town, rule(matter=town.shared.code, lead=town.energy.code, words=("变压器",)))
    case = case_in("SUBMITTED", town=town)
    perform("accept", case, by=actor(town.intake, later(hours=1)), town=town)
    address = f"cases/{case.public_id}/"
    assert (
        Program(town.liaison)
        .get(address)
        .json()["dispatched_by"]
        .startswith("规则 1（版本 1）：若标题或正文含“变压器”")
    )
    assert Program(town.staff).get(address).json()["dispatched_by"] == "系统按职责清单的派单规则自动派单"
    by_hand = case_in("ACCEPTED", town=town, title="道路不通", text="道路不通，货车进不来。")
    assert Program(town.intake).get(f"cases/{by_hand.public_id}/").json()["dispatched_by"] == ""
