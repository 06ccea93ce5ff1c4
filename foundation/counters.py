"""Counters beside lists: exact to 999, then “1,000+”, and all those of a page in one statement."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

COUNT = "(SELECT COUNT(*) FROM (%s) AS counted)"
BOUND = 1000  # no counter reads more rows than this, however many there are


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


def counter_words(count: int) -> str:
    """“86”, and “1,000+” for whatever was not counted to its end."""
    return f"{BOUND:,}+" if count >= BOUND else str(count)
