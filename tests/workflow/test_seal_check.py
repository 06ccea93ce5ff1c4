"""With the file of seals it is found what the owner of the database did, although every chain verifies."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from cases.demands.models import Case
from foundation.canonical import canonical, sha256
from tests.workflow.chains import NOON, as_the_attacker, faults, person, recompute_chain, write
from workflow.erasure import erase_body
from workflow.models import Event, EventBody, Seal
from workflow.seal_check import SealReport, compare_seals
from workflow.seals import document, seal_ledger

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(cases: list[Case]) -> list[Case]:
    """Three days: on the first, two events of every case; on the second one, of the first two; then an erasure."""
    for case in cases:
        write(case)
        write(case, "accept")
    seal_ledger(now=NOON)
    for case in cases[:2]:
        write(case, "dispatch")
    seal_ledger(now=NOON + DAY)
    event = Event.objects.get(subject_id=cases[4].pk, seq=1)
    erase_body(event, by=person(7), second=person(8), reason="保管期限届满", now=NOON + DAY)
    seal_ledger(now=NOON + 2 * DAY)
    return cases


def kept() -> str:
    """What the auditor copied away."""
    return Path(settings.SEALS_FILE).read_text(encoding="utf-8")


def found(text: str) -> list[str]:
    return compare_seals(text).faults


def delete_cases(*cases: Case) -> None:
    """The subjects, their events and whatever hangs on these, as the owner of the tables could."""
    for case in cases:
        chain = "in (select id from workflow_event where subject_id = %s)"
        as_the_attacker(f"delete from workflow_tombstone where event_id {chain}", case.pk)
        as_the_attacker(f"delete from workflow_eventbody where event_id {chain}", case.pk)
        as_the_attacker("delete from workflow_event where subject_id = %s", case.pk)
        as_the_attacker("delete from demands_case where id = %s", case.pk)


def test_an_untouched_ledger_bears_its_seals_out(sealed: list[Case]) -> None:
    assert compare_seals(kept()) == SealReport(compared=3)


def test_what_came_after_the_last_seal_is_counted_and_no_fault(sealed: list[Case]) -> None:
    text = kept()
    write(sealed[0], "withdraw")
    write(sealed[3], "withdraw")
    event = Event.objects.get(subject_id=sealed[3].pk, seq=1)
    erase_body(event, by=person(7), second=person(8), reason="保管期限届满", now=NOON)
    assert compare_seals(text) == SealReport(compared=3, events_after=2, tombstones_after=1)
    seal_ledger(now=NOON + 3 * DAY)
    assert compare_seals(text) == SealReport(compared=3, only_in_database=1, events_after=2, tombstones_after=1)
    assert compare_seals(kept()) == SealReport(compared=4)


def test_the_last_line_alone_proves_all_seals_before_it(sealed: list[Case]) -> None:
    last = kept().splitlines(keepends=True)[-1]
    assert compare_seals(last) == SealReport(compared=1)
    as_the_attacker("update workflow_event set action = 'decline' where subject_id = %s and seq = 1", sealed[2].pk)
    recompute_chain(sealed[2])
    assert [sentence.split("：")[0] for sentence in found(last)] == ["第 1 号封存（2026-11-23）"]


# --- attacks on events ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("which", "days"), [(0, [1, 2]), (2, [1])])
def test_a_chain_that_was_computed_anew_verifies_but_its_seal_does_not(
    sealed: list[Case], which: int, days: list[int]
) -> None:
    case = sealed[which]
    as_the_attacker("update workflow_event set to_state = 'CLOSED' where subject_id = %s and seq = 1", case.pk)
    recompute_chain(case)
    assert faults() == []
    assert [sentence.split("：")[0] for sentence in found(kept())] == [
        f"第 {day} 号封存（2026-11-{22 + day}）" for day in days
    ]
    assert "已封存的事件被改写、删除或补入（封存时 10 个事件、5 个链头，现为 10 个、5 个）" in found(kept())[0]


def test_a_body_that_was_rewritten_with_all_hashes_is_found(sealed: list[Case]) -> None:
    body = "update workflow_eventbody set text = '{}' where event_id in (select id from workflow_event where "
    as_the_attacker(f"{body} subject_id = %s and seq = 2)", sealed[3].pk)
    recompute_chain(sealed[3])
    assert faults() == []
    assert len(found(kept())) == 1


def test_a_subject_that_was_removed_with_all_its_events_is_found(sealed: list[Case]) -> None:
    delete_cases(sealed[3])
    assert faults() == []
    assert found(kept()) == [
        "第 1 号封存（2026-11-23）：已封存的事件被改写、删除或补入（封存时 10 个事件、5 个链头，现为 8 个、4 个）"
    ]


def test_last_events_that_were_dropped_with_their_head_are_found(sealed: list[Case]) -> None:
    case = sealed[0]
    last = Event.objects.get(subject_id=case.pk, seq=2)
    as_the_attacker(
        "delete from workflow_eventbody where event_id in (select id from workflow_event "
        "where subject_id = %s and seq = 3)",
        case.pk,
    )
    as_the_attacker("delete from workflow_event where subject_id = %s and seq = 3", case.pk)
    Case.objects.filter(pk=case.pk).update(head_seq=2, head_hash=last.digest)
    assert faults() == []
    assert found(kept()) == [
        "第 2 号封存（2026-11-24）：已封存的事件被改写、删除或补入（封存时 2 个事件、2 个链头，现为 1 个、1 个）"
    ]


def test_an_event_slipped_in_under_an_id_of_a_sealed_stretch_is_found(sealed: list[Case]) -> None:
    """A whole new chain, under an id before the first; a transaction that was rolled back may leave such a one free."""
    first = Event.objects.earliest("pk").pk
    new = Case.objects.get(pk=sealed[0].pk)
    new.pk, new.public_id, new.head_seq, new.head_hash = None, uuid4(), 0, ""
    new.save(force_insert=True)
    event = write(new)
    body = EventBody.objects.get(pk=event.pk).text
    as_the_attacker("delete from workflow_eventbody where event_id = %s", event.pk)
    as_the_attacker("update workflow_event set id = %s where id = %s", first - 1, event.pk)
    EventBody(event_id=first - 1, text=body).save()
    assert faults() == []
    assert found(kept()) == [
        "第 1 号封存（2026-11-23）：已封存的事件被改写、删除或补入（封存时 10 个事件、5 个链头，现为 11 个、6 个）"
    ]


# --- attacks on tombstones ------------------------------------------------------------------------------------------


def test_a_tombstone_that_was_removed_is_found(sealed: list[Case]) -> None:
    as_the_attacker("delete from workflow_tombstone")
    assert found(kept()) == ["第 3 号封存（2026-11-25）：已封存的销毁记录被改写、删除或补入（封存时 1 条，现为 0 条）"]


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'x'",
        "body_sha256 = 'x'",
        "\"by\" = '{}'",
        "by_user_id = 0",
        "second = '{}'",
        "second_user_id = 0",
        "at = '2026-01-01 00:00:00+00:00'",
    ],
)
def test_a_tombstone_that_was_changed_is_found(sealed: list[Case], change: str) -> None:
    as_the_attacker(f"update workflow_tombstone set {change}")
    assert ["已封存的销毁记录被改写、删除或补入" in sentence for sentence in found(kept())] == [True]


# --- attacks on the seals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-11-23 05:00:00+00:00"),
        ("day", "2026-11-22"),
        ("previous", "0" * 64),
        ("last_event", 1),
        ("events", 11),
        ("heads", 4),
        ("heads_root", "0" * 64),
        ("last_tombstone", 1),
        ("tombstones", 1),
        ("tombstones_root", "0" * 64),
        ("digest", "0" * 64),
        ("v", 2),
    ],
)
def test_an_edited_seal_is_found(sealed: list[Case], column: str, value: object) -> None:
    as_the_attacker(f'update workflow_seal set "{column}" = %s where number = 1', value)
    assert found(kept()) == ["第 1 号封存（2026-11-23）在数据库中被改动"]


def test_every_column_of_a_seal_was_edited_above() -> None:
    tried = test_an_edited_seal_is_found.pytestmark[-1].args[1]
    assert {column for column, _value in tried} == {field.attname for field in Seal._meta.concrete_fields} - {"number"}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_removed_seal_is_found(sealed: list[Case], number: int) -> None:
    as_the_attacker("delete from workflow_seal where number = %s", number)
    assert found(kept()) == [f"第 {number} 号封存（2026-11-{22 + number}）不在数据库中"]


def rewrite_seals_from(number: int) -> None:
    """Compute the seals anew over the ledger as it is, as its owner could, the file on the server included."""
    from workflow.seals import NOTHING, Boundary, complete_file, content

    Path(settings.SEALS_FILE).unlink()
    previous = Seal.objects.filter(number=number - 1).first()
    for seal in Seal.objects.filter(number__gte=number).order_by("number"):
        after = Boundary(previous.last_event, previous.last_tombstone) if previous else NOTHING
        now = content(after, Boundary(seal.last_event, seal.last_tombstone), using="default")
        for name, value in now._asdict().items():
            setattr(seal, name, value)
        seal.previous = previous.digest if previous else ""
        seal.digest = sha256(canonical(document(seal)))
        columns = [*now._fields, "previous", "digest"]
        as_the_attacker(
            f"update workflow_seal set {', '.join(f'{name} = %s' for name in columns)} where number = {seal.number}",
            *(getattr(seal, name) for name in columns),
        )
        previous = seal
    complete_file(using="default")


def test_seals_that_were_all_computed_anew_are_found_with_a_copy_of_the_file_and_only_with_it(
    sealed: list[Case],
) -> None:
    copy = kept()
    delete_cases(sealed[3])
    rewrite_seals_from(1)
    assert found(kept()) == []  # the file on the server was rewritten too: it proves nothing
    assert [sentence.split("）")[0] for sentence in found(copy)] == [
        "第 1 号封存（2026-11-23",
        "第 1 号封存（2026-11-23",
        "第 2 号封存（2026-11-24",
        "第 3 号封存（2026-11-25",
    ]


def test_a_seal_newer_than_the_file_is_held_against_the_ledger_too(sealed: list[Case]) -> None:
    first = kept().splitlines(keepends=True)[0]
    delete_cases(sealed[4])
    assert len(found(first)) == 2  # the events of the first day and the tombstone of the third
    as_the_attacker("update workflow_seal set events = 3 where number = 2")
    assert "数据库中第 2 号封存：内容与其散列值不符" in found(first)
    as_the_attacker("delete from workflow_seal where number = 2")
    assert "第 3 号封存（2026-11-25）与前一份不衔接，其内容无从比对" in found(first)


# --- attacks on the file --------------------------------------------------------------------------------------------


def without_line(n: int) -> Callable[[str], str]:
    return lambda text: "".join(each for at, each in enumerate(text.splitlines(keepends=True)) if at != n)


MISSING = "文件中缺少第 2 号封存"


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (lambda text: "", ["文件中没有可以比对的封存"]),
        (lambda text: "\n", ["文件第 1 行：不是规范的 JSON", "文件中没有可以比对的封存"]),
        (lambda text: text[:-1], ["文件最后一行不完整"]),
        (lambda text: text[:-30], ["文件最后一行不完整"]),
        (lambda text: text + "\n", ["文件第 4 行：不是规范的 JSON"]),
        (lambda text: text.replace('"number":2', '"number":4'), ["文件第 2 行：内容与其散列值不符", MISSING]),
        (lambda text: text.replace('"v":1', '"v":2', 1), ["文件第 1 行：封存格式无法识别"]),
        (without_line(1), [MISSING]),
        (lambda text: text + text, [f"文件第 {n} 行：次序错乱" for n in (4, 5, 6)]),
    ],
)
def test_a_file_that_was_changed_is_found(
    sealed: list[Case], change: Callable[[str], str], sentences: list[str]
) -> None:
    assert found(change(kept())) == sentences


def test_a_shorter_file_says_how_much_it_cannot_speak_of(sealed: list[Case]) -> None:
    first = kept().splitlines(keepends=True)[0]
    assert compare_seals(first) == SealReport(compared=1, only_in_database=2, events_after=2, tombstones_after=1)


# --- the command ----------------------------------------------------------------------------------------------------


def verify(file: Path) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("verify_ledger", "--seals", str(file), stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_the_command_compares_and_says_what_is_not_protected(sealed: list[Case], tmp_path: Path) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_text(kept())
    write(sealed[0], "withdraw")
    code, lines = verify(copy)
    assert code == 0
    assert lines[1:] == [
        "共比对 3 份封存，发现 0 处不符。",
        "文件中最后一份封存之后又写入 1 个事件、0 条销毁记录：它们在下一份封存之前不能防范数据库所有者的改写。",
    ]
    seal_ledger(now=NOON + 3 * DAY)
    assert "数据库中另有 1 份较新的封存，不在这个文件里。" in verify(copy)[1]


def test_the_command_ends_with_one_when_a_seal_is_not_borne_out(sealed: list[Case]) -> None:
    delete_cases(sealed[3])
    code, lines = verify(Path(settings.SEALS_FILE))
    assert code == 1
    assert lines[1].startswith("第 1 号封存（2026-11-23）：已封存的事件被改写、删除或补入")


def test_a_file_that_cannot_be_read_is_said_before_anything_is_verified(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff")
    for name in ("nowhere", "binary"):
        with pytest.raises(CommandError, match="封存文件读不出来"):
            verify(tmp_path / name)


def test_comparing_takes_three_statements_for_each_seal(sealed: list[Case], django_assert_num_queries: Any) -> None:
    text = kept()
    with django_assert_num_queries(1 + 3 * 3 + 2):
        compare_seals(text)
