"""A table is filled in, looked at, imported in part, corrected and imported to the end, at 360 px without a script."""

from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from parties.models import Enterprise
from tests.browser import steps
from tests.browser.conftest import PHONE, Person
from tests.factories import Town
from tests.parties.exchange.tables import GOOD_CODES
from tests.workflow.test_rehearsal_job import work


def test_a_table_is_filled_in_corrected_and_imported(town: Town, person: Person, tmp_path: Path) -> None:
    page = person(town.intake, PHONE)
    page.locator(".top-menu > summary").click()
    page.locator(".top-menu-in").get_by_role("link", name="批量导入导出").click()
    page.get_by_role("link", name="导入 企业", exact=True).click()
    template = taken(page, "下载 Excel 模板", tmp_path / "template.xlsx")
    fill_in(template, {"A3": GOOD_CODES[0].lower(), "B3": "新公司", "D3": "东胜区"}, {"A4": "123", "B4": "坏公司"})

    page.get_by_label("文件").set_input_files(template)
    steps.press(page, "上传并检查")
    expect(page.get_by_role("heading", name="正在检查")).to_be_visible()
    work()
    expect(page.get_by_text("代码应为 18 位，现有 3 位")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    wrong = taken(page, "下载有误的行（Excel）", tmp_path / "wrong.xlsx")
    page.get_by_label("只导入没有错误的 1 行").check()
    steps.press(page, "确认写入 1 行")
    work()
    expect(page.get_by_text("有误的 1 行没有导入。")).to_be_visible()

    fill_in(wrong, {"A2": GOOD_CODES[1], "D2": "东胜区"})
    page.get_by_role("link", name="上传另一个文件").click()
    page.get_by_label("文件").set_input_files(wrong)
    steps.press(page, "上传并检查")
    work()
    expect(page.get_by_role("button", name="确认写入 1 行")).to_be_visible()
    steps.press(page, "确认写入 1 行")
    work()
    expect(page.get_by_text("导入完成")).to_be_visible()
    assert set(Enterprise.objects.values_list("name", flat=True)) >= {"新公司", "坏公司"}


def taken(page: Page, name: str, path: Path) -> Path:
    """The file that this link gives, at the path."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    download.value.save_as(path)
    return path


def fill_in(path: Path, *cells: dict[str, Any]) -> None:
    """As a person does it in a spreadsheet program."""
    book = load_workbook(path)
    for row in cells:
        for place, value in row.items():
            book.worksheets[0][place] = value
    book.save(path)
