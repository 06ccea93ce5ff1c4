"""Reading leaves a trace: once in ten minutes, and the firm sees organisations and times, never persons."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.demands import reading
from cases.demands.models import Case, CaseReading
from parties.roles import Role
from tests.api import Program
from tests.conftest import SignIn
from tests.factories import NOW, Town, actor, case_in, later, member, system
from tests.pages import FRAME, statements, text

OPEN, PRINT, EXPORT, API = (kind.value for kind in CaseReading.Kind)


def rows(case: Case) -> list[tuple[int, int, str, str, Any]]:
    found = CaseReading.objects.filter(case=case).order_by("pk")
    return list(found.values_list("user_id", "organisation_id", "role_text", "kind", "at"))


def page(case: Case, name: str = "case") -> str:
    return reverse(f"demands:{name}", args=[case.public_id])


def test_the_same_person_and_way_leave_one_row_in_ten_minutes(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for minutes in (0, 5, 9.99, 10, 19, 20):
        reading.note(case, actor(town.handler, later(minutes=minutes)), OPEN)
    kept = (town.handler.user_id, town.energy.pk, "承办人", OPEN)
    assert rows(case) == [(*kept, later(minutes=m)) for m in (0, 10, 20)]


def test_another_person_way_or_demand_leaves_a_row_of_its_own(town: Town) -> None:
    case, other = case_in("IN_PROGRESS", town=town), case_in("IN_PROGRESS", town=town)
    for who in (town.handler, town.liaison):
        for kind in (OPEN, PRINT, API):
            reading.note(case, actor(who), kind)
    reading.note(other, actor(town.handler), OPEN)
    assert len(rows(case)) == 6
    assert len(rows(other)) == 1


def test_noting_takes_one_statement_and_an_export_one_for_five_hundred(town: Town) -> None:
    cases = [case_in("SUBMITTED", town=town) for _ in range(3)]
    by = actor(town.intake)
    for some in (cases[:1], cases):
        with CaptureQueriesContext(connection) as captured:
            reading.note_many([case.pk for case in some], by, EXPORT)
        assert len(captured) == 1
    assert [len(rows(case)) for case in cases] == [1, 1, 1]
    with CaptureQueriesContext(connection) as captured:
        reading.note_many(range(10**9, 10**9 + 501), by, EXPORT)
        reading.note_many([], by, EXPORT)
    assert len(captured) == 2
    assert CaseReading.objects.count() == 3


def test_the_role_is_kept_in_chinese_whatever_the_reader_reads_and_the_system_leaves_no_trace(
    town: Town, sign_in: SignIn
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    person = town.handler.user
    person.language = "en"
    person.save()
    assert sign_in(town.handler).get(page(case)).status_code == 200
    reading.note(case, system(), OPEN)
    assert rows(case) == [(person.pk, town.energy.pk, "承办人", OPEN, NOW)]


def test_page_receipt_move_and_api_are_noted_and_a_refused_reader_is_not(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    stranger = town.at(town.housing, Role.HANDLER)
    for address in (page(case), page(case, "receipt"), reverse("demands:act", args=[case.public_id, "note_internal"])):
        assert sign_in(stranger).get(address).status_code == 404
        assert sign_in(town.handler).get(address).status_code == 200
    assert Program(stranger).get(f"cases/{case.public_id}/").status_code == 404
    assert Program(town.handler).get(f"cases/{case.public_id}/").status_code == 200
    assert [(user, kind) for user, _org, _role, kind, _at in rows(case)] == [
        (town.handler.user_id, OPEN),
        (town.handler.user_id, PRINT),
        (town.handler.user_id, API),
    ]


def test_the_firm_sees_which_organisations_opened_it_and_when_last_and_no_person(
    town: Town, sign_in: SignIn, clock: Any
) -> None:
    case = case_in("IN_PROGRESS", town=town)
    assert "还没有单位查阅过" in text(sign_in(town.staff).get(page(case)).content.decode())
    reading.note(case, actor(town.handler, later(hours=1)), OPEN)
    reading.note(case, actor(town.liaison, later(hours=2)), OPEN)
    reading.note(case, actor(town.dispatcher, later(hours=3)), PRINT)
    clock.move_to(later(hours=4))
    firm, office = sign_in(town.staff), sign_in(town.intake)
    words = text(firm.get(page(case)).content.decode())
    assert "谁查阅过 东胜区平台办公室 11月23日 13:00 市能源局 11月23日 12:00 查阅记录" in words
    listed = text(firm.get(page(case, "readings")).content.decode())
    assert "东胜区平台办公室 打印 2026年11月23日 13:00 市能源局 打开 2026年11月23日 12:00" in listed
    assert "甲公司 打开" not in listed  # its own
    for who in (town.handler, town.liaison, town.dispatcher):
        assert who.user.name not in words[words.index("谁查阅过") :] + listed
        assert f"· {who.get_role_display()} 打" not in listed
    assert "市能源局 · 部门联络员 打开" in text(office.get(page(case, "readings")).content.decode())


def test_a_department_is_not_told_who_else_reads(town: Town, sign_in: SignIn) -> None:
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    assert "谁查阅过" not in browser.get(page(case)).content.decode()
    refused = browser.get(page(case, "readings"))
    assert (refused.status_code, "只有提出企业和平台办公室可以查看查阅记录" in refused.content.decode()) == (403, True)
    stranger = sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF))
    assert stranger.get(page(case, "readings")).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_record_takes_two_statements_however_long(town: Town, sign_in: SignIn, many: int) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for n in range(many):
        reading.note(case, actor(member(town.energy, Role.HANDLER), later(minutes=n)), OPEN)
    assert len(statements(sign_in(town.staff), page(case, "readings"))) == FRAME + 2


def test_a_long_record_goes_on_on_the_next_page(town: Town, sign_in: SignIn) -> None:
    case = case_in("IN_PROGRESS", town=town)
    for n in range(30):
        reading.note(case, actor(town.handler, NOW + timedelta(minutes=10 * n)), OPEN)
    browser = sign_in(town.staff)
    first = browser.get(page(case, "readings"))
    assert len(first.context["rows"]) == 25
    second = browser.get(page(case, "readings"), {"after": first.context["next"]})
    assert (len(second.context["rows"]), second.context["next"]) == (5, "")
