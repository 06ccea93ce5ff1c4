"""What filters choose from: the categories, banners, departments and handlers that one reader is offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, CharField, Q, QuerySet, SmallIntegerField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import pgettext

from cases.demands.models import Category
from foundation.prepared import Prepared
from parties.models import Department, District, Membership
from parties.roles import DEPARTMENT_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE

KINDS = ("category", "district", "lead", "handler")


@dataclass(frozen=True)
class Choices:
    """By filter: value → (words, key of the row)."""

    rows: Mapping[str, Mapping[str, tuple[str, int]]]

    def known(self, name: str, value: str) -> str | None:
        """The value as it is offered, or None."""
        if name in ("lead", "handler"):
            try:
                value = str(UUID(value))
            except ValueError:
                return None
        return value if value in self.rows[name] else None

    def label(self, name: str, value: str) -> str:
        return self.rows[name][value][0]

    def key(self, name: str, value: str) -> int:
        return self.rows[name][value][1]

    def options(self, name: str) -> list[tuple[str, str]]:
        return [(value, words) for value, (words, _key) in self.rows[name].items()]


def choices_for(actor: Actor, *, people: bool = False) -> Choices:
    """The choices of this reader, each in its order; one statement. Departments and handlers only for `people`."""
    others: list[QuerySet[Any, Any]] = []
    if people and actor.role in OFFICE_ROLES and actor.post:
        here = actor.post.district_code
        near = Q(district_id=here) | Q(district__level=District.Level.CITY) | Q(district__parent_id=here)
        departments = Department.objects.filter(near, active=True).order_by()
        others.append(departments.values_list(*_columns(2, "public_id", "name", "pk")))
    if people and actor.role in DEPARTMENT_ROLES:
        handlers = Membership.objects.in_force(actor.now.astimezone(ZONE).date()).filter(
            organisation_id=actor.organisation_id, role=Role.HANDLER
        )
        others.append(handlers.order_by().values_list(*_columns(3, "public_id", "user__name", "user_id")))
    rows: dict[str, dict[str, tuple[str, int]]] = {kind: {} for kind in KINDS}
    # Categories stand in the order of their list, the others by code or name.
    found = FOR_ALL.rows() if not others else _of_all(*_for_all(), *others)
    for kind, code, name, number in sorted(found, key=_order):
        words = pgettext("诉求类别", name) if kind == 0 else name
        rows[KINDS[kind]][str(UUID(code)) if kind > 1 else code] = (words, number)
    return Choices(rows)


def _for_all() -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """Categories and banners, which everybody is offered."""
    categories = Category.objects.filter(active=True).order_by()
    banners = District.objects.order_by()
    return (
        categories.values_list(*_columns(0, "code", "name", "sort")),
        banners.values_list(*_columns(1, "code", "name", None)),
    )


def _of_all(first: QuerySet[Any, Any], *others: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return first.union(*others)


FOR_ALL = Prepared(lambda: _of_all(*_for_all()))


def _columns(kind: int, code: str, name: str, number: str | None) -> tuple[Combinable, ...]:
    """The same four columns of whatever table, so that one statement reads them all."""
    key = Value(0, output_field=BigIntegerField()) if number is None else Cast(number, BigIntegerField())
    return Value(kind, output_field=SmallIntegerField()), Cast(code, CharField()), Cast(name, CharField()), key


def _order(row: tuple[int, str, str, int]) -> tuple[object, ...]:
    kind, code, name, number = row
    return (kind, number if kind == 0 else 0, code if kind < 2 else name, code)
