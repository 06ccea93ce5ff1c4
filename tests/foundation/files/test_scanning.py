"""The client of the scanner, against a stand-in that speaks its protocol."""

import io
import socket
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from foundation.files import clamav, places, scanning
from foundation.files.clamav import ScannerDown
from foundation.files.model import Scan, StoredFile
from foundation.files.storing import store
from tests.clamd import scanner
from tests.factories import NOW
from tests.files import EICAR, PDF, upload


def test_a_clean_file_is_clean_and_was_sent_whole() -> None:
    content = PDF + bytes(300_000)
    with scanner() as clamd:
        assert clamav.scan(io.BytesIO(content), address=clamd.address) == ""
        assert clamd.given == [content]


def test_the_test_virus_is_found_over_both_kinds_of_sockets(tmp_path: Path) -> None:
    for path in (None, tmp_path / "clamd.sock"):
        with scanner(path) as clamd:
            assert clamav.scan(io.BytesIO(b"xx" + EICAR), address=clamd.address) == "Eicar-Test-Signature"


@pytest.mark.parametrize(
    "answer", ["INSTREAM size limit exceeded. ERROR", "stream: ERROR", "", "stream: FOUND", "hello"]
)
def test_whatever_is_no_verdict_is_no_verdict(answer: str) -> None:
    with scanner() as clamd:
        clamd.answer, clamd.silent = answer, not answer
        with pytest.raises(ScannerDown):
            clamav.scan(io.BytesIO(PDF), address=clamd.address)


def test_a_scanner_that_is_away_or_never_answers_gives_no_verdict(tmp_path: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        free = f"127.0.0.1:{door.getsockname()[1]}"
    for address in (free, str(tmp_path / "nothing.sock")):
        with pytest.raises(ScannerDown):
            clamav.scan(io.BytesIO(PDF), address=address)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        with pytest.raises(ScannerDown, match="TimeoutError"):
            clamav.scan(io.BytesIO(PDF), address=f"127.0.0.1:{door.getsockname()[1]}", timeout=0.1)


def kept() -> StoredFile:
    with transaction.atomic():
        return store([upload()], owner_kind="case", owner_id=1, by_user_id=None, at=NOW)[0]


def test_a_verdict_is_kept_and_not_asked_for_twice(db: None) -> None:
    with scanner() as clamd, override_settings(CLAMAV=clamd.address):
        row = kept()
        assert row.scan == Scan.WAITING
        scanning.examine(row, now=NOW)
        row.refresh_from_db()
        assert (row.scan, row.scanned_at, row.found, row.may_leave) == (Scan.CLEAN, NOW, "", True)
        scanning.examine(row, now=NOW)
        assert clamd.given == [PDF]


def test_without_content_there_is_no_verdict(db: None) -> None:
    with scanner() as clamd, override_settings(CLAMAV=clamd.address):
        row = kept()
        places.kept(row.key).unlink()
        with pytest.raises(scanning.ContentMissing):
            scanning.examine(row, now=NOW)
        row.refresh_from_db()
        assert (row.scan, clamd.given) == (Scan.WAITING, [])


def test_a_file_that_waits_when_the_scanner_is_taken_away_is_served_unchecked(db: None) -> None:
    with override_settings(CLAMAV="127.0.0.1:1"):
        row = kept()
    scanning.examine(row, now=NOW)
    row.refresh_from_db()
    assert (row.scan, row.may_leave) == (Scan.UNCHECKED, True)
