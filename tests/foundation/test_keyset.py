"""Pages by cursor: every row once, in order, and a cursor nobody can read is the first page."""

from datetime import timedelta

import pytest

from foundation.keyset import keyset_page
from parties.models import User
from tests.factories import NOW, user


@pytest.fixture
def people(db):
    """Seven people, some of whom were last seen at the same moment."""
    for n in range(7):
        user(name=f"甲{n}", last_login=NOW + timedelta(days=n // 3))
    return User.objects.all()


def walk(queryset, size):
    after, pages = "", []
    while True:
        page = keyset_page(queryset, after=after, size=size)
        pages.append([row.name for row in page.rows])
        if not page.next:
            return pages
        after = page.next


def test_pages_hold_every_row_once_and_in_order(people):
    pages = walk(people.order_by("last_login", "id"), 2)
    assert pages == [["甲0", "甲1"], ["甲2", "甲3"], ["甲4", "甲5"], ["甲6"]]


def test_newest_first_works_the_same(people):
    assert walk(people.order_by("-id"), 3) == [["甲6", "甲5", "甲4"], ["甲3", "甲2", "甲1"], ["甲0"]]
    assert walk(people.order_by("-pk"), 3) == walk(people.order_by("-id"), 3)


def test_a_full_last_page_has_no_page_after_it(people):
    assert [len(page) for page in walk(people.order_by("id"), 7)] == [7]


def test_a_row_that_leaves_the_list_does_not_make_another_be_skipped(people):
    first = keyset_page(people.order_by("id"), after="", size=3)
    first.rows[0].delete()
    assert [row.name for row in keyset_page(people.order_by("id"), after=first.next, size=3).rows] == [
        "甲3",
        "甲4",
        "甲5",
    ]


@pytest.mark.parametrize("after", ["x", "%00", "e30", "W10", "1" * 500, "None", "甲", "WyIyMDI2Il0"])
def test_a_cursor_that_cannot_be_read_gives_the_first_page(people, after):
    page = keyset_page(people.order_by("last_login", "id"), after=after, size=3)
    assert page.first
    assert [row.name for row in page.rows] == ["甲0", "甲1", "甲2"]


def test_a_cursor_of_another_order_gives_the_first_page(people):
    other = keyset_page(people.order_by("id"), after="", size=3).next
    assert keyset_page(people.order_by("last_login", "id"), after=other, size=3).first


def test_a_cursor_does_not_show_the_key_of_a_row(people):
    page = keyset_page(people.order_by("id"), after="", size=3)
    assert str(page.rows[-1].pk) not in page.next or len(page.next) > 40
