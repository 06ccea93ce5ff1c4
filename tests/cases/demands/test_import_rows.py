"""Reading files of messages: every format and encoding, what a row must be like, and the file of those that are not."""

import csv
import datetime as dt
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from cases.demands.intake_import import read_map
from cases.demands.intake_import.mapping import received_time
from cases.demands.models import IntakeItem, IntakeRun
from foundation.errors import Refused
from foundation.sheets.reading import LONGEST_CELL
from parties.models import Office
from tests.cases.demands.import_files import (
    HEAD,
    HEATING,
    LAMP,
    MAP,
    WATER,
    bring,
    city_desk,
    counts,
    errors_of,
    message,
    reasons,
    rejected,
    sheet,
)
from tests.factories import NOW
from workflow.calendar import ZONE

MOMENT = dt.datetime(2026, 11, 20, 14, 30, tzinfo=ZONE)


@pytest.fixture
def desk(db: None) -> Office:
    return city_desk()


def stored() -> list[tuple[str, str, str]]:
    return list(IntakeItem.objects.order_by("pk").values_list("external_number", "title", "text"))


# --- files ---


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("来件.csv", "utf-8"),
        ("来件.csv", "utf-8-sig"),
        ("来件.csv", "gb18030"),
        ("来件.csv.gz", "utf-8"),
        ("来件.CSV.GZ", "gb18030"),
        ("来件.xlsx", ""),
    ],
)
def test_every_format_and_encoding_brings_the_same_messages(
    desk: Office, tmp_path: Path, name: str, encoding: str
) -> None:
    rare = ("R-4", "㐂昇酒店", "“特价”菜单写着𠮷字，顾客看不懂……", "", "", "")
    path = sheet(tmp_path, LAMP, ("", " ", "", "", "", ""), rare, HEATING, name=name, encoding=encoding)
    assert counts(bring(path, desk)) == (3, 0, 0)
    assert stored() == [LAMP[:3], rare[:3], HEATING[:3]]


def test_a_workbook_brings_dates_and_whole_numbers_as_a_person_reads_them(desk: Office, tmp_path: Path) -> None:
    moment = MOMENT.replace(tzinfo=None)
    path = sheet(tmp_path, (20261, "标题", "第一行_x000D_\n第二行", moment), (20262.0, 7, "内容"), name="来件.xlsx")
    assert counts(bring(path, desk)) == (2, 0, 0)
    assert stored() == [("20261", "标题", "第一行\n第二行"), ("20262", "7", "内容")]
    assert IntakeItem.objects.get(external_number="20261").received_at == MOMENT


def test_damaged_bytes_cost_their_row_and_no_other(desk: Office, tmp_path: Path) -> None:
    for encoding, source in (("utf-8", "甲"), ("gb18030", "乙")):
        path = sheet(tmp_path, LAMP, message("R-2", "坏在*这里"), HEATING, encoding=encoding)
        path.write_bytes(path.read_bytes().replace(b"*", b"\xff"))
        assert counts(bring(path, desk, source=source)) == (2, 0, 1)
        assert reasons(path) == [(3, "有字节不属于文件的编码，这一行可能已损坏")]


def test_a_stray_quote_costs_its_rows_and_the_import_goes_on(desk: Office, tmp_path: Path) -> None:
    path = tmp_path / "来件.csv"
    path.write_text(
        '编号,诉求内容\nR-1,一\nR-2,"没有收尾\nR-3,"三"\nR-4,四,多一列\nR-5\nR-6,"五,\n六"\n', encoding="utf-8"
    )
    assert counts(bring(path, desk, columns="external_number=编号,text=诉求内容")) == (2, 0, 3)
    assert stored() == [("R-1", "", "一"), ("R-6", "", "五,\n六")]
    assert [row[0] for row in rejected(path)] == ["3", "4", "5"]
    assert rejected(path)[0][2] == 'R-2,"没有收尾\nR-3,"三"\n'


def test_a_cell_without_end_stops_the_import_and_keeps_what_came_before(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, LAMP, WATER)
    with path.open("a", encoding="utf-8") as file:
        file.write('R-3,,"' + "长\n" * LONGEST_CELL + '",,,\n')
    with pytest.raises(Refused, match="第 4 行有超过 200000 字的单元格"):
        bring(path, desk, batch=1)
    assert [number for number, _title, _text in stored()] == ["R-1", "R-2"]
    assert IntakeRun.objects.get().finished_at is None


@pytest.mark.parametrize(
    ("name", "octets", "sentence"),
    [
        ("来件.txt", b"", "只能导入 .csv、.csv.gz 和 .xlsx 文件"),
        ("来件.csv", b"", "文件是空的"),
        ("来件.csv", "编号,诉求内容".encode("utf-16"), "UTF-16"),
        ("来件.csv.gz", b"no archive", "文件打不开"),
        ("来件.csv.gz", b"\x1f\x8b\x08\x00", "文件打不开"),
        ("来件.xlsx", b"no workbook", "文件打不开"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_written(
    desk: Office, tmp_path: Path, name: str, octets: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(octets)
    with pytest.raises(Refused, match=sentence):
        bring(path, desk)
    with pytest.raises(Refused, match="没有这个文件"):
        bring(tmp_path / "没有.csv", desk)
    assert IntakeRun.objects.count() == 0


def test_an_archive_that_breaks_off_is_refused_before_anything_is_written(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, *(message(f"R-{n}", f"第{n}件" * 50) for n in range(500)), name="来件.csv.gz")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(Refused, match="文件打不开"):
        bring(path, desk)
    assert IntakeRun.objects.count() == 0


# --- the map ---


def test_a_map_is_pairs_or_a_json_file(tmp_path: Path) -> None:
    wanted = {"external_number": "编号", "text": "诉求内容"}
    assert read_map(" external_number = 编号 , text=诉求内容,title=") == wanted
    path = tmp_path / "映射.json"
    path.write_text(json.dumps({**wanted, "title": "标题=旧,新"}), encoding="utf-8-sig")
    assert read_map(str(path)) == {**wanted, "title": "标题=旧,新"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("external_number=编号,text=内容,phone=电话", "不认识的项目：phone；可用的是：external_number、text、title"),
        ("text=内容", "缺少必填的项目：external_number"),
        ("external_number=编号,text=", "缺少必填的项目：text"),
        ("没有.json", "没有这个映射文件，也不是“项目=列名”的写法"),
        ("编号", "没有这个映射文件"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_with_what_is_wrong(given: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_map(given)


def test_a_map_file_must_be_a_json_object_of_column_names(tmp_path: Path) -> None:
    path = tmp_path / "映射.json"
    for text, sentence in (("编号", "不是 JSON"), ('["编号"]', "JSON 对象"), ('{"text": 3}', "JSON 对象")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Refused, match=sentence):
            read_map(str(path))


def test_columns_must_be_there_and_must_be_there_once(desk: Office, tmp_path: Path) -> None:
    with pytest.raises(
        Refused, match="没有这些列：来电；文件第一行的列是：编号、标题、诉求内容、来电时间、信用代码、备注"
    ):
        bring(sheet(tmp_path, LAMP), desk, columns="external_number=编号,text=来电")
    doubled = sheet(tmp_path, ("1", "2", "3"), head=("编号", "内容", "内容"))
    with pytest.raises(Refused, match="同名的列，无法确定用哪一个：内容"):
        bring(doubled, desk, columns="external_number=编号,text=内容")


@pytest.mark.parametrize("source", ["", "  ", "源" * 41])
def test_a_source_has_a_name_of_1_to_40_characters(desk: Office, tmp_path: Path, source: str) -> None:
    with pytest.raises(Refused, match="来源须为 1 至 40 个字"):
        bring(sheet(tmp_path, LAMP), desk, source=source)


# --- rows ---


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (message(""), "外部编号为空"),
        (message("\u200b "), "外部编号为空"),
        (message("R" * 65), "外部编号超过 64 字"),
        (message("R\n1"), "外部编号里有换行或制表符"),
        (message("1.23457E+17"), "外部编号已被 Excel 当作数字改动，请在来源里把这一列设为文本"),
        (message("R-1", ""), "内容为空"),
        (message("R-1", "\x07\u3000\n"), "内容为空"),
        (message("R-1", "水" * 20_001), "内容超过 20000 字"),
        (message("R-1", "\0水"), "含有空字符（NUL），这一行可能已损坏"),
        (message("R-1", at="\0"), "含有空字符（NUL），这一行可能已损坏"),
        (message("R-1", at="45617.5"), "看不懂收到时间，请写成 2026-11-23 09:30 的样子"),
        (message("R-1", at="2026-02-30"), "没有这样的日期或钟点"),
        (message("R-1", at="2026-11-20 25:00"), "没有这样的日期或钟点"),
        (message("R-1", at="1900-01-00"), "没有这样的日期或钟点"),
        (message("R-1", at="1900-01-01"), "收到时间早于 1990 年"),
        (message("R-1", at="2026-11-23 10:00:01"), "收到时间晚于现在"),
    ],
)
def test_a_row_that_must_not_be_taken_is_rejected_with_its_reason(
    desk: Office, tmp_path: Path, row: tuple[Any, ...], reason: str
) -> None:
    path = sheet(tmp_path, WATER, row, LAMP)
    assert counts(bring(path, desk, source=reason)) == (2, 0, 1)
    assert reasons(path) == [(3, reason)]


def test_a_number_that_excel_has_rounded_is_rejected(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, (2026112300000012, "", "内容"), (202611230000001, "", "内容"), name="来件.xlsx")
    assert counts(bring(path, desk)) == (1, 0, 1)
    assert reasons(path) == [(2, "外部编号已被 Excel 当作数字改动，请在来源里把这一列设为文本")]


def test_control_characters_are_left_out_and_counted(desk: Office, tmp_path: Path) -> None:
    dirty = message("R-1\u200b", " 第一行\r\n第二行\x07\x1b\x85\t完 ", title="两\r\n行")
    tally = bring(sheet(tmp_path, dirty), desk)
    assert (*counts(tally), tally.cleaned) == (1, 0, 0, 1)
    assert stored() == [("R-1", "两 行", "第一行\n第二行\t完")]


def test_a_title_that_is_too_long_is_kept_whole_in_the_text(desk: Office, tmp_path: Path) -> None:
    title = "积水" * 70
    assert counts(bring(sheet(tmp_path, message("R-1", "内容", title=title)), desk)) == (1, 0, 0)
    assert stored() == [("R-1", title[:119] + "…", f"{title}\n内容")]


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20 14:30",
        "2026/11/20 14:30:00",
        "2026.11.20 14:30:00.000",
        "2026年11月20日14时30分",
        "2026年11月20日 14:30",
        "２０２６－１１－２０　１４：３０",
        "2026-11-20T14:30:00+08:00",
        "2026-11-20T06:30:00Z",
        "20261120143000",
        " 2026-11-20 14:30 ",
    ],
)
def test_a_time_may_be_written_in_every_usual_way(written: str) -> None:
    assert received_time(written, now=NOW) == MOMENT


def test_a_date_means_its_midnight_and_an_empty_cell_no_time() -> None:
    midnight = dt.datetime(2026, 1, 2, tzinfo=ZONE)
    for written in ("2026-1-2", "2026年1月2日", "20260102", "2026/01/02"):
        assert received_time(written, now=NOW) == midnight
    assert received_time("", now=NOW) is None
    assert received_time(None, now=NOW) is None


# --- the error file ---


def test_the_error_file_opens_in_excel_and_holds_no_formula(desk: Office, tmp_path: Path) -> None:
    wild = ("", "=1+1", '@SUM(A1)\n"引号"', "+86", " -1", "＝1")
    path = sheet(tmp_path, LAMP, wild)
    bring(path, desk)
    written = errors_of(path)
    assert written.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    with written.open(encoding="utf-8-sig", newline="") as lines:
        assert list(csv.reader(lines)) == [
            ["行号", "原因", *HEAD],
            ["3", "外部编号为空", "", "'=1+1", '\'@SUM(A1)\n"引号"', "'+86", "' -1", "'＝1"],
        ]
    assert {found.name for found in tmp_path.iterdir()} == {path.name, written.name}


def test_the_error_file_is_that_of_the_last_import(desk: Office, tmp_path: Path) -> None:
    bring(sheet(tmp_path, message("R-1", "")), desk)
    path = sheet(tmp_path, message("R-1"))
    assert errors_of(path).exists()
    bring(path, desk)
    assert not errors_of(path).exists()


def test_no_file_but_an_error_file_is_ever_overwritten(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, message("R-1", ""))
    other = tmp_path / "通讯录.csv"
    other.write_text("姓名,电话\n", encoding="utf-8")
    for errors in (path, other, tmp_path):
        with pytest.raises(Refused, match="没有覆盖"):
            bring(path, desk, errors=errors)
    with pytest.raises(Refused, match="不能在这个文件夹里写退回文件"):
        bring(path, desk, errors=tmp_path / "没有" / "退回.csv")
    corrected = sheet(tmp_path, ("2", "内容为空", *message("R-1")), name="改过.csv", head=("行号", "原因", *HEAD))
    with pytest.raises(Refused, match="没有覆盖"):
        bring(corrected, desk, errors=corrected)
    assert other.read_text(encoding="utf-8") == "姓名,电话\n"
    assert IntakeRun.objects.count() == 0


def test_a_damaged_end_still_leaves_the_error_file(desk: Office, tmp_path: Path) -> None:
    path = sheet(tmp_path, message("R-1", ""), LAMP)
    with path.open("a", encoding="utf-8") as file:
        file.write('R-3,,"' + "长\n" * LONGEST_CELL + '",,,\n')
    with pytest.raises(Refused):
        bring(path, desk, batch=2, columns=MAP)
    assert reasons(path) == [(2, "内容为空")]
