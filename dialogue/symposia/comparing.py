"""What is different between two texts, paragraph by paragraph and within a paragraph by words. Pure.

Chinese has no blanks between words: characters are compared one by one, and what is left of a changed passage in
pieces too short to be read is shown as changed with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

SAME, ADDED, REMOVED, CHANGED = "same", "added", "removed", "changed"
ALIKE = 0.4  # from here on two paragraphs are shown as one that was changed
SHORTEST = 2  # characters of a passage left unchanged between two changes
LONG = 2_000  # characters of a paragraph from which on sentences are compared: the time grows with the square
_SENTENCE = re.compile(r"[^。；！？]*[。；！？]|[^。；！？]+")
# A day, a figure and a word of Latin letters are one each.
_TOKEN = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|[A-Za-z0-9][A-Za-z0-9.,%/-]*|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A passage and what became of it: SAME, ADDED or REMOVED."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """SAME, ADDED, REMOVED as a whole, or CHANGED in some of its pieces."""

    kind: str
    pieces: tuple[Piece, ...]


def compare(old: Sequence[str], new: Sequence[str]) -> list[Paragraph]:
    """The paragraphs of both, those of the newer in its order and those taken out where they stood."""
    found: list[Paragraph] = []
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_whole(SAME, line) for line in new[first:last]]
        else:
            found += _block(old[start:end], new[first:last])
    return found


def _block(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs that resemble each other are one that was changed; the order of neither is lost."""
    at = 0
    for line in new:
        alike = next((n for n in range(at, len(old)) if _alike(old[n], line)), None)
        if alike is None:
            yield _whole(ADDED, line)
            continue
        yield from (_whole(REMOVED, gone) for gone in old[at:alike])
        yield Paragraph(CHANGED, pieces(old[alike], line))
        at = alike + 1
    yield from (_whole(REMOVED, gone) for gone in old[at:])


def _whole(kind: str, line: str) -> Paragraph:
    return Paragraph(kind, (Piece(kind, line),))


def _alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, *_tokens(old, new), autojunk=False).ratio() >= ALIKE


def _tokens(old: str, new: str) -> tuple[list[str], list[str]]:
    token = _SENTENCE if max(len(old), len(new)) > LONG else _TOKEN
    return token.findall(old), token.findall(new)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The passages of a changed paragraph; put together without the removed ones they are the newer text."""
    before, after = _tokens(old, new)
    steps = [
        (tag == "equal", "".join(before[start:end]), "".join(after[first:last]))
        for tag, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    ]
    joined: list[tuple[bool, str, str]] = []
    for at, (equal, gone, come) in enumerate(steps):
        between = 0 < at < len(steps) - 1
        equal = equal and not (between and len(come) < SHORTEST)
        if joined and not equal and not joined[-1][0]:
            joined[-1] = (False, joined[-1][1] + gone, joined[-1][2] + come)
        else:
            joined.append((equal, gone, come))
    return tuple(_pieces(joined))


def _pieces(steps: Sequence[tuple[bool, str, str]]) -> Iterator[Piece]:
    for equal, gone, come in steps:
        if equal:
            yield Piece(SAME, come)
            continue
        if gone:
            yield Piece(REMOVED, gone)
        if come:
            yield Piece(ADDED, come)


# --- issued minutes ---


def paragraphs_of(content: Any) -> list[tuple[str, list[str]]]:
    """The headings of minutes (`documents.content.minutes`) and what stands below each, one a line."""
    signer = content.signer
    signed = [f"签发：{signer.name}（{signer.post}）" if signer.post else f"签发：{signer.name}"] if signer else []
    found = [("", [content.title, *signed, *content.opening])]
    found += [(topic.title, [*topic.said, *topic.decided, *map(_item, topic.items)]) for topic in content.topics]
    for heading, people in (("出席", content.present), ("列席", content.attending), ("请假", content.excused)):
        found.append((heading, ["、".join(f"{one.name}（{one.post}）" if one.post else one.name for one in people)]))
    return [(heading, [line for line in lines if line]) for heading, lines in found]


def _item(item: Any) -> str:
    day = item.due_on
    parts = [
        item.words,
        f"牵头：{item.lead}",
        f"配合：{'、'.join(item.with_others)}" if item.with_others else "",
        f"责任人：{item.person}" if item.person else "",
        f"期限：{day.year}年{day.month}月{day.day}日" if day else "",
    ]
    return "｜".join(part for part in parts if part)
