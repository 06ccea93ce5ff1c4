"""The file of seals: healed after a crash at any point, never overwritten, and read only if it is what was written."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.canonical import canonical, sha256
from tests.workflow.chains import NOON
from workflow.models import Seal
from workflow.seal_file import SealFileContradicts, read_line, write_missing_lines
from workflow.seals import document, line


def seals(length: int) -> list[Seal]:
    """Seals that follow each other, over an empty ledger."""
    made: list[Seal] = []
    for n in range(length):
        seal = Seal(
            number=n + 1,
            v=1,
            day=(NOON + timedelta(days=n)).date(),
            at=NOON + timedelta(days=n),
            previous=made[-1].digest if made else "",
            last_event=0,
            events=0,
            heads=0,
            heads_root=sha256(""),
            last_tombstone=0,
            tombstones=0,
            tombstones_root=sha256(""),
        )
        seal.digest = sha256(canonical(document(seal)))
        made.append(seal)
    return made


LINES = [line(seal) for seal in seals(4)]
slow_disks_are_allowed = settings(deadline=None)  # every example waits for the disk
WHOLE = "".join(f"{text}\n" for text in LINES).encode()


def written_over(there: bytes | None, lines: list[str] = LINES) -> tuple[bytes, str]:
    """What the file holds afterwards, and the sentence of the error if there was one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "seals" / "seals.jsonl"
        if there is not None:
            file.parent.mkdir()
            file.write_bytes(there)
        try:
            write_missing_lines(file, lambda: lines)
        except SealFileContradicts as error:
            return file.read_bytes(), str(error)
        return file.read_bytes(), ""


def test_a_new_file_and_its_folder_are_made() -> None:
    assert written_over(None) == (WHOLE, "")


@slow_disks_are_allowed
@given(st.integers(0, len(WHOLE)))
def test_whatever_a_crash_left_of_the_file_is_completed(kept: int) -> None:
    assert written_over(WHOLE[:kept]) == (WHOLE, "")


@slow_disks_are_allowed
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 7), st.integers(1, len(WHOLE)))
def test_a_changed_bit_is_reported_and_left_as_it_is(at: int, bit: int, kept: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= 1 << bit
    there = bytes(changed[: max(kept, at + 1)])
    after, sentence = written_over(there)
    assert after == there
    lines_before = WHOLE[:at].decode().count("\n")
    assert sentence.startswith(f"封存文件第 {lines_before + 1} 行")


@slow_disks_are_allowed
@given(st.integers(0, 3), st.binary(min_size=1, max_size=20))
def test_what_the_database_does_not_have_is_reported_and_left(seals_in_database: int, more: bytes) -> None:
    lines = LINES[:seals_in_database]
    there = "".join(f"{text}\n" for text in lines).encode() + more
    assert written_over(there, lines)[0] == there
    assert written_over(there, lines)[1] != ""


def test_nothing_is_written_when_all_is_there() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "seals.jsonl"
        assert write_missing_lines(file, lambda: LINES) == len(WHOLE)
        assert write_missing_lines(file, lambda: LINES) == 0


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_line_that_was_written_is_read() -> None:
    for n, text in enumerate(LINES, start=1):
        seal = read_line(text)
        assert (seal.number, seal.events, seal.day) == (n, 0, f"2026-11-{22 + n}")
        assert seal.hash == json.loads(text)["hash"]


@given(st.integers(0, len(LINES[0]) - 1), st.integers(0, 6))
def test_a_line_with_a_changed_bit_is_no_seal(at: int, bit: int) -> None:
    changed = bytearray(LINES[0].encode())
    changed[at] ^= 1 << bit
    with pytest.raises(ValueError):
        read_line(changed.decode())


def resealed(**changes: Any) -> str:
    """A line that was changed by somebody who computed its hash anew."""
    changed = {**json.loads(LINES[1]), **changes}
    del changed["hash"]
    changed = {name: value for name, value in changed.items() if value is not ...}
    return canonical({**changed, "hash": sha256(canonical(changed))})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "1",
        "no JSON",
        "[" * 100_000,
        " " + LINES[0],
        LINES[0] + " ",
        LINES[0].replace(":0,", ":0.0,"),
        resealed(v=2),
        resealed(v="1"),
        resealed(v=True),
        resealed(v=[]),
        resealed(v=...),
        resealed(events="0"),
        resealed(heads=True),
        resealed(previous=None),
        resealed(more=1),
        resealed(at=...),
    ],
)
def test_what_is_no_seal_of_a_known_format_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        read_line(text)


def test_a_line_resealed_without_a_change_is_the_same_line() -> None:
    assert resealed() == LINES[1]
