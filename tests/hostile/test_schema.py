"""Every operation of the API's schema, with what it allows and what it does not: no fault, and no answer but those that
the schema promises, in the shape it promises."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup

from config.wsgi import application
from tests.hostile.values import MANY, PROFILE
from tests.hostile.world import Target, World
from tests.test_architecture import SAMPLES

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
MODES = list(GenerationMode)


def needs(name: str) -> bool:
    """Whether these tests send anything to this address."""
    return name.startswith("api:")


pytestmark = pytest.mark.usefixtures("a_request_leaves_the_connection")


def read_to_the_end(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application, whose answers are closed as a server closes them."""
    answer: Any = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture
def schema(world: World) -> Any:
    token = world.program("intake").defaults["HTTP_AUTHORIZATION"]
    return schemathesis.openapi.from_wsgi("/api/v1/schema.json", read_to_the_end, headers={"Authorization": token})


def operations(schema: Any, world: World) -> Iterator[tuple[Any, Target, dict[str, Any]]]:
    """Every operation, who may use it, and the parts of an address that names a record of theirs."""
    there = {target.name: target for target in world.targets}
    for found in schema.get_all_operations():
        operation = found.ok()
        sample = operation.path.format(public_id=SAMPLES["uuid"], file_id=SAMPLES["uuid"], name="x")
        target = there[resolve(sample).view_name]
        parts = {name: str(value) for name, value in resolve(target.address).kwargs.items()}
        yield operation, target, parts


def called(case: Any, client: Client) -> str:
    """What is wrong with the answer to this case; "" for nothing. Whatever it did goes back."""
    with transaction.atomic():
        response = case.call(headers={"Authorization": client.defaults["HTTP_AUTHORIZATION"]})
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            sent = f"{case.method} {case.operation.path} {case.query} {str(case.body)[:300]}"
            return "\n".join(f"{sent} → {response.status_code} {one.title}: {one.message}" for one in group.exceptions)
        finally:
            transaction.set_rollback(True)
    return ""


def faults_of(cases: Any, clients: list[Client]) -> set[str]:
    """What is wrong with the answers to as many of these cases as the profile tries, by as many of these programs."""
    faults: set[str] = set()

    @PROFILE
    @given(cases, st.sampled_from(clients))
    def answered(case: Any, client: Client) -> None:
        faults.add(called(case, client))

    answered()
    return faults - {""}


def test_every_operation_answers_as_the_schema_says_on_a_record_that_is_there(world: World, schema: Any) -> None:
    faults: set[str] = set()
    met = set()
    for operation, target, parts in operations(schema, world):
        met.add(target.name)
        clients = [world.program(who) for who in dict.fromkeys([target.who, *(world.posts if MANY else ())])]
        faults |= faults_of(st.one_of(operation.as_strategy(mode, path_parameters=parts) for mode in MODES), clients)
    assert not faults, "\n\n".join(sorted(faults))
    assert met | {"api:schema"} == {target.name for target in world.targets}


@pytest.mark.every_page
def test_every_operation_answers_as_the_schema_says_on_any_id(world: World, schema: Any) -> None:
    faults: set[str] = set()
    for operation, target, parts in operations(schema, world):
        if parts or MANY:
            faults |= faults_of(operation.as_strategy(), [world.client(target)])
    assert not faults, "\n\n".join(sorted(faults))
