"""Pages of import and export: the way through, what is offered to whom, the files to take away."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from foundation.models import SheetImport
from parties.exchange.kinds import open_to
from parties.exchange.tasks import apply_sheet, check_sheet
from parties.models import Enterprise
from parties.roles import Role
from tests.conftest import SignIn
from tests.factories import Town, actor, later
from tests.pages import FRAME, statements, text
from tests.parties.exchange.tables import FIRM, GOOD_CODES, WRONG_CODES, as_csv, brought, confirmed, fresh

HOME = "/exchange/"
FIRMS = f"{HOME}enterprises/"


def read(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return text(answer.content.decode())


def content(browser: Client, address: str) -> bytes:
    answer = browser.get(address)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "no-store"
    return b"".join(answer.streaming_content)


def send(browser: Client, table: bytes, name: str = "企业.csv") -> Any:
    return browser.post(FIRMS, {"file": SimpleUploadedFile(name, table)})


def test_the_way_from_the_menu_to_the_result(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(town.intake)
    assert f'href="{HOME}"' in browser.get("/").content.decode()
    assert FIRMS in browser.get(HOME).content.decode()
    rows = ((GOOD_CODES[0], "新<公司>", "东胜区"), (WRONG_CODES[0], "坏公司", "东胜区"))
    address = send(browser, as_csv(FIRM, *rows)).url
    assert "正在检查" in read(browser, address)
    assert 'http-equiv="refresh"' in browser.get(address).content.decode()
    sheet = SheetImport.objects.get()
    check_sheet.func(str(sheet.check_job.public_id))
    page = read(browser, address)
    assert "新增 1" in page
    assert "有误 1" in page
    assert "统一社会信用代码：最后一位校验码不符" in page
    assert "新&lt;公司&gt;" in page
    assert "新&lt;公司&gt;" not in read(browser, f"{address}?verdict=BAD")
    refused = browser.post(f"{address}confirm/")
    assert refused.status_code == 422
    assert "有 1 行有误：请改好后重新上传" in text(refused.content.decode())
    assert browser.post(f"{address}confirm/", {"only_good": "on"}).url == address
    assert "正在写入" in read(browser, address)
    apply_sheet.func(str(fresh(sheet).apply_job.public_id))
    assert "新增 1 行，修改 0 行。有误的 1 行没有导入。" in read(browser, address)
    assert Enterprise.objects.filter(name="新<公司>").exists()
    assert "已导入" in read(browser, HOME)


def test_nobody_else_sees_an_import_and_not_in_another_post(town: Town, sign_in: SignIn) -> None:
    sheet = brought(as_csv(FIRM, (WRONG_CODES[0], "坏公司", "东胜区")), town.intake)
    addresses = [f"{HOME}files/{sheet.public_id}/{end}" for end in ("", "confirm/", "check/", "errors/csv/")]
    others = (town.second_intake, town.at(town.city_office, Role.SYSTEM_ADMIN), town.staff, town.handler)
    for other in others:
        browser = sign_in(other)
        assert {browser.post(address).status_code for address in addresses} == {404}
        assert browser.get(addresses[3]).status_code == 404
    assert sign_in(town.handler).get(FIRMS).status_code == 404
    assert sign_in(town.intake).get(f"{HOME}departments/").status_code == 404
    assert "坏公司" in content(sign_in(town.intake), addresses[3]).decode("utf-8-sig")


def test_the_preview_takes_as_many_statements_for_one_row_as_for_three(town: Town, sign_in: SignIn) -> None:
    browser, admin = sign_in(town.city_intake), town.city_intake
    rows = [(code, f"公司{n}", "东胜区") for n, code in enumerate(GOOD_CODES)]
    for some in (rows[:1], rows):
        sheet = brought(as_csv(FIRM, *some), admin)
        assert len(statements(browser, f"{HOME}files/{sheet.public_id}/")) == FRAME + 3


def test_a_template_explains_itself_and_its_example_is_not_imported(town: Town, sign_in: SignIn) -> None:
    admin = town.at(town.city_office, Role.SYSTEM_ADMIN)
    browser = sign_in(admin)
    for kind in open_to(actor(admin)):
        book = load_workbook(io.BytesIO(content(browser, f"{HOME}{kind.code}/template/xlsx/")))
        assert book.sheetnames == [str(kind.label), "填写说明", "选项"]
        sheet, columns = book.worksheets[0], kind.columns()
        assert [cell.value for cell in sheet[1]] == [column.header for column in columns]
        assert sheet["A2"].value.startswith("（示例）")
        assert len(sheet.data_validations.dataValidation) == len([c for c in columns if c.choices])
        assert all(cell.comment is not None for cell, c in zip(sheet[1], columns, strict=True) if c.note or c.choices)
        for ending in ("xlsx", "csv"):
            table = content(browser, f"{HOME}{kind.code}/template/{ending}/")
            unread = brought(table, admin, code=kind.code, name=f"模板.{ending}")
            assert unread.check_job.message == "文件里没有可以导入的行"
    assert browser.get(f"{FIRMS}template/exe/").status_code == 404


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        ("表.xls", b"x", "只能导入 .xlsx 和 .csv 文件"),
        ("表.xlsx", b"not a workbook", "内容却不是"),
        ("表.csv", "UTF-16".encode("utf-16"), "UTF-16"),
        ("表.csv", b"<html><script>", "网页或脚本代码"),
    ],
    ids=["old", "false", "utf16", "page"],
)
def test_a_file_of_another_kind_is_refused_beside_its_field(
    town: Town, sign_in: SignIn, name: str, table: bytes, said: str
) -> None:
    answer = send(sign_in(town.intake), table, name)
    assert answer.status_code == 422
    assert said in text(answer.content.decode())
    assert not SheetImport.objects.exists()


def test_what_is_over_offers_nothing_to_confirm(town: Town, sign_in: SignIn, clock: Any) -> None:
    sheet = brought(as_csv(FIRM, (GOOD_CODES[0], "新公司", "东胜区")), town.intake)
    done = confirmed(brought(as_csv(FIRM, (GOOD_CODES[1], "别公司", "东胜区")), town.intake), town.intake)
    clock.move_to(later(days=31))
    browser = sign_in(town.intake)
    page = read(browser, f"{HOME}files/{sheet.public_id}/")
    assert "已超过三十天" in page
    assert "确认写入" not in page
    assert "导入完成" in read(browser, f"{HOME}files/{done.public_id}/")
