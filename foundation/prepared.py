"""Statements of the ORM that are put together once a process: what every request asks, with other values each time."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet


class Prepared:
    """A queryset of values whose SQL is always the same but for some values, which are given by name.

    `build` makes it, once, of the stand-ins: values that nothing else in the statement has, and on which its shape does
    not depend. To put such a statement together takes ten times as long as to send it.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **stand_ins: Any) -> None:
        self.build, self.stand_ins = build, stand_ins
        self.compiled: tuple[str, list[Any], dict[int, Any]] | None = None

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows with these values in place of the stand-ins; one statement."""
        if self.compiled is None:
            self.compiled = self._compile()
        sql, places, converters = self.compiled
        said = {name: _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [said[place.name] if isinstance(place, _Place) else place for place in places])
            found = cursor.fetchall()
        return [
            tuple(_converted(value, *converters[n]) if n in converters else value for n, value in enumerate(row))
            for row in found
        ]

    def _compile(self) -> tuple[str, list[Any], dict[int, Any]]:
        compiler: Any = self.build(**self.stand_ins).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        named = [(_adapted(stand_in), _Place(name)) for name, stand_in in self.stand_ins.items()]
        places = [next((place for stand_in, place in named if stand_in == value), value) for value in values]
        return sql, places, compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])


class _Place:
    """Where a value belongs in the statement."""

    def __init__(self, name: str) -> None:
        self.name = name


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datefield_value(value) if type(value) is date else value


def _converted(value: Any, converters: list[Callable[..., Any]], expression: Any) -> Any:
    for convert in converters:
        value = convert(value, expression, connection)
    return value
