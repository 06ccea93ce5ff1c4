"""A document in a real browser without scripts: from the list to its pages, its public page, and back with its file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from documents import register
from documents.models import Document
from documents.tasks import make_document
from tests.browser.conftest import DESK, PHONE, OpenBrowser, Person, Picture
from tests.browser.looks import faults_at, sideways
from tests.documents.issued import firms_have_documents, issued, minutes
from tests.factories import Town, actor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_document_is_read_and_checked(
    town: Town,
    person: Person,
    open_browser: OpenBrowser,
    picture: Picture,
    monkeypatch: Any,
    tmp_path: Path,
) -> None:
    firms_have_documents(monkeypatch)
    others(town)
    document = issued(town, title="关于甲公司二期变压器增容有关问题的会议纪要")
    page = person(town.staff, PHONE)
    pdf = read(page, document, picture, tmp_path)
    checked(open_browser(PHONE), document, pdf, picture)
    page = person(town.intake, DESK, scripts=True)
    for address in addresses(document):
        page.goto(address)
        assert faults_at(page, address) == []


def addresses(document: Document) -> Iterator[str]:
    at = reverse("documents:document", args=[document.public_id])
    yield from (
        reverse("documents:list"),
        at,
        f"{at}?show=text",
        reverse("documents:withdraw", args=[document.public_id]),
    )
    yield from (reverse("documents:samples"), reverse("verified", args=[document.code]), "/verify/?code=x")


def others(town: Town) -> None:
    """Documents that are worth less by now."""
    by = actor(town.intake)
    register.withdraw(issued(town, title="关于甲公司用地手续的会议纪要"), by=by, reason="发错了单位")
    old = issued(town, title="关于甲公司蒸汽接入的会议纪要")
    register.issue_version(old, minutes("关于甲公司二期蒸汽接入的会议纪要"), by=by, reason="日期写错了")


def read(page: Page, document: Document, picture: Picture, folder: Path) -> Path:
    """The firm waits for the document, reads it as pictures and as text, and takes the file along."""
    page.locator("header .top-menu summary").click()
    page.get_by_role("navigation", name="手机导航").get_by_role("link", name="文书").click()
    page.set_viewport_size(DESK)
    picture(page, "documents", whole=False)
    page.get_by_role("link", name=document.title).click()
    page.get_by_role("link", name="停止自动刷新").click()
    make_document.func(str(document.job.public_id))
    page.get_by_role("link", name="刷新", exact=True).click()
    leaf = page.get_by_role("img", name="第 1 页")
    expect(leaf).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert leaf.evaluate("one => one.naturalWidth") in (480, 960, 1440)
    picture(page, "document", whole=False)
    page.get_by_role("link", name="文字", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("十二月二十日前通电")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    file = folder / "document.pdf"  # a name that Chromium finds in any locale
    download.value.save_as(file)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == Document.objects.get(pk=document.pk).file_sha256
    return file


def checked(page: Page, document: Document, pdf: Path, picture: Picture) -> None:
    """Somebody who is not signed in scans the code of the paper, and then sends the file, and one that was changed."""
    page.goto(reverse("verified", args=[document.code]))
    expect(page.get_by_role("status")).to_contain_text("有效")
    picture(page, "verified-phone")
    changed = pdf.with_name("changed.pdf")
    changed.write_bytes(pdf.read_bytes()[:-1] + b" ")
    page.get_by_role("link", name="核验另一份").click()
    for file, verdict in ((pdf, "与登记的文件一致"), (changed, "不是本平台出具的文件，或者内容被改动过")):
        page.goto(reverse("verify"))
        page.get_by_label("PDF 文件", exact=True).set_input_files(file)
        page.get_by_role("button", name="核对文件").click()
        expect(page.get_by_role("status")).to_contain_text(verdict)
        assert sideways(page, verdict) == []
    picture(page, "verify-phone")
