"""The database itself refuses to change the ledger: triggers on both engines, installed here and nowhere else.

On PostgreSQL a row trigger stops UPDATE and DELETE and a statement trigger stops TRUNCATE. On SQLite BEFORE UPDATE and
BEFORE DELETE do the same, and BEFORE INSERT stops REPLACE INTO, which deletes the old row without firing a delete
trigger. They hold against every program that writes rows, not against whoever owns the tables and may drop triggers;
the hash chain shows what such a person did.

SQLite loses the triggers silently whenever a migration rebuilds a table, so `reinstall` runs after every migrate and
a system check reports what is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from workflow.models.events import Event, EventBody

EVENT = Event._meta.db_table
BODY = EventBody._meta.db_table

FUNCTION = "workflow_append_only"
FUNCTION_BODY = """
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'integrity_constraint_violation';
end
"""
# name -> table, and what PostgreSQL keeps in pg_trigger.tgtype (row 1, before 2, delete 8, update 16, truncate 32)
POSTGRESQL = {
    f"{EVENT}_no_change": (EVENT, "update or delete", "row", 1 + 2 + 8 + 16),
    f"{EVENT}_no_truncate": (EVENT, "truncate", "statement", 2 + 32),
    f"{BODY}_no_change": (BODY, "update or delete", "row", 1 + 2 + 8 + 16),
    f"{BODY}_no_truncate": (BODY, "truncate", "statement", 2 + 32),
}


def _sqlite(name: str, table: str, occasion: str, taken: str = "") -> str:
    when = f" when {taken}" if taken else ""
    verb = "replace" if taken else occasion
    return (
        f'create trigger "{name}" before {occasion} on "{table}" for each row{when} '
        f"begin select raise(abort, '{table} is append-only: {verb} refused'); end"
    )


SQLITE = {
    f"{table}_{name}": _sqlite(f"{table}_{name}", table, occasion, taken)
    for table, name, occasion, taken in [
        (EVENT, "no_update", "update", ""),
        (EVENT, "no_delete", "delete", ""),
        (
            EVENT,
            "no_replace",
            "insert",
            f'exists (select 1 from "{EVENT}" where id = new.id) or exists (select 1 from "{EVENT}" '
            "where subject_kind = new.subject_kind and subject_id = new.subject_id and seq = new.seq)",
        ),
        (BODY, "no_update", "update", ""),
        (BODY, "no_delete", "delete", ""),
        (BODY, "no_replace", "insert", f'exists (select 1 from "{BODY}" where event_id = new.event_id)'),
    ]
}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that are absent, switched off or not as this module writes them; sorted."""
    with connection.cursor() as cursor:
        if _engine(connection) == "sqlite":
            cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
            found = dict(cursor.fetchall())
            return sorted(name for name, sql in SQLITE.items() if found.get(name, "").lower() != sql.lower())
        cursor.execute(
            "select t.tgname, c.relname, t.tgtype::int from pg_trigger t "
            "join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid "
            "where pg_table_is_visible(c.oid) and t.tgenabled in ('O', 'A') and t.tgqual is null "
            "and t.tgattr = ''::int2vector and p.proname = %s and p.prosrc = %s",
            [FUNCTION, FUNCTION_BODY],
        )
        present = set(cursor.fetchall())
    return sorted(
        name for name, (table, _occasion, _level, kind) in POSTGRESQL.items() if (name, table, kind) not in present
    )


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger stand as this module writes it. Safe to repeat; locks the tables only if one is missing."""
    names = missing(connection)
    if not names:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if _engine(connection) == "sqlite":
            for name in names:
                cursor.execute(f'drop trigger if exists "{name}"')
                cursor.execute(SQLITE[name])
        else:
            cursor.execute(
                f"create or replace function {FUNCTION}() returns trigger language plpgsql "
                f"as $body${FUNCTION_BODY}$body$"
            )
            for name in names:
                table, occasion, level, _kind = POSTGRESQL[name]
                cursor.execute(f'drop trigger if exists "{name}" on "{table}"')
                cursor.execute(
                    f'create trigger "{name}" before {occasion} on "{table}" '
                    f"for each {level} execute function {FUNCTION}()"
                )


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away. Nothing in the product calls this; `lifted` does, and tests that play the attacker."""
    with connection.cursor() as cursor:
        if _engine(connection) == "sqlite":
            for name in SQLITE:
                cursor.execute(f'drop trigger if exists "{name}"')
        else:
            for name, (table, *_rest) in POSTGRESQL.items():
                cursor.execute(f'drop trigger if exists "{name}" on "{table}"')


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without triggers inside, with triggers afterwards: how a test runner empties the tables between two tests."""
    drop(connection)
    try:
        yield
    finally:
        install(connection)


def tables_exist(connection: BaseDatabaseWrapper) -> bool:
    """Whether the ledger's tables have been migrated on this database."""
    return {EVENT, BODY} <= set(connection.introspection.table_names())


def reinstall(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of post_migrate: whatever the migration did to the tables, the triggers stand afterwards."""
    connection = connections[using]
    if tables_exist(connection):
        install(connection)


def _engine(connection: BaseDatabaseWrapper) -> str:
    if connection.vendor not in ("sqlite", "postgresql"):
        raise NotSupportedError(f"the ledger has no triggers for {connection.vendor}")
    return connection.vendor
