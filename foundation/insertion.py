"""Rows into their tables with as little as that takes: a move writes half a dozen, and nearly every test a town."""

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


def insert(rows: Sequence[models.Model], *, unless_there: bool = False) -> None:
    """These rows, of one table or of tables that extend one, are written and know their keys: a statement a table.

    As with `bulk_create` no signal is sent, so no history is kept. `unless_there` leaves out what a row that is there
    already stands against, and then none learns its key.
    """
    if not rows:
        return
    (root,) = {next(iter(type(row)._meta.parents), type(row)) for row in rows}
    _write(root, rows, unless_there)
    for kind in dict.fromkeys(type(row) for row in rows if type(row) is not root):
        own = [row for row in rows if type(row) is kind]
        for row in own:
            setattr(row, kind._meta.pk.attname, getattr(row, root._meta.pk.attname))
        _write(kind, own, unless_there)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _write(table: type[models.Model], rows: Sequence[models.Model], unless_there: bool) -> None:
    names, begin, holes, odd, key = _shape(table)
    connection = connections[DEFAULT_DB_ALIAS]
    values: list[Any] = []
    for row in rows:
        columns = [row.__dict__[name] for name in names]
        for place, ready in odd:
            if columns[place] is not None:
                columns[place] = ready(columns[place], connection)
        values += columns
    asked = bool(key) and not unless_there
    end = " ON CONFLICT DO NOTHING" if unless_there else f" RETURNING {key}" if asked else ""
    with connection.cursor() as cursor:
        cursor.execute(begin + ", ".join([holes] * len(rows)) + end, values)
        if asked:
            for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
                setattr(row, key, pk)


@cache
def _shape(table: type[models.Model]) -> tuple[list[str], str, str, list[tuple[int, Any]], str]:
    """The attributes that are columns, the statement up to its rows, one row, which columns are made ready and how, and
    the key that the database gives ("" when there is none)."""
    given = table._meta.auto_field
    fields = [field for field in table._meta.local_concrete_fields if field is not given]
    columns = ", ".join(field.column for field in fields)
    begin = f'INSERT INTO "{table._meta.db_table}" ({columns}) VALUES '  # noqa: S608 (names of ours)
    odd = [(place, field.get_db_prep_save) for place, field in enumerate(fields) if not isinstance(field, PLAIN)]
    holes = f"({', '.join(['%s'] * len(fields))})"
    return [field.attname for field in fields], begin, holes, odd, given.attname if given else ""
