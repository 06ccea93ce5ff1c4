"""Three-way merge of a section's text by its paragraphs, so that two recorders at once lose nothing. Pure.

What only one of them changed is taken; what both added at one place stands one after the other. Where both changed
the same paragraph both texts are kept, each marked 【待选】: the mark is a fault until somebody has chosen
(`dialogue.symposia.markup`), so that it is never printed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from dialogue.symposia import markup
from dialogue.symposia.markup import CHOICE, lines_of

ALIKE = 0.5  # from here on an item without number is taken for the one that it replaces


@dataclass(frozen=True)
class Conflict:
    """The paragraphs that both changed, as each of them has them; () was taken out."""

    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    text: str
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class _Change:
    """The lines of the base from `start` to `end` became these."""

    start: int
    end: int
    lines: tuple[str, ...]
    mine: bool


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Both texts, which began as `base`, as one. No paragraph that one of them added is left out."""
    if mine == theirs or theirs == base:
        return Merged(mine)
    if mine == base:
        return Merged(theirs)
    old = lines_of(base)
    out: list[str] = []
    conflicts: list[Conflict] = []
    at = 0
    for group in _groups([*_changes(old, lines_of(mine), mine=True), *_changes(old, lines_of(theirs), mine=False)]):
        start, end = min(change.start for change in group), max(change.end for change in group)
        out += old[at:start]
        at = end
        out += _settled(old, start, end, group, conflicts)
    return Merged("\n".join(out + old[at:]), tuple(conflicts))


def _changes(old: Sequence[str], new: Sequence[str], *, mine: bool) -> Iterator[_Change]:
    """What became of the base; a block that has as many lines as before is taken line by line."""
    for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if end - start == last - first:
            for step in range(end - start):
                yield _Change(start + step, start + step + 1, (new[first + step],), mine)
        else:
            yield _Change(start, end, tuple(new[first:last]), mine)


def _groups(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """The changes that touch the same lines of the base together, in their order."""
    group: list[_Change] = []
    for change in sorted(changes, key=lambda one: (one.start, one.end)):
        if group and not any(_overlap(change, other) for other in group):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _overlap(one: _Change, other: _Change) -> bool:
    """Whether two changes are about the same lines; two insertions, whether they are at one place."""
    if one.start == one.end and other.start == other.end:
        return one.start == other.start
    return one.start < other.end and other.start < one.end


def _settled(
    old: Sequence[str], start: int, end: int, group: Sequence[_Change], conflicts: list[Conflict]
) -> list[str]:
    """What stands in place of these lines of the base."""
    if len({change.mine for change in group}) == 1:
        return _applied(old, start, end, group)
    mine = _applied(old, start, end, [change for change in group if change.mine])
    theirs = _applied(old, start, end, [change for change in group if not change.mine])
    if mine == theirs:
        return mine
    head = [one for one, _other in takewhile(lambda pair: pair[0] == pair[1], zip(mine, theirs, strict=False))]
    mine, theirs = mine[len(head) :], theirs[len(head) :]
    if start == end:  # both added here: nothing was changed
        return [*head, *theirs, *mine]
    conflicts.append(Conflict(tuple(mine), tuple(theirs)))
    return [*head, *map(_marked, theirs), *map(_marked, mine)]


def _applied(old: Sequence[str], start: int, end: int, changes: Sequence[_Change]) -> list[str]:
    out: list[str] = []
    for change in changes:
        out += [*old[start : change.start], *change.lines]
        start = change.end
    return out + list(old[start:end])


def _marked(line: str) -> str:
    return line if not line.strip() or line.startswith(CHOICE) else CHOICE + line


def with_numbers_of(base: str, mine: str) -> str:
    """`mine`, with the numbers that its items were given after it had been sent: `base` has them.

    An item is known again by its words, or stands in place of one that it resembles and that is no longer there.
    """
    old, new = lines_of(base), lines_of(mine)
    there = {markup.number_of(line) for line in new}
    bare_old, bare_new = ([markup.with_number(line, None) for line in lines] for lines in (old, new))
    for tag, start, end, first, last in SequenceMatcher(None, bare_old, bare_new, autojunk=False).get_opcodes():
        free = [(markup.number_of(line), words) for line, words in zip(old, bare_old, strict=True)][start:end]
        for at in range(first, last):
            if markup.number_of(new[at]) != 0:
                continue
            candidates = free[at - first :][:1] if tag == "equal" else free
            for number, words in candidates:
                if number and number not in there and _alike(words, bare_new[at]):
                    new[at] = markup.with_number(new[at], number)
                    there.add(number)
                    break
    return "\n".join(new)


def _alike(old: str, new: str) -> bool:
    old, new = old[: markup.MOST_WORDS], new[: markup.MOST_WORDS]
    return new.startswith(old) or SequenceMatcher(None, old, new, autojunk=False).ratio() >= ALIKE
