"""The database refuses to change the ledger, whatever program asks, and it is noticed when it no longer would."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.checks import Error
from django.core.checks.registry import registry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models.signals import post_migrate

from workflow import checks, triggers
from workflow.chain import Written, make_event, verify_chain
from workflow.models import Event, EventBody, Seal, Tombstone

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
REGISTER = ["documents_document", "documents_numberseries"]  # more of them in tests/documents/test_register_frozen.py
LEDGER = ["workflow_event", "workflow_eventbody", "workflow_seal", "workflow_tombstone"]
TABLES = REGISTER + LEDGER
TRIGGERS = {
    "sqlite": [f"{table}_no_{what}" for table in TABLES for what in ("delete", "replace", "update")],
    "postgresql": [f"{table}_no_{what}" for table in TABLES for what in ("change", "truncate")],
}
OF_BODIES = [name for name in TRIGGERS["postgresql"] if name.startswith("workflow_eventbody_")]
pytestmark = pytest.mark.django_db(transaction=True)
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement or a trap of SQLite alone")
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a statement of PostgreSQL alone")


@pytest.fixture(autouse=True)
def stands_again() -> Iterator[None]:
    """Whatever a test did to the triggers ends with it."""
    yield
    triggers.install(connection)


def write_event() -> Event:
    """The first event of a case, with its body."""
    event, text = make_event(
        head_seq=0,
        head_hash="",
        subject_kind="case",
        subject_id=1,
        action="submit",
        from_state="DRAFT",
        to_state="SUBMITTED",
        actor={"role": "ENTERPRISE_STAFF"},
        user_id=7,
        at=NOON,
        effective_at=NOON,
        policy="clocks-v1",
        calendar="2026",
        facts={"district": "150602"},
        body={"text": "提交诉求"},
    )
    event.save()
    EventBody(event=event, text=text).save()
    return event


@pytest.fixture
def written() -> Event:
    return write_event()


def execute(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def is_untouched(event: Event) -> bool:
    rows = [Written.of(row, row.body.text) for row in Event.objects.select_related("body")]
    return verify_chain(rows, subject="case:1", head_seq=event.seq, head_hash=event.digest) == []


def columns(table: str) -> str:
    with connection.cursor() as cursor:
        return ", ".join(column.name for column in connection.introspection.get_table_description(cursor, table))


REWRITING = [
    "update workflow_event set to_state = 'CLOSED'",
    "update workflow_event set user_id = null",
    "update workflow_event set seq = seq",
    "update workflow_event set id = id + 1000",
    "delete from workflow_event",
    "update workflow_eventbody set text = '{}'",
    "update workflow_eventbody set event_id = event_id + 1000",
    "delete from workflow_eventbody",
]


@pytest.mark.parametrize("statement", REWRITING)
def test_no_statement_changes_or_deletes_an_event(written: Event, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        execute(statement)
    assert is_untouched(written)


@pytest.mark.parametrize("statement", REWRITING)
def test_neither_does_one_in_the_transaction_that_wrote_the_event(statement: str) -> None:
    with transaction.atomic():
        event = write_event()
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            execute(statement)
    assert is_untouched(event)


def test_the_orm_cannot_go_round_it(written: Event) -> None:
    """Raw querysets know nothing of the model's own refusals; the triggers do not care who asks."""
    rows = models.QuerySet(Event)
    with pytest.raises(IntegrityError, match="append-only"):
        rows.update(to_state="CLOSED")
    with pytest.raises(IntegrityError, match="append-only"):
        models.QuerySet(EventBody)._raw_delete(connection.alias)
    with pytest.raises(IntegrityError, match="append-only"):
        rows._raw_delete(connection.alias)
    assert is_untouched(written)


def test_an_upsert_does_not_change_an_event(written: Event) -> None:
    changed = Event.objects.get()
    changed.to_state = "CLOSED"
    with pytest.raises(IntegrityError, match="append-only"):
        Event.objects.bulk_create([changed], update_conflicts=True, unique_fields=["id"], update_fields=["to_state"])
    body = EventBody.objects.get()
    body.text = "{}"
    with pytest.raises(IntegrityError, match="append-only"):
        EventBody.objects.bulk_create([body], update_conflicts=True, unique_fields=["event"], update_fields=["text"])
    assert is_untouched(written)


@only_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        # the same id
        "replace into workflow_event ({event}) select {event} from workflow_event",
        "insert or replace into workflow_event ({event}) select {event} from workflow_event",
        # the same id, a place in another chain
        "replace into workflow_event ({event}) select {moved} from workflow_event",
        # another id, the same place in the chain
        "replace into workflow_event ({event}) select id + 1000, {rest} from workflow_event",
        "replace into workflow_event ({rest}) select {rest} from workflow_event",
        "replace into workflow_eventbody (event_id, text) select event_id, '{{}}' from workflow_eventbody",
        "update or replace workflow_event set seq = 1",
        "update or ignore workflow_event set to_state = 'CLOSED'",
        "insert into workflow_eventbody (event_id, text) select event_id, '{{}}' from workflow_eventbody where true "
        "on conflict do update set text = '{{}}'",
    ],
)
def test_replace_into_is_refused_on_sqlite(written: Event, statement: str) -> None:
    event = columns("workflow_event")
    assert event.startswith("id, ")
    with pytest.raises(IntegrityError, match="append-only"):
        execute(
            statement.format(
                event=event, rest=event.removeprefix("id, "), moved=event.replace("subject_id", "subject_id + 1")
            )
        )
    assert is_untouched(written)


@only_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "truncate workflow_eventbody",
        "truncate workflow_event, workflow_eventbody, workflow_tombstone",
        "truncate workflow_event cascade",
        "truncate workflow_eventbody restart identity",
        "truncate documents_document",
        "truncate documents_numberseries",
    ],
)
def test_truncate_is_refused_on_postgresql(written: Event, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        execute(statement)
    assert is_untouched(written)


def test_flushing_the_database_is_refused(written: Event) -> None:
    with pytest.raises(CommandError, match="couldn't be flushed"):
        call_command("flush", interactive=False, verbosity=0)
    assert is_untouched(written)


def test_events_can_still_be_added(written: Event) -> None:
    event, _text = make_event(
        head_seq=written.seq,
        head_hash=written.digest,
        subject_kind="case",
        subject_id=1,
        action="accept",
        from_state="SUBMITTED",
        to_state="ACCEPTED",
        actor={},
        user_id=None,
        at=NOON,
        effective_at=NOON,
        policy="",
        calendar="",
        facts={},
        body={},
    )
    event.save()
    assert Event.objects.count() == 2


# --- whether they stand ---------------------------------------------------------------------------------------------


def test_all_triggers_stand_after_migrating() -> None:
    assert triggers.missing(connection) == []


def test_dropped_triggers_are_named_and_can_be_installed_again(written: Event) -> None:
    triggers.drop(connection)
    assert triggers.missing(connection) == TRIGGERS[connection.vendor]
    triggers.install(connection)
    triggers.install(connection)
    assert triggers.missing(connection) == []
    with pytest.raises(IntegrityError, match="append-only"):
        execute("delete from workflow_eventbody")


def test_the_body_of_lifted_may_fail_and_the_triggers_stand_again() -> None:
    def fail_without_triggers() -> None:
        with triggers.lifted(connection):
            assert triggers.missing(connection) == TRIGGERS[connection.vendor]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_without_triggers()
    assert triggers.missing(connection) == []


@only_sqlite
def test_a_trigger_that_was_weakened_counts_as_missing_on_sqlite(written: Event) -> None:
    execute("drop trigger workflow_event_no_update")
    execute("create trigger workflow_event_no_update before update on workflow_event when 0 begin select 1; end")
    assert triggers.missing(connection) == ["workflow_event_no_update"]
    triggers.install(connection)
    with pytest.raises(IntegrityError, match="append-only"):
        execute("update workflow_event set to_state = 'CLOSED'")


@only_postgresql
@pytest.mark.parametrize(
    ("weakening", "missing"),
    [
        ("alter table workflow_event disable trigger workflow_event_no_change", ["workflow_event_no_change"]),
        ("alter table workflow_event enable replica trigger workflow_event_no_change", ["workflow_event_no_change"]),
        ("alter table workflow_eventbody disable trigger user", OF_BODIES),
        (
            "create or replace function workflow_append_only() returns trigger language plpgsql "
            "as $$begin return coalesce(new, old); end$$",
            [
                name
                for name in TRIGGERS["postgresql"]
                if name.endswith("_no_truncate") or (name != OF_BODIES[0] and name.startswith("workflow_"))
            ],
        ),
        (
            "create or replace function workflow_body_erasure() returns trigger language plpgsql "
            "as $$begin return coalesce(new, old); end$$",
            ["workflow_eventbody_no_change"],
        ),
        (
            "create or replace trigger workflow_event_no_change before update on workflow_event "
            "for each row execute function workflow_append_only()",
            ["workflow_event_no_change"],
        ),
        (
            "create or replace trigger workflow_event_no_change before update or delete on workflow_event "
            "for each row when (false) execute function workflow_append_only()",
            ["workflow_event_no_change"],
        ),
        (
            "create or replace trigger workflow_event_no_change before delete or update of v on workflow_event "
            "for each row execute function workflow_append_only()",
            ["workflow_event_no_change"],
        ),
    ],
)
def test_a_trigger_that_was_weakened_counts_as_missing_on_postgresql(
    written: Event, weakening: str, missing: list[str]
) -> None:
    execute(weakening)
    assert triggers.missing(connection) == missing
    triggers.install(connection)
    assert triggers.missing(connection) == []
    for statement in REWRITING:
        with pytest.raises(IntegrityError, match="append-only"):
            execute(statement)
    assert is_untouched(written)


def add_and_remove_a_column() -> None:
    """What a migration with AddField and RemoveField does: on SQLite both rebuild the table."""
    column = models.CharField(max_length=4, default="x")
    column.set_attributes_from_name("added")
    for model in (Event, EventBody, Seal, Tombstone):
        with connection.schema_editor() as editor:
            editor.add_field(model, column)
        with connection.schema_editor() as editor:
            editor.remove_field(model, column)


def test_the_triggers_stand_again_after_a_migration_rebuilt_the_tables(written: Event) -> None:
    add_and_remove_a_column()
    of_the_ledger = [name for name in TRIGGERS["sqlite"] if name.startswith("workflow_")]
    assert triggers.missing(connection) == (of_the_ledger if connection.vendor == "sqlite" else [])
    triggers.reinstall(using=connection.alias)
    assert triggers.missing(connection) == []
    for statement in REWRITING:
        with pytest.raises(IntegrityError, match="append-only"):
            execute(statement)
    assert is_untouched(written)


def test_migrate_puts_back_what_is_missing() -> None:
    triggers.drop(connection)
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []


def test_migrating_connects_the_installer() -> None:
    assert "workflow.triggers.reinstall" in {key[0] for key, *_rest in post_migrate.receivers}


def test_nothing_is_installed_before_the_tables_exist(written: Event) -> None:
    """The signal also comes when an old installation migrates only up to a version without a ledger."""
    with transaction.atomic():
        triggers.drop(connection)
        execute("alter table workflow_eventbody rename to elsewhere")
        triggers.reinstall(using=connection.alias)
        assert triggers.missing(connection) == TRIGGERS[connection.vendor]
        assert checks.ledger_faults() == []
        assert checks.ledger_triggers_stand(None, databases=[connection.alias]) == []
        transaction.set_rollback(True)
    assert triggers.missing(connection) == []


# --- the system check -----------------------------------------------------------------------------------------------


def test_the_check_is_registered_for_databases() -> None:
    assert checks.ledger_triggers_stand in registry.get_checks()
    assert checks.ledger_triggers_stand.tags == ("database",)


def test_the_check_is_silent_while_the_triggers_stand() -> None:
    assert checks.ledger_triggers_stand(None, databases=[connection.alias]) == []


def test_the_check_looks_at_no_database_unless_one_is_named() -> None:
    triggers.drop(connection)
    assert checks.ledger_triggers_stand(None) == []
    assert checks.ledger_triggers_stand(None, databases=None) == []


def test_the_check_names_every_missing_trigger() -> None:
    triggers.drop(connection)
    found = checks.ledger_triggers_stand(None, databases=[connection.alias])
    assert {type(message) for message in found} == {Error}
    assert [message.msg for message in found] == [
        f"台账防篡改触发器缺失：{name}（数据库 default）" for name in TRIGGERS[connection.vendor]
    ]
    assert {message.id for message in found} == {"workflow.E001"}
