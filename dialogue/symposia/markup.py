"""The marked text of a section of the minutes: what was said, what was decided, who does what until when. Pure.

One paragraph a line. A line is said unless it begins with a mark::

    市自然资源局介绍了用地报批进展。
    【议定】同意分期供地，由市自然资源局办理。
    【任务3】完成二期用地规划条件复核｜牵头：市自然资源局｜配合：市住建局、市能源局｜责任人：赵喆｜期限：2026-12-15

【待选】 before a line says that two people changed it at once and nobody has chosen yet. Whatever is written can be
read: what is missing or not understood is a fault of its line, and no line is lost.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

DECIDED, ITEM, CHOICE = "【议定】", "【任务】", "【待选】"
MOST_WORDS, MOST_PERSON = 500, 40  # characters, as ActionItem keeps them
LAST_NUMBER = 9999  # more digits are read as no number
LEAD, OTHERS, PERSON, DUE = "牵头", "配合", "责任人", "期限"

_DECIDED = re.compile(r"【\s*议定\s*】\s*(.*)")
_ITEM = re.compile(r"【\s*任务\s*(\d{0,4})\s*】\s*(.*)")
_NEARLY = re.compile(r"(?:【|\[|〔)\s*(?:议定|任务)|(?:议定|任务)\s*\d{0,4}\s*[：:]")  # “任务：…” would open no demand
_KEY = re.compile(r"([^：:]{1,12})[：:]\s*(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?")
_NAMES = re.compile(r"[、，,;；]")
_KEYS = {
    LEAD: LEAD,
    "牵头部门": LEAD,
    "牵头单位": LEAD,
    OTHERS: OTHERS,
    "配合部门": OTHERS,
    "配合单位": OTHERS,
    PERSON: PERSON,
    "负责人": PERSON,
    DUE: DUE,
    "完成期限": DUE,
}


@dataclass(frozen=True)
class ItemLine:
    """One 【任务】. What the line does not say is empty; `number` None has still to be given; `line` counts from 1."""

    number: int | None
    words: str
    lead_name: str = ""
    other_names: tuple[str, ...] = ()
    person: str = ""
    due_on: date | None = None
    line: int = 0


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line; `number` is that of its item, where it has one."""

    line: int
    sentence: str
    number: int | None = None


@dataclass(frozen=True)
class Parsed:
    """What a section says, each part in the order in which it was written."""

    said: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    items: tuple[ItemLine, ...] = ()
    faults: tuple[Fault, ...] = ()


def lines_of(text: str) -> list[str]:
    """The lines of a text as they are, however the browser ends them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def parse(text: str) -> Parsed:
    """What the text of a section says. Lines are counted as they stand in it, empty ones too."""
    said: list[str] = []
    decided: list[str] = []
    items: list[ItemLine] = []
    faults: list[Fault] = []
    for at, raw in enumerate(lines_of(text), start=1):
        line = " ".join(raw.split())
        if line.startswith(CHOICE):
            faults.append(Fault(at, _("两人同时改了这一段：请留下一段，并删去【待选】")))
            line = line.removeprefix(CHOICE).strip()
        if not line:
            continue
        if found := _ITEM.fullmatch(line):
            item, wrong = _item(found, at)
            items.append(item)
            faults += wrong
        elif found := _DECIDED.fullmatch(line):
            if found[1]:
                decided.append(found[1])
            else:
                faults.append(Fault(at, _("【议定】后面没有写内容")))
        else:
            said.append(line)
            if _NEARLY.match(line):
                faults.append(Fault(at, _("标记没有写完整：应为【议定】或【任务】")))
    return Parsed(tuple(said), tuple(decided), tuple(items), tuple(faults + twice(items)))


def twice(items: Iterable[ItemLine]) -> list[Fault]:
    """A fault for each item whose number one before it has."""
    seen: Counter[int] = Counter()
    faults = []
    for item in items:
        if item.number is None:
            continue
        seen[item.number] += 1
        if seen[item.number] > 1:
            faults.append(Fault(item.line, _("编号重复：请删去编号，保存时会给新的编号"), item.number))
    return faults


def _item(found: re.Match[str], at: int) -> tuple[ItemLine, list[Fault]]:
    number = int(found[1]) if found[1] else None
    words, *rest = (part.strip() for part in found[2].replace("|", "｜").split("｜"))
    said, sentences = _keys(rest)
    due_on = day_of(said.get(DUE, ""))
    item = ItemLine(
        number,
        words,
        said.get(LEAD, ""),
        tuple(name for name in (part.strip() for part in _NAMES.split(said.get(OTHERS, ""))) if name),
        said.get(PERSON, ""),
        due_on,
        at,
    )
    sentences += _missing(item, said.get(DUE, ""))
    return item, [Fault(at, sentence, number) for sentence in sentences]


def _keys(parts: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """What stands behind the known keys, and what is wrong with the others."""
    said: dict[str, str] = {}
    sentences: list[str] = []
    for part in parts:
        if not part:
            continue
        found = _KEY.fullmatch(part)
        key = _KEYS.get(found[1].strip()) if found else None
        if found is None or key is None:
            sentences.append(_("不认识“%(part)s”：应写牵头、配合、责任人或期限，加冒号") % {"part": part[:20]})
        elif key in said:
            sentences.append(_("“%(key)s”写了两次") % {"key": key})
        else:
            said[key] = found[2].strip()
    return said, sentences


def _missing(item: ItemLine, due_words: str) -> list[str]:
    sentences: list[str] = []
    if not item.words:
        sentences.append(_("没有写任务事项"))
    if len(item.words) > MOST_WORDS:
        sentences.append(_("任务事项超过 %(most)s 字") % {"most": MOST_WORDS})
    if not item.lead_name:
        sentences.append(_("没有写牵头部门"))
    if item.lead_name and item.lead_name in item.other_names:
        sentences.append(_("牵头部门又写成了配合部门"))
    if len(item.person) > MOST_PERSON:
        sentences.append(_("责任人超过 %(most)s 字") % {"most": MOST_PERSON})
    if item.due_on is None and due_words:
        sentences.append(_("看不懂期限“%(words)s”：请写成 2026-12-15") % {"words": due_words[:20]})
    elif item.due_on is None:
        sentences.append(_("没有写完成期限"))
    return sentences


def day_of(words: str) -> date | None:
    """The day that 2026-12-15 or 2026年12月15日 names; None for anything else."""
    found = _DAY.fullmatch(words.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


# --- numbers ---


def numbered(text: str, given: int) -> tuple[str, int]:
    """The text with a number for each item that has none, and how many have now been given; `given` have been before.

    A number that was never given is no number: it is replaced by the next.
    """
    lines = lines_of(text)
    for at, line in enumerate(lines):
        number = number_of(line)
        if number is not None and not 1 <= number <= given:
            given += 1
            lines[at] = with_number(line, given)
    return "\n".join(lines), given


def number_of(line: str) -> int | None:
    """The number of the item that this line is, 0 when it has none yet; None for a line that is no item."""
    found = _ITEM.fullmatch(" ".join(line.replace(CHOICE, "", 1).split()))
    return None if found is None else int(found[1] or 0)


def with_number(line: str, number: int | None) -> str:
    """The line of an item with this number, or with none; the rest of it as it was."""
    return re.sub(rf"^(\s*(?:{CHOICE})?\s*【\s*任务)\s*\d*\s*】", rf"\g<1>{number or ''}】", line, count=1)


# --- writing back ---


def item_line(item: ItemLine) -> str:
    """The line that says this item."""
    parts = [f"【任务{item.number or ''}】{item.words}"]
    said = {
        LEAD: item.lead_name,
        OTHERS: "、".join(item.other_names),
        PERSON: item.person,
        DUE: item.due_on.isoformat() if item.due_on else "",
    }
    return "｜".join(parts + [f"{key}：{words}" for key, words in said.items() if words])


def written(parsed: Parsed) -> str:
    """A text that says the same: what was said, then what was decided, then the items."""
    decided = [f"{DECIDED}{words}" for words in parsed.decided]
    return "\n".join([*parsed.said, *decided, *map(item_line, parsed.items)])
