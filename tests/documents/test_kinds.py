"""Every kind of document on paper: all it says stands in the PDF, inside the type area, however long its tables are."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone

from documents.content.base import Content, Imprint
from documents.content.meetings import AttendanceRow, Presence
from documents.engine import rendering
from documents.enums import DocumentKind
from documents.samples import SAMPLES
from documents.templatetags.official import running
from tests.paper import LEFT, WIDTH, outside, sheets

pytestmark = pytest.mark.every_page
every_kind = pytest.mark.parametrize("kind", SAMPLES, ids=str)

POINTS = 72 / 25.4
A4 = (210, 297)
RIGHT = LEFT + WIDTH
NOT_PRINTED = {"retention", "secrecy"}  # metadata of the file


@cache
def sample(kind: DocumentKind) -> rendering.Rendered:
    return rendering.render(SAMPLES[kind].content, SAMPLES[kind].imprint)


def texts(pdf: bytes) -> list[str]:
    """What each page says, without line breaks, blanks and the page number."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()
    return [re.sub(r"—\d+—", "", page) for page in pages]


def said(value: Any) -> Iterator[str]:
    """Every word, day and time of a content as it is printed."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in NOT_PRINTED:
                yield from said(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from said(one)
    elif isinstance(value, datetime):
        yield f"{timezone.localtime(value):%-H:%M}"
    elif isinstance(value, date):
        yield f"{value.year}年{value.month}月{value.day}日"
    elif isinstance(value, str) and not isinstance(value, Enum):
        yield re.sub(r"\s", "", value)


def spellings(word: str) -> set[str]:
    """Full hours are 9时 in minutes, and the end of a day is 24:00."""
    return {word.rstrip("。"), re.sub(r"^(\d+):00$", r"\1时", word), re.sub(r"^0:00$", "24:00", word)}


def test_the_style_sheets_are_understood() -> None:
    """What WeasyPrint complains of fails every test here, by conftest."""
    rendering._Press()


@every_kind
def test_a_kind_is_set_on_a4_inside_the_type_area(kind: DocumentKind) -> None:
    pdf = sample(kind).pdf
    document = pypdfium2.PdfDocument(pdf)
    assert {tuple(round(side / POINTS) for side in page.get_size()) for page in document} == {A4}
    document.close()
    assert outside(pdf) == []


@every_kind
def test_all_that_a_document_says_can_be_read_on_it(kind: DocumentKind) -> None:
    content, imprint = SAMPLES[kind].content, SAMPLES[kind].imprint
    page = "".join(texts(sample(kind).pdf))
    words = {*said(content), imprint.number, *said(imprint.issued_on), "扫码核验"}
    if kind in (DocumentKind.RECEIPT, DocumentKind.CASE_FILE):
        words.remove(content.title)  # names the demand in the register; the heading on paper is the kind
    assert [word for word in sorted(words) if not any(spelt in page for spelt in spellings(word))] == []


@every_kind
def test_no_page_carries_nothing_but_places_to_sign(kind: DocumentKind) -> None:
    for page in texts(sample(kind).pdf):
        assert len(re.sub(r"签字：|（盖章）|年月日|签收人|负责人|审核人", "", page)) > 20


@pytest.mark.parametrize("kind", [DocumentKind.NOTICE, DocumentKind.MANDATE_END, DocumentKind.BULLETIN], ids=str)
def test_a_draft_says_so_and_has_neither_number_nor_check_mark(kind: DocumentKind) -> None:
    pages = texts(rendering.render(SAMPLES[kind].content, Imprint()).pdf)
    assert all("草稿" in page for page in pages)
    assert not any("扫码核验" in page or SAMPLES[kind].imprint.number in page for page in pages)


def test_a_later_version_names_the_one_it_corrects() -> None:
    for kind in (DocumentKind.REPLY, DocumentKind.CLOSING):
        imprint = replace(SAMPLES[kind].imprint, version=2, replaces="鄂政企通〔2026〕7号")
        assert "第2版，更正鄂政企通〔2026〕7号" in texts(rendering.render(SAMPLES[kind].content, imprint).pdf)[0]


def many(kind: DocumentKind, rows: int) -> Content:
    content: Any = SAMPLES[kind].content
    if kind is DocumentKind.ATTENDANCE:
        row = AttendanceRow(name="乌云其木格", post="党组书记、局长", organisation="市行政审批政务服务与数据管理局")
        return replace(content, rows=tuple(replace(row, name=f"镕{number}") for number in range(rows)))
    table = content.tables[0]
    lines = tuple(replace(table.rows[2], name=f"镕{number}") for number in range(rows))
    return replace(content, tables=(replace(table, rows=lines),))


@pytest.mark.parametrize(
    ("kind", "head"),
    [(DocumentKind.ATTENDANCE, "序号姓名职务单位签到备注"), (DocumentKind.BULLETIN, "名次单位名称承办件数")],
    ids=["ATTENDANCE", "BULLETIN"],
)
@pytest.mark.parametrize("rows", [1, 70])
def test_the_head_of_a_table_stands_on_every_page_that_has_rows(kind: DocumentKind, head: str, rows: int) -> None:
    pdf = rendering.render(many(kind, rows), SAMPLES[kind].imprint).pdf
    pages = texts(pdf)
    of_rows = [page for page in pages if re.search(r"镕\d", page)]
    assert [page.count(head) for page in of_rows] == [1] * len(of_rows)
    assert (len(of_rows) > 2) == (rows == 70)
    if kind is DocumentKind.ATTENDANCE:
        assert [int(number) for page in pages for number in re.findall(r"镕(\d+)党", page)] == list(range(rows))
    assert outside(pdf) == []


def test_reasons_of_absence_and_counts_stand_on_the_attendance_sheet_once_everybody_is_accounted_for() -> None:
    content: Any = SAMPLES[DocumentKind.ATTENDANCE].content
    assert "应到12人，实到10人，请假1人，缺席1人。" in "".join(texts(sample(DocumentKind.ATTENDANCE).pdf))
    assert "扫码签到08:58" in "".join(texts(sample(DocumentKind.ATTENDANCE).pdf))
    still_open = replace(content, rows=(*content.rows, replace(content.rows[0], presence=Presence.OPEN)))
    assert still_open.counts is None
    assert replace(content, rows=()).counts is None
    reason = next(row.reason for row in content.rows if row.reason)
    assert reason not in "".join(texts(sample(DocumentKind.MINUTES).pdf))


def test_figures_are_printed_raw_and_adjusted_with_what_they_were_computed_from() -> None:
    page = "".join(texts(sample(DocumentKind.BULLETIN).pdf))
    assert "1市能源局64100.0064/64100.0096.6758/6098.3198.21↑2" in page
    assert "—市应急管理局6100.006/6100.00————" in page


def test_a_cell_longer_than_a_page_goes_on_and_is_closed_by_lines() -> None:
    closing: Any = SAMPLES[DocumentKind.CLOSING].content
    long = replace(closing, done=tuple(f"第{number}段{closing.done[0]}" for number in range(40)))
    pdf = rendering.render(long, SAMPLES[DocumentKind.CLOSING].imprint).pdf
    pages = texts(pdf)
    assert len(pages) >= 4
    assert all(f"第{number}段" in "".join(pages) for number in range(40))
    assert outside(pdf) == []
    assert whole_lines(pdf, 1) >= 2, "a page inside the cell has a line above and a line below"


def whole_lines(pdf: bytes, page: int) -> int:
    """At how many heights of a page there are rules over the whole width of the type area."""
    document = pypdfium2.PdfDocument(pdf)
    boxes = [shape.get_bounds() for shape in document[page].get_objects() if shape.type == 2]
    document.close()
    widths: Counter[int] = Counter()
    for left, bottom, right, top in boxes:
        if top - bottom < 1.5:
            widths[round(bottom / POINTS)] += right - left
    return sum(width > 150 * POINTS for width in widths.values())


def test_a_firm_that_is_hidden_stands_nowhere_on_an_order() -> None:
    order: Any = SAMPLES[DocumentKind.SUPERVISION].content
    page = "".join(texts(rendering.render(replace(order, firm=None), SAMPLES[DocumentKind.SUPERVISION].imprint).pdf))
    assert "（企业身份不公开）" in page
    assert "晴野" not in page


def test_a_letter_has_its_red_rules_and_no_number_on_the_first_page() -> None:
    pdf = sample(DocumentKind.REPLY).pdf
    document = pypdfium2.PdfDocument(pdf)
    first, second = (re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document)
    mark = document[0].get_textpage()
    tops = [mark.get_charbox(index)[3] for index in range(len("鄂尔多斯市"))]
    document.close()
    assert "—1—" not in first
    assert "—2—" in second
    assert 297 - max(tops) / POINTS == pytest.approx(30, abs=1)


def test_a_joint_conference_of_fifteen_departments_and_twelve_topics_is_called_on_two_pages() -> None:
    notice: Any = SAMPLES[DocumentKind.NOTICE]
    topics = tuple(f"{n}号地块用电和双回路供电方案" for n in range(1, 13))
    many = replace(
        notice.content,
        to=("市行政审批和数据局",) * 15,
        participants=("本通知主送各单位", "、".join(("鄂尔多斯市晴野光伏有限公司",) * 5)),
        topics=topics,
        requirements=notice.content.requirements[2:],
        attachments=(),
        copies_to=(),
    )
    pdf = rendering.render(many, notice.imprint).pdf
    assert outside(pdf) == []
    first, second = sheets(pdf)
    said = "".join(first.text + second.text)
    assert all(topic in said for topic in topics)
    assert "请于2026年11月16日前登录平台" in said
    assert running(["供电公司（列席）。", "用电"]) == "（一）供电公司（列席）；（二）用电。"
    assert [running(lines) for lines in ([], ["甲（列席）"], ["怎么办？"])] == ["", "甲（列席）。", "怎么办？"]
    # Tight by what it says, not by how: 16 points on the lines and columns of the standard.
    place = first.line("二、会议地点：市政务服务中心")
    assert (place.font, place.left) == ("Hei", pytest.approx(2 * 156 / 28, abs=1))
    text = [line for line in second.lines if line.font in ("Fang", "Hei")]
    assert {line.size for line in text} == {16}
    off = [(line.baseline - text[0].baseline) / (225 / 22) for line in text]
    assert [round(at) for at in off] == pytest.approx(off, abs=0.1)
    assert max(line.right for line in text) == pytest.approx(156, abs=1)
    assert 25 <= len(second.line("五、会议议题：（一）").starts) <= 26  # 28 without the indent


def test_an_office_is_centred_over_the_date_that_ends_four_characters_from_the_right() -> None:
    document = pypdfium2.PdfDocument(sample(DocumentKind.REPLY).pdf)
    text = document[1].get_textpage()
    content = text.get_text_range()
    lines = [re.search(words, content) for words in (r"鄂尔多斯市住房和城乡建设局", r"2026年11月19日")]
    spans = []
    for line in lines:
        assert line
        boxes = [text.get_charbox(index, loose=True) for index in range(line.start(), line.end())]
        spans.append((boxes[0][0] / POINTS, boxes[-1][2] / POINTS))
    document.close()
    (left, right), (from_, to) = spans
    assert to == pytest.approx(RIGHT - 4 * 156 / 28, abs=1)
    assert (left + right) / 2 == pytest.approx((from_ + to) / 2, abs=0.5)
