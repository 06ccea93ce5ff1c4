"""Tables as files: what people wrote stays text, dates are dates, and no cell costs the file."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cases.demands.intake_import import rejects
from foundation.sheets.writing import Heading, formula_safe, write_table

FORMULAS = [
    '=HYPERLINK("http://127.0.0.1/?x="&A1,"点这里")',
    "=1+1",
    "+86 477 5550100",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "{=1+1}",
    "http://127.0.0.1/",
    "0150602",
    "_x0041_",
    "<r><t>b</t></r>",
    "true",
]
TWO = (Heading("内容", 40), Heading("时间"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "made").touch()
    return tmp_path / "made"


def write(path: Path, rows: list[list[Any]], kind: str = "xlsx", **options: Any) -> Any:
    assert write_table(path, kind, title="诉求/列表", headings=TWO, rows=rows, **options) == len(rows)
    assert [one.name for one in path.parent.iterdir()] == ["made"]  # no temporary file is left
    if kind == "csv":
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    with path.open("rb") as file:
        return load_workbook(file)


def test_whatever_looks_like_a_formula_a_link_or_a_number_is_text_in_a_workbook(path: Path) -> None:
    sheet = write(path, [[text, None] for text in FORMULAS]).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(FORMULAS)
    # Excel takes the escape of the underscore off; the library of this test does not.
    kept = {"\r=1+1": "\n=1+1", "_x0041_": "_x005F_x0041_", "<r><t>b</t></r>": "<r><t>b</t></r> "}
    assert [cell.value for cell in cells] == [kept.get(text, text) for text in FORMULAS]


def test_in_csv_an_apostrophe_keeps_it_text(path: Path) -> None:
    rows = write(path, [[text, -5] for text in ("=1+1", "@A", "＝1", "\t1", " =1", "a=1", "甲公司")], "csv")
    assert rows == [
        ["内容", "时间"],
        *([f"'{text}", "-5"] for text in ("=1+1", "@A", "＝1", "\t1", " =1")),
        ["a=1", "-5"],
        ["甲公司", "-5"],
    ]
    assert rejects.formula_safe is formula_safe  # rejected rows of an import use the same


def test_moments_are_dates_of_the_city_and_days_are_days(path: Path) -> None:
    moment = datetime(2026, 11, 23, 16, 30, 15, 999, tzinfo=UTC)
    rows = [["a", moment], ["b", date(2026, 11, 23)], ["c", datetime(1899, 1, 1, tzinfo=UTC)]]
    book = write(path, rows)
    cells = [row[1] for row in book.active.iter_rows(min_row=2)]
    assert [f"{cell.value:%Y-%m-%d %H:%M:%S}" for cell in cells[:2]] == ["2026-11-24 00:30:15", "2026-11-23 00:00:00"]
    formats = ['yyyy"年"m"月"d"日" hh:mm', 'yyyy"年"m"月"d"日"']
    assert [(cell.data_type, cell.number_format) for cell in cells[:2]] == [("d", form) for form in formats]
    assert (cells[2].data_type, cells[2].value) == ("s", "1899-01-01 08:05")  # local mean time of Shanghai then
    assert write(path, rows[:2], "csv")[1:] == [["a", "2026-11-24 00:30"], ["b", "2026-11-23"]]


def test_numbers_stay_exact_and_a_headed_sheet_can_be_filtered(path: Path) -> None:
    rows = [["a", 3], ["b", Decimal("1.5")], ["c", 2**60], ["d", True], ["e", float("nan")], ["", None]]
    book = write(path, rows)
    sheet = book.active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == [3, 1.5, str(2**60), "是", "nan", None]
    assert book.sheetnames == ["诉求 列表"]
    assert (sheet["A1"].value, sheet["A1"].font.b, sheet.freeze_panes) == ("内容", True, "A2")
    assert (sheet.auto_filter.ref, sheet.column_dimensions["A"].width) == ("A1:B7", pytest.approx(40.7, abs=0.1))


def test_control_characters_and_very_long_cells_do_not_cost_the_file(path: Path) -> None:
    longest, longer = "长" * 32_767, "长" * 20_000 + "😀" * 10_000
    rows = [[text, None] for text in ("a\x00b\x0bc\ud800d\uffff", longest, longer)]
    first, second, third = (row[0].value for row in write(path, rows).active.iter_rows(min_row=2))
    assert (first, second) == ("abcd", longest)
    assert third.startswith("长" * 20_000 + "😀" * 6_000)
    assert third.endswith("…（原文 30000 字，这里没有写完）")
    assert len(third.encode("utf-16-le")) // 2 <= 32_767
    assert write(path, rows, "csv")[1:] == [["abcd", ""], [longest, ""], [longer, ""]]


def test_a_further_sheet_begins_before_excel_ends(path: Path) -> None:
    book = write(path, [[n, None] for n in range(1, 6)], sheet_rows=2)
    assert book.sheetnames == ["诉求 列表", "诉求 列表 2", "诉求 列表 3"]
    values = [[cell.value for cell in sheet["A"]] for sheet in book]
    assert values == [["内容", 1, 2], ["内容", 3, 4], ["内容", 5]]
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:B3", "A1:B3", "A1:B2"]
    assert write(path, []).active.auto_filter.ref == "A1:B1"


def test_rows_that_cannot_be_read_leave_no_temporary_file(path: Path) -> None:
    def rows() -> Any:
        yield ["a", None]
        raise KeyError("gone")

    with pytest.raises(KeyError):
        write_table(path, "xlsx", title="诉求", headings=TWO, rows=rows())
    assert [one.name for one in path.parent.iterdir()] == ["made"]
