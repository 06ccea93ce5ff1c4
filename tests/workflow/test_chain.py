"""The chain: what is hashed is canonical, and whatever was done to a chain afterwards is found."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
import rfc8785
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from hypothesis import given
from hypothesis import strategies as st

from cases.demands.models import Case
from parties.models import District, Enterprise, Office
from workflow import triggers
from workflow.chain import (
    LARGEST_INTEGER,
    Checked,
    Fault,
    Flaw,
    Written,
    append_event,
    canonical,
    make_event,
    utc_text,
    verify_all,
    verify_chain,
)
from workflow.models import Event, EventBody
from workflow.models.events import LedgerIsAppendOnly

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

text = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | text,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=20,
)


# --- canonical text -------------------------------------------------------------------------------------------------


@given(values)
def test_canonical_text_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)


@given(values)
def test_canonical_text_gives_the_value_back(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        {"a": [1, {"b": 2.5}]},
        float("nan"),
        {1: "a"},
        {None: "a"},
        {"键": "a"},
        "\ud800",
        {"a": ["\udfff"]},
        2**53,
        -(2**53),
        Decimal("1"),
        NOON,
        b"a",
        {"a"},
    ],
)
def test_what_has_no_unambiguous_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_a_moment_is_written_in_utc_with_six_digits() -> None:
    in_ordos = datetime(2026, 11, 23, 15, 56, 26, tzinfo=timezone(timedelta(hours=8)))
    assert utc_text(in_ordos) == "2026-11-23T07:56:26.000000Z"
    assert utc_text(in_ordos + timedelta(microseconds=7)) == "2026-11-23T07:56:26.000007Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc_text(NOON.replace(tzinfo=None))


# --- one event ------------------------------------------------------------------------------------------------------


def event(**changes: Any) -> tuple[Event, str]:
    given: dict[str, Any] = {
        "head_seq": 0,
        "head_hash": "",
        "subject_kind": "case",
        "subject_id": 123,
        "action": "accept",
        "from_state": "SUBMITTED",
        "to_state": "ACCEPTED",
        "actor": {"role": "INTAKE", "organisation": "市两新工委办公室"},
        "user_id": 7,
        "at": NOON,
        "effective_at": NOON,
        "policy": "clocks-v1",
        "calendar": "2026",
        "facts": {"lead": None, "district": "150602", "class": "ORDINARY"},
        "body": {"text": "受理“贷款”诉求\n", "changes": {"klass": ["", "ORDINARY"]}},
    }
    return make_event(**{**given, **changes})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@given(text, text, text, text, text, st.integers(1, 2**31 - 1), st.dictionaries(st.sampled_from("abc"), values))
def test_the_digest_is_sha256_of_the_canonical_event(
    action: str, before: str, after: str, policy: str, calendar: str, head_seq: int, actor: dict[str, Any]
) -> None:
    made, body_text = event(
        action=action,
        from_state=before,
        to_state=after,
        policy=policy,
        calendar=calendar,
        head_seq=head_seq,
        head_hash="ab" * 32,
        actor=actor,
        at=NOON + timedelta(seconds=1),
    )
    payload = {
        "body": sha256(body_text.encode()),
        "facts": {"lead": None, "district": "150602", "class": "ORDINARY"},
    }
    document = {
        "v": 1,
        "prev": "ab" * 32,
        "subject": "case:123",
        "seq": head_seq + 1,
        "at": "2026-11-23T04:00:01.000000Z",
        "effective_at": "2026-11-23T04:00:00.000000Z",
        "action": action,
        "from": before,
        "to": after,
        "actor": {**actor, "user_id": 7},
        "policy": policy,
        "calendar": calendar,
        "payload_sha256": sha256(rfc8785.dumps(payload)),
    }
    assert made.digest == sha256(rfc8785.dumps(document))


def test_the_format_never_changes() -> None:
    made, body_text = event(salt="00" * 16)
    assert body_text == (
        '{"changes":{"klass":["","ORDINARY"]},"salt":"00000000000000000000000000000000","text":"受理“贷款”诉求\\n"}'
    )
    assert made.payload_sha256 == "cd80fece4fb7936af1f8f22c833721f47c9b452feca35cb4e30121f714bbbfd9"
    assert made.digest == "7abad66bdf3eac4d97caa397a25e09421406ee283b4f4c9a6df0377c0c344625"


def test_two_equal_bodies_have_different_hashes() -> None:
    assert event()[0].payload_sha256 != event()[0].payload_sha256


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": {"user_id": 8}},
        {"body": {"salt": "mine"}},
        {"subject_id": None},
        {"at": NOON.replace(tzinfo=None)},
    ],
)
def test_an_event_that_contradicts_itself_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        event(**changes)


# --- one chain ------------------------------------------------------------------------------------------------------


def chain(length: int = 4) -> list[Written]:
    written: list[Written] = []
    for seq in range(length):
        made, body_text = event(
            head_seq=seq,
            head_hash=written[-1].digest if written else "",
            at=NOON + timedelta(hours=seq),
            effective_at=NOON + timedelta(hours=seq),
            action=["submit", "accept", "dispatch", "acknowledge"][seq % 4],
        )
        written.append(Written.of(made, body_text))
    return written


def flaws(events: list[Written], head: Written | None) -> set[tuple[int, Flaw]]:
    """What is found when the subject's row says that `head` is the last event."""
    head_seq, head_hash = (head.seq, head.digest) if head else (0, "")
    found = verify_chain(events, subject="case:123", head_seq=head_seq, head_hash=head_hash)
    assert {fault.subject for fault in found} <= {"case:123"}
    return {(fault.seq, fault.what) for fault in found}


def test_an_untouched_chain_has_no_flaw() -> None:
    events = chain()
    assert flaws(events, events[-1]) == set()
    assert flaws([], None) == set()


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("v", 2, {(2, Flaw.FORMAT)}),
        ("subject_id", 124, {(2, Flaw.DIGEST)}),
        ("subject_kind", "item", {(2, Flaw.DIGEST)}),
        ("prev", "0" * 64, {(2, Flaw.PREV), (2, Flaw.DIGEST)}),
        ("digest", "0" * 64, {(2, Flaw.DIGEST), (3, Flaw.PREV)}),
        ("at", NOON + timedelta(hours=1, microseconds=1), {(2, Flaw.DIGEST)}),
        ("effective_at", NOON, {(2, Flaw.DIGEST)}),
        ("action", "decline", {(2, Flaw.DIGEST)}),
        ("from_state", "", {(2, Flaw.DIGEST)}),
        ("to_state", "CLOSED", {(2, Flaw.DIGEST)}),
        ("actor", '{"organisation":"市两新工委办公室","role":"INTAKE","user_id":8}', {(2, Flaw.DIGEST)}),
        ("actor", '{"organisation":"市两新工委办公室","role":"INTAKE","user_id":7} ', {(2, Flaw.DIGEST)}),
        ("actor", "no JSON", {(2, Flaw.DIGEST)}),
        ("actor", "[]", {(2, Flaw.DIGEST)}),
        ("user_id", 8, {(2, Flaw.USER)}),
        ("user_id", None, {(2, Flaw.USER)}),
        ("policy", "clocks-v2", {(2, Flaw.DIGEST)}),
        ("calendar", "2027", {(2, Flaw.DIGEST)}),
        ("facts", '{"class":"HARD","district":"150602","lead":null}', {(2, Flaw.PAYLOAD)}),
        ("facts", '{"class": "ORDINARY","district":"150602","lead":null}', {(2, Flaw.PAYLOAD)}),
        ("payload_sha256", "0" * 64, {(2, Flaw.DIGEST), (2, Flaw.PAYLOAD)}),
        ("body_text", "{}", {(2, Flaw.PAYLOAD)}),
        ("body_text", None, {(2, Flaw.NO_BODY)}),
    ],
)
def test_a_changed_field_is_found(field: str, value: Any, found: set[tuple[int, Flaw]]) -> None:
    events = chain()
    events[1] = events[1]._replace(**{field: value})
    assert flaws(events, events[-1]) == found


def test_every_field_is_covered() -> None:
    """A field added to the event later must be named here and above, or say why it need not be hashed."""
    tried = {"subject_kind", "subject_id", "seq", "v", "prev", "digest", "at", "effective_at", "action", "from_state"}
    tried |= {"to_state", "actor", "user_id", "policy", "calendar", "facts", "payload_sha256", "body_text"}
    assert set(Written._fields) == tried
    assert {field.attname for field in Event._meta.concrete_fields} == tried - {"body_text"} | {"id"}


@given(st.data())
def test_a_flipped_byte_is_found(data: st.DataObject) -> None:
    events = chain()
    head = events[-1]
    at = data.draw(st.integers(0, len(events) - 1))
    names = ["prev", "digest", "action", "from_state", "to_state", "actor", "policy", "calendar", "facts"]
    name = data.draw(st.sampled_from([*names, "payload_sha256", "body_text"]))
    content = bytearray(getattr(events[at], name).encode())
    if not content:
        return
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    changed = content.decode(errors="replace")
    events[at] = events[at]._replace(**{name: changed})
    assert flaws(events, head) != set()


@given(st.permutations(range(5)))
def test_events_in_another_order_are_found(order: list[int]) -> None:
    events = chain(5)
    moved = [events[old]._replace(seq=new + 1) for new, old in enumerate(order)]
    assert (flaws(moved, events[-1]) == set()) == (order == sorted(order))


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_a_deleted_event_is_found(gone: int) -> None:
    events = chain()
    left = [written for written in events if written.seq != gone + 1]
    expected = (4, Flaw.HEAD) if gone == 3 else (gone + 2, Flaw.GAP)
    assert flaws(left, events[-1]) == {expected}


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_deleted_event_is_found_when_the_rest_was_renumbered(gone: int) -> None:
    events = chain()
    left = [written for written in events if written.seq != gone + 1]
    renumbered = [written._replace(seq=seq) for seq, written in enumerate(left, start=1)]
    found = flaws(renumbered, renumbered[-1])
    assert (gone + 1, Flaw.PREV) in found
    assert (gone + 1, Flaw.DIGEST) in found


def test_a_chain_that_vanished_is_found() -> None:
    assert flaws([], chain()[-1]) == {(4, Flaw.HEAD)}


def test_a_last_event_that_was_written_anew_with_right_hashes_is_found() -> None:
    events = chain()
    made, body_text = event(head_seq=3, head_hash=events[2].digest, action="decline")
    assert flaws([*events[:3], Written.of(made, body_text)], events[-1]) == {(4, Flaw.HEAD)}


def test_an_event_given_twice_is_found() -> None:
    events = chain()
    assert (2, Flaw.ORDER) in flaws([*events[:2], *events[1:]], events[-1])


def test_an_event_from_another_chain_is_found() -> None:
    events = chain()
    made, body_text = event(subject_id=124, head_seq=1, head_hash=events[0].digest)
    assert (2, Flaw.DIGEST) in flaws([events[0], Written.of(made, body_text), *events[2:]], events[-1])


# --- the tables -----------------------------------------------------------------------------------------------------


@pytest.fixture
def cases() -> list[Case]:
    city = District.objects.create(code="150600", name="鄂尔多斯市", level=District.Level.CITY)
    office = Office.objects.create(
        name="市两新工委办公室", district=city, serves=city, office_kind=Office.OfficeKind.PLATFORM
    )
    firm = Enterprise.objects.create(name="内蒙古甲羊绒有限公司", district=city, credit_code="91150600MA0000000A")
    return [
        Case.objects.create(enterprise=firm, district=city, office=office, title=f"诉求{n}", text="说明")
        for n in range(5)
    ]


def write(case: Case, action: str = "submit", **changes: Any) -> Event:
    given: dict[str, Any] = {
        "from_state": "DRAFT",
        "to_state": "SUBMITTED",
        "actor": {"role": "ENTERPRISE_STAFF", "organisation": "内蒙古甲羊绒有限公司"},
        "user_id": 7,
        "at": NOON,
        "effective_at": NOON,
        "policy": "clocks-v1",
        "calendar": "2026",
        "facts": {"district": case.district_id},
        "body": {"text": "提交诉求"},
    }
    with transaction.atomic():
        written = append_event(case, action=action, **{**given, **changes})
        Case.objects.filter(pk=case.pk).update(head_seq=case.head_seq, head_hash=case.head_hash)
    return written


def faults(batch: int = 500) -> list[Fault]:
    return [fault for step in verify_all([Case], batch=batch) for fault in step.faults]


def as_the_attacker(sql: str, *params: Any) -> None:
    """Run a statement with the triggers out of the way, as the owner of the tables could."""
    connection.check_constraints()  # PostgreSQL alters no table while a deferred check of it is still to come
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)
        connection.check_constraints()


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
        made, _text = event()
        append_event(
            cases[0],
            action="submit",
            from_state="DRAFT",
            to_state="SUBMITTED",
            actor={},
            user_id=None,
            at=made.at,
            effective_at=made.at,
            policy="",
            calendar="",
            facts={},
            body={},
        )


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(cases: list[Case]) -> None:
    with pytest.raises(TransactionManagementError):
        append_event(
            cases[0],
            action="submit",
            from_state="DRAFT",
            to_state="SUBMITTED",
            actor={},
            user_id=None,
            at=NOON,
            effective_at=NOON,
            policy="",
            calendar="",
            facts={},
            body={},
        )
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
    with django_assert_num_queries(3):
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
            one, body_text = event(subject_id=case.pk, head_seq=head_seq, head_hash=head_hash)
            head_seq, head_hash = one.seq, one.digest
            made.append((one, body_text))
        Case.objects.filter(pk=case.pk).update(head_seq=head_seq, head_hash=head_hash)
    Event.objects.bulk_create([one for one, _text in made])
    EventBody.objects.bulk_create([EventBody(event=one, text=body_text) for one, body_text in made])
    assert all(before.pk < after.pk for (before, _), (after, _) in pairwise(made))
    assert list(verify_all([Case])) == [Checked(subjects=5, events=15, faults=[])]
