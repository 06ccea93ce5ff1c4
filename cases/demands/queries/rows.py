"""Demands as rows: what a list or a page loads of them, in one statement."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import CharField, F, Func, Model, QuerySet
from django.db.models.query import ModelIterable

from cases.demands.models import Case, Category
from parties.models import District, Organisation, User

# The columns of a list row; a list loads no text of a demand.
ROW = (
    "id",
    "public_id",
    "number",
    "state",
    "title",
    "klass",
    "urgent",
    "turn_role",
    "origin",
    "identity",
    "alias",
    "next_clock",
    "next_due_at",
    "next_since",
    "next_days",
    "submitted_at",
    "closed_at",
    "ended_at",
    "enterprise_id",
    "lead_id",
    "category_id",
    "district_id",
)


def rows(cases: QuerySet[Case], *, more: Iterable[str] = ()) -> QuerySet[Case]:
    """Only what a line of a list shows, in one statement: no text of a demand is loaded. `more` names other columns."""
    names = ["handler"] if "handler_id" in more else []
    return _naming(cases.only(*ROW, *more), "enterprise", "lead", "category", "district", *names)


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a case page or a move form shows of the case row itself, in one statement."""
    named = cases.select_related("category", "district", "handler", "duty_item")
    return _naming(named, "enterprise", "office", "lead", "first_lead", "turn_org")


def _naming(cases: QuerySet[Case], *columns: str) -> QuerySet[Case]:
    """With what these columns refer to, as far as its name: looked up for the rows that are shown.

    Joins would do the same, but two for an organisation, since a firm and a department lie in two tables each: with a
    dozen of them the planner took 6 to 10 ms before it read anything.
    """
    named = cases.annotate(**{f"{NAME_OF}{column}": _name_of(column) for column in columns})
    named._iterable_class = _Named
    return named


NAME_OF = "_name_of_"
# The others by Organisation.
NAMED_BY: dict[str, type[Model]] = {"category": Category, "district": District, "handler": User}


def _name_of(column: str) -> Func:
    model = NAMED_BY.get(column, Organisation)
    table, key = model._meta.db_table, model._meta.pk.column
    template = f"(SELECT named.name FROM {table} named WHERE named.{key} = %(expressions)s)"  # noqa: S608 (our tables)
    return Func(F(f"{column}_id"), template=template, output_field=CharField())


class _Named(ModelIterable):
    """Cases whose columns of `_naming` hold what they refer to with its name, and the rest of it when asked for."""

    def __iter__(self) -> Iterator[Case]:
        columns = [name.removeprefix(NAME_OF) for name in self.queryset.query.annotations if name.startswith(NAME_OF)]
        known: dict[tuple[str, Any], Model] = {}
        for case in super().__iter__():
            values, cache = case.__dict__, case._state.fields_cache
            for column in columns:
                name, pk = values.pop(f"{NAME_OF}{column}"), values[f"{column}_id"]
                if pk is not None and (column, pk) not in known:
                    model = NAMED_BY.get(column, Organisation)
                    known[column, pk] = model.from_db(self.queryset.db, [model._meta.pk.attname, "name"], [pk, name])
                cache[column] = known.get((column, pk))
            yield case
