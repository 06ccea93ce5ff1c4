"""Counters: what a list shows is what its counter says, up to 999."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.counters import bounded_counts, counter_words
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
