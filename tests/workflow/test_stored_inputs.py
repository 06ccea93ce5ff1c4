"""The inputs of a move wait as JSON and come back as the move takes them."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.demands.enums import Klass
from cases.demands.models import DutyItem
from foundation.errors import WrongMoment
from parties.models import Department
from tests.factories import NOW, Town
from workflow.stored_inputs import loaded, stored


def there_and_back(**inputs: Any) -> dict[str, Any]:
    return loaded(json.loads(json.dumps(stored(inputs))))


def test_what_json_knows_and_days_and_moments_come_back_equal() -> None:
    inputs = {
        "text": "理由",
        "empty": "",
        "nothing": None,
        "number": 3,
        "urgent": True,
        "klass": Klass.HARD,
        "day": date(2026, 12, 1),
        "moment": NOW,
        "steps": [("现场勘察", date(2026, 11, 26))],
        "points": ["一", "二"],
    }
    wanted = {**inputs, "steps": [["现场勘察", date(2026, 11, 26)]]}
    assert there_and_back(**inputs) == wanted
    assert type(there_and_back(klass=Klass.HARD)["klass"]) is str


def test_rows_wait_by_their_public_id_and_come_back_as_rows(town: Town, django_assert_num_queries: Any) -> None:
    inputs = {"lead": town.energy, "duty_item": town.shared, "category": town.power, "handler": town.handler}
    kept = stored(inputs)
    assert kept["lead"] == {"$row": "parties.department", "key": str(town.energy.public_id)}
    assert kept["category"] == {"$row": "demands.category", "key": "ENERGY"}
    for name, row in inputs.items():
        assert str(row.pk) != kept[name]["key"] or name == "category"
    with django_assert_num_queries(4):
        found = loaded(kept)
    assert found == inputs
    assert [type(row) for row in found.values()] == [type(row) for row in inputs.values()]


def test_several_rows_wait_together(town: Town) -> None:
    departments = Department.objects.order_by("pk")
    assert there_and_back(departments=departments)["departments"] == list(departments)


def test_a_row_that_is_gone_is_a_wrong_moment_and_says_what_to_do(town: Town) -> None:
    kept = stored({"duty_item": town.far})
    DutyItem.objects.filter(pk=town.far.pk).delete()
    with pytest.raises(WrongMoment, match="所提请的内容里有一项已经不在了，请不同意，由提出人重新提请"):
        loaded(kept)


@pytest.mark.parametrize("value", [SimpleUploadedFile("a.txt", b"x"), 1.5, {"a": 1}, object()])
def test_what_cannot_wait_is_a_mistake_at_once(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot wait for a consent"):
        stored({"value": value})
