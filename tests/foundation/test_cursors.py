"""What a cursor gives away: nothing, and only the list it was made for takes it."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from foundation.keyset import keyset_page
from parties.models import District, User
from tests.factories import NOW, user


def ids(*, order: str, size: int) -> list[int]:
    """The keys of all people, read page by page."""
    found, after = [], ""
    while True:
        page = keyset_page(User.objects.order_by(*order.split()), after=after, size=size)
        assert page.first == (after == "")
        found += [row.pk for row in page.rows]
        assert len(page.rows) <= size
        if not page.next:
            return found
        assert len(page.rows) == size
        after = page.next


@pytest.mark.parametrize(
    "order", ["id", "-id", "last_login id", "-last_login id", "last_login -id", "name last_login id"]
)
def test_the_pages_are_the_list_whatever_its_order_and_their_size(db: None, order: str) -> None:
    for n in range(12):
        user(name="甲乙丙"[n * 7 % 3], last_login=NOW + timedelta(microseconds=n * 5 % 4))
    whole = list(User.objects.order_by(*order.split()).values_list("pk", flat=True))
    for size in (1, 2, 5, 11, 12, 13):
        assert ids(order=order, size=size) == whole


def test_a_page_takes_one_statement(db: None, django_assert_num_queries: object) -> None:
    for _n in range(5):
        user()
    first = keyset_page(User.objects.order_by("last_login", "id").exclude(pk=0), after="", size=2)
    assert first.first
    with django_assert_num_queries(1):  # type: ignore[operator]
        keyset_page(User.objects.order_by("-id"), after="", size=2)


def test_a_cursor_is_sealed_and_never_the_same_twice(db: None) -> None:
    for n in range(3):
        user(id=7_310_000_000 + n)
    people = User.objects.order_by("id")
    one, other = (keyset_page(people, after="", size=2).next for _twice in range(2))
    assert one != other
    raw = base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))
    for plain in (b"7310000001", (7_310_000_001).to_bytes(8, "big"), (7_310_000_001).to_bytes(8, "little"), b"parties"):
        assert plain not in raw
    assert keyset_page(people, after=one, size=2).rows == keyset_page(people, after=other, size=2).rows == [people[2]]


def test_a_cursor_made_with_another_key_is_as_good_as_none(db: None) -> None:
    for _n in range(3):
        user()
    stranger = Fernet(Fernet.generate_key()).encrypt(json.dumps(["parties.User id", 1]).encode()).decode()
    assert keyset_page(User.objects.order_by("id"), after=stranger, size=2).first


def test_a_list_does_not_take_the_cursor_of_another_though_the_columns_fit(db: None) -> None:
    for n in range(3):
        user()
        District.objects.create(code=str(n), name=f"{n}", level="CITY")
    of_people = keyset_page(User.objects.order_by("id"), after="", size=2).next
    assert keyset_page(User.objects.order_by("-id"), after=of_people, size=2).first
    of_names = keyset_page(User.objects.order_by("name"), after="", size=2).next
    assert keyset_page(District.objects.order_by("name"), after=of_names, size=2).first
    assert not keyset_page(User.objects.order_by("id"), after=of_people, size=2).first


@tries(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
@example("gAAAAA")
@example("g" * 400)
@example("A" * 100_000)
@example(settings.SECRET_KEY)
def test_any_text_is_a_cursor_that_gives_the_first_page(db: None, text: str) -> None:
    page = keyset_page(User.objects.order_by("last_login", "id"), after=text, size=2)
    assert page.first
