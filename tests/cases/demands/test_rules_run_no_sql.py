"""Whether a move is open is said without asking the database again: a page may ask it of every row."""

from typing import Any

import pytest

from cases.demands.models import Case
from tests.cases.demands.table import MOVES, STATES
from tests.factories import NOW, Town, actor, case_in
from workflow.actor import Actor
from workflow.door import offers, refusal


@pytest.mark.parametrize("state", STATES)
def test_no_refusal_and_no_offer_runs_a_statement(town: Town, state: str, django_assert_num_queries: Any) -> None:
    pk = case_in(state, town=town, contacted=True).pk
    actors = [actor(post) for post in town.everybody]
    actors += [Actor.system(now=NOW, rule="a rule"), Actor(user_id=None, now=NOW)]
    case = Case.objects.get(pk=pk)  # nothing beside the row: no relation is loaded
    with django_assert_num_queries(0):
        for by in actors:
            offers(case, by)
            for action in MOVES:
                refusal(case, action, by)
