"""Whatever stands in a table, the check ends, and every row has exactly one verdict."""

import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.errors import Refused
from foundation.models import JobState
from foundation.sheets.model import Verdict
from parties.exchange.kinds import open_to
from parties.exchange.lines import Line, bind, cells_of, read
from parties.exchange.people import People
from parties.roles import Role
from tests.factories import Town, actor
from tests.parties.exchange.tables import GOOD_CODES, brought

pytestmark = pytest.mark.usefixtures("clock")

ODD = ["", "0", "-1", "=1+1", "'", "2026-02-30", "１２", "是", "9" * 30, "、、", GOOD_CODES[0], "150602"]
CELL = st.one_of(st.sampled_from(ODD), st.text(max_size=12))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_of_any_text_is_checked_to_its_end(town: Town, data: Any) -> None:
    admin = town.at(town.city_office, Role.SYSTEM_ADMIN)
    for kind in open_to(actor(admin)):
        headers = [column.header for column in kind.columns()]
        rows = data.draw(st.lists(st.lists(CELL, min_size=len(headers), max_size=len(headers)), min_size=1, max_size=6))
        text = io.StringIO()
        csv.writer(text).writerows([headers, *rows])
        try:
            sheet = brought(text.getvalue().encode("utf-8", "replace"), admin, code=kind.code)
        except Refused:  # what is no text at all is refused when it is uploaded
            continue
        if sheet.check_job.state == JobState.FAILED:
            assert sheet.check_job.message == "文件里没有可以导入的行"
            continue
        verdicts = list(sheet.rows.values_list("verdict", flat=True))
        assert set(verdicts) <= set(Verdict.values)
        counted = sheet.rows_new + sheet.rows_changed + sheet.rows_same + sheet.rows_bad
        assert len(verdicts) == counted <= len(rows)


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.one_of(CELL, st.floats(), st.integers(), st.datetimes(), st.none(), st.booleans()), max_size=9)
)
def test_any_cell_a_workbook_can_hold_is_a_value_or_a_sentence(cells: list[Any]) -> None:
    columns = People().columns()
    bound = bind([column.header for column in columns], columns)
    line = Line(2, cells_of(cells))
    read(line, bound, cells)
    assert set(line.values) == {column.key for column in columns}
    assert all(isinstance(value, str) for value in line.values.values())
    for key, sentence in line.problems:
        assert line.values[key] == ""
        assert sentence
