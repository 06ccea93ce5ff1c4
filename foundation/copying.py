"""Many rows into a table at once: COPY on PostgreSQL, executemany on SQLite, with keys that were reserved before.

No signal is sent, no `save()` runs, and nothing is checked but what the table itself checks. For whoever loads many
rows and has checked them: workflow.bulk, and the import of the directory.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


def reserve_keys(connection: BaseDatabaseWrapper, model: type[models.Model], count: int) -> list[int]:
    """So many keys that no other writer will be given, ascending. In the transaction that will write their rows.

    On PostgreSQL the table is locked as by any writer before the keys are drawn: sealing waits for such writers, so
    that no event comes under a seal that is already made (workflow.seals.settled).
    """
    if count < 1:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"lock table {connection.ops.quote_name(table)} in row exclusive mode")
            cursor.execute(
                "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)", [table, column, count]
            )
            return sorted(key for (key,) in cursor.fetchall())
        # The counter behind AUTOINCREMENT is a table that may be written; the row exists from the first insert on.
        cursor.execute("update sqlite_sequence set seq = seq + %s where name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute("insert into sqlite_sequence (name, seq) values (%s, %s)", [table, count])
        cursor.execute("select seq from sqlite_sequence where name = %s", [table])
        (last,) = cursor.fetchone()
    return list(range(last - count + 1, last + 1))


def write_rows(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Iterable[models.Model], *, with_key: bool
) -> None:
    """The rows lie in the table of their model; without a key of their own the database gives one."""
    fields = [field for field in model._meta.local_concrete_fields if with_key or not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        values = _plain_values(fields)
        statement = f"copy {table} ({columns}) from stdin"
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(values(row))
        return
    holes = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into {table} ({columns}) values ({holes})",  # noqa: S608 (names of our own tables)
            [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows],
        )


def _plain_values(fields: Sequence[models.Field[Any, Any]]) -> Callable[[models.Model], Sequence[Any]]:
    """The values of a row as psycopg writes them; only JSON needs a form of its own."""
    read = attrgetter(*(field.attname for field in fields))
    documents = [n for n, field in enumerate(fields) if isinstance(field, models.JSONField)]
    if not documents:
        return read

    def values(row: models.Model) -> Sequence[Any]:
        found = list(read(row))
        for n in documents:
            found[n] = json.dumps(found[n], ensure_ascii=False)
        return found

    return values


def update_rows(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[models.Model], names: Sequence[str]
) -> None:
    """These fields of the rows lie in the table as they are in memory; those of a parent model in its own table."""
    for table in (*model._meta.all_parents, model):
        wanted = [field for field in table._meta.local_concrete_fields if field.name in names and not field.primary_key]
        if not wanted or not rows:
            continue
        key, quote = table._meta.pk, connection.ops.quote_name
        sets = ", ".join(f"{quote(str(field.column))} = %s" for field in wanted)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"update {quote(table._meta.db_table)} set {sets} where {quote(str(key.column))} = %s",  # noqa: S608
                [
                    [field.get_db_prep_save(getattr(row, field.attname), connection) for field in (*wanted, key)]
                    for row in rows
                ],
            )
