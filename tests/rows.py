"""Rows into their tables with as little as that takes: nearly every test begins with a town."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

# What a driver takes as it is; a value of any other column is made ready by its field.
PLAIN = (
    models.AutoField,
    models.BooleanField,
    models.CharField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)


def insert(rows: Sequence[models.Model]) -> None:
    """These rows, of one table or of tables that extend one, are written and know their keys: a statement a table.

    As `bulk_create`, no history is kept and no signal sent; unlike it, a row may be of a table that extends another.
    """
    roots = {next(iter(type(row)._meta.parents), type(row)) for row in rows}
    assert len(roots) == 1
    (root,) = roots
    _write(root, rows)
    for kind in dict.fromkeys(type(row) for row in rows if type(row) is not root):
        own = [row for row in rows if type(row) is kind]
        for row in own:
            setattr(row, kind._meta.pk.attname, getattr(row, root._meta.pk.attname))
        _write(kind, own)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _write(table: type[models.Model], rows: Sequence[models.Model]) -> None:
    names, begin, holes, odd, key = _shape(table)
    connection = connections[DEFAULT_DB_ALIAS]
    values: list[Any] = []
    for row in rows:
        columns = [row.__dict__[name] for name in names]
        for place, ready in odd:
            if columns[place] is not None:
                columns[place] = ready(columns[place], connection)
        values += columns
    with connection.cursor() as cursor:
        cursor.execute(begin + ", ".join([holes] * len(rows)) + (f" RETURNING {key}" if key else ""), values)
        if key:
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                setattr(row, key, pk)


@cache
def _shape(table: type[models.Model]) -> tuple[list[str], str, str, list[tuple[int, Any]], str]:
    """The attributes that are columns, the statement up to its rows, one row, which columns are made ready and how, and
    the key that the database gives ("" when there is none)."""
    given = table._meta.auto_field
    fields = [field for field in table._meta.local_concrete_fields if field is not given]
    begin = f"INSERT INTO {table._meta.db_table} ({', '.join(field.column for field in fields)}) VALUES "
    odd = [(place, field.get_db_prep_save) for place, field in enumerate(fields) if not isinstance(field, PLAIN)]
    holes = f"({', '.join(['%s'] * len(fields))})"
    return [field.attname for field in fields], begin, holes, odd, given.attname if given else ""
