"""Attachments over the API: sent as forms with a result for each file, listed in the demand, fetched."""

from typing import Any

import pytest
from django.http import HttpResponse

from cases.demands.models import Attachment, Case
from foundation.files.model import StoredFile
from foundation.identifiers import random_id
from tests.api import ROOT, Program, of, said
from tests.cases.demands.table import WITH_FILES
from tests.cases.demands.test_attachments import ALL, PUBLIC, full_case
from tests.factories import Town, actor, case_in, later
from tests.files import JPEG, PDF, TEXT, sent
from workflow.models import Event

pytestmark = pytest.mark.every_page

WHO = {"attach": "staff", "attach_public": "liaison", "attach_internal": "arbitrator"}
NOT = {"attach": "handler", "attach_public": "deputy", "attach_internal": "staff"}


@pytest.fixture(autouse=True)
def _five_hours_later(clock: Any) -> None:
    clock.move_to(later(hours=5))


def post(program: Program, case: Case, action: str, body: dict[str, Any], *, key: str = "") -> HttpResponse:
    headers = {"Idempotency-Key": key} if key else {}
    return program.client.post(ROOT + of(case, action), body, headers=headers)


@pytest.mark.parametrize("action", WITH_FILES)
def test_files_are_sent_as_a_form_and_the_demand_comes_back_with_them(town: Town, action: str) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(getattr(town, WHO[action]))
    body = {"uploads": [sent(), sent("现场.jpg", JPEG)], "description": "两份材料", "seen": case.head_seq}
    answer = post(program, case, action, body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["refused"] == []
    assert answer.json()["case"] == program.get(of(case)).json()
    first, second = answer.json()["case"]["attachments"]
    assert (first["name"], first["type"], first["size"], first["status"]) == ("合同.pdf", "PDF", len(PDF), "UNCHECKED")
    assert (second["name"], second["description"], second["fetchable"]) == ("现场.jpg", "两份材料", True)
    assert first["public"] is (action != "attach_internal")
    assert first["side"] == {"attach": "FIRM", "attach_public": "LEAD", "attach_internal": "OFFICE"}[action]
    assert Event.objects.get(subject_id=case.pk, seq=case.head_seq + 1).action == action
    fetched = program.get(f"{of(case)}files/{second['id']}/")
    assert b"".join(fetched.streaming_content) == JPEG
    assert fetched["Content-Disposition"].startswith("inline")
    assert fetched["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_one_refused_file_is_named_and_the_others_are_taken(town: Town) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(town.staff)
    answer = post(program, case, "attach", {"uploads": [sent("假.pdf", TEXT), sent()]})
    assert answer.status_code == 200
    assert len(answer.json()["refused"]) == 1
    assert answer.json()["refused"][0].startswith("“假.pdf”没有收下")
    assert [one["name"] for one in answer.json()["case"]["attachments"]] == ["合同.pdf"]


def test_when_nothing_is_taken_the_request_is_refused(town: Town) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(town.staff)
    for body, field in (
        ({"uploads": [sent("假.pdf", TEXT)]}, "uploads"),
        ({"description": "没有文件"}, "uploads"),
        ({"uploads": "文字"}, "uploads"),
        ({"uploads": [sent()], "description": "长" * 201}, "description"),
        ({"uploads": [sent()], "state": "CLOSED"}, "state"),
        ({"uploads": [sent()], "seen": "x"}, "seen"),
        ({"uploads": [sent()], "seen": "999"}, None),
    ):
        refused = post(program, case, "attach", body)
        if field is None:  # files only add: what was seen is not compared
            assert refused.status_code == 200
            continue
        assert said(refused) == (400, "bad_input"), body
        assert set(refused.json()["fields"]) == {field}
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("action", WITH_FILES)
def test_whose_it_is_and_when_is_told_before_the_files_are_looked_at(town: Town, action: str) -> None:
    case, closed = case_in("IN_PROGRESS", town=town), case_in("CLOSED", town=town)
    bad = {"uploads": [sent("程序.exe", b"MZ")]}
    assert said(post(Program(getattr(town, NOT[action])), case, action, bad)) == (403, "not_yours")
    assert said(post(Program(getattr(town, WHO[action])), closed, action, bad)) == (409, "wrong_moment")
    program = Program(town.at(town.housing, "HANDLER"))
    hidden = post(program, case, action, bad)
    assert said(hidden) == (404, "not_found")
    assert hidden.content == program.client.post(f"{ROOT}cases/{random_id()}/{action}/", bad).content
    assert not StoredFile.objects.exists()


def test_json_is_not_what_these_addresses_take(town: Town) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(town.staff)
    assert program.post(of(case, "attach"), {"uploads": []}).status_code == 415


def test_a_repeat_under_the_same_key_stores_once_and_another_file_under_it_is_refused(town: Town) -> None:
    case, program = case_in("IN_PROGRESS", town=town), Program(town.staff)
    first, again = (post(program, case, "attach", {"uploads": [sent()]}, key="a") for _n in range(2))
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    for other in (
        {"uploads": [sent(content=PDF + b"\n")]},
        {"uploads": [sent("二.pdf")]},
        {"uploads": [sent(), sent()]},
    ):
        assert said(post(program, case, "attach", other, key="a")) == (409, "key_reused")
    assert StoredFile.objects.count() == Event.objects.filter(action="attach").count() == 1


def test_the_detail_lists_the_files_that_are_for_the_reader(town: Town) -> None:
    case = full_case(town, hidden=True)
    for who, wanted in ((town.staff, PUBLIC), (town.intake, ALL), (town.handler, ALL[1:])):
        program = Program(who)
        shown = program.get(of(case)).json()["attachments"]
        assert [one["name"] for one in shown] == wanted
        assert {one["organisation"] for one in shown if one["side"] == "FIRM"} <= {""}
        ids = {one["id"] for one in shown}
        for one in Attachment.objects.filter(case=case):
            answer = program.get(f"{of(case)}files/{one.public_id}/")
            if str(one.public_id) in ids:
                assert b"".join(answer.streaming_content) == PDF
            else:
                assert answer.content == program.get(f"{of(case)}files/{random_id()}/").content
                assert said(answer) == (404, "not_found")


def test_a_client_gets_a_file_whatever_it_accepts(town: Town) -> None:
    case = full_case(town)
    one = Attachment.objects.filter(case=case)[0]
    program = Program(town.staff)
    for accept in ("application/pdf", "application/octet-stream", "image/*"):
        answer = program.client.get(f"{ROOT}{of(case)}files/{one.public_id}/", headers={"Accept": accept})
        assert b"".join(answer.streaming_content) == PDF


def test_an_answer_over_the_api_takes_no_files_in_json(town: Town) -> None:
    case, program = case_in("WAIT_ENTERPRISE", town=town), Program(town.staff)
    body = {"answer": "见附件", "seen": case.head_seq, "uploads": ["合同.pdf"]}
    assert said(program.post(of(case, "answer"), body)) == (400, "bad_input")
    assert post(program, case, "attach", {"uploads": [sent()]}).status_code == 200
    case.refresh_from_db(fields=["head_seq"])
    assert program.post(of(case, "answer"), {"answer": "见附件", "seen": case.head_seq}).status_code == 200
    assert actor(town.staff).organisation_id == Attachment.objects.get().organisation_id
