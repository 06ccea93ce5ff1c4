"""What the API shows, to whom, in how many statements; and what it never shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.demands import moves
from cases.demands.enums import OPEN_STATES, CaseState
from cases.demands.models import Case
from foundation.identifiers import random_id
from tests.api import DEMAND, SETTINGS, Program, inputs, of, said
from tests.cases.demands.table import ON_A_FILE, PAPERS, WITH_FILES
from tests.factories import Town, actor, case_in, department, duty, intake_item, later, member
from workflow.models import Event

pytestmark = pytest.mark.usefixtures("clock")


def walk(program: Program, address: str, **query: str) -> list[list[str]]:
    """The ids of a list, page by page, along the addresses that each page gives."""
    pages, page = [], program.get(address, **query).json()
    while True:
        pages.append([row["id"] for row in page["results"]])
        assert len(pages) < 9, "the pages lead round in a circle"
        if page["next"] is None:
            return pages
        page = program.get(page["next"]).json()


def statements(program: Program, address: str, **query: str) -> int:
    """How many statements a GET takes, the two that find token and post included."""
    with CaptureQueriesContext(connection) as captured:
        assert program.get(address, **query).status_code == 200
    return len(captured)


# --- who sees what ---


def test_everybody_lists_exactly_the_demands_they_may_see(town: Town) -> None:
    for state in CaseState.values:
        case_in(state, town=town)
    case_in("IN_PROGRESS", town=town, firm=town.neighbour)
    case_in("IN_PROGRESS", town=town, firm=town.far_firm)
    for person in town.everybody:
        seen = Case.objects.visible_to(actor(person)).order_by("-id")
        assert walk(Program(person), "cases/") == [[str(case.public_id) for case in seen]], person.role


def test_a_demand_is_read_by_those_who_see_it_and_does_not_exist_for_others(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for person in town.everybody:
        response = Program(person).get(of(case))
        if Case.objects.visible_to(actor(person)).exists():
            assert (response.status_code, response.json()["title"]) == (200, case.title)
        else:
            assert said(response) == (404, "not_found")


def test_a_draft_is_shown_to_nobody_but_its_own_organisation(town: Town) -> None:
    case = case_in("DRAFT", town=town)
    assert said(Program(town.intake).get(of(case))) == (404, "not_found")
    assert said(Program(town.at(town.neighbour, "ENTERPRISE_STAFF")).get(of(case))) == (404, "not_found")


def test_the_list_is_filtered_by_state(town: Town) -> None:
    cases = {state: str(case_in(state, town=town).public_id) for state in CaseState.values if state != "DRAFT"}
    program = Program(town.intake)
    for state, public_id in cases.items():
        assert walk(program, "cases/", state=state) == [[public_id]]
    assert walk(program, "cases/", state="open") == [[cases[state] for state in reversed(OPEN_STATES)]]
    for unknown in ("OPEN", "closed", "x", "\x00", "甲"):
        refused = program.get("cases/", state=unknown)
        assert said(refused) == (400, "bad_input")
        assert refused.json()["fields"] == {"state": ["没有这个状态"]}


def test_the_offers_are_those_of_the_reader_with_their_refusals(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)

    def offered(who: Any) -> dict[str, str | None]:
        found = {offer["name"]: offer["refusal"] for offer in Program(who).get(of(case)).json()["actions"]}
        return {name: why for name, why in found.items() if name not in (*WITH_FILES, *ON_A_FILE, *PAPERS)}

    assert offered(town.handler) == {
        "record_contact": None,
        "save_plan": None,
        "ask_firm": None,
        "note_internal": None,
        "reply_public": None,
        "submit_result": "请先登记首联，再提交结果",
    }
    assert offered(town.second_handler)["save_plan"] == "本件由另一位承办人办理"
    office = {"note_internal": None, "recuse": None, "lift_recusal": None, "make_pack": None}
    assert offered(town.arbitrator) == office
    assert offered(town.staff) == {
        "deny_contact": "主办部门还没有登记首联",
        "withdraw": None,
        "nudge": None,
        "ask_recusal": None,
    }
    assert offered(town.dispatcher) == {**office, "reclassify": None, "reassign": None}
    assert offered(town.liaison) == {
        "name_handler": None,
        "record_contact": None,
        "transfer": None,
        "note_internal": None,
        "reply_public": None,
        "recuse": None,
    }


# --- what a firm never reads ---


def test_a_firm_reads_neither_notes_nor_unsigned_results_nor_evidence(town: Town) -> None:
    clerk, secretary = town.handler, town.party_secretary
    case = case_in("IN_PROGRESS", town=town, contacted=True, planned=True)
    case = moves.add_internal_note(case.pk, by=actor(town.arbitrator, later(hours=1)), text="内部的话一")
    case = moves.submit_result(
        case.pk,
        by=actor(clerk, later(hours=1)),
        seen=case.head_seq,
        outcome="EXPLAINED",
        text="还没有审签的答复二，请再等等",
        evidence="还没有审签的佐证三",
    )
    firm, bureau = Program(town.staff), Program(town.handler)

    def unseen(*words: str) -> dict[str, Any]:
        """The demand as the firm reads it, shown to hold none of these words though the department reads them all."""
        for address in (of(case), "cases/"):
            text = firm.get(address).content.decode()
            assert not [word for word in words if word in text]
        text = bureau.get(of(case)).content.decode()
        assert not [word for word in words if word not in text]
        found: dict[str, Any] = firm.get(of(case)).json()
        assert not {line["action"] for line in found["timeline"]} & {"note_internal", "submit_result", "return_result"}
        assert not [line for line in found["timeline"] if line["internal"]]
        assert not [result for result in found["results"] if not result["signed_at"] or result["evidence"]]
        return found

    found = unseen("内部的话一", "还没有审签的答复二", "还没有审签的佐证三", "EXPLAINED", "解释说明")
    assert (found["state"], found["outcome"], found["results"]) == ("RESULT_REVIEW", "", [])

    case = moves.return_result(case.pk, by=actor(secretary, later(hours=2)), seen=case.head_seq, reason="退回的意见四")
    case = moves.submit_result(
        case.pk,
        by=actor(clerk, later(hours=2)),
        seen=case.head_seq,
        outcome="SOLVED",
        text="将要审签的答复五，十二月一日通电",
        evidence="将要审签的佐证六",
    )
    found = unseen("答复二", "佐证三", "退回的意见四", "将要审签的答复五", "将要审签的佐证六", "SOLVED")
    assert (found["outcome"], found["results"]) == ("", [])

    case = moves.sign_off(case.pk, by=actor(secretary, later(hours=3)), seen=case.head_seq, note="审签的意见七")
    found = unseen("内部的话一", "答复二", "佐证三", "退回的意见四", "将要审签的佐证六")
    assert (found["outcome"], len(found["results"])) == ("SOLVED", 1)
    assert found["results"][0]["text"] == "将要审签的答复五，十二月一日通电"
    assert "审签的意见七" not in firm.get(of(case)).content.decode()
    confirmed = firm.post(of(case, "confirm"), {"confirmation": "SOLVED", "seen": found["seen"]})
    assert "佐证六" not in confirmed.content.decode()
    assert confirmed.json()["outcome"] == "SOLVED"


def test_a_firm_does_not_read_the_names_of_the_handlers_of_a_department(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    assert said(Program(town.staff).get(f"{of(case)}handlers/")) == (404, "not_found")
    assert Program(town.liaison).get(f"{of(case)}handlers/").json() == [
        {"id": str(m.public_id), "name": m.user.name}
        for m in sorted((town.handler, town.second_handler), key=lambda m: m.user.name)
    ]


# --- integer keys stay inside ---


FIRST_KEY = 7_310_000_000


@pytest.fixture
def large_keys(db: None) -> None:
    """Integer keys have ten digits, other ones in every table. PostgreSQL goes on counting there after the test."""
    with connection.cursor() as cursor:
        for n, model in enumerate(apps.get_models()):
            if model._meta.pk.get_internal_type() != "BigAutoField":
                continue
            first, table = FIRST_KEY + n * 1_003, model._meta.db_table
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first])
            else:
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first])


def keys() -> Iterator[str]:
    """Every integer key of every row that a test made."""
    for model in apps.get_models():
        for key in model._base_manager.values_list("pk", flat=True):
            if isinstance(key, int) and key >= FIRST_KEY:
                yield str(key)


@pytest.mark.usefixtures("large_keys")
def test_no_integer_key_stands_in_any_answer(town: Town, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 1)
    answers = []
    for action, setting in SETTINGS.items():
        clock.move_to(later())
        case = setting.case(town)
        item = intake_item(town.office)
        clock.move_to(later(hours=2))
        program, address = Program(getattr(town, setting.who)), of(case)
        answers += [program.get(a) for a in ("me/", "cases/", "categories/", "duty-items/", "intake/", address)]
        answers += [program.get(f"{address}handlers/"), Program(town.intake).get("enterprises/", q="公司")]
        body = {**inputs(action, town), "seen": case.head_seq}
        answers += [program.post(of(case, action), {**body, "seen": case.head_seq - 1}), program.post(of(case, action))]
        answers += [program.post(of(case, action), body, key="k"), program.post(of(case, action), body, key="k")]
        claim = {"enterprise": str(town.firm.public_id), "title": "停电"}
        answers += [Program(town.intake).post(f"intake/{item.public_id}/claim/", claim)]
    answers += [Program(town.staff).post("cases/", DEMAND)]
    made = set(keys())
    assert {str(row.pk) for row in (*Case.objects.all(), *Event.objects.all(), *town.everybody, town.firm)} <= made
    assert {response.status_code for response in answers} == {200, 201, 202, 400, 404, 409}
    text = "\n".join(f"{response.headers} {response.content.decode()}" for response in answers)
    assert [key for key in made if key in text] == []


# --- pages ---


def test_the_pages_of_a_list_hold_every_demand_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 2)
    ids = [str(case_in("SUBMITTED", town=town).public_id) for _n in range(5)][::-1]
    assert walk(Program(town.intake), "cases/") == [ids[:2], ids[2:4], ids[4:]]
    assert walk(Program(town.intake), "cases/", state="open") == [ids[:2], ids[2:4], ids[4:]]
    items = [str(intake_item(town.office).public_id) for _n in range(3)]
    assert walk(Program(town.intake), "intake/") == [items[:2], items[2:]]


def test_a_demand_that_arrives_while_pages_are_read_moves_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 2)
    ids = [str(case_in("SUBMITTED", town=town).public_id) for _n in range(4)][::-1]
    program = Program(town.intake)
    first = program.get("cases/").json()
    case_in("SUBMITTED", town=town)
    second = program.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == ids
    assert second["next"] is None


def test_a_cursor_that_cannot_be_read_gives_the_first_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 1)
    for _n in range(3):
        case_in("SUBMITTED", town=town)
        intake_item(town.office)
    program = Program(town.intake)
    first = program.get("cases/").json()
    cursor = first["next"].split("cursor=")[1]
    of_another_list = program.get("intake/").json()["next"].split("cursor=")[1]
    for garbage in (
        "x",
        "0",
        "-1",
        cursor[:-1],
        f"{cursor}x",
        cursor[::-1],
        of_another_list,
        "\x00",
        "甲",
        "%",
        "=" * 9,
    ):
        assert program.get("cases/", cursor=garbage).json()["results"] == first["results"]


def test_whoever_takes_anothers_cursor_still_sees_only_their_own(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow.api_view.PAGE", 1)
    mine = case_in("SUBMITTED", town=town)
    for _n in range(3):
        case_in("SUBMITTED", town=town, firm=town.neighbour)
    address = Program(town.intake).get("cases/").json()["next"]
    assert walk(Program(town.staff), address) == [[str(mine.public_id)]]


# --- statements ---


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_three_statements_whatever_its_length(town: Town, rows: int) -> None:
    for n in range(rows):
        case_in("IN_PROGRESS", town=town, firm=town.firm if n % 2 else town.neighbour)
        intake_item(town.office)
    program = Program(town.intake)
    assert statements(program, "cases/") == 3  # token, post, rows
    assert statements(program, "cases/", state="open") == 3
    assert statements(program, "intake/") == 3


@pytest.mark.parametrize("notes", [0, 30])
@pytest.mark.parametrize("state", ["SUBMITTED", "IN_PROGRESS", "CLOSED"])
def test_a_demand_takes_nine_statements_whatever_happened_to_it(town: Town, state: str, notes: int) -> None:
    case = case_in("SUBMITTED", town=town)
    for _n in range(notes):
        moves.add_internal_note(case.pk, by=actor(town.arbitrator, later(hours=1)), text="一句话")
    if state != "SUBMITTED":
        case = case_in(state, town=town)
    for who in (town.intake, town.staff):
        assert statements(Program(who), of(case)) == 9  # token, post, demand, reading, timeline, …, papers


@pytest.mark.parametrize("more", [0, 2])
def test_reference_lists_take_few_statements_whatever_their_length(town: Town, more: int) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for _n in range(more):
        duty(town.energy, department(of=town.city), of=town.power)
        member(town.energy, "HANDLER")
    program = Program(town.intake)
    assert statements(program, "me/") == 2
    assert statements(program, "categories/") == 4  # token, post, categories, their questions
    assert statements(program, "duty-items/") == 4
    assert statements(program, "enterprises/", q="公司") == 3
    assert statements(program, f"{of(case)}handlers/") == 4


# --- the smaller addresses ---


def test_me_names_the_post_of_the_token_and_no_key(town: Town) -> None:
    member(town.neighbour, "ENTERPRISE_STAFF", person=town.staff.user)
    assert Program(town.staff).get("me/").json() == {
        "name": town.staff.user.name,
        "post": {"role": "ENTERPRISE_STAFF", "role_label": "企业经办人", "organisation": "甲公司"},
        "posts": [
            {"role": "ENTERPRISE_STAFF", "role_label": "企业经办人", "organisation": "甲公司"},
            {"role": "ENTERPRISE_STAFF", "role_label": "企业经办人", "organisation": "乙公司"},
        ],
    }


def test_categories_say_what_each_asks(town: Town) -> None:
    energy = {c["code"]: c for c in Program(town.staff).get("categories/").json()}["ENERGY"]
    assert [question["key"] for question in energy["questions"]] == [
        "title",
        "text",
        "wanted",
        "kind",
        "capacity",
        "applied",
        "needed_by",
    ]
    assert energy["questions"][3]["choices"] == ["POWER", "PRICE", "HEAT_GAS", "RENEWABLE", "SAVING"]


def test_the_duty_list_names_owners_by_ids_that_dispatch_takes(town: Town) -> None:
    items = {item["matter"]: item for item in Program(town.dispatcher).get("duty-items/").json()["results"]}
    shared = items["配套管网协调"]
    assert {owner["name"] for owner in shared["owners"]} == {"市能源局", "市住建局"}
    case = case_in("ACCEPTED", town=town)
    body = {"duty_item": shared["id"], "lead": shared["owners"][0]["id"], "seen": case.head_seq}
    assert Program(town.dispatcher).post(of(case, "dispatch"), body).json()["lead"] == shared["owners"][0]["name"]


def test_only_intake_officers_look_for_enterprises(town: Town) -> None:
    program = Program(town.intake)
    assert [firm["name"] for firm in program.get("enterprises/", q="甲公").json()] == ["甲公司"]
    assert [firm["name"] for firm in program.get("enterprises/", q=town.firm.credit_code[:-1]).json()] != []
    assert program.get("enterprises/", q="甲").json() == []
    assert program.get("enterprises/").json() == []
    assert program.get("enterprises/", q="%%").json() == []
    assert said(program.get("enterprises/", q="甲\x00公司")) == (400, "bad_input")
    for who in (town.staff, town.dispatcher, town.handler, town.at(town.evaluation, "STATISTICS")):
        assert said(Program(who).get("enterprises/", q="甲公司")) == (403, "not_yours")


def test_messages_of_other_offices_are_neither_listed_nor_claimed(town: Town) -> None:
    far, near = intake_item(town.other_office), intake_item(town.office)
    body = {"enterprise": str(town.firm.public_id), "title": "停电"}
    for who in (town.intake, town.dispatcher, town.staff):
        program = Program(who)
        assert str(far.public_id) not in program.get("intake/").content.decode()
        for item in (far,) if who is town.intake else (far, near):
            refused = program.post(f"intake/{item.public_id}/claim/", body)
            assert said(refused) == (404, "not_found")
        assert said(program.post(f"intake/{random_id()}/claim/", body)) == (404, "not_found")
    assert Case.objects.count() == 0


def test_an_address_nobody_knows_is_answered_in_json(town: Town) -> None:
    program = Program(town.staff)
    for address in ("nothing/", "cases", "cases/1/", "cases/x/accept/", "", "schema", "../", "cases/\x00/"):
        assert said(program.get(address)) == (404, "not_found"), address
        assert said(program.post(address, {})) == (404, "not_found"), address
