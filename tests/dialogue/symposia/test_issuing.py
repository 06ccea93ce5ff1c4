"""印发: number, document, items and demands together or not at all; corrections; progress; the end of a meeting."""

from datetime import date, timedelta
from typing import Any

import pytest

from dialogue.symposia.models import ActionItem, Meeting
from documents.models import Document
from foundation.errors import DomainError
from tests.factories import Town
from tests.meetings import Walk, meeting_in
from workflow.models import Clock, Event


def walk_to(state: str, town: Town, **traits: Any) -> tuple[Walk, Meeting]:
    """A meeting in this state, and the walk that goes on an hour after its last event."""
    meeting = meeting_in(state, town=town, **traits)
    assert meeting.head_at is not None
    return Walk(town, now=meeting.head_at + timedelta(hours=1)), meeting


def items_of(meeting: Meeting) -> list[ActionItem]:
    return list(ActionItem.objects.filter(meeting=meeting).select_related("case", "lead").order_by("number"))


def words_of(meeting: Meeting, action: str) -> str:
    event = Event.objects.filter(subject_kind="meeting", subject_id=meeting.pk, action=action).order_by("-seq")[0]
    return str(event.body.text)


def refused(do: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as caught:
        do()
    return type(caught.value).__name__, str(caught.value)


def test_issue_gives_number_document_and_one_demand_for_every_item(town: Town) -> None:
    meeting = meeting_in("ISSUED", town=town)
    assert (meeting.minutes_number, meeting.version) == ("市领导办公室纪要〔2026〕第1期", 1)
    document = Document.objects.get(subject_kind="meeting", kind="MINUTES")
    assert (document.number, document.audience, document.office_id) == (meeting.minutes_number, "", meeting.office_id)
    rows = items_of(meeting)
    told = [(i.number, i.lead, i.person, i.due_on, i.case.state, i.case.lead_id, i.case.due_on, i.tied) for i in rows]
    energy, housing, days = town.energy, town.housing, [date(2026, 12, 31), date(2027, 1, 15), date(2027, 1, 20)]
    assert told == [
        (1, energy, "赵喆", days[0], "DISPATCHED", energy.pk, days[0], False),
        (2, energy, "", days[1], "DISPATCHED", energy.pk, days[1], False),
        (3, housing, "", days[2], "DISPATCHED", housing.pk, days[2], False),
    ]
    assert [(i.case.enterprise, i.case.category, i.case.office) for i in rows] == [
        (town.firm, town.power, town.office),
        (town.firm, town.power, town.office),
        (None, town.power, town.city_office),
    ]
    assert [str(i.public_id) for i in rows] == [i.case.origin_key for i in rows]
    assert [list(i.others.all()) for i in rows] == [[housing], [], []]
    assert not Clock.objects.filter(subject_kind="meeting", stopped_at=None).exists()
