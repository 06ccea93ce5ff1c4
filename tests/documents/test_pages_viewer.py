"""The list of documents and the page of one: who finds what, how far the worker is, pages as pictures and as text."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image

from documents import register
from documents.models import Document
from documents.samples import SAMPLES, making
from foundation.models import Job, JobState, StoredFile
from parties.roles import ADMIN_ROLES, Role
from tests.api import Program, said
from tests.conftest import SignIn
from tests.documents.issued import firms_have_documents, issued, made, minutes
from tests.factories import NOW, Town, actor
from tests.pages import FRAME, statements, text
from tests.workflow.test_exports import rows, taken

pytestmark = [pytest.mark.django_db, pytest.mark.every_page]
LIST = "/documents/"


@pytest.fixture(autouse=True)
def _firms_have_documents(monkeypatch: Any) -> None:
    firms_have_documents(monkeypatch)


def at(document: Document, name: str = "document", *more: str) -> str:
    return reverse(f"documents:{name}", args=[document.public_id, *more])


def test_what_is_about_another_firm_is_found_nowhere(town: Town, sign_in: SignIn) -> None:
    """Pages, file, pictures, text, API, file taken out: the same document, and a firm that must not know of it."""
    hidden = made(issued(town, firm=town.neighbour, title="乙公司的事"), pages=2)
    own = made(issued(town, title="甲公司的事"), pages=3)
    browser, program = sign_in(town.staff), Program(town.staff)
    addresses = [at(hidden), at(hidden, "file"), at(hidden, "page", "1"), f"{at(hidden)}?show=text"]
    assert [browser.get(address).status_code for address in addresses] == [404] * 4
    assert [browser.post(at(hidden, name)).status_code for name in ("again", "withdraw")] == [404] * 2
    for name in ("", "file/"):
        assert said(program.get(f"documents/{hidden.public_id}/{name}")) == (404, "not_found")
    page = browser.get(LIST).content.decode()
    assert ("甲公司的事" in page, "乙公司的事" in page, hidden.number in page) == (True, False, False)
    assert [row["id"] for row in program.get("documents/").json()["results"]] == [str(own.public_id)]
    assert [row[2] for row in rows(taken(town.staff, "documents"))[1:]] == ["甲公司的事"]
    assert [row[2] for row in rows(taken(town.intake, "documents"))[1:]] == ["甲公司的事", "乙公司的事"]
    assert [bool(browser.get(at(own, *rest)).getvalue()) for rest in ((), ("page", "3"))] == [True] * 2
    assert browser.get(at(own, "file")).getvalue() == program.get(f"documents/{own.public_id}/file/").getvalue()
    public = browser.get(f"/verify/{hidden.code}/").content.decode()
    assert (hidden.number in public, "乙公司" in public, str(hidden.public_id) in public) == (True, False, False)


def test_the_list_is_filtered_and_costs_one_statement(town: Town, sign_in: SignIn) -> None:
    first = issued(town, title="第一件")
    browser = sign_in(town.intake)
    costs = [len(statements(browser, LIST)), len(statements(browser, at(first)))]
    for title in ("第二件", "第三件"):
        issued(town, title=title)
    register.withdraw(first, by=actor(town.intake), reason="发错了单位")
    assert [len(statements(browser, LIST)), len(statements(browser, at(first)))] == costs == [FRAME + 1, FRAME + 2]

    def found(query: str) -> list[str]:
        return [row["document"].title for row in browser.get(f"{LIST}?{query}").context["rows"]]

    every = ["第三件", "第二件", "第一件"]
    assert [found("q=二件"), found("status=WITHDRAWN"), found("kind=RECEIPT")] == [["第二件"], ["第一件"], []]
    assert [found("year=2026"), found("year=2025"), found("kind=x&year=x&after=x&status=%00&q=%00")] == [
        every,
        [],
        every,
    ]
    assert found(f"q={first.number}") == ["第一件"]
    assert (FRAME, browser.get(LIST).context["is_office"], sign_in(town.staff).get(LIST).context["is_office"]) == (
        4,
        True,
        False,
    )


def test_the_menu_leads_there_whoever_may_read_documents(town: Town, sign_in: SignIn) -> None:
    posts = {post.role: post for post in town.everybody}.values()
    shown = {post.role: f'href="{LIST}"' in sign_in(post).get("/exports/").content.decode() for post in posts}
    assert {role for role, there in shown.items() if not there} == ADMIN_ROLES


def test_the_page_follows_the_worker(town: Town, sign_in: SignIn, clock: Any) -> None:
    document, browser = issued(town), sign_in(town.staff)
    waiting = browser.get(at(document)).content.decode()
    assert ("refresh" in waiting, "正在生成文件" in text(waiting), "下载 PDF" in text(waiting)) == (True, True, False)
    assert 'http-equiv="refresh"' not in browser.get(f"{at(document)}?refresh=off").content.decode()
    assert [browser.get(at(document, *rest)).status_code for rest in (("file",), ("page", "1"))] == [409] * 2
    assert said(Program(town.staff).get(f"documents/{document.public_id}/file/")) == (409, "wrong_moment")

    Job.objects.filter(pk=document.job_id).update(state=JobState.FAILED, message="字体读不出来。")
    failed = browser.get(at(document)).content.decode()
    assert ("字体读不出来。" in failed, 'http-equiv="refresh"' in failed) == (True, False)
    assert browser.post(at(document, "again")).status_code == 302
    document.refresh_from_db()
    assert document.job.state == JobState.WAITING
    Job.objects.filter(pk=document.job_id).update(state=JobState.RUNNING, moved_at=NOW - timedelta(minutes=11))
    assert "再试一次" in text(browser.get(at(document)).content.decode())
    made(document)
    done = browser.get(at(document)).content.decode()
    assert ("再试一次" in done, document.file_sha256 in done, "第 1 页，共 1 页" in done) == (False, True, True)


def test_pages_are_pictures_that_only_a_reader_gets(town: Town, sign_in: SignIn) -> None:
    document = made(issued(town), pages=2)
    browser, address = sign_in(town.staff), at(document, "page", "2")
    answer = browser.get(address)
    picture = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], picture.format, picture.size) == ("image/png", "PNG", (960, 1359))
    assert (answer["Cache-Control"], answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == (
        "private, no-cache",
        "sandbox; default-src 'none'",
        "nosniff",
    )
    file = browser.get(at(document, "file"))
    assert (file.getvalue()[:5], file["Cache-Control"]) == (b"%PDF-", "private, no-store")
    widths = {
        w: Image.open(io.BytesIO(browser.get(f"{address}?w={w}").content)).width for w in ("480", "1440", "9999", "x")
    }
    assert widths == {"480": 480, "1440": 1440, "9999": 960, "x": 960}
    kept = {"If-None-Match": answer["ETag"]}
    again = browser.get(address, headers=kept)
    assert (again.status_code, again.content) == (304, b"")
    assert sign_in(town.at(town.neighbour, Role.ENTERPRISE_STAFF)).get(address, headers=kept).status_code == 404
    assert [browser.get(at(document, "page", n)).status_code for n in ("0", "3", "x", "-1", "99999")] == [404] * 5
    assert browser.post(address).status_code == 405


def test_a_long_document_is_shown_ten_pages_at_a_time(town: Town, sign_in: SignIn) -> None:
    document, browser = made(issued(town), pages=12), sign_in(town.staff)

    def leaves(query: str) -> list[int]:
        return [leaf.number for leaf in browser.get(f"{at(document)}?{query}").context["leaves"]]

    first, rest = list(range(1, 11)), [11, 12]
    assert [leaves(""), leaves("first=11"), leaves("first=12"), leaves("first=500"), leaves("first=x")] == [
        first,
        rest,
        rest,
        rest,
        first,
    ]
    page = browser.get(f"{at(document)}?first=11&show=text").content.decode()
    assert ("第 12 页，共 12 页" in page, "<img" in page, "这一页没有文字" in page) == (True, False, True)
    pictures = browser.get(at(document)).content.decode()
    assert (pictures.count('loading="lazy"'), 'width="960" height="1359"' in pictures) == (10, True)


def test_content_that_is_gone_is_said_and_the_rest_of_the_page_stands(town: Town, sign_in: SignIn) -> None:
    document = made(issued(town))
    type(document.file).objects.filter(pk=document.file_id).update(size=5)
    page = sign_in(town.staff).get(at(document))
    assert (page.status_code, page.context["unreadable"], document.number in page.content.decode()) == (
        200,
        "文件内容读不出来，请联系系统管理员",
        True,
    )


def test_versions_lead_to_each_other(town: Town, sign_in: SignIn) -> None:
    old = issued(town)
    new = register.issue_version(old, minutes("更正后的纪要"), by=actor(town.intake), reason="日期写错了")
    browser = sign_in(town.staff)
    page = text(browser.get(at(old)).content.decode())
    assert ("已被替换" in page, "日期写错了" in page, "第 2 版" in page) == (True, True, True)
    assert at(new) in browser.get(at(old)).content.decode()
    assert at(old) in browser.get(at(new)).content.decode()
    detail = Program(town.staff).get(f"documents/{old.public_id}/").json()
    assert (detail["status"], detail["status_reason"], detail["version"]) == ("REPLACED", "日期写错了", 1)


def test_the_office_of_the_register_withdraws_with_a_reason(town: Town, sign_in: SignIn) -> None:
    document = issued(town)
    address, other = at(document, "withdraw"), sign_in(town.at(town.other_office, Role.INTAKE))
    for who in (town.staff, town.arbitrator):
        assert [sign_in(who).get(address).status_code, sign_in(who).post(address).status_code] == [403, 403]
    assert [other.get(address).status_code, other.post(address, {"reason": "x"}).status_code] == [403, 403]
    browser = sign_in(town.dispatcher)
    assert [browser.get(address).status_code, browser.post(address, {"reason": " "}).status_code] == [200, 422]
    for _again in (1, 2):  # the button is pressed twice
        answer = browser.post(address, {"reason": "发错了单位", "idempotency_key": "k"})
        assert (answer.status_code, answer["Location"]) == (302, at(document))
    document.refresh_from_db()
    assert (document.status, document.status_reason) == ("WITHDRAWN", "发错了单位")
    assert [browser.get(address).status_code, browser.post(address, {"reason": "再一次"}).status_code] == [409, 409]
    assert "发错了单位" in sign_in(town.staff).get(at(document)).content.decode()
    assert "发错了单位" not in browser.get(f"/verify/{document.code}/").content.decode()


# --- samples ---


def test_a_sample_is_a_draft_that_stands_in_no_register(town: Town, sign_in: SignIn) -> None:
    who = town.at(town.city_office, Role.SYSTEM_ADMIN)
    browser = sign_in(who)
    kinds = re.findall(r'name="kind" value="(\w+)"', browser.get("/documents/samples/").content.decode())
    assert kinds == [str(kind) for kind in SAMPLES]
    waiting = [browser.post("/documents/samples/make/", {"kind": "MINUTES"})["Location"] for _again in (1, 2)]
    assert waiting[0] == waiting[1]  # one is waited for, however often the button is pressed
    page = browser.get(waiting[0]).content.decode()
    assert ('http-equiv="refresh"' in page, browser.get(f"{waiting[0]}file/").status_code) == (True, 409)
    job = Job.objects.get()
    making.make_sample.func(str(job.public_id))
    done = browser.get(f"{waiting[0]}?show=text")
    assert ("草　稿" in done.content.decode(), "会议" in text(done.content.decode()), Document.objects.count()) == (
        True,
        True,
        0,
    )
    assert browser.get(f"{waiting[0]}pages/1/")["Content-Type"] == "image/png"
    assert browser.get(f"{waiting[0]}file/").getvalue()[:5] == b"%PDF-"
    other = sign_in(town.intake)
    assert [other.get(waiting[0] + rest).status_code for rest in ("", "file/", "pages/1/")] == [404] * 3
    assert other.post("/documents/samples/make/", {"kind": "RECIPE"}).status_code == 400
    assert sign_in(town.staff).get("/documents/samples/").status_code == 403
    StoredFile.objects.update(keep_until=NOW)
    assert "样张只保存一天" in browser.get(waiting[0]).content.decode()
