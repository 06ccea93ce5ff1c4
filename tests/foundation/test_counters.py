"""Counters: what a list shows is what its counter says, up to 999."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from foundation.counters import PARTED, bounded_counts, counter_words, parted_counts
from parties.models import User
from tests.factories import user


def test_several_counters_take_one_statement(db):
    user(name="甲")
    user(name="乙")
    with CaptureQueriesContext(connection) as captured:
        counts = bounded_counts(
            {"all": User.objects.all(), "one": User.objects.filter(name="甲"), "none": User.objects.none()}
        )
    assert counts == {"all": 2, "one": 1, "none": 0}
    assert len(captured) == 1


def test_a_querysets_order_and_columns_do_not_disturb_its_counter(db):
    user(name="甲")
    assert bounded_counts({"x": User.objects.only("name").order_by("-name")}) == {"x": 1}


def test_counters_of_nothing_take_no_statement(db):
    with CaptureQueriesContext(connection) as captured:
        assert bounded_counts({"none": User.objects.none()}) == {"none": 0}
    assert len(captured) == 0


def test_a_counter_is_exact_to_999_and_stops_at_1000(db):
    User.objects.bulk_create(User(username=f"u{n}", name="甲") for n in range(1001))
    assert bounded_counts({"x": User.objects.all(), "y": User.objects.exclude(username__in=["u0", "u1"])}) == {
        "x": 1000,
        "y": 999,
    }
    assert counter_words(999) == "999"
    assert counter_words(1000) == "1,000+"


def test_a_whole_its_parts_and_what_stands_beside_take_one_statement(db):
    User.objects.bulk_create(User(username=f"u{n}", name="甲" if n < 3 else "乙", phone=str(n)) for n in range(5))
    with CaptureQueriesContext(connection) as captured:
        whole, counts = parted_counts(
            User.objects.exclude(username="u4"),
            {"a": Q(name="甲"), "late": Q(phone__gte="1", phone__lt="3"), "none": Q(name="丙")},
            beside={"u4": User.objects.filter(username="u4"), "nobody": User.objects.none()},
        )
    assert (whole, counts) == (4, {"a": 3, "late": 2, "none": 0, "u4": 1, "nobody": 0})
    assert len(captured) == 1


def test_a_whole_of_nothing_counts_only_what_stands_beside(db):
    user(name="甲")
    assert parted_counts(User.objects.none(), {"a": Q(name="甲")}, beside={"x": User.objects.all()}) == (
        0,
        {"a": 0, "x": 1},
    )


def test_parts_are_exact_to_999_however_long_the_whole_is(db):
    User.objects.bulk_create(User(username=f"u{n}", name="甲" if n > PARTED else "乙") for n in range(PARTED + 3))
    parts = {"a": Q(name="甲"), "b": Q(name="乙")}
    assert parted_counts(User.objects.all(), parts, beside={}) == (1000, {"a": 2, "b": 1000})


def test_a_part_that_is_no_plain_comparison_is_refused(db):
    for part in (~Q(name="甲"), Q(name="甲") | Q(name="乙"), Q(name__contains="甲")):
        with pytest.raises(ValueError, match="part"):
            parted_counts(User.objects.all(), {"x": part}, beside={})
