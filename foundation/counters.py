"""Counters beside lists: exact to 999, then “1,000+”, and all those of a page in one statement."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

COUNT = "(SELECT COUNT(*) FROM (%s) AS counted)"
BOUND = 1000  # no counter reads more rows than this, however many there are
PARTED = 5 * BOUND  # of a whole whose parts are counted beside it
_SIGNS = {"exact": "=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_NULL = {True: "IS NULL", False: "IS NOT NULL"}


class _Counters:
    """Counters of one statement, each of at most BOUND rows: their SQL, the values in it, and whose they are."""

    def __init__(self) -> None:
        self.names: list[Any] = []
        self.selects: list[str] = []
        self.values: list[Any] = []

    def add(self, name: Any, queryset: QuerySet[Any]) -> None:
        """The rows of the queryset. Nothing is added, here and below, for one that is empty by rule."""
        try:
            sql, values = queryset.order_by().values("pk")[:BOUND].query.sql_with_params()
        except EmptyResultSet:
            return
        self._add(name, sql, values)

    def add_parts(self, rows: "_Rows", parts: Mapping[Any, Q]) -> None:
        """The rows that meet each of these comparisons."""
        for name, part in parts.items():
            compared, values = rows.where(part)
            sql = f"SELECT 1 FROM ({rows.sql}) AS parted WHERE {compared} LIMIT {BOUND}"  # noqa: S608 (compiled by Django)
            self._add(name, sql, [*rows.values, *values])

    def _add(self, name: Any, sql: str, values: Iterable[Any]) -> None:
        self.names.append(name)
        self.selects.append(COUNT % sql)
        self.values += values

    def run(self, *, more: Iterable[str] = (), beyond: str = "", values: Iterable[Any] = ()) -> tuple[Any, ...]:
        """What the statement gives: the counters in the order they were added, then `more`."""
        if not self.selects and not beyond:
            return ()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join([*self.selects, *more])}{beyond}", [*self.values, *values])
            found: tuple[Any, ...] = cursor.fetchone()
        return found


class _Rows:
    """Rows of a queryset, compiled once for all of its parts. Raises EmptyResultSet when there are none by rule."""

    def __init__(self, queryset: QuerySet[Any], parts: Iterable[Q]) -> None:
        names = [name for part in parts for name, _sign, _value in _compared(part)]
        self.fields = {name: queryset.model._meta.get_field(name) for name in names}
        self.sql, self.values = queryset.order_by().values(*self.fields or ["pk"]).query.sql_with_params()

    def where(self, part: Q) -> tuple[str, list[Any]]:
        """The comparisons in SQL, of columns of what is called “parted”, and the values in it."""
        terms, values = ["TRUE"], []
        for name, sign, value in _compared(part):
            terms.append(f"parted.{connection.ops.quote_name(name)} {sign}")
            if sign not in _NULL.values():
                terms[-1] += " %s"
                values.append(self.fields[name].get_db_prep_value(value, connection))
        return " AND ".join(terms), values


def bounded_counts(
    querysets: Mapping[Any, QuerySet[Any]], *, parts: Mapping[Any, Mapping[Any, Q]] | None = None
) -> dict[Any, int]:
    """How many rows each queryset has, at most BOUND; one statement for all of them, none when all are empty by rule.

    The querysets are those that list the rows, unsliced: a counter that counts something else than its list lies.
    `parts` gives, by the name of a queryset, the names of counters of some of its rows: comparisons of columns with
    values, joined by AND.
    """
    counters = _Counters()
    counts = dict.fromkeys(querysets, 0)
    for name, queryset in querysets.items():
        of_it = (parts or {}).get(name, {})
        counts |= dict.fromkeys(of_it, 0)
        if not of_it:
            counters.add(name, queryset)
            continue
        try:
            counters.add_parts(_Rows(queryset, of_it.values()), {name: Q(), **of_it})
        except EmptyResultSet:
            continue
    return counts | dict(zip(counters.names, counters.run(), strict=True))


def parted_counts(
    queryset: QuerySet[Any],
    parts: Mapping[Any, Q],
    *,
    whole: Q | None = None,
    apart: Mapping[Any, Q] | None = None,
    beside: Mapping[Any, QuerySet[Any]],
) -> tuple[int, dict[Any, int]]:
    """How many rows of the queryset are in the whole, how many of those in each part, how many of its rows in what lies
    apart, and how many rows the querysets beside have; all bounded, in one statement.

    Whole, parts and what lies apart are comparisons as in `bounded_counts`; without `whole` all rows are meant. The
    rows of the whole are read once for all of its parts; a second statement is needed only when it is longer than
    PARTED, because its parts are then counted one by one.
    """
    whole, apart = whole or Q(), apart or {}
    try:
        rows = _Rows(queryset, (whole, *parts.values(), *apart.values()))
    except EmptyResultSet:
        return 0, {**dict.fromkeys((*parts, *apart), 0), **bounded_counts(beside)}
    counters = _Counters()
    counters.add_parts(rows, apart)
    for name, other in beside.items():
        counters.add(name, other)
    compared = [rows.where(part) for part in parts.values()]
    where, values = rows.where(whole)
    found = counters.run(
        more=["COUNT(*)", *(f"COUNT(*) FILTER (WHERE {sql})" for sql, _values in compared)],
        beyond=f" FROM (SELECT * FROM ({rows.sql}) AS parted WHERE {where} LIMIT {PARTED}) AS parted",  # noqa: S608
        values=[value for _sql, said in compared for value in said] + [*rows.values, *values],
    )
    counted = dict.fromkeys(beside, 0) | dict(zip(counters.names, found, strict=False))
    number, *rest = found[len(counters.names) :]
    if number == PARTED:
        return BOUND, counted | bounded_counts({name: queryset.filter(whole, part) for name, part in parts.items()})
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
        sign = _NULL[bool(one[1])] if lookup == "isnull" else _SIGNS.get(lookup or "exact")
        if sign is None:
            raise ValueError(f"a part cannot be compared by “{lookup}”")
        found.append((name, sign, one[1]))
    return found


def counter_words(count: int) -> str:
    """“86”, and “1,000+” for whatever was not counted to its end."""
    return f"{BOUND:,}+" if count >= BOUND else str(count)
