"""The application works as a role that owns nothing and cannot loosen what guards the ledger."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core import checks as django_checks
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from cases.demands import moves
from cases.demands.models import Case
from foundation.copying import reserve_keys
from tests.factories import Town, actor, case_in, later
from workflow import checks
from workflow.erasure import erase_body
from workflow.models import Event, EventBody
from workflow.seals import seal_ledger
from workflow.verify import verify_all

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


# What somebody might try with the password of the application, and what the database says to it.
LOOSENING = {
    "drop trigger workflow_event_no_change on workflow_event": "must be owner",
    "alter table workflow_event disable trigger all": "must be owner",
    "alter table workflow_event add column other integer": "must be owner",
    "create or replace function workflow_append_only() returns trigger language plpgsql as "
    "'begin return new; end'": "must be owner|permission denied for schema",
    "set session_replication_role = replica": "permission denied",
    "update workflow_event set action = 'withdraw'": "permission denied",
    "delete from workflow_seal": "permission denied",
    "truncate workflow_eventbody": "permission denied",
    "update workflow_eventbody set text = ''": "append-only: update refused",
    "delete from workflow_eventbody": "append-only: delete refused",
    "delete from django_migrations": "permission denied",
}


@pytest.fixture
def application(town: Town) -> Iterator[str]:
    """The connection works as this role, to which the owner has granted. Its name is the test's own on the server."""
    role = f"app_of_{connection.settings_dict['NAME']}"
    execute(f'create role "{role}"')
    call_command("grant_application", role, stdout=StringIO())
    execute(f'set role "{role}"')
    yield role
    execute("reset role", f'drop owned by "{role}"', f'drop role "{role}"')


def test_every_step_of_a_demand_sealing_and_erasing_work_without_owning_a_table(application: str, town: Town) -> None:
    case_in("CLOSED", town=town, attached="attach")
    case = case_in("SUBMITTED", town=town)
    seal_ledger(now=later(days=40))
    erase_body(
        Event.objects.earliest("pk"),
        by=actor(town.intake),
        second=actor(town.dispatcher),
        reason="期满",
        now=later(days=41),
    )
    moves.request_completion(case.pk, by=actor(town.intake, later(days=41)), seen=case.head_seq, points=["容量"])
    assert [step.faults for step in verify_all([Case])] == [[]]
    # Loading in bulk draws keys by hand, and a backup reads where every sequence stands.
    with transaction.atomic():
        assert reserve_keys(connection, Event, 1)
    execute("select last_value from workflow_event_id_seq")
    assert checks.application_owns_no_table(None, databases=["default"]) == []


def test_the_application_cannot_loosen_the_ledger(application: str, town: Town) -> None:
    case_in("SUBMITTED", town=town)
    seal_ledger(now=later(days=1))
    then = list(EventBody.objects.values_list("event_id", "text"))
    assert then
    for statement, refusal in LOOSENING.items():
        with pytest.raises(Error, match=refusal), transaction.atomic():
            execute(statement)
    assert list(EventBody.objects.values_list("event_id", "text")) == then


def test_a_role_that_may_do_more_or_less_than_it_should_is_named(application: str) -> None:
    execute(
        "reset role",
        f'grant update, truncate on workflow_event to "{application}"',
        f'revoke delete on demands_case from "{application}"',
        f'set role "{application}"',
    )
    found = checks.application_owns_no_table(None, databases=["default"])
    assert [(one.level, one.id, one.msg) for one in found] == [
        (django_checks.WARNING, "workflow.W001", f"数据库角色 {application} 对表 demands_case 缺少权限：DELETE"),
        (
            django_checks.WARNING,
            "workflow.W001",
            f"数据库角色 {application} 对表 workflow_event 有多余的权限：TRUNCATE, UPDATE",
        ),
    ]
    execute("reset role")
    (owner,) = checks.application_owns_no_table(None, databases=["default"])
    assert "可以拆除台账的触发器" in owner.msg


def test_a_role_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match='role "nobody_of_this_name" does not exist'):
        call_command("grant_application", "nobody_of_this_name")
