"""Statements that are put together once ask for what is given each time, and for nothing else."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.prepared import Prepared
from parties.models import Membership
from tests.factories import NOW, Town


def test_the_same_statement_asks_with_other_values_each_time(town: Town) -> None:
    posts = Prepared(
        lambda person, day: Membership.objects.in_force(day).filter(user_id=person).values_list("public_id", "role"),
        person=-1,
        day=date(1, 1, 1),
    )
    with CaptureQueriesContext(connection) as captured:
        for post in (town.intake, town.handler):
            assert posts.rows(person=post.user_id, day=NOW.date()) == [(post.public_id, post.role)]
            assert posts.rows(person=post.user_id, day=date(2000, 1, 1)) == []
    assert len(captured) == 4
