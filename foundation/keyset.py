"""Pages of a long list by what stood last on the page before, so that page 200 costs no more than page 1."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils import timezone

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list; `next` is the cursor of those that follow, "" at the end."""

    rows: list[M]
    next: str
    first: bool


def keyset_page(queryset: QuerySet[M], *, after: str, size: int) -> Page[M]:
    """The rows that follow the cursor in the queryset's own order, one statement.

    The order names columns of the model that are never null on these rows, the last one unique. A cursor that cannot
    be read, or is of another list, gives the first page: an address somebody cut off is not an error.
    """
    order = tuple(str(name) for name in queryset.query.order_by)
    values = _read(queryset.model, order, after)
    rows = list((queryset.filter(_beyond(order, values)) if values else queryset)[: size + 1])
    more = len(rows) > size
    return Page(rows[:size], _write(rows[size - 1], order) if more else "", first=not values)


def keyset_chunks(queryset: QuerySet[M], *, size: int) -> Iterator[list[M]]:
    """All rows of the queryset, `size` at a time, one statement each; in an order that `keyset_page` would take."""
    order = tuple(str(name) for name in queryset.query.order_by)
    rest = queryset
    while rows := list(rest[:size]):
        yield rows
        if len(rows) < size:
            return
        rest = queryset.filter(_beyond(order, _values(rows[-1], order)))


def _values(row: Model, order: tuple[str, ...]) -> list[Any]:
    return [getattr(row, name.removeprefix("-")) for name in order]


def _beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Later than `values` in the order: beyond the first column, or equal there and beyond in the rest.

    The bound on the first column is repeated by itself, because that is what an index can start from.
    """
    name, value = order[0].removeprefix("-"), values[0]
    way = "lt" if order[0].startswith("-") else "gt"
    if len(order) == 1:
        return Q(**{f"{name}__{way}": value})
    later = Q(**{f"{name}__{way}": value}) | (Q(**{name: value}) & _beyond(order[1:], values[1:]))
    return Q(**{f"{name}__{way}e": value}) & later


@lru_cache(maxsize=1)
def _seal() -> Fernet:
    """Cursors are sealed: the keys of rows in them would tell a reader how many demands the city has.

    The list they belong to is sealed in as well, so that nobody can hold the keys of two lists against each other.
    """
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"keyset cursor" + settings.SECRET_KEY.encode()).digest()))


def _list_of(model: type[Model], order: tuple[str, ...]) -> str:
    return f"{model._meta.label} {' '.join(order)}"


def _write(row: Model, order: tuple[str, ...]) -> str:
    values = _values(row, order)
    plain = [_list_of(type(row), order), *(v.isoformat() if isinstance(v, date) else v for v in values)]
    return _seal().encrypt(json.dumps(plain).encode()).decode().rstrip("=")


def _column(model: type[Model], name: str) -> "Field[Any, Any]":
    """`pk` is how Django calls the key, whatever its column is called."""
    return cast("Field[Any, Any]", model._meta.pk if name == "pk" else model._meta.get_field(name))


def _read(model: type[Model], order: tuple[str, ...], after: str) -> list[Any]:
    if not after or len(after) > 400 or not after.isascii():
        return []
    try:
        of, *plain = json.loads(_seal().decrypt(after + "=" * (-len(after) % 4)))
        if of != _list_of(model, order):
            return []
        fields = [_column(model, name.removeprefix("-")) for name in order]
        values = [field.to_python(value) for field, value in zip(fields, plain, strict=True)]
    except (InvalidToken, ValueError, TypeError, OverflowError, ValidationError):
        return []
    unreadable = any(v is None or (isinstance(v, datetime) and timezone.is_naive(v)) for v in values)
    return [] if unreadable else values
