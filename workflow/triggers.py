"""The database itself refuses to change the ledger: triggers on both engines, installed here and nowhere else.

On PostgreSQL a row trigger stops UPDATE and DELETE and a statement trigger stops TRUNCATE. On SQLite BEFORE UPDATE and
BEFORE DELETE do the same, and BEFORE INSERT stops REPLACE INTO, which deletes the old row without firing a delete
trigger. They hold against every program that writes rows, not against whoever owns the tables and may drop triggers;
the hash chain and the daily seals show what such a person did.

One thing may go: the body of an event for which a tombstone stands (docs/decisions/0002, workflow.erasure).

The register of documents is guarded by the same means (docs/decisions/0031): a row stays, and in it everything but
what `MAY_CHANGE` names, for as long as it says. A column that a migration adds is guarded like the rest.

SQLite loses the triggers silently whenever a migration rebuilds a table, so `reinstall` runs after every migrate and
a system check reports what is missing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, NotSupportedError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from documents.models import BYTES, STANDING, Document, NumberSeries
from workflow.models import Event, EventBody, Seal, Tombstone

EVENT, BODY = Event._meta.db_table, EventBody._meta.db_table
SEAL, TOMBSTONE = Seal._meta.db_table, Tombstone._meta.db_table
TABLES = (EVENT, BODY, SEAL, TOMBSTONE)
DOCUMENT, SERIES = Document._meta.db_table, NumberSeries._meta.db_table
# table -> columns that may change -> the condition under which even they may not
MAY_CHANGE: dict[str, dict[tuple[str, ...], str]] = {
    DOCUMENT: {BYTES: "old.file_id is not null", STANDING: "old.status <> 'VALID'"},
    SERIES: {("last",): "new.last <> old.last + 1"},
}


def _differ(columns: Iterable[str], sign: str) -> str:
    return " or ".join(f"new.{name} {sign} old.{name}" for name in columns)


def _too_late(table: str, sign: str) -> str:
    """Whether a column changes that might have changed under another condition."""
    return " or ".join(f"({when}) and ({_differ(names, sign)})" for names, when in MAY_CHANGE[table].items())


def _changeable(table: str) -> list[str]:
    return [name for names in MAY_CHANGE[table] for name in names]


def _keeps(table: str) -> str:
    """The source of a function under which a row stays, and in it what may not change."""
    others = ", ".join(f"'{name}'" for name in _changeable(table))
    return f"""
begin
    if tg_op = 'UPDATE' then
        if to_jsonb(new) - array[{others}] = to_jsonb(old) - array[{others}]
            and not ({_too_late(table, "is distinct from")})
        then
            return new;
        end if;
    end if;
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'integrity_constraint_violation';
end
"""


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
    **{f"{table}_keeps": _keeps(table) for table in MAY_CHANGE},
}
# name -> table, and what PostgreSQL keeps in pg_trigger.tgtype (row 1, before 2, delete 8, update 16, truncate 32)
POSTGRESQL = {
    f"{table}_{name}": (table, occasion, level, kind, function)
    for table, changed in [
        (EVENT, REFUSES),
        (BODY, LETS_GO),
        (SEAL, REFUSES),
        (TOMBSTONE, REFUSES),
        *((table, f"{table}_keeps") for table in MAY_CHANGE),
    ]
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


def _taken(table: str, *keys: str, besides: str = "") -> str:
    """Whether a row with one of these keys is there, so that REPLACE INTO would put another in its place.

    A key with a condition behind a bar is one on the rows that fulfil it, in the words of its index.
    """
    rows = []
    for key in keys:
        names, _bar, condition = key.partition(" | ")
        terms = [*(f"{name} = new.{name}" for name in names.split()), condition, besides]
        rows.append(f'exists (select 1 from "{table}" where {" and ".join(filter(None, terms))})')
    return " or ".join(rows)


DOCUMENT_KEYS = [
    "id",
    "public_id",
    "code",
    "series office_id year sequence version",
    "prefix year sequence version | not (prefix = '')",
    "replaces_id",
]
CHANGING_KEYS = ["job_id", "file_id", "file_sha256 | not (file_sha256 = '')"]
ALL_OTHERS = "<columns>"  # where the text of a trigger asks whether a column changes that never may

# name -> table, and the statement that makes it
SQLITE = {
    f"{table}_{name}": (table, _sqlite(f"{table}_{name}", table, occasion, taken))
    for table, changed, erasable, keys in [
        (EVENT, "", "", ["id", "subject_kind subject_id seq"]),
        (BODY, "", f'not exists (select 1 from "{TOMBSTONE}" where event_id = old.event_id)', ["event_id"]),
        (SEAL, "", "", ["number", "day"]),
        (TOMBSTONE, "", "", ["id", "event_id"]),
        # UPDATE OR REPLACE deletes the other row that has the key already.
        (
            DOCUMENT,
            f"{ALL_OTHERS} or {_too_late(DOCUMENT, 'is not')} "
            f"or {_taken(DOCUMENT, *CHANGING_KEYS, besides='id <> old.id')}",
            "",
            [*DOCUMENT_KEYS, *CHANGING_KEYS],
        ),
        (SERIES, f"{ALL_OTHERS} or {_too_late(SERIES, 'is not')}", "", ["id", "name office_id year"]),
    ]
    for name, occasion, taken in [
        ("no_update", "update", changed),
        ("no_delete", "delete", erasable),
        ("no_replace", "insert", _taken(table, *keys)),
    ]
}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that are absent, switched off or not as this module writes them; sorted. One statement.

    Nothing is missed of the register while an installation has not migrated to it.
    """
    if _engine(connection) == "sqlite":
        found, written = _on_sqlite(connection)
        return sorted(name for name, sql in written.items() if found.get(name, "").lower() != sql.lower())
    with connection.cursor() as cursor:
        cursor.execute(
            "select t.tgname, c.relname, t.tgtype::int, p.proname from pg_trigger t "
            "join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid "
            "where pg_table_is_visible(c.oid) and t.tgenabled in ('O', 'A') and t.tgqual is null "
            "and t.tgattr = ''::int2vector "
            "and (p.proname::text, p.prosrc) in (select * from unnest(%s::text[], %s::text[])) "
            "union all select '', relname, 0, '' from pg_class "
            "where relname::text = any(%s::text[]) and pg_table_is_visible(oid)",
            [list(FUNCTIONS), list(FUNCTIONS.values()), list(MAY_CHANGE)],
        )
        present = set(cursor.fetchall())
    return sorted(
        name
        for name, (table, _occasion, _level, kind, function) in POSTGRESQL.items()
        if (name, table, kind, function) not in present and (table in TABLES or ("", table, 0, "") in present)
    )


def _on_sqlite(connection: BaseDatabaseWrapper) -> tuple[dict[str, str], dict[str, str]]:
    """The triggers that are there, and those that should be: the text of some names the columns of their table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select '', name, sql from sqlite_master where type = 'trigger' union all "
            "select m.name, c.name, '' from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' "
            f"and m.name in ({', '.join(['%s'] * len(MAY_CHANGE))})",
            list(MAY_CHANGE),
        )
        rows = cursor.fetchall()
    columns = {table: sorted(name for of, name, _sql in rows if of == table) for table in MAY_CHANGE}
    others = {table: [name for name in columns[table] if name not in _changeable(table)] for table in MAY_CHANGE}
    written = {
        name: sql.replace(ALL_OTHERS, _differ(others.get(table, ()), "is not"))
        for name, (table, sql) in SQLITE.items()
        if table in TABLES or others[table]
    }
    return {name: sql for of, name, sql in rows if not of}, written


def install(connection: BaseDatabaseWrapper) -> None:
    """Make every trigger stand as this module writes it. Safe to repeat; locks the tables only if one is missing."""
    names = missing(connection)
    if not names:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if _engine(connection) == "sqlite":
            _there, written = _on_sqlite(connection)
            for name in names:
                cursor.execute(f'drop trigger if exists "{name}"')
                cursor.execute(written[name])
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
