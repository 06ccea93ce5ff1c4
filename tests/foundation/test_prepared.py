"""Statements that are made once: the same rows as the queryset gives, and nothing that a value could change."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from foundation.prepared import NotPreparable, Prepared
from parties.models import Membership
from parties.names import naming
from tests.factories import SINCE, Town


def posts_at(kind: str, *, place: int, day: date) -> Any:
    found = Membership.objects.in_force(day).filter(organisation_id__in=[place], organisation__kind=kind)
    return found.select_related("user", "organisation").order_by("-pk")


def test_a_statement_made_once_gives_the_rows_of_its_queryset_with_other_values(town: Town) -> None:
    prepared = Prepared(posts_at, place=int, day=date)
    for place in (town.energy, town.housing, town.firm):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = prepared.rows(place.kind, place=place.pk, day=SINCE)
        with CaptureQueriesContext(connection) as wanted:
            rows = list(posts_at(place.kind, place=place.pk, day=SINCE))
        assert [query["sql"] for query in asked] == [query["sql"] for query in wanted]
        assert [vars(row)["id"] for row in found] == [row.pk for row in rows]
        for one, other in zip(found, rows, strict=True):
            assert {**vars(one), "_state": 0} == {**vars(other), "_state": 0}
            assert (one.user.name, one.organisation.public_id) == (other.user.name, other.organisation.public_id)
            assert not one._state.adding
    assert prepared.rows("OFFICE", place=town.energy.pk, day=SINCE) == []


def test_rows_are_read_in_the_way_of_their_queryset(town: Town, django_assert_num_queries: Any) -> None:
    """Names of organisations are no join but looked up beside: what is read with them has them."""
    named = Prepared(lambda *, pk: naming(Membership.objects.filter(pk=pk), "organisation"), pk=int)
    for post in (town.liaison, town.staff):
        with django_assert_num_queries(1):
            (found,) = named.rows(pk=post.pk)
            assert found.organisation.name == {town.liaison: "市能源局", town.staff: "甲公司"}[post]


def test_tuples_are_read_as_they_are_asked_for_and_what_is_empty_is_not_asked(
    town: Town, django_assert_num_queries: Any
) -> None:
    pairs = Prepared(lambda *, user: Membership.objects.filter(user_id=user).values_list("public_id", "role"), user=int)
    assert pairs.rows(user=town.liaison.user_id) == [(town.liaison.public_id, "DEPARTMENT_LIAISON")]
    none = Prepared(lambda *, user: Membership.objects.filter(Q(pk__in=[]), user_id=user), user=int)
    with django_assert_num_queries(0):
        assert none.rows(user=town.liaison.user_id) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda *, user: Membership.objects.filter(user_id=user + 1),
        lambda *, user: Membership.objects.filter(user_id__in=range(user % 2 + 1)),
        lambda *, user: Membership.objects.filter(pk__in=[]) if user % 2 else Membership.objects.all(),
    ],
)
def test_what_is_made_of_a_value_or_depends_on_one_is_refused(build: Any, db: None) -> None:
    with pytest.raises(NotPreparable):
        Prepared(build, user=int).rows(user=1)
