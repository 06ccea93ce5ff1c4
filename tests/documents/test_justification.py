"""Chinese lines are filled: WeasyPrint is patched for that, so its version and its lines are watched."""

import pytest
import weasyprint
from weasyprint.layout import inline

from documents.engine import justification
from tests.paper import WIDTH, Line, Sheet, minutes, printed

pytestmark = pytest.mark.every_page


def full_lines(text: str) -> list[Line]:
    """The lines of this paragraph but the last, on the second page, which is full of them."""
    lines = Sheet(printed(minutes(opening=(text * 60,))), 2).lines[:-1]
    assert len(lines) == 22
    return lines


def test_the_patch_is_written_for_this_version_of_weasyprint() -> None:
    """Another version: read its `layout/inline.py` justify_line, and create_layout and split_first_line in
    `text/line_break.py`, again."""
    printed(minutes())
    assert weasyprint.__version__.split(".")[0] == "70"
    assert inline.justify_line is justification.justify_line


@pytest.mark.parametrize(
    "text",
    [
        "依法依规履行公示报批程序，会同高新区管委会完成论证；涉及跨层级事项的，由专班提请专题会议研究。",
        "于2026年12月15日前完成B-07地块（面积42.6亩）控规调整，供电公司20个工作日内完成10kV双回路供电方案答复。",
        "赵喆、李镕、王堃、孙祎、吴赟、周頔、郑䶮等同志“即接即用”，“三零”“三省”服务一并落实，",
    ],
    ids=["chinese", "mixed", "rare names"],
)
def test_full_lines_end_at_the_same_edge(text: str) -> None:
    assert [line.right for line in full_lines(text)] == pytest.approx([WIDTH] * 22, abs=0.35)
    assert [line.left for line in full_lines(text)] == pytest.approx([0] * 22, abs=0.35)


def test_the_rest_of_a_line_is_spread_evenly_over_its_characters() -> None:
    for line in full_lines("依法依规履行公示报批程序，会同高新区管委会完成论证；"):
        steps = [b - a for a, b in zip(line.starts, line.starts[1:], strict=False)]
        assert max(steps) - min(steps) < 0.3


def test_english_is_still_filled_by_its_spaces() -> None:
    lines = full_lines("The power company answers within twenty working days and names a person who is responsible. ")
    assert [line.right for line in lines] == pytest.approx([WIDTH] * 22, abs=0.5)


def test_the_last_line_of_a_paragraph_and_one_that_would_be_torn_apart_stay_short() -> None:
    """An address that does not fit leaves so much room that spreading it would tear the line."""
    sheet = Sheet(printed(minutes(opening=("请看网址" + "x" * 75 + "。完。",))), 1)
    [first] = [line for line in sheet.lines if line.text.startswith("请看网址")]
    steps = [b - a for a, b in zip(first.starts[:4], first.starts[1:5], strict=False)]
    assert max(steps) < 5.6 + 0.35 * 5.65
    assert Sheet(printed(minutes(opening=("完。",))), 1).line("完。").right < 30
