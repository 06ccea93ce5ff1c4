"""Minutes issued twice at once: one issue, one number, one demand an item."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from cases.demands.models import Case
from dialogue.symposia import moves
from dialogue.symposia.models import ActionItem, Topic
from documents.models import Document, NumberSeries
from foundation.errors import Changed, WrongMoment
from parties.roles import Role
from tests.cases.demands.test_races import all_at_once
from tests.factories import Town, actor
from tests.meetings import STARTS, Walk, fresh, meeting_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_click_issues_once_and_every_item_has_one_demand(town: Town) -> None:
    meeting = meeting_in("APPROVED", town=town)
    assert meeting.head_at is not None
    by = actor(town.at(town.leaders, Role.LEADER_OFFICE), meeting.head_at)
    click = partial(moves.issue_minutes, meeting.pk, by=by, seen=meeting.head_seq)
    told = all_at_once([click, click, click])
    assert sorted(type(one) in (Changed, WrongMoment) for one in told) == [False, True, True]
    assert fresh(meeting).state == "ISSUED"
    assert (Case.objects.count(), ActionItem.objects.count(), len({i.case_id for i in ActionItem.objects.all()})) == (
        3,
    ) * 3
    assert Document.objects.filter(kind="MINUTES").count() == NumberSeries.objects.get(name="meeting_minutes").last == 1
    walk = Walk(town, now=meeting.head_at)
    held = walk.correct(fresh(meeting), "【任务】换一项｜牵头：市能源局｜期限：2027-01-20")
    again = partial(moves.issue_minutes, meeting.pk, by=walk.organiser(), seen=held.head_seq)
    told = all_at_once([again, again])
    assert sorted(type(one) in (Changed, WrongMoment) for one in told) == [False, True]
    assert (Case.objects.count(), Case.objects.filter(ending="CORRECTED").count()) == (4, 2)
    assert list(Document.objects.filter(kind="MINUTES").order_by("version").values_list("version", "status")) == [
        (1, "REPLACED"),
        (2, "VALID"),
    ]
    # Two meetings opened in one moment: what is unfinished stands first on one agenda, not on both.
    days = {"topics_until": STARTS.date() + timedelta(days=30), "firms_until": STARTS.date() + timedelta(days=30)}
    plan = {"starts_at": STARTS + timedelta(days=40), "ends_at": STARTS + timedelta(days=40, hours=2), **days}
    all_at_once([Walk(town, now=walk.now, plan=plan).open, Walk(town, now=walk.now, plan=plan).open])
    carried = Topic.objects.filter(source="CARRIED").values_list("carried_from__number", flat=True)
    assert Counter(carried) == {3: 1, 4: 1}
