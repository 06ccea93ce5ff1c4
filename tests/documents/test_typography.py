"""GB/T 9704-2012, measured on the paper: what stands where, in millimetres from the corner of the type area."""

from datetime import date
from itertools import pairwise

import pytest

from documents.content.base import Imprint
from documents.content.minutes import ActionItem, Attendant, Topic
from tests.paper import (
    HEIGHT,
    ISSUED,
    LEFT,
    MINUTES,
    SAID,
    TOP,
    WIDTH,
    Sheet,
    count,
    minutes,
    printed,
    sheets,
    words,
)

pytestmark = pytest.mark.every_page

PITCH = HEIGHT / 22
CHARACTER = WIDTH / 28
FULL = minutes(opening=("文" * 1300,))
DRAFT = Imprint()


def test_a_full_page_holds_22_lines_of_28_characters_within_the_margins_of_the_standard() -> None:
    sheet = Sheet(printed(FULL), 2)
    lines = sheet.lines[:-1]  # the last is the page number

    assert sheet.size == pytest.approx((210, 297), abs=0.01)
    assert [len(line.text) for line in lines] == [28] * 22
    assert {line.size for line in lines} == {16}
    assert {round(b.baseline - a.baseline, 1) for a, b in pairwise(lines)} == {round(PITCH, 1)}
    # The em box of the characters, 0.88 em of it above the baseline, stands in the middle of its line.
    em = 16 * 25.4 / 72
    first = lines[0].baseline - 0.38 * em - PITCH / 2
    assert first == pytest.approx(0, abs=0.2)
    assert first + 22 * PITCH == pytest.approx(HEIGHT, abs=0.2)
    left, right, top, bottom = sheet.ink(-LEFT, WIDTH + 26, -TOP, HEIGHT + 3)
    assert (left, right) == (pytest.approx(0, abs=1), pytest.approx(WIDTH, abs=1))
    assert top > 0
    assert bottom < HEIGHT
    starts = [x for line in lines for x in line.starts[::7]]
    assert starts == pytest.approx([0, 7 * CHARACTER, 14 * CHARACTER, 21 * CHARACTER] * 22, abs=0.3)


def test_the_head_has_its_red_mark_at_35_mm_its_number_and_a_rule_4_mm_below() -> None:
    sheet = Sheet(printed(MINUTES), 1)
    mark, number = sheet.line("政企对话会议纪要"), sheet.line("〔2026〕第3期")

    left, right, top, _bottom = sheet.ink(0, 130, 28, 60)
    assert top == pytest.approx(35, abs=0.5)
    assert (sheet.ink(0, WIDTH, 30, 60)[0] + sheet.ink(0, WIDTH, 30, 60)[1]) / 2 == pytest.approx(WIDTH / 2, abs=0.5)
    red = [char["non_stroking_color"] for char in sheet.chars if char["size"] > 40]
    assert red == [pytest.approx((0.902, 0, 0.071), abs=0.01)] * 8
    assert (mark.font, mark.size) == ("Title-Bold", 46)
    assert (number.left + number.right) / 2 == pytest.approx(WIDTH / 2, abs=0.2)
    [rule] = sheet.rules
    below = number.baseline + 0.12 * 16 * 25.4 / 72  # the em box of the number ends there
    assert rule.top - below == pytest.approx(4, abs=0.2)
    assert (rule.left, rule.right) == (pytest.approx(0, abs=0.1), pytest.approx(WIDTH, abs=0.1))
    assert left >= 0
    assert right <= WIDTH


@pytest.mark.parametrize(
    "mark",
    [
        "纪要",
        "政企对话会议纪要",
        "鄂尔多斯市人民政府政企对话联席会议纪要",
        "鄂尔多斯市ABCDEFGHIJKLMNOPQRSTUVWXYZ纪要",
        "纪要" * 20,
    ],
)
def test_a_mark_of_any_length_keeps_its_top_edge_and_fits_the_type_area(mark: str) -> None:
    sheet = Sheet(printed(minutes(mark=mark)), 1)
    [line] = [line for line in sheet.lines if 35 < line.baseline < 60]

    assert line.text == mark
    left, right, top, _bottom = sheet.ink(-LEFT, WIDTH + 26, 30, 60)
    assert top == pytest.approx(35, abs=0.5)
    assert left >= -0.1
    assert right <= WIDTH + 0.1
    assert (left + right) / 2 == pytest.approx(WIDTH / 2, abs=0.7)


def test_a_title_is_22_points_and_breaks_between_words_into_centred_lines() -> None:
    lines = [line for line in Sheet(printed(MINUTES), 1).lines if line.size == 22]

    assert [line.text for line in lines] == ["关于智能装备有限公司扩建项目用地", "及电力配套有关问题的会议纪要"]
    assert [(line.left + line.right) / 2 for line in lines] == pytest.approx([WIDTH / 2] * 2, abs=0.3)
    assert {line.font for line in lines} == {"Title-Bold"}
    [rule] = Sheet(printed(MINUTES), 1).rules
    # Two blank lines above, one below: the facts stand on the grid of the page again.
    assert lines[0].baseline - rule.top == pytest.approx(2 * PITCH + 11, abs=1.5)
    assert (Sheet(printed(MINUTES), 1).line("时间：").baseline - 0.38 * 5.64 - PITCH / 2) / PITCH == pytest.approx(
        14, abs=0.05
    )


def test_a_very_long_word_in_title_or_text_stays_within_the_type_area() -> None:
    long = "https://direct.example/" + "x1" * 200
    pdf = printed(
        minutes(
            title=f"关于{long}的纪要",
            place=long,
            opening=(long, f"网址{long}。"),
            topics=(Topic(title=long, items=(ActionItem(words=long, lead=long),)),),
            present=(Attendant(name=long),),
            copies_to=(long,),
        )
    )

    for sheet in sheets(pdf):
        left, right, _top, _bottom = sheet.ink(-LEFT, WIDTH + 26, -TOP, 260)
        assert left >= -0.3
        assert right <= WIDTH + 0.3
    assert words(pdf).count("x1" * 200) == 9


def test_headings_are_numbered_by_the_layout_each_level_in_its_typeface_indented_two_characters() -> None:
    sheet = [line for sheet in sheets(printed(MINUTES)) for line in sheet.lines]
    found = {
        start: next(line for line in sheet if line.text.startswith(start))
        for start in (
            "一、关于项目用地",
            "二、关于电力配套",
            "（一）讨论情况",
            "（二）议定事项",
            "（三）任务分工",
            "1.原则同意",
            "2.临时用电",
        )
    }

    assert [line.font for line in found.values()] == ["Hei", "Hei", "Kai", "Kai", "Kai", "Fang", "Fang"]
    assert {line.size for line in found.values()} == {16}
    assert [line.left for line in found.values()] == pytest.approx([2 * CHARACTER] * 7, abs=0.6)


def test_an_action_item_is_a_sentence_that_names_who_does_it_until_when() -> None:
    assert (
        "1.完成控制性详细规划局部调整的论证。由市自然资源和规划局牵头，高新区管委会、市住房和城乡建设局配合，责任人李镕，"
        "2026年12月15日前完成。" in words(printed(MINUTES))
    )
    alone = Topic(title="供电", items=(ActionItem(words="答复方案！", lead="供电公司"),))
    assert words(printed(minutes(topics=(alone,)))).count("一、供电1.答复方案！由供电公司牵头。2026年11月20日") == 1


def test_labels_are_black_and_turned_lines_begin_below_the_first_character_after_the_colon() -> None:
    long = tuple(Attendant(name="赵喆", post="自治区党委办公厅综合处") for _ in range(6))
    pdf = printed(minutes(present=long, excused=long, attending=long, copies_to=("自治区党委办公厅综合处",) * 9))
    lines = [line for sheet in sheets(pdf) for line in sheet.lines if line.font != "Song"]

    for label in ("出席：", "请假：", "列席："):
        at = next(number for number, line in enumerate(lines) if line.text.startswith(label))
        first, turned = lines[at], lines[at + 1 : at + 3]
        assert first.font == "Hei"
        assert first.left == pytest.approx(2 * CHARACTER, abs=0.3)
        assert [line.left for line in turned] == pytest.approx([first.starts[3]] * 2, abs=0.1)
        assert first.right == pytest.approx(WIDTH, abs=0.5)
        assert turned[0].right == pytest.approx(WIDTH, abs=0.5)
    copies = next(number for number, line in enumerate(lines) if line.text.startswith("抄送："))
    assert lines[copies + 1].left == pytest.approx(lines[copies].starts[3], abs=0.1)


def test_the_date_stands_four_characters_from_the_right_and_the_time_is_that_of_china() -> None:
    lines = [line for sheet in sheets(printed(MINUTES)) for line in sheet.lines]
    [day] = [line for line in lines if line.text == "2026年11月20日"]

    assert WIDTH - day.right == pytest.approx(4 * CHARACTER, abs=0.5)
    assert "时间：2026年11月18日9时30分" in [line.text for line in lines]
    assert "时间：2026年11月18日9时" in Sheet(printed(minutes()), 1).text


def test_the_date_does_not_begin_a_page_by_itself() -> None:
    """Somewhere among these the text ends with the page; its last line goes over with the date."""
    for paragraphs in range(5, 9):
        for sheet in sheets(printed(minutes(opening=("正文。",) * paragraphs))):
            assert not sheet.text[0].startswith("2026年11月20日")


@pytest.mark.parametrize("paragraphs", [0, 25, 26])
def test_the_foot_closes_the_last_page_with_its_rules_of_35_and_25_hundredths(paragraphs: int) -> None:
    """25 paragraphs fill the second page down to the foot, 26 reach a third one."""
    pdf = printed(minutes(opening=("正文。",) * paragraphs, copies_to=("市委办公室", "市政协办公室")))
    last = sheets(pdf)[-1]

    outer, inner, lower = last.rules[-3:]
    assert (outer.thickness, inner.thickness, lower.thickness) == pytest.approx((0.35, 0.25, 0.35), abs=0.02)
    assert lower.top + lower.thickness == pytest.approx(HEIGHT, abs=0.1)
    assert {(round(rule.left, 1), round(rule.right, 1)) for rule in (outer, inner, lower)} == {(0.0, WIDTH)}
    copies, issued = last.line("抄送："), last.line("办公室2026年11月20日印发")
    assert copies.text == "抄送：市委办公室，市政协办公室。"
    assert (copies.size, issued.size) == (14, 14)
    blank = 14 * 25.4 / 72
    assert (copies.left, issued.left, WIDTH - issued.right) == pytest.approx((blank, blank, blank), abs=0.2)
    assert outer.top < copies.baseline < inner.top < issued.baseline < lower.top
    above = [line.baseline for line in last.lines if line.size == 16]
    assert all(baseline < outer.top for baseline in above)
    assert words(pdf).count("正文。") == paragraphs
    assert words(pdf).count("印发") == 1


def test_without_copies_the_foot_has_one_row_between_two_rules() -> None:
    pdf = printed(minutes())

    assert [rule.thickness for rule in sheets(pdf)[-1].rules][-2:] == pytest.approx([0.35, 0.35], abs=0.02)
    assert "抄送" not in words(pdf)


def test_page_numbers_stand_7_mm_below_right_on_odd_and_left_on_even_pages() -> None:
    blank = 14 * 25.4 / 72
    for number in (1, 2, 3):
        sheet = Sheet(printed(FULL), number)
        line = sheet.lines[-1]
        assert line.text == f"— {number} —"
        assert (line.font, line.size) == ("Song", 14)
        if number % 2:
            assert WIDTH - line.right == pytest.approx(blank, abs=0.3)
            dash = sheet.ink(WIDTH - 2 * blank + 1, WIDTH - blank - 1, HEIGHT + 1, HEIGHT + 12)
        else:
            assert line.left == pytest.approx(blank, abs=0.3)
            dash = sheet.ink(blank + 1, 2 * blank - 1, HEIGHT + 1, HEIGHT + 12)
        assert dash[2] == pytest.approx(HEIGHT + 7, abs=0.3)


@pytest.mark.parametrize(("paragraphs", "pages"), [(0, 1), (64, 10), (355, 50)])
def test_documents_of_1_10_and_50_pages_are_numbered_to_the_last(paragraphs: int, pages: int) -> None:
    pdf = printed(minutes(opening=(SAID,) * paragraphs))

    assert count(pdf) == pages
    last = Sheet(pdf, pages)
    assert last.lines[-1].text == f"— {pages} —"
    assert last.rules[-1].top == pytest.approx(HEIGHT - 0.35, abs=0.1)
    if pages > 2:
        assert len(Sheet(pdf, pages - 1).lines) == 22 + 1


def test_a_code_to_check_by_stands_above_the_mark_within_the_type_area() -> None:
    sheet = Sheet(printed(MINUTES), 1)
    left, right, top, bottom = sheet.ink(120, WIDTH + 20, -TOP, 30)

    assert (left, right) == (pytest.approx(140, abs=0.2), pytest.approx(WIDTH, abs=0.2))
    assert top == pytest.approx(0, abs=0.2)
    assert bottom < 24
    assert sheet.line("扫码核验").left > 140
    # The code of the address in two halves, for who has no camera: whatever it is, above the mark.
    assert sheet.line("4f7c9a1b").left > 140
    assert sheet.line("e2d80365").left > 140
    assert "扫码核验" not in words(printed(MINUTES, Imprint(number="〔2026〕第3期", issued_on=ISSUED.issued_on)))


def test_a_draft_says_so_on_every_page_and_has_neither_number_nor_code_nor_date() -> None:
    draft = sheets(printed(FULL, DRAFT))

    assert [sheet.text[0].replace("　", "") for sheet in draft] == ["草稿"] * len(draft)
    assert len(draft) > 1
    assert "2026年11月20日" not in words(printed(FULL, DRAFT))
    assert "期" not in words(printed(FULL, DRAFT))
    assert "核验" not in words(printed(FULL, DRAFT))
    assert all("草" not in text for sheet in sheets(printed(FULL)) for text in sheet.text)


def test_a_later_version_names_what_it_corrects() -> None:
    later = Imprint(number="〔2026〕第3期", issued_on=date(2026, 12, 1), version=2, replaces="〔2026〕第3期（第 1 版）")
    [line] = [line for line in Sheet(printed(minutes(), later), 1).lines if line.text.startswith("第2版")]

    assert line.text == "第2版，更正〔2026〕第3期（第 1 版）"
    assert line.font == "Kai"
    assert (line.left + line.right) / 2 == pytest.approx(WIDTH / 2, abs=0.3)


def test_what_is_not_there_leaves_no_trace() -> None:
    assert words(printed(minutes())) == (
        "扫码核验4f7c9a1be2d80365会议纪要〔2026〕第3期会议纪要时间：2026年11月18日9时主持：张建国2026年11月20日办公室2026年11月20日印发"
    )


def test_tables_of_labels_do_not_reach_into_the_margins_with_long_posts() -> None:
    someone = Attendant(name="张" * 40, post="副市长" * 20)
    pdf = printed(minutes(host=someone, place="很长" * 40, present=(someone,) * 3, recorder="记" * 60))

    for sheet in sheets(pdf):
        assert all(line.left > -0.3 and line.right < WIDTH + 0.5 for line in sheet.lines)
