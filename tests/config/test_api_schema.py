"""The schema of the API: valid, without warnings, complete, and for signed-in readers only."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cases.demands.forms import FORMS, form_of
from dialogue.symposia.api.forms import MOVES as OF_MEETINGS
from tests.api import Program, said
from tests.cases.demands.table import DECIDED_BY, WITH_FILES
from tests.factories import Town

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.every_page]
ADDRESS = "/api/v1/schema.json"


def schema(town: Town) -> dict[str, Any]:
    found: dict[str, Any] = Program(town.staff).get("schema.json").json()
    return found


def test_the_schema_is_valid_and_says_nothing_doubtful() -> None:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert out.getvalue().startswith("openapi: 3.")


def test_the_schema_is_for_those_who_may_ask_the_api(town: Town, sign_in: Callable[..., Client]) -> None:
    assert said(Client().get(ADDRESS)) == (401, "not_signed_in")
    assert said(Client(headers={"Authorization": "Bearer wrong"}).get(ADDRESS)) == (401, "not_signed_in")
    assert Program(town.staff).get("schema.json").status_code == 200
    assert sign_in(town.intake).get(ADDRESS).status_code == 200


def test_every_move_has_one_operation_that_says_what_it_takes(town: Town) -> None:
    found = schema(town)
    operations = {
        path.split("/")[-2]: methods["post"]
        for path, methods in found["paths"].items()
        if "{public_id}" in path and "post" in methods
    }
    assert set(operations) == {*FORMS, *OF_MEETINGS, "again", "claim", "read", "end", "consent", "refuse", "take-back"}
    for action in (*FORMS, *OF_MEETINGS):
        form = form_of(action) if action in FORMS else OF_MEETINGS[action]
        media = "multipart/form-data" if action in WITH_FILES else "application/json"
        body = operations[action]["requestBody"]["content"][media]["schema"]["$ref"].split("/")[-1]
        shape = found["components"]["schemas"][body]
        # Files are sent to the addresses that take forms; beside an answer only the page takes them.
        fields = {n: f for n, f in form.base_fields.items() if n != "uploads" or action in WITH_FILES}
        assert set(shape["properties"]) == {*fields, "seen"}
        required = {name for name, field in fields.items() if field.required}
        assert set(shape.get("required", [])) - {"seen"} == required
        assert {"202" if action in DECIDED_BY else "200", "400", "401", "403", "404", "409"} <= set(
            operations[action]["responses"]
        )
        assert [p["name"] for p in operations[action]["parameters"] if p["in"] == "header"] == ["Idempotency-Key"]


def test_only_what_appends_may_leave_out_what_was_seen(town: Town) -> None:
    shapes = schema(town)["components"]["schemas"]
    free = {
        name
        for name, shape in shapes.items()
        if "seen" in shape.get("properties", {}) and "seen" not in shape.get("required", [])
    }
    assert free == {
        "AskRecusalInputRequest",
        "NoteInternalInputRequest",
        "NudgeInputRequest",
        "RelayToDepartmentInputRequest",
        "RelayToFirmInputRequest",
        "RecordAnswerInputRequest",
        "ReplyPublicInputRequest",
        "AttachInputRequest",
        "AttachPublicInputRequest",
        "AttachInternalInputRequest",
        "ReleaseAttachmentInputRequest",
        "WithdrawAttachmentInputRequest",
        "WithdrawInternalInputRequest",
        "IssueReceiptInputRequest",
        "IssueCaseFileInputRequest",
        "MakePackInputRequest",
        "AnswerCommentInputRequest",
        "AnswerInvitationInputRequest",
        "CommentMinutesInputRequest",
        "HoldMeetingInputRequest",
        "IssueAttendanceInputRequest",
        "ProposeTopicInputRequest",
        "RecordAttendanceInputRequest",
        "ReportProgressInputRequest",
        "SignInInputRequest",
        "WithdrawTopicInputRequest",
    }


def test_every_operation_asks_for_a_token_or_a_session(town: Town) -> None:
    for path, methods in schema(town)["paths"].items():
        for operation in methods.values():
            assert operation["security"] == [{"token": []}, {"session": []}], path


def test_a_refusal_has_one_shape(town: Town) -> None:
    found = schema(town)
    assert set(found["components"]["schemas"]["ErrorShape"]["properties"]) == {"code", "detail", "fields"}
    for methods in found["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/ErrorShape")
