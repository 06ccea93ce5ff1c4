"""Statements that are made once and run with other values.

Putting a queryset together and writing its SQL costs Django several times what the database takes to answer, and a
move asks the same handful of questions every time. What a queryset says stays where it is said: here its text alone is
kept, with the places of the values in it.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Read = Callable[[Iterable[Any], Any], Iterator[Any]]


class NotPreparable(TypeError):
    """Other values gave other words, or a value is not in the statement as it is; a mistake of the program."""


@dataclass(frozen=True)
class Statement:
    """The SQL of a queryset ("" when it is known to be empty), its parameters, which of them are values by name, and
    how the rows of the answer are read."""

    sql: str
    parameters: tuple[Any, ...] = ()
    holes: tuple[tuple[int, str], ...] = ()
    read: Read | None = None


class Prepared:
    """A queryset of rows, or of tuples, by its shape and its values.

    `build` gives it from the shape, which is hashable and may decide everything, and the values by name, at which it
    must not look: whichever they are, the SQL is the same. `values` says the type of each, or gives a function that
    makes it of the others. When a statement is made this is tried out twice, with values that nothing has, and raises
    NotPreparable; what such values cannot show (a None, a list of another length) belongs into the shape.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **values: type | Callable[[Mapping[str, Any]], Any]):
        self._build, self._values = build, values
        self._made: dict[tuple[Hashable, ...], Statement] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[Any]:
        """The rows that there are with these values; one statement, none when it is known to be empty."""
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.vendor, *shape)
        statement = self._made.get(key)
        if statement is None:
            statement = self._made[key] = self._make(shape, connection)
        if statement.read is None:
            return []
        values = self._with_derived(values)
        parameters = list(statement.parameters)
        for place, name in statement.holes:
            parameters[place] = _parameter(values[name], connection)
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            found = cursor.fetchall()
        return list(statement.read(found, connection)) if found else []

    def _with_derived(self, values: dict[str, Any]) -> dict[str, Any]:
        for name, kind in self._values.items():
            if not isinstance(kind, type):
                values[name] = kind(values)
        return values

    def _make(self, shape: tuple[Hashable, ...], connection: Any) -> Statement:
        """The statement of a shape, made with two sets of values: what differs in it are the values."""
        tries = [self._tried(shape, turn, connection) for turn in range(2)]
        (sql, some, these, read), (again, others, those, _read) = tries
        if sql != again or len(some) != len(others):
            raise NotPreparable(f"other values, other words: {sql} / {again}")
        holes = []
        for place, (one, other) in enumerate(zip(some, others, strict=True)):
            if one != other:
                names = [name for name in these if (these[name], those[name]) == (one, other)]
                if len(names) != 1:
                    raise NotPreparable(f"parameter {place} is made of a value: {sql}")
                holes.append((place, names[0]))
        return Statement(sql, tuple(some), tuple(holes), read)

    def _tried(
        self, shape: tuple[Hashable, ...], turn: int, connection: Any
    ) -> tuple[str, list[Any], dict[str, Any], Read | None]:
        given = {
            name: _stand_in(kind, 2 * place + turn)
            for place, (name, kind) in enumerate(self._values.items())
            if isinstance(kind, type)
        }
        known = {name: _parameter(value, connection) for name, value in self._with_derived(dict(given)).items()}
        queryset = self._build(*shape, **given)
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return "", [], known, None
        return sql, list(parameters), known, _reader(queryset, compiler)


def _stand_in(kind: type, number: int) -> Any:
    """A value of this type that nothing has."""
    if kind is int:
        return 2_000_000_000 + number
    if kind is datetime:
        return datetime(1871, 1, 1, 9, 7, 3, 141, UTC) + timedelta(days=number)
    if kind is date:
        return date(1881, 1, 1) + timedelta(days=number)
    if kind is UUID:
        return UUID(int=2**127 + number)
    if kind is str:
        return f"\N{SNOWMAN} {number}"
    raise TypeError(f"no stand-in for {kind}")


def _parameter(value: Any, connection: Any) -> Any:
    """The value as the driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


class _Answer:
    """What a queryset takes for its compiler when it reads its rows: with the answer in hand, nothing is compiled."""

    def __init__(self, made: Any, converters: list[tuple[int, Any]], rows: Iterable[Any], connection: Any) -> None:
        self.select, self.klass_info, self.annotation_col_map = made.select, made.klass_info, made.annotation_col_map
        self._converters, self._rows, self._connection = converters, rows, connection

    def execute_sql(self, *_args: Any, **_options: Any) -> Iterable[Any]:
        return self._rows

    def results_iter(self, *_args: Any, **_options: Any) -> Iterator[Any]:
        for row in map(list, self._rows):
            for place, (steps, expression) in self._converters:
                for step in steps:
                    row[place] = step(row[place], expression, self._connection)
            yield tuple(row)


class _With:
    """An object but for some of its attributes."""

    def __init__(self, base: Any, **other: Any) -> None:
        self.__dict__.update(other)
        self._base = base

    def __getattr__(self, name: str) -> Any:
        return getattr(self._base, name)


def _reader(queryset: Any, made: Any) -> Read:
    """How the rows of the answer become what the queryset yields, in its own way."""
    converters = list(made.get_converters([column[0] for column in made.select[: made.col_count]]).items())

    def read(rows: Iterable[Any], connection: Any) -> Iterator[Any]:
        answer = _Answer(made, converters, rows, connection)
        query = _With(queryset.query, get_compiler=lambda *_args, **_options: answer)
        return iter(queryset._iterable_class(_With(queryset, query=query)))

    return read
