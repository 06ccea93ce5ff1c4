"""What was issued has one file, however often and by however many it is made, and a failure can be tried again."""

import hashlib
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from documents import register
from documents.health import LATE_AFTER, documents
from documents.models import Document
from documents.tasks import make_document
from documents.verification import find_by_file
from foundation.files import places
from foundation.files.model import StoredFile
from foundation.files.sweeping import sweep_files
from foundation.models import STUCK_AFTER, Job
from tests.cases.demands.test_races import all_at_once
from tests.documents.register import again, issued, work
from tests.factories import NOW, Town, actor, later
from workflow import triggers
from workflow.reaper import _again

pytestmark = pytest.mark.django_db


def lying() -> list[str]:
    """The keys of all files in the storage."""
    folder = places.kept_folder()
    arriving = list(places.arriving_folder().iterdir()) if places.arriving_folder().exists() else []
    return sorted(path.name for path in [*folder.glob("*/*"), *arriving])


def test_the_file_is_what_its_hash_says_and_is_found_by_it(town: Town) -> None:
    document = work(issued(town))
    stored = document.file
    pdf = places.kept(stored.key).read_bytes()
    assert pdf.startswith(b"%PDF-1.7")
    assert document.file_sha256 == stored.sha256 == hashlib.sha256(pdf).hexdigest()
    assert (document.pages, document.signer, document.making(NOW)) == (1, "", "DONE")
    assert (stored.owner_kind, stored.owner_id, stored.keep_until) == ("document", document.pk, None)
    assert stored.name == "〔2026〕第1期 关于扩建项目用地的会议纪要.pdf"
    assert (document.job.state, document.job.done, document.job.total, document.job.message) == ("DONE", 3, 3, "")
    found = find_by_file(document.file_sha256.upper())
    assert found is not None
    assert (found.number, found.file_sha256) == (document.number, document.file_sha256)
    # Again, and after years: nothing is made anew, nothing is swept away.
    make_document.func(str(document.job.public_id))
    sweep_files(later(days=10_000))
    assert lying() == [again(document).file.key] == [stored.key]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_file_and_leave_none_behind(town: Town) -> None:
    document = again(issued(town))
    job = str(document.job.public_id)
    results = all_at_once([partial(make_document.func, job)] * 2)
    assert results == [None, None]
    assert lying() == [again(document).file.key]
    assert StoredFile.objects.count() == 1


@pytest.mark.every_page  # no matter of the database
def test_one_that_cannot_be_signed_fails_with_a_sentence_and_is_tried_again(town: Town, settings: Any) -> None:
    document = issued(town)
    settings.SIGNING_KEY = "/nowhere/key.p12"
    document = work(document)
    assert (document.job.state, document.file) == ("FAILED", None)
    assert document.job.message == "签名证书文件或口令文件不存在，或不能读取"
    assert documents(NOW).words == "0 份文书等了太久，1 份没有生成"
    assert documents(NOW).ok
    settings.SIGNING_KEY = ""
    failed = document.job_id
    document = work(register.try_again(document, by=actor(town.intake)))
    assert (document.job.state, document.number) == ("DONE", "〔2026〕第1期")
    assert document.job_id != failed
    assert register.try_again(document, by=actor(town.intake)).job_id == document.job_id
    assert lying() == [document.file.key]
    assert documents(NOW).words == "没有积压的文书"


@pytest.mark.every_page  # no matter of the database
def test_one_whose_disk_is_broken_fails_and_the_task_too(town: Town, settings: Any, tmp_path: Any) -> None:
    document = issued(town)
    settings.FILES_DIR = tmp_path / "file"
    settings.FILES_DIR.write_text("not a folder")
    with pytest.raises(NotADirectoryError):
        work(document)
    job = again(document).job
    assert (job.state, job.message) == ("FAILED", "文书没有生成，可以再试一次。文号和内容不变。")


@pytest.mark.every_page  # no matter of the database
def test_nothing_is_made_of_a_row_that_somebody_changed(town: Town) -> None:
    document = issued(town)
    with triggers.lifted(connection):
        Document.objects.filter(pk=document.pk).update(content=document.content.replace("张建国", "李建国"))
    document = work(document)
    assert (document.job.state, document.file) == ("FAILED", None)
    assert "verify_documents" in document.job.message


def test_one_whose_worker_died_is_begun_again_and_only_once(town: Town) -> None:
    assert make_document.module_path in _again
    document = again(issued(town))
    Job.objects.filter(pk=document.job_id).update(state="RUNNING", moved_at=NOW)
    by = actor(town.intake, NOW + STUCK_AFTER)
    assert register.try_again(document, by=by).job_id == document.job_id
    assert not documents(later() + LATE_AFTER + timedelta(seconds=1)).ok
    by = actor(town.intake, NOW + STUCK_AFTER + timedelta(seconds=1))
    dead = str(document.job.public_id)
    document = register.try_again(document, by=by)
    make_document.func(dead)  # comes back to life: its work is no longer wanted
    assert lying() == []
    assert work(document).making(NOW) == "DONE"
