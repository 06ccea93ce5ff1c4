"""The database itself refuses to change the ledger: triggers on both engines, installed here and nowhere else.

On PostgreSQL a row trigger stops UPDATE and DELETE and a statement trigger stops TRUNCATE. On SQLite BEFORE UPDATE and
BEFORE DELETE do the same, and BEFORE INSERT stops REPLACE INTO, which deletes the old row without firing a delete
trigger. They hold against every program that writes rows, not against whoever owns the tables and may drop triggers;
the hash chain and the daily seals show what such a person did.

One thing may go: the body of an event for which a tombstone stands (docs/decisions/0002, workflow.erasure).

SQLite loses the triggers silently whenever a migration rebuilds a table, so `reinstall` runs after every migrate and
a system check reports what is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from workflow.models import Event, EventBody, Seal, Tombstone

EVENT, BODY = Event._meta.db_table, EventBody._meta.db_table
SEAL, TOMBSTONE = Seal._meta.db_table, Tombstone._meta.db_table
TABLES = (EVENT, BODY, SEAL, TOMBSTONE)

REFUSES = "workflow_append_only"
LETS_GO = "workflow_body_erasure"
# name -> source. The tombstone is looked for in the schema of the table itself, where no temporary table passes for it.
FUNCTIONS = {
    REFUSES: """
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'integrity_constraint_violation';
end
""",
    LETS_GO: f"""
declare
    erased boolean := false;
begin
    if tg_op = 'DELETE' then
        execute format('select exists (select 1 from %I.{TOMBSTONE} where event_id = $1)', tg_table_schema)
            into erased using old.event_id;
        if erased then
            return old;
        end if;
    end if;
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'integrity_constraint_violation';
end
""",
}
# name -> table, and what PostgreSQL keeps in pg_trigger.tgtype (row 1, before 2, delete 8, update 16, truncate 32)
POSTGRESQL = {
    f"{table}_{name}": (table, occasion, level, kind, function)
    for table, changed in [(EVENT, REFUSES), (BODY, LETS_GO), (SEAL, REFUSES), (TOMBSTONE, REFUSES)]
    for name, occasion, level, kind, function in [
        ("no_change", "update or delete", "row", 1 + 2 + 8 + 16, changed),
        ("no_truncate", "truncate", "statement", 2 + 32, REFUSES),
    ]
}


def _sqlite(name: str, table: str, occasion: str, taken: str = "") -> str:
    when = f" when {taken}" if taken else ""
    verb = "replace" if occasion == "insert" else occasion
    return (
        f'create trigger "{name}" before {occasion} on "{table}" for each row{when} '
        f"begin select raise(abort, '{table} is append-only: {verb} refused'); end"
    )


def _taken(table: str, *keys: str) -> str:
    """Whether a row with one of these keys is there, so that REPLACE INTO would put another in its place."""
    return " or ".join(
        f'exists (select 1 from "{table}" where ' + " and ".join(f"{name} = new.{name}" for name in key.split()) + ")"
        for key in keys
    )


SQLITE = {
    f"{table}_{name}": _sqlite(f"{table}_{name}", table, occasion, taken)
    for table, erasable, keys in [
        (EVENT, "", ["id", "subject_kind subject_id seq"]),
        (BODY, f'not exists (select 1 from "{TOMBSTONE}" where event_id = old.event_id)', ["event_id"]),
        (SEAL, "", ["number", "day"]),
        (TOMBSTONE, "", ["id", "event_id"]),
    ]
    for name, occasion, taken in [
        ("no_update", "update", ""),
        ("no_delete", "delete", erasable),
        ("no_replace", "insert", _taken(table, *keys)),
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
            "select t.tgname, c.relname, t.tgtype::int, p.proname from pg_trigger t "
            "join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid "
            "where pg_table_is_visible(c.oid) and t.tgenabled in ('O', 'A') and t.tgqual is null "
            "and t.tgattr = ''::int2vector and (p.proname, p.prosrc) in ((%s, %s), (%s, %s))",
            [part for function in FUNCTIONS.items() for part in function],
        )
        present = set(cursor.fetchall())
    return sorted(
        name
        for name, (table, _occasion, _level, kind, function) in POSTGRESQL.items()
        if (name, table, kind, function) not in present
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
            for function, source in FUNCTIONS.items():
                cursor.execute(
                    f"create or replace function {function}() returns trigger language plpgsql as $body${source}$body$"
                )
            for name in names:
                table, occasion, level, _kind, function = POSTGRESQL[name]
                cursor.execute(f'drop trigger if exists "{name}" on "{table}"')
                cursor.execute(
                    f'create trigger "{name}" before {occasion} on "{table}" '
                    f"for each {level} execute function {function}()"
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
    return set(TABLES) <= set(connection.introspection.table_names())


def reinstall(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Receiver of post_migrate: whatever the migration did to the tables, the triggers stand afterwards."""
    connection = connections[using]
    if tables_exist(connection):
        install(connection)


def _engine(connection: BaseDatabaseWrapper) -> str:
    if connection.vendor not in ("sqlite", "postgresql"):
        raise NotSupportedError(f"the ledger has no triggers for {connection.vendor}")
    return connection.vendor
