"""Tables that are brought in and made to hurt: read in the background, shown, carried out, taken away again."""

import csv
import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from stdnum.cn import uscc

from foundation.models import SheetImport
from foundation.sheets.writing import FORMULA
from parties.exchange.tasks import apply_sheet, check_sheet
from tests.hostile.sending import CHINESE, RAW, undone
from tests.hostile.test_uploads import TABLES, book
from tests.hostile.values import DATES, NUMBERS, STORABLE
from tests.hostile.world import MOMENT, World, content
from tests.parties.exchange.tables import as_csv, fresh


def needs(name: str) -> bool:
    """Whether these tests send anything to this address."""
    return name == "exchange:upload"


def _code(n: int) -> str:
    """A good credit code of its own for each number."""
    code = f"91150602MA1{n:06d}"
    return code + uscc.calc_check_digit(code)


def brought_in(world: World, name: str, data: bytes) -> tuple[SheetImport | None, str, str]:
    """The table, checked and if it can be confirmed carried out, all that its page says, and the rows in error.

    None for a file that was refused. What was done goes back.
    """
    target = next(target for target in world.targets if target.name == "exchange:upload")
    browser = world.client(target)
    with undone(browser):
        answer = browser.post(target.address, {"file": SimpleUploadedFile(name, data)})
        if answer.status_code == 422:
            return None, answer.content.decode(), ""
        bad = ""
        sheet = fresh(SheetImport.objects.latest("pk"))
        check_sheet.func(str(sheet.check_job.public_id))
        sheet = fresh(sheet)
        said = browser.get(answer["Location"]).content.decode()
        if sheet.can_be_confirmed(MOMENT):
            errors = browser.get(reverse("exchange:errors", args=[sheet.public_id, "csv"]))
            browser.post(reverse("exchange:confirm", args=[sheet.public_id]), {"only_good": "on"})
            sheet = fresh(sheet)
            apply_sheet.func(str(sheet.apply_job.public_id))
            sheet = fresh(sheet)
            said += browser.get(answer["Location"]).content.decode()
            bad = content(errors).decode("utf-8-sig") if errors.status_code == 200 else ""
    return sheet, said, bad


@pytest.mark.every_page
@pytest.mark.parametrize("kind", TABLES)
def test_a_workbook_that_is_made_to_hurt_ends_its_check_soon_and_with_a_sentence(world: World, kind: str) -> None:
    began = time.perf_counter()
    sheet, said, _bad = brought_in(world, "企业.xlsx", book(**TABLES[kind]))
    assert time.perf_counter() - began < 20
    assert "root:" not in said
    if sheet is None or sheet.check_job.state == "FAILED":
        assert CHINESE.search(said.partition("<main")[2] if sheet is None else sheet.check_job.message)


def test_odd_cells_of_a_table_are_written_or_refused_row_by_row(world: World) -> None:
    """In every column by turns, beside good ones: what stays is what was sent, and no markup or formula leaves."""
    good = {
        "统一社会信用代码": "",
        "企业名称": "好公司",
        "简称": "好",
        "所属旗区": "东胜区",
        "行业": "电力",
        "地址": "天骄路",
        "联系人": "李",
        "联系电话": "0477-8580000",
    }
    # A file with control characters is none, nor one that begins with code of a page: refused as a whole.
    odd = ["长" * 3000, *STORABLE, *NUMBERS[:9], *DATES[:4]]
    odd = [text for text in odd if not re.search("[\x00-\x1f\x7f]", text)]
    refused = brought_in(world, "企业.csv", as_csv([*good], ["甲\0乙"] * len(good)))
    assert (refused[0], bool(CHINESE.search(refused[1].partition("<main")[2]))) == (None, True)
    places = [(column, text) for n, text in enumerate(odd) for column in ("简称", "行业", [*good][n % len(good)])]
    rows = [
        {**good, "统一社会信用代码": _code(n), "企业名称": f"好公司{n}", column: text}
        for n, (column, text) in enumerate(places)
    ]
    sheet, said, bad = brought_in(world, "企业.csv", as_csv([*good], *(row.values() for row in rows)))
    assert sheet is not None, re.findall("error[^<]*>([^<]+)<", said)
    assert (sheet.check_job.state, sheet.rows_new + sheet.rows_bad) == ("DONE", len(rows)), sheet.check_job.message
    assert (sheet.apply_job.state, sheet.applied_at is None) == ("DONE", False), sheet.apply_job.message
    assert sheet.rows_new > 5
    assert [raw for raw in RAW if raw in said] == []
    cells = [cell for row in csv.reader(bad.splitlines()) for cell in row]
    assert len(cells) > 20
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
