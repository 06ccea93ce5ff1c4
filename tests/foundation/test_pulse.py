"""Signs of life: one statement, never back in time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.models import Pulse
from foundation.pulse import beat, last
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_what_never_beat_has_no_pulse():
    beat("tick", at=NOW)
    assert last("worker") is None


def test_the_first_beat_and_every_later_one_take_one_statement():
    for minutes in (0, 1):
        with CaptureQueriesContext(connection) as captured:
            beat("worker", at=NOW + timedelta(minutes=minutes))
        assert len(captured) == 1
    assert Pulse.objects.get().at == NOW + timedelta(minutes=1)


def test_a_beat_says_how_it_went():
    beat("replay", at=NOW, ok=False, detail="有 2 个时钟对不上")
    pulse = last("replay")
    assert (pulse.at, pulse.ok, pulse.detail) == (NOW, False, "有 2 个时钟对不上")
    beat("replay", at=NOW)
    pulse = last("replay")
    assert (pulse.at, pulse.ok, pulse.detail) == (NOW, True, "")


def test_an_older_beat_changes_nothing():
    beat("replay", at=NOW, ok=False, detail="对不上")
    beat("replay", at=NOW - timedelta(microseconds=1), ok=True)
    pulse = last("replay")
    assert (pulse.at, pulse.ok, pulse.detail) == (NOW, False, "对不上")


def test_pulses_of_different_names_leave_each_other_alone():
    beat("worker", at=NOW)
    beat("tick", at=NOW - timedelta(hours=1), ok=False)
    assert last("worker").ok
    assert last("tick").at == NOW - timedelta(hours=1)
