"""The public page: by code and by file, for whoever comes by; what it tells, and what it keeps to itself."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from documents import register
from documents.models import Document
from foundation.files import places
from tests.conftest import SignIn
from tests.documents.issued import firms_have_documents, issued, made, minutes
from tests.factories import Town, actor
from tests.pages import text
from tests.settings import RATE_LIMITS_OF_THE_PRODUCT

pytestmark = [pytest.mark.django_db, pytest.mark.every_page]
NOT_OURS = "不是本平台出具的文件，或者内容被改动过"


@pytest.fixture(autouse=True)
def _firms_have_documents(monkeypatch: Any, clock: Any) -> None:
    firms_have_documents(monkeypatch)


def content(document: Document) -> bytes:
    return places.kept(document.file.key).read_bytes()


def sent(client: Client, whole: bytes, name: str = "回执.pdf", **more: Any) -> HttpResponse:
    return client.post("/verify/file/", {"file": SimpleUploadedFile(name, whole)}, **more)


def words(answer: HttpResponse) -> str:
    return text(answer.content.decode())


def test_anybody_learns_what_a_document_is_worth_and_nothing_else(town: Town, client: Client) -> None:
    document = made(issued(town, title="关于甲公司增容的会议纪要"))
    address = reverse("verified", args=[document.code])
    page = client.get(address)
    told = ("有效", document.number, "纪要", "2026年11月23日", "第 1 版", document.file_sha256, "完成 3 / 共 5")
    assert [word for word in (*told, document.content_sha256, "没有电子签名") if word not in words(page)] == []
    kept = ("增容", "甲公司", str(document.public_id), "东胜区平台办公室", town.intake.user.name)
    assert [word for word in kept if word in page.content.decode()] == []
    assert (page["X-Robots-Tag"], "no-store" in page["Cache-Control"]) == ("noindex, nofollow", True)
    assert "sessionid" not in client.cookies

    new = register.issue_version(document, minutes("更正"), by=actor(town.intake), reason="甲公司的名称写错了")
    old = words(client.get(address))
    assert ("已被替换" in old, "现在的版本是第 2 版" in old, "写错" in old) == (True, True, False)
    register.withdraw(new, by=actor(town.intake), reason="不该发")
    gone = words(client.get(reverse("verified", args=[new.code])))
    assert ("已撤回" in gone, "不该发" in gone, "文件还在生成" in gone) == (True, False, True)


def test_a_code_is_typed_as_it_stands_on_the_paper(town: Town, client: Client) -> None:
    document = issued(town)
    address = reverse("verified", args=[document.code])
    shouted = f" {document.code[:13]} {document.code[13:]} ".upper()
    for typed in (document.code, shouted, f"https://example.org{address}"):
        answer = client.get("/verify/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, address)
    for typed in ("", "x", document.code[:-1], "a" * 26, "\0", "字" * 500):
        answer = client.get("/verify/", {"code": typed})
        assert (answer.status_code, "核验码" in words(answer)) == (422 if typed else 200, True)
    unknown = client.get(reverse("verified", args=["a" * 26]))
    assert (unknown.status_code, "没有这份文书" in words(unknown)) == (404, True)
    assert reverse("verify") in client.get("/signin/").content.decode()


def test_a_file_is_compared_byte_for_byte_and_not_kept(town: Town, client: Client, settings: Any) -> None:
    document = made(issued(town))
    whole = content(document)
    before = sorted(Path(settings.FILES_DIR).rglob("*"))
    same = sent(client, whole)
    assert (same.status_code, "与登记的文件一致" in words(same), document.number in words(same)) == (200, True, True)
    for other in (bytes([*whole[:-2], whole[-2] ^ 1, whole[-1]]), whole + b"\n", whole[:-1]):
        answer = sent(client, other)
        assert (answer.status_code, NOT_OURS in words(answer), document.number in words(answer)) == (200, True, False)
    settings.FILES_LARGEST = 1
    too_large = "文件超过 1 MB"
    for refused, sentence in (
        (sent(client, b"hello", "回执.pdf"), "这不是 PDF 文件"),
        (sent(client, b"", "回执.pdf"), "请选择要核对的 PDF 文件"),
        (client.post("/verify/file/", {"file": "回执.pdf"}), "请选择要核对的 PDF 文件"),
        (sent(client, whole + bytes(1024 * 1024)), too_large),
        (sent(client, whole, CONTENT_LENGTH=str(7 * 1024 * 1024)), too_large),
    ):
        assert (refused.status_code, sentence in words(refused)) == (422, True)
    assert sorted(Path(settings.FILES_DIR).rglob("*")) == before


def test_the_form_is_of_this_site(town: Town) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sent(strict, b"%PDF-1.4").status_code == 403
    strict.get("/verify/")
    token = strict.cookies["csrftoken"].value
    assert NOT_OURS in words(sent(strict, b"%PDF-1.4", headers={"X-CSRFToken": token}))
    assert strict.get("/verify/file/")["Location"] == "/verify/"


def test_a_reader_is_led_to_the_document_and_nobody_else(town: Town, sign_in: SignIn) -> None:
    document = made(issued(town))
    address = reverse("documents:document", args=[document.public_id])
    for who, led in ((town.staff, True), (town.at(town.far_firm, "ENTERPRISE_STAFF"), False)):
        browser = sign_in(who)
        assert (address in browser.get(f"/verify/{document.code}/").content.decode()) is led
        assert (address in sent(browser, content(document)).content.decode()) is led


def test_one_address_asks_so_often(town: Town, client: Client, settings: Any) -> None:
    assert RATE_LIMITS_OF_THE_PRODUCT["verify"] == {"address": (600, 900)}
    settings.RATE_LIMITS = {"verify": {"address": (2, 60)}}
    code = issued(town).code
    assert [client.get("/verify/").status_code, client.get(f"/verify/{code}/").status_code] == [200, 200]
    for answer in (client.get(f"/verify/{code}/"), sent(client, b"%PDF-1.4"), client.get("/verify/?code=x")):
        assert (answer.status_code, answer["Retry-After"], "操作过于频繁" in words(answer)) == (429, "60", True)
    assert client.get("/verify/", REMOTE_ADDR="10.0.0.7").status_code == 200
