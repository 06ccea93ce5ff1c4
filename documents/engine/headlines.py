"""Marks and titles: how large a mark is, and where a title breaks.

GB/T 9704-2012, 7.3.1: a title of several lines breaks between words, its lines of similar length. There is no
dictionary here: words of official titles and signs tell where a break is good.
"""

import re
from functools import lru_cache
from itertools import pairwise

from documents.engine import typefaces

POINTS = 72 / 25.4
TYPE_AREA = 156 * POINTS  # pt
LARGEST = 46.0  # pt, for a mark
AIR = 0.12  # em between the characters of a mark, where there is room
MARK_FROM = 35 * POINTS  # the top edge of a mark below the top of the type area
PER_LINE = 20  # characters of 22 pt in 156 mm

OPENING, CLOSING = "（《〈“‘〔【(", "）》〉”’〕】)、，。；：！？,.;:!?"
WORDS = re.compile(  # longer ones first
    "(?=(有限责任公司|鄂尔多斯市|鄂尔多斯|有限公司|股份公司|工业园区|人民政府|会议纪要|开发区|管委会|委员会|办公室|座谈会|委托书|公司|企业"
    "|集团|园区|政府|会议|纪要|关于|有关|若干|问题|事项|情况|工作|项目|用地|电力|配套|建设|发展|管理|服务|方案|意见|通知|通报|办法"
    "|规定|报告|答复|扩建|改造|推进|落实|加快|解决|研究|协调|环境|条例|诉求|办理))"
)


def mark_style(mark: str) -> str:
    """The rules for this mark: one line within the type area, the top edge of its characters where it belongs."""
    width, top = typefaces.extent(typefaces.file_of(typefaces.TITLE), mark)
    if not width:
        return ""
    size = int(min(LARGEST, TYPE_AREA / width) * 10) / 10
    air = max(0.0, min(AIR, (TYPE_AREA / size - width) / len(mark)))
    baseline = MARK_FROM + top * size
    return (
        f".mark{{line-height:{2 * baseline:.3f}pt}}"
        f".mark span{{font-size:{size:.1f}pt;letter-spacing:{air:.3f}em;margin-right:-{air:.3f}em}}"
    )


@lru_cache(maxsize=256)
def title_lines(title: str, per_line: int = PER_LINE) -> tuple[str, ...]:
    """The title in as few lines as it needs, broken where it reads best."""
    ends = [0.0]
    for character in title:
        ends.append(ends[-1] + (0.55 if character.isascii() else 1))
    count = -(-ends[-1] // per_line)
    if count <= 1:
        return (title,)
    wanted = ends[-1] / count
    prices = _prices(title)
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, (0,))}
    for end in range(1, len(title) + 1):
        for start in range(end - 1, -1, -1):
            length = ends[end] - ends[start]
            if length > per_line:
                break
            if start in best:
                cost = best[start][0] + (length - wanted) ** 2 + prices[end]
                if end not in best or cost < best[end][0]:
                    best[end] = (cost, (*best[start][1], end))
    return tuple(title[a:b].strip() for a, b in pairwise(best[len(title)][1]))


def _prices(title: str) -> list[float]:
    """What a break before each character costs, in squares of characters that a line is longer than it should be."""
    within: set[int] = set()
    between: set[int] = set()
    for found in WORDS.finditer(title):
        start, end = found.span(1)
        between |= {start, end}
        within.update(range(start + 1, end))
    prices = [0.0]
    for at, (before, after) in enumerate(pairwise(title), start=1):
        if after in CLOSING or before in OPENING:
            prices.append(1000)
        elif before.isascii() and after.isascii() and before.strip() and after.strip():
            prices.append(300)
        elif at in within or after in "的地得了等":
            prices.append(90)
        else:
            prices.append(0 if at in between or before in CLOSING or before == "的" else 30)
    return [*prices, 0]
