"""The ledger in its tables: events are appended with the move, and reading them all finds what was done to them."""

from datetime import datetime, timedelta, timezone
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from cases.demands.models import Case
from tests.workflow.chains import NOON, as_the_attacker, faults, submission, write
from workflow.chain import Fault, Flaw, append_event, make_event
from workflow.models import Event, EventBody
from workflow.models.events import LedgerIsAppendOnly
from workflow.verify import Checked, verify_all


@pytest.mark.django_db
def test_events_follow_each_other_and_move_the_head(cases: list[Case]) -> None:
    case = cases[0]
    written = [write(case, action) for action in ("submit", "accept", "dispatch")]
    assert [(one.seq, one.prev) for one in written] == [(1, ""), (2, written[0].digest), (3, written[1].digest)]
    case = Case.objects.get(pk=case.pk)
    assert (case.head_seq, case.head_hash, case.subject_key) == (3, written[2].digest, f"case:{case.pk}")


@pytest.mark.django_db
def test_an_event_takes_two_statements(cases: list[Case], django_assert_num_queries: Any) -> None:
    with transaction.atomic(), django_assert_num_queries(2):
        append_event(cases[0], **submission(cases[0]))


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(cases: list[Case]) -> None:
    with pytest.raises(TransactionManagementError):
        append_event(cases[0], **submission(cases[0]))
    assert Event.objects.count() == 0


@pytest.mark.django_db
def test_an_event_cannot_take_effect_after_it_was_written(cases: list[Case]) -> None:
    with pytest.raises(IntegrityError, match="event_effective_not_after_at"):
        write(cases[0], effective_at=NOON + timedelta(microseconds=1))


@pytest.mark.django_db
def test_what_was_read_back_is_what_was_hashed(cases: list[Case]) -> None:
    in_ordos = datetime(2026, 11, 23, 15, 56, 26, 7, tzinfo=timezone(timedelta(hours=8)))
    odd = '引号" 反斜杠\\ 换行\n 零\x00 分隔\u2028 生僻字𠮷 e\u0301'
    for case in cases:
        write(case, at=in_ordos, effective_at=NOON, facts={"odd": odd, "n": 0}, body={"text": odd, "list": [odd]})
        write(case, "withdraw", user_id=None, at=in_ordos, effective_at=NOON)
    assert faults() == []


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 2, 3, 5, 500])
def test_every_chain_is_read_whatever_the_batch(cases: list[Case], batch: int) -> None:
    for case in cases[:4]:
        for action in ("submit", "accept", "dispatch"):
            write(case, action)
    steps = list(verify_all([Case], batch=batch))
    assert sum(step.subjects for step in steps) == 5
    assert sum(step.events for step in steps) == 12
    assert [step.faults for step in steps if step.faults] == []
    as_the_attacker(
        "update workflow_event set to_state = 'CLOSED' where subject_id in (%s, %s) and seq = 2",
        cases[1].pk,
        cases[3].pk,
    )
    assert faults(batch) == [Fault(cases[n].subject_key, 2, Flaw.DIGEST) for n in (1, 3)]


@pytest.mark.django_db
def test_rows_taken_from_the_tables_are_found(cases: list[Case]) -> None:
    for case in cases:
        for action in ("submit", "accept"):
            write(case, action)
    body = "delete from workflow_eventbody where event_id in (select id from workflow_event where subject_id = %s"
    as_the_attacker(f"{body} and seq = 2)", cases[0].pk)
    as_the_attacker(f"{body} and seq = 2)", cases[1].pk)
    as_the_attacker("delete from workflow_event where subject_id = %s and seq = 2", cases[1].pk)
    as_the_attacker(f"{body})", cases[2].pk)
    as_the_attacker("delete from workflow_event where subject_id = %s", cases[2].pk)
    as_the_attacker("delete from demands_case where id = %s", cases[3].pk)
    as_the_attacker("update workflow_event set subject_kind = 'ghost' where subject_id = %s", cases[4].pk)
    assert set(faults(batch=2)) == {
        Fault(cases[0].subject_key, 2, Flaw.NO_BODY),
        Fault(cases[1].subject_key, 2, Flaw.HEAD),
        Fault(cases[2].subject_key, 2, Flaw.HEAD),
        Fault(cases[3].subject_key, 0, Flaw.NO_SUBJECT),
        Fault(cases[4].subject_key, 2, Flaw.HEAD),
        Fault(f"ghost:{cases[4].pk}", 0, Flaw.NO_SUBJECT),
    }


@pytest.mark.django_db
def test_a_changed_head_is_found(cases: list[Case]) -> None:
    write(cases[0])
    Case.objects.filter(pk=cases[0].pk).update(head_seq=2)
    assert faults() == [Fault(cases[0].subject_key, 2, Flaw.HEAD)]


@pytest.mark.django_db
def test_a_move_made_while_the_ledger_is_read_is_no_fault(cases: list[Case]) -> None:
    write(cases[0])
    late = [cases[0], cases[1]]

    def move_before_the_events_are_read(execute: Any, sql: str, *rest: Any) -> Any:
        if late and sql.startswith("SELECT") and '"workflow_event"' in sql:
            moved, late[:] = list(late), []
            for case in moved:
                write(case, "withdraw")
        return execute(sql, *rest)

    with connection.execute_wrapper(move_before_the_events_are_read):
        steps = list(verify_all([Case]))
    assert late == []
    assert steps == [Checked(subjects=5, events=3, faults=[])]


@pytest.mark.django_db
def test_verifying_takes_as_many_statements_for_many_events_as_for_few(
    cases: list[Case], django_assert_num_queries: Any
) -> None:
    for case in cases:
        for action in ("submit", "accept", "dispatch"):
            write(case, action)
    with django_assert_num_queries(3 if connection.vendor == "sqlite" else 5):
        assert sum(step.events for step in verify_all([Case])) == 15


@pytest.mark.django_db
def test_the_command_says_how_much_it_has_verified(cases: list[Case]) -> None:
    write(cases[0])
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    [line] = out.getvalue().splitlines()
    assert line.startswith("共核验 5 个事项、1 个事件，")
    assert line.endswith("发现 0 处不符。")


@pytest.mark.django_db
def test_the_command_fails_with_a_line_for_every_fault(cases: list[Case]) -> None:
    for case in cases[:2]:
        write(case)
    as_the_attacker("update workflow_event set action = 'accept'")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().splitlines()[:2] == [f"{case.subject_key} #1 事件内容与摘要不符" for case in cases[:2]]


# --- in Python ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_python_refuses_to_change_the_ledger_before_the_database_does(cases: list[Case]) -> None:
    write(cases[0])
    event, body = Event.objects.get(), EventBody.objects.get()
    for attempt in (
        event.save,
        event.delete,
        body.save,
        body.delete,
        Event.objects.all().delete,
        EventBody.objects.all().delete,
        lambda: Event.objects.update(action="decline"),
        lambda: EventBody.objects.filter(pk=event.pk).update(text="{}"),
        lambda: Event.objects.bulk_update([event], ["action"]),
    ):
        with pytest.raises(LedgerIsAppendOnly):
            attempt()
    assert faults() == []


@pytest.mark.django_db
def test_events_made_in_bulk_are_as_good(cases: list[Case]) -> None:
    made = []
    for case in cases:
        head_seq, head_hash = 0, ""
        for _n in range(3):
            one, body_text = make_event(
                subject_kind="case", subject_id=case.pk, head_seq=head_seq, head_hash=head_hash, **submission(case)
            )
            head_seq, head_hash = one.seq, one.digest
            made.append((one, body_text))
        Case.objects.filter(pk=case.pk).update(head_seq=head_seq, head_hash=head_hash)
    Event.objects.bulk_create([one for one, _text in made])
    EventBody.objects.bulk_create([EventBody(event=one, text=body_text) for one, body_text in made])
    assert list(verify_all([Case])) == [Checked(subjects=5, events=15, faults=[])]
