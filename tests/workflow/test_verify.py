"""Reading the whole ledger: in one process or several, and however the times of an event are written."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from cases.demands.models import Case
from tests.workflow.chains import NOON, as_the_attacker, faults, submission, write
from workflow.chain import READERS, Fault, Flaw, make_event
from workflow.models import Event, EventBody
from workflow.registry import subject_models
from workflow.verify import FEW, FIRST, LAST, Checked, _slices, verify_all

only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a column of SQLite holds any text")
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a time that SQLite does not have")


def total(steps: list[Checked]) -> Checked:
    return Checked(
        sum(step.subjects for step in steps),
        sum(step.events for step in steps),
        [fault for step in steps for fault in step.faults],
    )


# --- in processes ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 500])
def test_several_processes_find_what_one_finds(cases: list[Case], batch: int) -> None:
    for case in cases:
        for action in ("submit", "accept", "dispatch"):
            write(case, action)
    assert total(list(verify_all([Case], batch=batch, processes=2))) == Checked(5, 15, [])
    as_the_attacker("update workflow_event set to_state = 'CLOSED' where seq = 2")
    as_the_attacker("update workflow_event set subject_id = subject_id + 1000 where subject_id = %s", cases[4].pk)
    as_the_attacker("update workflow_event set subject_kind = 'ghost' where subject_id = %s", cases[0].pk)
    alone = list(verify_all([Case], batch=batch, processes=1))
    together = list(verify_all([Case], batch=batch, processes=2))
    assert total(together) == total(alone)
    assert {fault.what for fault in total(together).faults} == {Flaw.DIGEST, Flaw.HEAD, Flaw.NO_SUBJECT}
    assert Fault(f"case:{cases[4].pk + 1000}", 0, Flaw.NO_SUBJECT) in total(together).faults


@pytest.mark.django_db(transaction=True)
def test_an_error_in_a_process_is_raised(cases: list[Case]) -> None:
    write(cases[0])
    with pytest.raises(TypeError):
        list(verify_all([Case], batch="many", processes=2))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_transaction_that_is_open_is_read_in_this_process(cases: list[Case]) -> None:
    """Other processes would not see its rows: they would report every head in it as wrong."""
    write(cases[0])
    assert total(list(verify_all([Case]))) == Checked(5, 1, [])


@pytest.mark.django_db
def test_the_slices_cover_every_key_once(cases: list[Case]) -> None:
    for pieces in (1, 2, 7, 64):
        slices = _slices(Case, pieces)
        assert len(slices) == pieces
        assert (slices[0].after, slices[-1].last) == (FIRST, LAST)
        assert [part.last for part in slices[:-1]] == [part.after for part in slices[1:]]


@pytest.mark.django_db
def test_the_slices_of_nothing_cover_every_key_too() -> None:
    assert [part[1:] for part in _slices(Case, 2)] == [(FIRST, 0), (0, LAST)]
    assert FEW > 0
    assert Case in subject_models()


# --- times ----------------------------------------------------------------------------------------------------------

TIMES = [
    NOON,
    NOON + timedelta(microseconds=1),
    NOON + timedelta(microseconds=120_000),
    NOON + timedelta(microseconds=999_999),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(999, 12, 31, 23, 59, 59, 10, tzinfo=UTC),
    datetime(9999, 12, 31, 15, 59, 59, 999_999, tzinfo=UTC),
]


@pytest.mark.django_db
@pytest.mark.parametrize("at", TIMES)
def test_every_time_that_can_be_written_verifies(cases: list[Case], at: datetime) -> None:
    write(cases[0], at=at, effective_at=at)
    write(cases[1], at=at, effective_at=min(TIMES))
    assert faults() == []


@pytest.mark.django_db
@pytest.mark.parametrize("change", [timedelta(microseconds=1), timedelta(hours=-8), timedelta(days=400)])
@pytest.mark.parametrize("column", ["at", "effective_at"])
def test_every_change_of_a_time_is_found(cases: list[Case], change: timedelta, column: str) -> None:
    event = write(cases[0], at=NOON + timedelta(days=500), effective_at=NOON)
    moved = getattr(event, column) + change
    as_the_attacker(f'update workflow_event set "{column}" = %s', moved.isoformat(sep=" "))
    assert {fault.what for fault in faults()} == {Flaw.DIGEST}


@only_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    "spelling",
    [
        "2026-11-23 04:00:00.000000",
        "2026-11-23T04:00:00",
        "2026-11-23 04:00",
        "2026-11-23 04:00:00.000",
        "2026-11-23 04:00:00+00:00",
        "2026-11-23 04:00:00Z",
        "2026-11-23T04:00:00.000000Z",
    ],
)
def test_another_spelling_of_the_same_time_is_no_fault(cases: list[Case], spelling: str) -> None:
    write(cases[0])
    as_the_attacker('update workflow_event set "at" = %s, effective_at = %s', spelling, spelling)
    assert Event.objects.get().at == NOON
    assert faults() == []


@only_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    "spelling",
    [
        "2026-11-23X04:00:00",
        "2026-11-23 04:00:00.000001",
        "2026-11-23 04:00:00.5",
        "2026-11-23 12:00:00",
        "2026-02-30 04:00:00",
        "yesterday",
        "?2026-11-23T04:00:00.000000Z",
        b"yesterday",
    ],
)
def test_what_is_another_time_or_none_is_a_fault(cases: list[Case], spelling: Any) -> None:
    write(cases[0], effective_at=min(TIMES))
    as_the_attacker('update workflow_event set "at" = %s', spelling)
    assert {fault.what for fault in faults()} == {Flaw.DIGEST}


@only_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["2026-11-23 04:00:00+00 BC", "-infinity", "20260-11-23 04:00:00+00"])
def test_times_that_python_does_not_have_are_a_fault(cases: list[Case], moment: str) -> None:
    write(cases[0])
    as_the_attacker(f"update workflow_event set at = 'infinity', effective_at = '{moment}'")
    assert {fault.what for fault in faults()} == {Flaw.DIGEST}


@only_postgresql
@pytest.mark.django_db
def test_the_style_of_dates_on_postgresql_changes_nothing(cases: list[Case]) -> None:
    write(cases[0])
    with connection.cursor() as cursor:
        cursor.execute("set local datestyle = 'SQL, DMY'; set local timezone = 'Asia/Shanghai'")
    assert faults() == []


# --- strange rows ---------------------------------------------------------------------------------------------------


@only_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("column", ["actor", "action", "policy", "payload_sha256"])
def test_a_column_that_holds_no_text_is_a_fault_and_no_crash(cases: list[Case], column: str) -> None:
    write(cases[0])
    as_the_attacker(f"update workflow_event set {column} = x'ff'")
    assert Flaw.DIGEST in {fault.what for fault in faults()}


@pytest.mark.django_db
def test_events_of_kinds_that_nobody_knows_are_named_each_once(cases: list[Case]) -> None:
    for case in cases[:3]:
        write(case)
        write(case, "accept")
    as_the_attacker("update workflow_event set subject_kind = 'aaa' where subject_id = %s", cases[0].pk)
    as_the_attacker("update workflow_event set subject_kind = 'zzz' where subject_id = %s", cases[1].pk)
    strangers = {fault for fault in faults() if fault.what == Flaw.NO_SUBJECT}
    assert strangers == {
        Fault(f"aaa:{cases[0].pk}", 0, Flaw.NO_SUBJECT),
        Fault(f"zzz:{cases[1].pk}", 0, Flaw.NO_SUBJECT),
    }


@pytest.mark.django_db
def test_an_event_of_a_format_without_a_reader_is_a_fault(cases: list[Case]) -> None:
    event, text = make_event(
        head_seq=0, head_hash="", subject_kind="case", subject_id=cases[0].pk, **submission(cases[0])
    )
    assert event.v in READERS
    event.v = 2
    event.save()
    EventBody(event=event, text=text).save()
    Case.objects.filter(pk=cases[0].pk).update(head_seq=1, head_hash=event.digest)
    assert faults() == [Fault(cases[0].subject_key, 1, Flaw.FORMAT)]
