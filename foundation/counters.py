"""Counters beside lists: exact to 999, then “1,000+”, and all those of a page in one statement."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

COUNT = "(SELECT COUNT(*) FROM (%s) AS counted)"
BOUND = 1000  # no counter reads more rows than this, however many there are
PARTED = 5 * BOUND  # of a whole whose parts are counted beside it
_SIGNS = {"exact": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def bounded_counts(querysets: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each queryset has, at most BOUND; one statement for all of them, none when all are empty by rule.

    The querysets are those that list the rows, unsliced: a counter that counts something else than its list lies.
    """
    counts = dict.fromkeys(querysets, 0)
    parts: list[str] = []
    names: list[str] = []
    values: list[Any] = []
    for name, queryset in querysets.items():
        try:
            sql, arguments = queryset.order_by().values("pk")[:BOUND].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(COUNT % sql)
        names.append(name)
        values += arguments
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            counts.update(zip(names, cursor.fetchone(), strict=True))
    return counts


def parted_counts(
    whole: QuerySet[Any], parts: Mapping[str, Q], *, beside: Mapping[str, QuerySet[Any]]
) -> tuple[int, dict[str, int]]:
    """How many rows the whole has, how many of them each part, and how many the querysets beside it; all bounded.

    The parts are comparisons of columns of the whole with values, joined by AND. Its rows are read once for all of
    them, in the statement that counts what stands beside; a second statement is needed only when the whole is longer
    than PARTED, because its parts are then counted one by one.
    """
    fields = {name: whole.model._meta.get_field(name) for part in parts.values() for name, _sign, _v in _compared(part)}
    try:
        inner, values = whole.order_by().values(*fields)[:PARTED].query.sql_with_params()
    except EmptyResultSet:
        return 0, {**dict.fromkeys(parts, 0), **bounded_counts(beside)}
    counters, compared = ["COUNT(*)"], []
    for part in parts.values():
        terms = []
        for name, sign, value in _compared(part):
            terms.append(f"parted.{connection.ops.quote_name(name)} {sign} %s")
            compared.append(fields[name].get_db_prep_value(value, connection))
        counters.append(f"COUNT(*) FILTER (WHERE {' AND '.join(terms)})")
    names: list[str] = []
    besides: list[str] = []
    others: list[Any] = []
    for name, queryset in beside.items():
        try:
            sql, arguments = queryset.order_by().values("pk")[:BOUND].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        besides.append(COUNT % sql)
        others += arguments
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([*besides, *counters])} FROM ({inner}) AS parted",  # noqa: S608 (compiled by Django)
            [*others, *compared, *values],
        )
        found = cursor.fetchone()
    counted = dict.fromkeys(beside, 0) | dict(zip(names, found, strict=False))
    number, *rest = found[len(names) :]
    if number == PARTED:
        return BOUND, counted | bounded_counts({name: whole.filter(part) for name, part in parts.items()})
    return min(number, BOUND), counted | {name: min(n, BOUND) for name, n in zip(parts, rest, strict=True)}


def _compared(part: Q) -> list[tuple[str, str, Any]]:
    """The comparisons of a part: column, sign, value. ValueError for anything but plain ones joined by AND."""
    if part.negated or part.connector != Q.AND:
        raise ValueError("a part is made of comparisons joined by AND")
    found: list[tuple[str, str, Any]] = []
    for one in part.children:
        if isinstance(one, Q):
            found += _compared(one)
            continue
        assert isinstance(one, tuple)
        name, _dunder, lookup = one[0].partition("__")
        if (lookup or "exact") not in _SIGNS:
            raise ValueError(f"a part cannot be compared by “{lookup}”")
        found.append((name, _SIGNS[lookup or "exact"], one[1]))
    return found


def counter_words(count: int) -> str:
    """“86”, and “1,000+” for whatever was not counted to its end."""
    return f"{BOUND:,}+" if count >= BOUND else str(count)
