"""What rows refer to, as far as its name: looked up for the rows that are shown instead of joined to all of them.

Joins would do the same, but two for an organisation, since a firm and a department lie in two tables each: with a dozen
of them the planner took 6 to 10 ms before it read anything.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from django.db.models import CharField, F, Func, Model, QuerySet
from django.db.models.query import ModelIterable

from parties.models import Organisation

M = TypeVar("M", bound=Model)
NAME_OF = "_name_of_"


def naming(rows: QuerySet[M], *columns: str) -> QuerySet[M]:
    """The same rows; what these columns refer to is there with its name, and the rest of it when asked for.

    A column of something that is loaded with the row is written `meeting__office`.
    """
    named = rows.annotate(**{f"{NAME_OF}{column}": _name_of(rows.model, column) for column in columns})
    named._iterable_class = _Named
    return named


def _referred(model: type[Model], column: str) -> type[Model]:
    """The model that the column refers to; for every kind of organisation the one that has the name."""
    found: Any = model
    for step in column.split("__"):
        found = found._meta.get_field(step).related_model
    return Organisation if issubclass(found, Organisation) else found


def _name_of(model: type[Model], column: str) -> Func:
    named: Any = _referred(model, column)
    table, key = named._meta.db_table, named._meta.pk.column
    template = f"(SELECT named.name FROM {table} named WHERE named.{key} = %(expressions)s)"  # noqa: S608 (our tables)
    return Func(F(f"{column}_id"), template=template, output_field=CharField())


class _Named(ModelIterable):
    """Rows whose columns of `naming` hold what they refer to."""

    def __iter__(self) -> Iterator[Any]:
        model, db = self.queryset.model, self.queryset.db
        names = [name for name in self.queryset.query.annotations if name.startswith(NAME_OF)]
        ways = [(name, *self._way(name.removeprefix(NAME_OF)), _maker(model, name, db)) for name in names]
        known: dict[tuple[str, Any], Model] = {}
        for row in super().__iter__():
            for name, steps, last, key, make in ways:
                holder: Any = row
                for step in steps:
                    holder = getattr(holder, step)
                words, pk = row.__dict__.pop(name), holder.__dict__[key]
                if pk is None:
                    holder._state.fields_cache[last] = None
                    continue
                if (name, pk) not in known:
                    known[name, pk] = make([pk, words])
                holder._state.fields_cache[last] = known[name, pk]
            yield row

    @staticmethod
    def _way(column: str) -> tuple[list[str], str, str]:
        *steps, last = column.split("__")
        return steps, last, f"{last}_id"


def _maker(model: type[Model], name: str, db: str) -> Callable[[list[Any]], Model]:
    """What makes of a key and a name the row that the column refers to."""
    referred: Any = _referred(model, name.removeprefix(NAME_OF))
    return partial(referred.from_db, db, [referred._meta.pk.attname, "name"])
