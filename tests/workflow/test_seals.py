"""The daily seal: one for a day, over all that was written since the last, in the database and in the file."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.demands.models import Case
from foundation.canonical import canonical, sha256
from foundation.copying import reserve_keys
from foundation.errors import WrongMoment
from tests.workflow.chains import NOON, write
from tests.workflow.test_merkle import as_the_rfc_defines_it
from workflow import seals
from workflow.models import Event, Seal
from workflow.models.events import LedgerIsAppendOnly
from workflow.seal_file import SealFileContradicts
from workflow.seals import line, on_sealed, seal_ledger

DAY = timedelta(days=1)
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time on SQLite")


def file_lines() -> list[str]:
    return Path(settings.SEALS_FILE).read_text(encoding="utf-8").splitlines()


def leaf(event: Event) -> str:
    return rfc8785.dumps({"subject": event.subject_key, "seq": event.seq, "digest": event.digest}).decode()


@pytest.mark.django_db
def test_a_seal_covers_the_last_event_of_every_subject_that_moved(cases: list[Case]) -> None:
    first = write(cases[0])
    second = [write(cases[1]), write(cases[1], "accept")]
    sealed = seal_ledger(now=NOON)
    assert sealed is not None
    assert (sealed.number, sealed.day.isoformat(), sealed.previous) == (1, "2026-11-23", "")
    assert (sealed.events, sealed.heads, sealed.last_event) == (3, 2, second[1].pk)
    assert sealed.heads_root == as_the_rfc_defines_it([leaf(first), leaf(second[1])]).hex()
    assert (sealed.tombstones, sealed.tombstones_root) == (0, sha256(""))
    third = write(cases[0], "accept")
    after = seal_ledger(now=NOON + DAY)
    assert after is not None
    assert (after.number, after.previous, after.events, after.heads) == (2, sealed.digest, 1, 1)
    assert after.heads_root == as_the_rfc_defines_it([leaf(third)]).hex()


@pytest.mark.django_db
def test_the_hash_of_a_seal_is_that_of_its_canonical_document(cases: list[Case]) -> None:
    write(cases[0])
    seal_ledger(now=NOON)
    [text] = file_lines()
    document = json.loads(text)
    claimed = document.pop("hash")
    assert sha256(rfc8785.dumps(document).decode()) == claimed == Seal.objects.get().digest
    assert text == rfc8785.dumps({**document, "hash": claimed}).decode()
    assert set(document) == {
        *("v", "number", "day", "at", "previous", "last_event", "events", "heads", "heads_root"),
        *("last_tombstone", "tombstones", "tombstones_root"),
    }


def test_the_format_never_changes() -> None:
    seal = Seal(
        number=2,
        v=1,
        day=NOON.date(),
        at=NOON,
        previous="ab" * 32,
        last_event=31,
        events=3,
        heads=2,
        heads_root="cd" * 32,
        last_tombstone=4,
        tombstones=1,
        tombstones_root="ef" * 32,
    )
    seal.digest = sha256(canonical(seals.document(seal)))
    assert line(seal) == (
        '{"at":"2026-11-23T04:00:00.000000Z","day":"2026-11-23","events":3,'
        '"hash":"4b295f194a79d7ccc5ac88dad0022c6adac7420691ee4abbade34047e5d45987","heads":2,"heads_root":"'
        + "cd"
        * 32
        + '",'
        '"last_event":31,"last_tombstone":4,"number":2,"previous":"' + "ab" * 32 + '","tombstones":1,'
        '"tombstones_root":"' + "ef" * 32 + '","v":1}'
    )


@pytest.mark.django_db
def test_a_day_has_one_seal(cases: list[Case]) -> None:
    evening, midnight = datetime(2026, 11, 23, 15, 59, tzinfo=UTC), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    write(cases[0])
    assert seal_ledger(now=NOON) is not None
    write(cases[0], "accept")
    assert seal_ledger(now=NOON) is None
    assert seal_ledger(now=evening) is None
    assert seal_ledger(now=NOON - DAY) is None
    sealed = seal_ledger(now=midnight)  # in Ordos
    assert sealed is not None
    assert (sealed.day.isoformat(), sealed.events) == ("2026-11-24", 1)
    assert len(file_lines()) == Seal.objects.count() == 2


@pytest.mark.django_db
def test_the_seal_after_a_standstill_covers_the_whole_gap(cases: list[Case]) -> None:
    seal_ledger(now=NOON)
    for case in cases:
        write(case)
    sealed = seal_ledger(now=NOON + 4 * DAY)
    assert sealed is not None
    assert (sealed.number, sealed.events, sealed.heads) == (2, 5, 5)


@pytest.mark.django_db
def test_a_day_without_events_is_sealed_too() -> None:
    sealed = [seal_ledger(now=NOON + n * DAY) for n in range(3)]
    assert [seal and (seal.number, seal.last_event, seal.events) for seal in sealed] == [
        (1, 0, 0),
        (2, 0, 0),
        (3, 0, 0),
    ]
    assert len({seal.digest for seal in sealed if seal}) == 3


@pytest.mark.django_db
def test_sealing_takes_as_many_statements_for_many_events_as_for_few(cases: list[Case]) -> None:
    counts = []
    for day, moving in enumerate([cases[:1], cases]):
        for case in moving:
            for action in ("submit", "accept", "dispatch"):
                write(case, action)
        with CaptureQueriesContext(connection) as captured:
            seal_ledger(now=NOON + day * DAY)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16


@pytest.mark.django_db
def test_python_refuses_to_change_a_seal(cases: list[Case]) -> None:
    seal_ledger(now=NOON)
    seal = Seal.objects.get()
    for attempt in (seal.save, seal.delete, Seal.objects.all().delete, lambda: Seal.objects.update(heads=0)):
        with pytest.raises(LedgerIsAppendOnly):
            attempt()


# --- who is told ----------------------------------------------------------------------------------------------------


@pytest.fixture
def told() -> Iterator[list[Seal]]:
    heard: list[Seal] = []
    on_sealed.append(heard.append)
    yield heard
    on_sealed.remove(heard.append)


@pytest.mark.django_db
def test_every_new_seal_is_told_once(told: list[Seal]) -> None:
    seal = seal_ledger(now=NOON)
    seal_ledger(now=NOON)
    assert told == [seal]


@pytest.mark.django_db
def test_a_seal_that_cannot_be_told_is_not_made_and_leaves_no_line() -> None:
    def fail(seal: Seal) -> None:
        raise ZeroDivisionError

    on_sealed.append(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            seal_ledger(now=NOON)
    finally:
        on_sealed.remove(fail)
    assert not Seal.objects.exists()
    assert not Path(settings.SEALS_FILE).exists()
    assert seal_ledger(now=NOON) is not None


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_file_has_a_line_for_every_seal(cases: list[Case]) -> None:
    for n, case in enumerate(cases):
        write(case)
        seal_ledger(now=NOON + n * DAY)
    assert file_lines() == [line(seal) for seal in Seal.objects.order_by("number")]
    assert Path(settings.SEALS_FILE).stat().st_mode & 0o007 == 0


@pytest.mark.django_db
def test_lines_that_are_missing_are_appended_by_the_next_run(cases: list[Case]) -> None:
    for n in range(3):
        seal_ledger(now=NOON + n * DAY)
    file = Path(settings.SEALS_FILE)
    whole = file.read_bytes()
    for kept in (0, 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:kept])
        assert seal_ledger(now=NOON + 2 * DAY) is None
        assert file.read_bytes() == whole
    file.unlink()
    seal_ledger(now=NOON + 3 * DAY)
    assert file.read_bytes().startswith(whole)
    assert len(file_lines()) == 4


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_now_is_completed_later(cases: list[Case]) -> None:
    file = Path(settings.SEALS_FILE)
    file.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        seal_ledger(now=NOON)
    assert Seal.objects.count() == 1
    file.rmdir()
    assert seal_ledger(now=NOON) is None
    assert len(file_lines()) == 1


@pytest.mark.django_db
def test_a_line_that_contradicts_the_database_stays_and_is_reported_while_sealing_goes_on() -> None:
    seal_ledger(now=NOON)
    file = Path(settings.SEALS_FILE)
    changed = file.read_bytes().replace(b'"events":0', b'"events":1')
    file.write_bytes(changed)
    with pytest.raises(SealFileContradicts, match="第 1 行与数据库中的封存不一致"):
        seal_ledger(now=NOON + DAY)
    assert file.read_bytes() == changed
    assert Seal.objects.count() == 2


@pytest.mark.django_db
def test_a_line_too_many_is_reported() -> None:
    seal_ledger(now=NOON)
    file = Path(settings.SEALS_FILE)
    more = file.read_bytes() * 2
    file.write_bytes(more)
    with pytest.raises(SealFileContradicts, match="第 2 行在数据库中没有对应的封存"):
        seal_ledger(now=NOON)
    assert file.read_bytes() == more


# --- at the same time -----------------------------------------------------------------------------------------------


def in_a_thread(work: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_who_seal_at_once_make_one_seal(cases: list[Case]) -> None:
    write(cases[0])
    ready = threading.Barrier(2)
    made: list[Seal | None] = []

    def seal() -> None:
        ready.wait(timeout=20)
        made.append(seal_ledger(now=NOON))

    for thread in [in_a_thread(seal), in_a_thread(seal)]:
        thread.join()
    assert len([seal for seal in made if seal]) == 1
    assert len(made) == 2
    assert file_lines() == [line(Seal.objects.get())]


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_after_a_later_one_is_waited_for(cases: list[Case]) -> None:
    """A transaction has drawn its id and waits; another draws the next and commits; then the ledger is sealed."""
    drawn, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            write(cases[0])
            drawn.set()
            go_on.wait(timeout=20)

    made: list[Seal | None] = []
    writer = in_a_thread(write_slowly)
    assert drawn.wait(timeout=20)
    newest = write(cases[1])
    sealer = in_a_thread(lambda: made.append(seal_ledger(now=NOON)))
    sealer.join(timeout=0.3)
    assert sealer.is_alive()
    write(cases[2])  # others are not held up, and are for the next seal
    go_on.set()
    writer.join()
    sealer.join()
    [seal] = made
    assert seal is not None
    assert (seal.last_event, seal.events, seal.heads) == (newest.pk, 2, 2)
    again = seal_ledger(now=NOON + DAY)
    assert again is not None
    assert again.events == 1


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_loader_that_has_reserved_ids_and_written_nothing_yet_is_waited_for(cases: list[Case]) -> None:
    reserved, go_on = threading.Event(), threading.Event()

    def load_slowly() -> None:
        with transaction.atomic():
            reserve_keys(connection, Event, 5)
            reserved.set()
            go_on.wait(timeout=20)

    loader = in_a_thread(load_slowly)
    assert reserved.wait(timeout=20)
    write(cases[1])
    made: list[Seal | None] = []
    sealer = in_a_thread(lambda: made.append(seal_ledger(now=NOON)))
    sealer.join(timeout=0.3)
    assert sealer.is_alive()
    go_on.set()
    loader.join()
    sealer.join()
    assert [seal.events for seal in made if seal] == [1]


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_nothing_is_sealed_while_a_writer_does_not_end(cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "WAIT", 0.2)
    drawn, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            write(cases[0])
            drawn.set()
            go_on.wait(timeout=20)

    writer = in_a_thread(write_slowly)
    assert drawn.wait(timeout=20)
    with pytest.raises(WrongMoment, match="没有封存"):
        seal_ledger(now=NOON)
    go_on.set()
    writer.join()
    assert not Seal.objects.exists()
    assert seal_ledger(now=NOON) is not None


@pytest.mark.django_db(transaction=True)
def test_a_seal_of_a_transaction_that_is_rolled_back_leaves_no_line(cases: list[Case]) -> None:
    with transaction.atomic():
        assert seal_ledger(now=NOON) is not None
        transaction.set_rollback(True)
    assert not Path(settings.SEALS_FILE).exists()


@pytest.mark.django_db(transaction=True)
def test_the_database_holds_one_seal_a_day_and_none_without_a_number() -> None:
    seal = seal_ledger(now=NOON)
    assert seal is not None
    for wrong in ({"number": 2}, {"number": 0, "day": "2026-01-01"}, {"number": 2, "day": "2026-01-01", "events": -1}):
        values = {field.attname: getattr(seal, field.attname) for field in Seal._meta.concrete_fields}
        with pytest.raises(IntegrityError):
            Seal(**{**values, **wrong}).save()


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_says_what_was_sealed(cases: list[Case]) -> None:
    write(cases[0])
    out = StringIO()
    call_command("seal_ledger", stdout=out)
    assert out.getvalue().splitlines() == [
        "第 1 号封存已写入：1 个事件、1 个链头、0 条销毁记录。",
        f"散列值 {Seal.objects.get().digest}",
    ]
    out = StringIO()
    call_command("seal_ledger", stdout=out)
    assert out.getvalue().splitlines() == ["今天已经封存过，封存文件完整。"]


@pytest.mark.django_db
def test_the_command_fails_with_the_reason() -> None:
    call_command("seal_ledger", stdout=StringIO())
    Path(settings.SEALS_FILE).write_text("{}\n")
    with pytest.raises(CommandError, match="第 1 行与数据库中的封存不一致"):
        call_command("seal_ledger")
