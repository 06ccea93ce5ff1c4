"""Two persons erase the words of an event; the chain still verifies, and nothing else can be erased."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cases.demands.models import Case
from foundation.canonical import sha256
from foundation.errors import Refused, WrongMoment
from tests.factories import Town, actor, case_in
from tests.workflow.chains import NOON, as_the_attacker, faults, person, write
from workflow.actor import Actor
from workflow.chain import Fault, Flaw
from workflow.erasure import erase_body
from workflow.models import Event, EventBody, Seal, Tombstone
from workflow.models.events import LedgerIsAppendOnly
from workflow.seals import seal_ledger

only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite alone")
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="a statement of PostgreSQL alone")


def erase(event: Event, **changes: Any) -> Tombstone:
    given = {"by": person(7), "second": person(8), "reason": "保管期限届满", "now": NOON + timedelta(days=4000)}
    return erase_body(event, **{**given, **changes})


def execute(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.django_db
def test_the_chain_verifies_with_a_tombstone_instead_of_the_body(cases: list[Case]) -> None:
    events = [write(cases[0], action) for action in ("submit", "accept", "dispatch")]
    text = events[1].body.text
    tombstone = erase(events[1])
    assert faults() == []
    assert tombstone.body_sha256 == sha256(text)
    assert not EventBody.objects.filter(pk=events[1].pk).exists()
    assert EventBody.objects.count() == 2


@pytest.mark.django_db
def test_a_tombstone_says_who_when_and_why(town: Town) -> None:
    case = case_in("ACCEPTED", town=town)
    event = Event.objects.filter(subject_id=case.pk).earliest("seq")
    erase(event, by=actor(town.intake), second=actor(town.dispatcher), reason=" 保管期限届满 ")
    found = Tombstone.objects.get(event=event)
    assert (found.by_user_id, found.second_user_id) == (town.intake.user_id, town.dispatcher.user_id)
    assert json.loads(found.by) == actor(town.intake).as_record()
    assert json.loads(found.second)["organisation"] == town.office.name
    assert (found.reason, found.at) == ("保管期限届满", NOON + timedelta(days=4000))


@pytest.mark.django_db
def test_erasing_writes_nothing_else(cases: list[Case]) -> None:
    event = write(cases[0])
    before = Event.objects.values().get()
    head = (cases[0].head_seq, cases[0].head_hash)
    with connection.execute_wrapper(_only_writes_to("workflow_tombstone", "workflow_eventbody")):
        erase(event)
    assert Event.objects.values().get() == before
    assert Case.objects.values_list("head_seq", "head_hash").get(pk=cases[0].pk) == head


def _only_writes_to(*tables: str) -> Any:
    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        verb, *_words = sql.split()
        assert verb in ("SELECT", "SAVEPOINT", "RELEASE") or any(f'"{table}"' in sql for table in tables), sql
        return execute(sql, *rest)

    return watch


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"second": person(7)}, "second"),
        ({"by": Actor.system(now=NOON, rule="retention")}, "second"),
        ({"second": Actor.system(now=NOON, rule="retention")}, "second"),
        ({"reason": " "}, "reason"),
    ],
)
def test_who_may_not_erase_alone_or_without_a_reason(cases: list[Case], changes: dict[str, Any], field: str) -> None:
    event = write(cases[0])
    with pytest.raises(Refused) as refused:
        erase(event, **changes)
    assert refused.value.field == field
    assert EventBody.objects.count() == 1
    assert not Tombstone.objects.exists()


@pytest.mark.django_db
def test_a_body_is_erased_once(cases: list[Case]) -> None:
    event = write(cases[0])
    erase(event)
    with pytest.raises(WrongMoment, match="已经销毁"):
        erase(event)


@pytest.mark.django_db
def test_a_body_that_was_tampered_with_is_kept_as_evidence(cases: list[Case]) -> None:
    event = write(cases[0])
    as_the_attacker("update workflow_eventbody set text = '{}'")
    with pytest.raises(WrongMoment, match="先核验台账"):
        erase(event)
    assert faults() == [Fault(cases[0].subject_key, 1, Flaw.PAYLOAD)]


# --- what verifying finds -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attack", "flaw"),
    [
        ("update workflow_tombstone set body_sha256 = 'x'", Flaw.TOMBSTONE),
        ("delete from workflow_tombstone", Flaw.NO_BODY),
        ("insert into workflow_eventbody (event_id, text) select event_id, '{}' from workflow_tombstone", ...),
    ],
)
def test_what_is_done_to_a_tombstone_is_found(cases: list[Case], attack: str, flaw: Any) -> None:
    erase(write(cases[0]))
    as_the_attacker(attack)
    expected = {Flaw.PAYLOAD, Flaw.NOT_ERASED} if flaw is ... else {flaw}
    assert {fault.what for fault in faults()} == expected
    assert {fault.seq for fault in faults()} == {1}


@pytest.mark.django_db
def test_a_body_that_came_back_is_found_although_it_is_the_right_one(cases: list[Case]) -> None:
    event = write(cases[0])
    text = event.body.text
    erase(event)
    EventBody(event=event, text=text).save()
    assert faults() == [Fault(cases[0].subject_key, 1, Flaw.NOT_ERASED)]


# --- what the database holds ----------------------------------------------------------------------------------------

ERASED = "(select event_id from workflow_tombstone)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "delete from workflow_eventbody",
        f"delete from workflow_eventbody where event_id not in {ERASED}",
        "update workflow_eventbody set text = '{}'",
        "update workflow_tombstone set reason = 'x'",
        "update workflow_tombstone set event_id = event_id + 1",
        "delete from workflow_tombstone",
        f"delete from workflow_event where id in {ERASED}",
        f"update workflow_event set facts = '{{}}' where id in {ERASED}",
        "update workflow_seal set heads = 0",
        "delete from workflow_seal",
    ],
)
def test_the_database_lets_nothing_else_go(cases: list[Case], statement: str) -> None:
    events = [write(cases[0], action) for action in ("submit", "accept")]
    erase(events[0])
    seal_ledger(now=NOON)
    with pytest.raises(IntegrityError, match="append-only"):
        execute(statement)
    assert faults() == []
    assert EventBody.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_body_for_which_a_tombstone_stands_may_go_but_not_change(cases: list[Case]) -> None:
    event = write(cases[0])
    text = event.body.text
    erase(event)
    EventBody(event=event, text=text).save()
    with pytest.raises(IntegrityError, match="append-only"):
        execute("update workflow_eventbody set text = '{}'")
    execute("delete from workflow_eventbody where event_id = %s", event.pk)
    assert faults() == []


@only_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "replace into workflow_eventbody (event_id, text) values ({event}, '{{}}')",
        "replace into workflow_tombstone ({columns}) select {columns} from workflow_tombstone",
        "replace into workflow_tombstone ({columns}) select {other_id} from workflow_tombstone",
        "replace into workflow_seal ({seal}) select {seal} from workflow_seal",
        "replace into workflow_seal ({seal}) select {other_number} from workflow_seal",
        "update or replace workflow_tombstone set id = 1",
    ],
)
def test_replace_into_is_refused_on_sqlite_beside_a_tombstone(cases: list[Case], statement: str) -> None:
    event = write(cases[0])
    text = event.body.text
    erase(event)
    EventBody(event=event, text=text).save()
    seal_ledger(now=NOON)
    columns, seal = (", ".join(f'"{f.column}"' for f in m._meta.concrete_fields) for m in (Tombstone, Seal))
    with pytest.raises(IntegrityError, match="append-only"):
        execute(
            statement.format(
                event=event.pk,
                columns=columns,
                other_id=columns.replace('"id"', '"id" + 1000'),
                seal=seal,
                other_number=seal.replace('"number"', '"number" + 1000'),
            )
        )


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_temporary_table_does_not_pass_for_the_tombstones_on_postgresql(cases: list[Case]) -> None:
    event = write(cases[0])
    with transaction.atomic():
        execute("create temporary table workflow_tombstone (event_id bigint) on commit drop")
        execute("insert into pg_temp.workflow_tombstone values (%s)", event.pk)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            execute("delete from workflow_eventbody")
    assert EventBody.objects.count() == 1


@only_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["workflow_seal", "workflow_tombstone"])
def test_truncate_of_seals_and_tombstones_is_refused_on_postgresql(cases: list[Case], table: str) -> None:
    erase(write(cases[0]))
    with pytest.raises(IntegrityError, match="append-only"):
        execute(f"truncate {table}")
    assert Tombstone.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_holds_that_two_persons_erased(cases: list[Case]) -> None:
    event = write(cases[0])
    with pytest.raises(IntegrityError, match="tombstone_by_two_persons"):
        Tombstone(
            event=event, body_sha256="", at=NOON, reason="", by="{}", by_user_id=7, second="{}", second_user_id=7
        ).save()


@pytest.mark.django_db
def test_python_refuses_to_change_a_tombstone(cases: list[Case]) -> None:
    tombstone = erase(write(cases[0]))
    for attempt in (tombstone.save, tombstone.delete, Tombstone.objects.all().delete):
        with pytest.raises(LedgerIsAppendOnly):
            attempt()
