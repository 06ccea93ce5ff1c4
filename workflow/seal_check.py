"""Comparing the ledger with the seals that somebody kept outside the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import router
from django.utils.translation import gettext as _

from workflow.models import Event, Seal, Tombstone
from workflow.seal_file import ReadSeal, read_line
from workflow.seals import NOTHING, Boundary, content, line


@dataclass
class SealReport:
    """What a comparison found: sentences for the faults, and what the file cannot speak of."""

    compared: int = 0  # seals of the file
    only_in_database: int = 0  # seals newer than the file
    events_after: int = 0  # events written after the last seal of the file
    tombstones_after: int = 0
    faults: list[str] = field(default_factory=list)


def compare_seals(text: str) -> SealReport:
    """Whether the ledger still holds everything that the seals in this text, a file's content, say it held.

    Every seal must follow the one before it, be in the database unchanged, and be borne out by the events and
    tombstones as they are now. The seals that only the database has are held against the ledger as well; those before
    the file's first are proven by it, for every seal holds the hash of the one before. One statement for the seals and
    three for each of them.
    """
    using = router.db_for_read(Seal)
    kept = {seal.number: line(seal) for seal in Seal.objects.using(using).order_by("number")}
    report = SealReport()
    given = _given(text, report)
    last: ReadSeal | None = None
    covered = NOTHING
    for number in sorted(kept.keys() | given.keys()):
        if number in given:
            seal: ReadSeal | None = given[number]
            report.compared += 1
            report.faults += _difference(given[number], kept)
            covered = _boundary(seal)
        else:
            seal = _read(kept[number], report, _("数据库中第 %(number)s 号封存：%(reason)s"), number)
        if seal is not None:
            report.faults += _faults(seal, last, using)
            last = seal
    newest = max(given, default=0)
    report.only_in_database = sum(number > newest for number in kept)
    report.events_after, report.tombstones_after = _after(covered, using)
    return report


def _given(text: str, report: SealReport) -> dict[int, ReadSeal]:
    """The seals of the file by number; it must hold each from its first to its last, in their order."""
    *lines, rest = text.split("\n")
    given: dict[int, ReadSeal] = {}
    if rest:
        report.faults.append(_("文件最后一行不完整"))
    for n, each in enumerate(lines, start=1):
        seal = _read(each, report, _("文件第 %(number)s 行：%(reason)s"), n)
        if seal is None:
            continue
        if given and seal.number <= max(given):
            report.faults.append(_("文件第 %(number)s 行：次序错乱") % {"number": n})
            continue
        given[seal.number] = seal
    if not given:
        report.faults.append(_("文件中没有可以比对的封存"))
        return given
    for number in range(min(given), max(given)):
        if number not in given:
            report.faults.append(_("文件中缺少第 %(number)s 号封存") % {"number": number})
    return given


def _read(each: str, report: SealReport, sentence: str, number: int) -> ReadSeal | None:
    """The seal in this line; None, and a fault, if there is none."""
    try:
        return read_line(each)
    except ValueError as error:
        report.faults.append(sentence % {"number": number, "reason": error})
        return None


def _boundary(seal: ReadSeal | None) -> Boundary:
    return NOTHING if seal is None else Boundary(seal.last_event, seal.last_tombstone)


def _difference(seal: ReadSeal, kept: dict[int, str]) -> Iterator[str]:
    """What the table of seals says otherwise."""
    names = {"number": seal.number, "day": seal.day}
    if seal.number not in kept:
        yield _("第 %(number)s 号封存（%(day)s）不在数据库中") % names
    elif kept[seal.number] != seal.text:
        yield _("第 %(number)s 号封存（%(day)s）在数据库中被改动") % names


def _follows(seal: ReadSeal, previous: ReadSeal | None) -> bool:
    if previous is None:
        return seal.number == 1 and seal.previous == ""
    return (
        seal.number == previous.number + 1
        and seal.previous == previous.hash
        and seal.day > previous.day
        and seal.last_event >= previous.last_event
        and seal.last_tombstone >= previous.last_tombstone
    )


def _faults(seal: ReadSeal, previous: ReadSeal | None, using: str) -> Iterator[str]:
    """What is wrong with a seal beside the one before it or, if it follows it, with the ledger beside the seal."""
    names = {"number": seal.number, "day": seal.day}
    if not _follows(seal, previous):
        yield _("第 %(number)s 号封存（%(day)s）与前一份不衔接，其内容无从比对") % names
        return
    found = content(_boundary(previous), _boundary(seal), using=using)
    if (found.events, found.heads, found.heads_root) != (seal.events, seal.heads, seal.heads_root):
        yield _(
            "第 %(number)s 号封存（%(day)s）：已封存的事件被改写、删除或补入"
            "（封存时 %(events)s 个事件、%(heads)s 个链头，现为 %(events_now)s 个、%(heads_now)s 个）"
        ) % {
            **names,
            "events": seal.events,
            "heads": seal.heads,
            "events_now": found.events,
            "heads_now": found.heads,
        }
    if (found.tombstones, found.tombstones_root) != (seal.tombstones, seal.tombstones_root):
        yield _(
            "第 %(number)s 号封存（%(day)s）：已封存的销毁记录被改写、删除或补入"
            "（封存时 %(tombstones)s 条，现为 %(tombstones_now)s 条）"
        ) % {**names, "tombstones": seal.tombstones, "tombstones_now": found.tombstones}


def _after(covered: Boundary, using: str) -> tuple[int, int]:
    """How many events and tombstones no seal of the file covers."""
    events = Event.objects.using(using).filter(pk__gt=covered.event).count()
    return events, Tombstone.objects.using(using).filter(pk__gt=covered.tombstone).count()
