"""A file arrives, is kept with its row, and leaves: nothing is lost, nothing is left over, nothing fills the disk."""

import gc
import hashlib
import os
from datetime import UTC, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test import RequestFactory, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from foundation.errors import WrongMoment
from foundation.files import places, storing, sweeping
from foundation.files.kinds import Unfit
from foundation.files.model import Scan, StoredFile
from foundation.files.receiving import ArrivedFile
from foundation.files.serving import answer
from foundation.files.storing import Upload, content, erase, store
from foundation.files.sweeping import sweep, sweep_files
from foundation.pulse import last
from tests.factories import NOW
from tests.files import JPEG, PDF, TEXT, sent, upload

MEGABYTE = 1024 * 1024


def keep(*uploads: Upload) -> list[StoredFile]:
    with transaction.atomic():
        return store(uploads, owner_kind="case", owner_id=1, by_user_id=None, at=NOW)


def lying() -> dict[str, list[str]]:
    """The names in both folders."""
    folders = {"arriving": places.arriving_folder(), "kept": places.kept_folder()}
    return {
        name: sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
        for name, folder in folders.items()
    }


def age(hours: float) -> None:
    """Whatever lies there has lain there for so long."""
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    for folder in (places.arriving_folder(), places.kept_folder()):
        for path in folder.rglob("*") if folder.exists() else ():
            os.utime(path, (then, then))


# --- kept ---


def test_what_is_known_of_a_file_is_what_arrived(db: None) -> None:
    [row] = keep(upload("合同\u202e.pdf", PDF))
    row.refresh_from_db()
    assert (row.name, row.kind, row.size, row.scan) == ("合同.pdf", "PDF", len(PDF), "UNCHECKED")
    assert row.sha256 == hashlib.sha256(PDF).hexdigest()
    assert lying() == {"arriving": [], "kept": [row.key]}
    opened = content(row)
    assert opened is not None
    with opened:
        assert opened.read() == PDF
    path = places.kept(row.key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.name == row.key[:2]


def test_a_file_is_published_when_the_transaction_commits_and_not_before(db: None) -> None:
    one = upload()
    with transaction.atomic():
        store([one], owner_kind="case", owner_id=1, by_user_id=None, at=NOW)
        assert lying() == {"arriving": [one.file.key], "kept": []}
    assert lying() == {"arriving": [], "kept": [one.file.key]}


def test_after_a_rollback_the_content_is_an_orphan_that_is_swept_after_a_day(db: None) -> None:
    one = upload()
    with transaction.atomic():
        store([one], owner_kind="case", owner_id=1, by_user_id=None, at=NOW)
        transaction.set_rollback(True)
    one.file.close()
    assert lying() == {"arriving": [one.file.key], "kept": []}
    assert sweep_files(timezone.now()).removed == 0
    age(hours=24.1)
    assert sweep_files(timezone.now(), only_look=True).removed == 1
    assert lying()["arriving"] == [one.file.key]
    assert sweep_files(timezone.now()).removed == 1
    assert lying() == {"arriving": [], "kept": []}
    assert not StoredFile.objects.exists()


def test_several_files_cost_one_insert(db: None) -> None:
    uploads = [upload(f"{n}.pdf") for n in range(3)]
    with transaction.atomic(), connection.execute_wrapper(_counted := _Counter()):
        store(uploads, owner_kind="case", owner_id=1, by_user_id=None, at=NOW)
    assert _counted.number == 1


class _Counter:
    number = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.number += 1
        return execute(*args)


@pytest.mark.django_db(transaction=True)
def test_a_file_is_not_kept_outside_a_transaction() -> None:
    one = upload()
    with pytest.raises(TransactionManagementError):
        store([one], owner_kind="case", owner_id=1, by_user_id=None, at=NOW)
    one.file.close()
    assert lying() == {"arriving": [], "kept": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"kind": "EXE"},
        {"key": ""},
        {"scan": "INFECTED"},
        {"found": "x"},
        {"erased_at": NOW},
        {"scan": "?"},
    ],
)
def test_the_table_holds_no_row_that_contradicts_itself(db: None, wrong: dict[str, Any]) -> None:
    good = {"key": "a" * 32, "name": "a.pdf", "kind": "PDF", "size": 1, "sha256": "0" * 64, "scan": "CLEAN"}
    good |= {"scanned_at": NOW, "owner_kind": "case", "owner_id": 1, "stored_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**{**good, **wrong})
    StoredFile.objects.create(**good)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(**good)


# --- crashes ---


def crashed(one: Upload) -> StoredFile:
    """As after a crash between commit and rename: the row is there, the content has not been moved."""
    [row] = keep(one)
    os.replace(places.kept(row.key), places.arriving(row.key))
    return row


def test_a_file_that_a_crash_left_unpublished_is_served_and_published_when_it_is_asked_for(db: None) -> None:
    row = crashed(upload())
    opened = content(row)
    assert opened is not None
    opened.close()
    assert lying() == {"arriving": [], "kept": [row.key]}


def test_a_file_that_a_crash_left_unpublished_is_published_by_the_sweep_and_never_removed(db: None) -> None:
    row = crashed(upload())
    age(hours=25)
    assert sweep(timezone.now()) == "removed 0, published 1, missing 0"
    assert lying() == {"arriving": [], "kept": [row.key]}


def test_content_without_a_row_goes_and_a_row_without_content_is_said(db: None, caplog: Any) -> None:
    good, lost, short = keep(upload(), upload(), upload())
    places.kept(lost.key).unlink()
    places.kept(short.key).write_bytes(PDF[:-1])
    stray = places.kept("ab" * 16)
    places.make(stray.parent)
    stray.write_bytes(b"x")
    age(hours=25)
    now = timezone.now()
    with pytest.raises(CommandError, match="2 files"):
        call_command("sweep_files", "--check", stdout=StringIO())
    assert stray.exists()
    assert sweep(now) == "removed 1, published 0, missing 2"
    assert lying()["kept"] == sorted([good.key, short.key])
    assert str(lost.public_id) in caplog.text
    assert str(good.public_id) not in caplog.text
    found = sweeping.stored_files(now)
    assert (found.ok, found.words) == (True, "缺少 2 个文件的内容")
    assert last("files").at == now.astimezone(UTC)
    assert not sweeping.stored_files(now + timedelta(days=2, seconds=1)).ok
    with pytest.raises(WrongMoment, match="读不出来"):
        answer(lost)


def test_with_all_well_the_check_says_so(db: None) -> None:
    keep(upload())
    out = StringIO()
    call_command("sweep_files", "--check", stdout=out)
    call_command("sweep_files", stdout=out)
    assert out.getvalue() == "orphans 0, unpublished 0, missing 0\n" * 2
    sweep(timezone.now())
    assert sweeping.stored_files(timezone.now()).words == "没有缺少的文件"


def test_the_sweep_goes_through_all_rows_and_files_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    rows = keep(*(upload() for _n in range(5)))
    for row in rows[::2]:
        places.kept(row.key).unlink()
    age(hours=25)
    found = sweep_files(timezone.now())
    assert (found.missing, found.removed) == (3, 0)


def test_erased_content_is_gone_and_its_hash_stays(db: None) -> None:
    [row] = keep(upload())
    key, digest = row.key, row.sha256
    with transaction.atomic():
        erase(row, at=NOW)
        assert places.kept(key).exists()
    assert not places.kept(key).exists()
    row.refresh_from_db()
    assert (row.key, row.sha256, row.may_leave, content(row)) == ("", digest, False, None)
    assert sweep_files(timezone.now()).missing == 0
    with pytest.raises(WrongMoment, match="销毁"):
        answer(row)


# --- arriving ---


def posted(**files: bytes) -> Any:
    data = {name: sent(f"{name}.pdf", body) for name, body in files.items()} | {"words": "写好的话"}
    return RequestFactory().post("/", data)


def test_a_browsers_files_are_written_to_the_storage_and_go_with_the_request_unless_they_are_taken() -> None:
    request = posted(one=PDF, two=JPEG)
    one, two = request.FILES["one"], request.FILES["two"]
    assert isinstance(one, ArrivedFile)
    assert (one.size, one.read(), one.sha256) == (len(PDF), PDF, hashlib.sha256(PDF).hexdigest())
    assert lying()["arriving"] == sorted([one.key, two.key])
    assert all(mode == 0o600 for mode in (path.stat().st_mode & 0o777 for path in places.arriving_folder().iterdir()))
    one.taken = True
    request.close()
    assert lying()["arriving"] == [one.key]


def test_a_file_beyond_the_limit_is_cut_off_while_it_comes_and_the_words_beside_it_are_kept() -> None:
    with override_settings(FILES_LARGEST=1):
        request = posted(big=PDF + bytes(3 * MEGABYTE), small=PDF)
        big = request.FILES["big"]
        assert request.POST["words"] == "写好的话"
        assert places.arriving(big.key).stat().st_size <= MEGABYTE
        assert big.size == len(PDF) + 3 * MEGABYTE
        with pytest.raises(Unfit) as unfit:
            storing.check(big)
        assert unfit.value.sentence == "文件超过 1 MB"
        assert storing.check(request.FILES["small"]).size == len(PDF)
        request.close()
        assert lying()["arriving"] == []


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    text = b"x" * MEGABYTE
    with override_settings(FILES_LARGEST=1):
        assert storing.check(sent("a.txt", text)).size == MEGABYTE
        with pytest.raises(Unfit, match="1 MB"):
            storing.check(sent("a.txt", text + b"x"))
    assert len(lying()["arriving"]) == 1  # of the one that was taken; the other is gone


class Endless(BytesIO):
    """A body that never ends, and says how much of it was read."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"x" * size


def test_a_request_that_says_it_is_too_large_as_a_whole_is_refused_before_it_is_read() -> None:
    body = Endless()
    with override_settings(FILES_LARGEST=1, FILES_AT_ONCE=3):
        request = RequestFactory().post("/", {}, content_type=MULTIPART_CONTENT)
        request.META["CONTENT_LENGTH"] = str(9 * MEGABYTE)
        request._stream, request._read_started = body, False
        with pytest.raises(RequestDataTooBig):
            assert request.FILES
    assert body.given == 0
    assert lying()["arriving"] == []


def test_an_upload_that_breaks_off_leaves_nothing() -> None:
    whole = encode_multipart(BOUNDARY, {"first": sent(), "file": sent("a.pdf", PDF + bytes(200_000))})
    request = RequestFactory().generic("POST", "/", whole, content_type=MULTIPART_CONTENT)

    class Broken(BytesIO):
        def read(self, size: int = -1) -> bytes:
            if self.tell() > 100_000:
                raise OSError("the line is gone")
            return super().read(min(size, 50_000) if size > 0 else 50_000)

    request._stream, request._read_started = Broken(whole), False
    with pytest.raises(OSError, match="gone") as broken:
        assert request.FILES
    del request, broken  # as the server drops a request that it could not answer
    gc.collect()
    assert lying()["arriving"] == []


def test_a_refused_file_of_a_program_leaves_nothing() -> None:
    with pytest.raises(Unfit):
        storing.check(sent("a.pdf", TEXT))
    assert lying()["arriving"] == []


# --- leaving ---


def served(name: str, data: bytes, **settings: Any) -> Any:
    [row] = keep(upload(name, data))
    with override_settings(**settings):
        return row, answer(row)


def test_a_file_leaves_as_a_download_that_no_browser_runs_or_keeps(db: None) -> None:
    _row, response = served("合同 终稿.pdf", PDF)
    assert b"".join(response.streaming_content) == PDF
    assert dict(response.items()) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "attachment; filename*=utf-8''%E5%90%88%E5%90%8C%20%E7%BB%88%E7%A8%BF.pdf",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    response.file_to_stream.close()


@pytest.mark.parametrize(("name", "data", "how"), [("a.jpg", JPEG, "inline"), ("a.txt", TEXT, "attachment")])
def test_only_bitmaps_are_shown_in_the_page(db: None, name: str, data: bytes, how: str) -> None:
    _row, response = served(name, data)
    assert response["Content-Disposition"].startswith(how)
    assert response["X-Content-Type-Options"] == "nosniff"
    response.file_to_stream.close()


def test_a_name_with_quotes_cannot_leave_its_header(db: None) -> None:
    [row] = keep(upload())
    row.name = 'a"; filename=evil.html\r\nX: y.pdf'
    response = answer(row)
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''a%22%3B%20filename%3D")
    response.file_to_stream.close()


def test_the_proxy_in_front_may_send_the_content_itself(db: None) -> None:
    row, response = served("a.pdf", PDF, FILES_ACCEL="/kept-files/")
    assert response["X-Accel-Redirect"] == f"/kept-files/{row.key[:2]}/{row.key}"
    assert response.content == b""
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_only_what_the_proxy_sends_is_readable_by_its_group(db: None) -> None:
    with override_settings(FILES_ACCEL="/kept-files/"):
        [row] = keep(upload())
        not_yet = upload()
    place = places.kept(row.key)
    assert [path.stat().st_mode & 0o777 for path in (place, place.parent, places.kept_folder())] == [
        0o640,
        0o750,
        0o750,
    ]
    waiting = places.arriving(not_yet.file.key)
    assert [path.stat().st_mode & 0o777 for path in (waiting, waiting.parent)] == [0o600, 0o700]


def test_a_file_that_waits_or_is_quarantined_does_not_leave(db: None) -> None:
    [row] = keep(upload())
    for scan, sentence in ((Scan.WAITING, "等待安全检查"), (Scan.INFECTED, "已经隔离")):
        row.scan = scan
        assert not row.may_leave
        with pytest.raises(Exception, match=sentence):
            answer(row)


def test_the_folder_of_a_test_is_its_own(the_files_of_a_test_lie_in_a_folder_of_its_own: Path) -> None:
    assert lying() == {"arriving": [], "kept": []}
