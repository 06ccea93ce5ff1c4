"""Two people load at the same moment, and a move is made while clocks are recomputed."""

from collections import Counter
from functools import partial

import pytest

from cases.demands import moves
from cases.demands.models import Case
from foundation.errors import Changed, Refused
from tests.cases.demands.test_races import all_at_once
from tests.factories import actor, case_in
from tests.workflow.calendar_years import administrator, loaded, notice
from tests.workflow.test_recompute import DECEMBER, LOADED, no_difference, recalculations, run
from workflow.calendar_loading import load_year
from workflow.models import CalendarVersion, CalendarYear
from workflow.recompute import outdated

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_loads_at_the_same_moment_each_makes_a_version_or_none(town):
    by = administrator(town)
    same = [partial(load_year, notice(), by=by, reason="公布", seen=1) for _n in range(6)]
    results = Counter(type(result) for result in all_at_once(same))
    assert results.pop(CalendarVersion) == 1
    assert set(results) <= {Changed, Refused}
    assert [row.name for row in CalendarYear.objects.filter(year=2027)] == ["2027-1"]
    different = [partial(load_year, notice(number=f"第{n}号"), by=by, reason="更正", seen=2) for n in range(6)]
    assert Counter(type(result) for result in all_at_once(different)) == {CalendarVersion: 1, Changed: 5}
    assert sorted(CalendarVersion.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_moves_made_while_clocks_are_recomputed_lose_nothing(town):
    cases = [case_in("IN_PROGRESS", town=town, contacted=True, planned=True, start=DECEMBER) for _n in range(4)]
    loaded(town)
    handler = actor(town.handler, LOADED)
    result = {"text": "供电方案已经送达企业，双方签字确认。", "evidence": "送达回执一份", "outcome": "SOLVED"}
    writers = [
        partial(moves.submit_result, case.pk, by=handler, seen=Case.objects.get(pk=case.pk).head_seq, **result)
        for case in cases
    ]
    answers = all_at_once([*writers, partial(run, LOADED), partial(run, LOADED)])
    # Whoever was later than the recomputing is told that the date has moved; nobody meets anything else.
    assert {type(answer) for answer in answers if isinstance(answer, BaseException)} <= {Changed}
    run(LOADED)
    assert not outdated(2).filter(kind="RESOLVE").exists()
    assert [len(recalculations(case)) for case in cases] == [1] * 4
    assert no_difference()
