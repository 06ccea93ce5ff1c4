"""The command finds each byte of a file and each column of a row that somebody changed who owns both."""

import hashlib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from documents import register
from documents.models import Document, NumberSeries
from documents.signing import authority
from foundation.canonical import sha256
from foundation.files import places
from foundation.files.model import StoredFile
from tests.documents import signing
from tests.documents.register import issued, minutes, work
from tests.factories import NOW, Town, actor
from workflow import triggers

pytestmark = pytest.mark.django_db


def said() -> list[str]:
    """The lines of the command, but for how long it took; it ends with an error when it found something."""
    out, code = StringIO(), None
    try:
        call_command("verify_documents", stdout=out)
    except SystemExit as ended:
        code = ended.code
    assert code == (None if "发现 0 处不符" in out.getvalue() else 1)
    return [line for line in out.getvalue().splitlines() if not line.startswith("共核验")]


def changed(document: Document, **columns: Any) -> list[str]:
    """What is said when these columns were changed by whoever may drop triggers; then they are as they were."""
    old = {name: getattr(document, name) for name in columns}
    with triggers.lifted(connection):
        Document.objects.filter(pk=document.pk).update(**columns)
        lines = said()
        Document.objects.filter(pk=document.pk).update(**old)
    return [line.removeprefix(f"minutes {document.number} 第 {document.version} 版：") for line in lines]


def test_a_register_without_a_fault_is_said_to_have_none(town: Town) -> None:
    assert said() == []
    first, waits = issued(town), issued(town)
    second = register.issue_version(first, minutes(place="一楼"), by=actor(town.intake), reason="地点有误")
    register.withdraw(second, by=actor(town.intake), reason="没有开成")
    issued(town, office_id=town.other_office.pk)
    work(waits)
    assert said() == ["其中 3 份还没有生成文件，只核验了内容。"]


def test_each_thing_that_was_changed_is_named(town: Town) -> None:
    document = work(issued(town))
    forged = document.content.replace("张建国", "李建国")
    assert changed(document, content=forged) == ["内容与登记的内容摘要不符", "文件附带的机读内容与登记的内容不符"]
    assert changed(document, content=forged, content_sha256=sha256(forged)) == ["文件附带的机读内容与登记的内容不符"]
    assert changed(document, content="{", content_sha256=sha256("{"))[0] == "登记的内容读不出来"
    assert changed(document, file_sha256="0" * 64) == ["文件与登记的文件摘要不符"]
    assert changed(document, pages=2) == ["文件的页数与登记的不符"]
    for name, value, label in [
        ("kind", "NOTICE", "文种"),
        ("title", "另一个题名", "题名"),
        ("issuer", "另一个单位", "责任者"),
        ("code", "a" * 26, "核验码"),
        ("issued_on", NOW.date().replace(day=1), "成文日期"),
    ]:
        assert changed(document, **{name: value}) == [f"登记的{label}与内容不符"]
    number = {"prefix": "鄂", "number": "鄂〔2026〕第1期"}
    assert [line.partition("：")[2] for line in changed(document, **number)] == ["登记的文号与内容不符"]
    assert changed(document, status="REPLACED", status_at=NOW, status_reason="x") == [
        "状态是“已被替换”，却没有新的版本"
    ]
    assert said() == []


@pytest.mark.every_page  # no matter of the database
def test_each_byte_of_a_file_counts(town: Town) -> None:
    document = work(issued(town))
    file = places.kept(document.file.key)
    pdf = file.read_bytes()
    name = f"minutes {document.number} 第 1 版："
    for at in (100, len(pdf) // 2, len(pdf) - 3):
        file.write_bytes(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])
        assert f"{name}文件与登记的文件摘要不符" in said()
    file.write_bytes(b"x" * len(pdf))
    assert said() == [f"{name}文件与登记的文件摘要不符", f"{name}文件不是完好的 PDF"]
    file.write_bytes(pdf + b" ")
    assert said() == [f"{name}文件缺失，或长度不符"]
    file.unlink()
    assert said() == [f"{name}文件缺失，或长度不符"]


@pytest.mark.every_page  # no matter of the database
def test_a_signed_file_that_was_changed_together_with_its_row_is_found(
    town: Town, settings: Any, tmp_path: Path
) -> None:
    root = authority.root(at=NOW)
    signing.write(tmp_path, authority.leaf("政企直通办公室", root, at=NOW), root).set(settings)
    document = work(issued(town))
    assert document.signer == "政企直通办公室"
    assert said() == []
    file = places.kept(document.file.key)
    file.write_bytes(pdf := file.read_bytes() + b"% one more line")
    StoredFile.objects.update(size=len(pdf))
    assert changed(document, file_sha256=hashlib.sha256(pdf).hexdigest()) == ["文件的电子签名不符"]


def test_a_number_and_a_version_that_are_missing_are_named(town: Town) -> None:
    documents = [issued(town) for _ in range(5)]
    register.issue_version(documents[3], minutes(place="一楼"), by=actor(town.intake), reason="地点有误")
    office = town.office.pk
    with triggers.lifted(connection):
        Document.objects.filter(sequence__in=[2, 3]).delete()
        assert said()[0] == f"minutes 2026 年缺少顺序号 2–3（单位 {office}）"
        Document.objects.filter(sequence=5).delete()
        assert f"minutes 2026 年缺少顺序号 5（单位 {office}）" in said()
        Document.objects.filter(sequence=4, version=2).update(version=3)
        assert "minutes 〔2026〕第4期 第 3 版：缺少前面的版本" in said()
        Document.objects.filter(sequence=4).update(status="VALID", status_at=None, status_by=None, status_reason="")
        assert "minutes 〔2026〕第4期 第 1 版：已有新的版本，状态却不是“已被替换”" in said()
        NumberSeries.objects.update(last=3)
        assert "minutes 〔2026〕第4期 第 3 版：编号簿记到的号比它小，或没有这本编号簿" in said()
        Document.objects.filter(version=3).delete()
        Document.objects.all().delete()
        assert said() == [f"minutes 2026 年缺少顺序号 1–3（单位 {office}）"]
