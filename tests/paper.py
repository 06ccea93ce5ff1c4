"""Measures what lies on the paper: positions in millimetres from the type area of GB/T 9704, read from a PDF's bytes.

`Sheet.lines` and `Sheet.rules` come from what the PDF says, `Sheet.ink` from a picture of the page.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2
from PIL import Image

from documents.content.base import Content, Imprint
from documents.content.minutes import ActionItem, Attendant, Minutes, Topic

MM = 25.4 / 72
TOP, LEFT, WIDTH, HEIGHT = 37.0, 28.0, 156.0, 225.0
FOOT = 297 - TOP - HEIGHT  # from the lower edge of the paper
DOTS = 300 / 25.4  # a millimetre of a picture
INK = 100  # darker than this, of 255, counts as ink

ISSUED = Imprint(
    number="〔2026〕第3期",
    issued_on=date(2026, 11, 20),
    verify_at="https://direct.example/verify/4f7c9a1be2d80365/",
)
SAID = (
    "会议明确，由市自然资源和规划局牵头，会同高新区管委会于2026年12月15日前完成B-07地块（面积42.6亩）控制性详细规划"
    "局部调整的论证，依法依规履行公示、报批程序。"
)
MINUTES = Minutes(
    issuer="鄂尔多斯市政企直通办公室",
    title="关于智能装备有限公司扩建项目用地及电力配套有关问题的会议纪要",
    mark="政企对话会议纪要",
    held_at=datetime(2026, 11, 18, 1, 30, tzinfo=UTC),
    place="市政务服务中心三楼第二会议室",
    host=Attendant(name="张建国", post="副市长"),
    opening=("会议听取了企业的汇报，逐项研究办理意见。现将会议议定事项纪要如下：",),
    topics=(
        Topic(
            title="关于项目用地",
            said=(SAID,),
            decided=("原则同意容积率由1.5提高至2.2。", "临时用电“即接即用”。"),
            items=(
                ActionItem(
                    words="完成控制性详细规划局部调整的论证",
                    lead="市自然资源和规划局",
                    with_others=("高新区管委会", "市住房和城乡建设局"),
                    person="李镕",
                    due_on=date(2026, 12, 15),
                ),
            ),
        ),
        Topic(title="关于电力配套", said=("由供电公司负责，20个工作日内完成10kV双回路供电方案答复。",)),
    ),
    present=(
        Attendant(name="张建国", post="市政府"),
        Attendant(name="李镕", post="市自然资源和规划局"),
        Attendant(name="王堃", post="高新区管委会"),
        Attendant(name="赵喆"),
        Attendant(name="孙晔", post="市教育局"),
    ),
    excused=(Attendant(name="周祎"),),
    attending=(Attendant(name="吴赟", post="智能装备有限公司"),),
    recorder="郑䶮",
    copies_to=("市委办公室", "市人大常委会办公室", "市政协办公室", "各旗区人民政府", "市直各部门", "各园区管委会"),
)
SHORTEST = Minutes(
    issuer="办公室",
    title="会议纪要",
    mark="会议纪要",
    held_at=datetime(2026, 11, 18, 1, tzinfo=UTC),
    place="",
    host=Attendant(name="张建国"),
    opening=(),
    topics=(),
    present=(),
)


def minutes(like: Minutes = SHORTEST, **changes: Any) -> Minutes:
    return replace(like, **changes)


@lru_cache(maxsize=32)
def printed(content: Content, imprint: Imprint = ISSUED) -> bytes:
    """The PDF; the same content is set once for all tests of a process."""
    from documents.engine.rendering import render

    return render(content, imprint).pdf


@dataclass(frozen=True)
class Line:
    """What stands on one baseline. `left` and `right` are the edges of its characters, trailing spaces left out."""

    baseline: float
    left: float
    right: float
    text: str
    font: str  # of its first character
    size: float
    starts: tuple[float, ...]  # left edge of each character


@dataclass(frozen=True)
class Rule:
    top: float
    thickness: float
    left: float
    right: float


class Sheet:
    """One page of a PDF, counted from 1."""

    def __init__(self, pdf: bytes, number: int) -> None:
        self.pdf, self.number = pdf, number

    @cached_property
    def _page(self) -> Any:
        return pdfplumber.open(io.BytesIO(self.pdf), pages=[self.number]).pages[0]

    @property
    def size(self) -> tuple[float, float]:
        return float(self._page.width) * MM, float(self._page.height) * MM

    @cached_property
    def chars(self) -> list[Any]:
        return list(self._page.chars)

    @cached_property
    def lines(self) -> list[Line]:
        rows: dict[int, list[Any]] = {}
        for char in self.chars:
            # Fonts of one line may differ by a rounding.
            rows.setdefault(round(char["matrix"][5] / 2), []).append(char)
        return [_line(rows[key], float(self._page.height)) for key in sorted(rows, reverse=True)]

    @property
    def text(self) -> list[str]:
        return [line.text for line in self.lines]

    def line(self, start: str) -> Line:
        [found] = [line for line in self.lines if line.text.startswith(start)]
        return found

    @cached_property
    def picture(self) -> Image.Image:
        document = pypdfium2.PdfDocument(self.pdf)
        try:
            return document[self.number - 1].render(scale=DOTS * MM).to_pil().convert("RGB")
        finally:
            document.close()

    @cached_property
    def rules(self) -> list[Rule]:
        """The horizontal rules. A border is drawn as the outer rectangle less the inner one, each once or twice."""
        boxes = {
            tuple(round(rect[side] * MM, 2) for side in ("x0", "x1", "top", "bottom")) for rect in self._page.rects
        }
        edges = sorted(y - TOP for box in boxes for y in box[2:])
        pairs = [(top, bottom) for top, bottom in zip(edges[::2], edges[1::2], strict=True) if bottom > top]
        left, right = (min(box[0] for box in boxes), max(box[1] for box in boxes)) if boxes else (0, 0)
        for top, bottom in pairs:
            assert self._is_dark((top + bottom) / 2), "a rule is not painted"
        return [Rule(top, bottom - top, left - LEFT, right - LEFT) for top, bottom in pairs]

    def _is_dark(self, y: float) -> bool:
        return all(
            min(self.picture.getpixel((round((LEFT + x) * DOTS), round((TOP + y) * DOTS)))) < 255 - INK
            for x in (1, WIDTH / 2, WIDTH - 1)
        )

    def ink(self, left: float, right: float, top: float, bottom: float) -> tuple[float, float, float, float]:
        """The edges of what is printed within this part: left, right, top, bottom."""
        box = [round(edge * DOTS) for edge in (LEFT + left, TOP + top, LEFT + right, TOP + bottom)]
        part = self.picture.crop((box[0], box[1], box[2], box[3]))
        found = part.convert("L").point(lambda value: 255 if value < 255 - INK else 0).getbbox()
        assert found is not None, "nothing is printed there"
        x, y = left + found[0] / DOTS, top + found[1] / DOTS
        return x, left + found[2] / DOTS, y, top + found[3] / DOTS


def sheets(pdf: bytes) -> list[Sheet]:
    return [Sheet(pdf, number) for number in range(1, count(pdf) + 1)]


def count(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def outside(pdf: bytes) -> list[tuple[int, str]]:
    """The words that stand beyond the sides or the foot of the type area, with their page."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, start=1):
            text = page.get_textpage()
            for index in range(text.count_rects()):
                left, bottom, right, _top = box = text.get_rect(index)
                beyond = left * MM < LEFT - 0.1 or right * MM > LEFT + WIDTH + 0.1
                low = FOOT - 5 < bottom * MM < FOOT - 0.1  # further down is the page number
                if beyond or low:
                    found.append((number, text.get_text_bounded(*box)))
    finally:
        document.close()
    return found


def words(pdf: bytes) -> str:
    """Everything that stands in the document, without the breaks of lines and pages and without page numbers."""
    return "".join(line.text for sheet in sheets(pdf) for line in sheet.lines if line.font != "Song")


def glyphs(page: pikepdf.Page) -> Iterator[int]:
    """Which glyphs of its fonts a page shows, by number; 0 is the one that stands for a missing one."""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("Tj", "TJ"):
            strings = operands[0] if str(operator) == "TJ" else operands
            for string in strings:
                if isinstance(string, pikepdf.String):
                    data = bytes(string)
                    yield from (int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))


def fonts(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """The name of each font, without the tag of its subset, and its descriptor."""
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor":
            yield re.sub(r"^/[A-Z]+\+", "", str(one["/FontName"])), one


def _line(chars: Iterable[Any], height: float) -> Line:
    row = sorted(chars, key=lambda char: float(char["x0"]))
    while row and not row[-1]["text"].strip():
        row.pop()
    if not row:
        return Line(0, 0, 0, "", "", 0, ())
    return Line(
        baseline=(height - row[0]["matrix"][5]) * MM - TOP,
        left=row[0]["x0"] * MM - LEFT,
        right=row[-1]["x1"] * MM - LEFT,
        text="".join(char["text"] for char in row),
        font=re.sub(r"^[A-Z]+\+", "", row[0]["fontname"]),
        size=round(row[0]["size"], 2),
        starts=tuple(char["x0"] * MM - LEFT for char in row),
    )
