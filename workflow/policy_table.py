"""A policy document as people read it: a line a clock and class, what two versions differ in, when things are due.

Pure: a document that was adopted is expected, in which an older version may lack kinds of clock that came later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from workflow import registry
from workflow.calendar import Calendar
from workflow.clocks import ClockKind, Limit, Unit, due_at, limits_of_origin

NOTHING = "—"


@dataclass(frozen=True)
class Line:
    """The limit of one clock, for one class where it depends on that; `urgent` only where it differs."""

    kind: ClockKind
    klass: str
    normal: Limit
    urgent: Limit | None

    @property
    def class_label(self) -> str:
        return str(registry.classes().get(self.klass, self.klass)) if self.klass else _("各档")

    @property
    def of_urgent(self) -> Limit:
        """What an urgent demand gets."""
        return self.urgent or self.normal


def lines(data: Mapping[str, Any]) -> list[Line]:
    """Every limit of the document, in the order of the clocks and then of the classes."""
    found = []
    for kind in ClockKind:
        entry = data["limits"].get(kind.value)
        if entry is None:
            continue
        for klass, inner in entry.get("by_class", {"": entry}).items():
            urgent = limit_of(inner["urgent"]) if "urgent" in inner else None
            found.append(Line(kind, klass, limit_of(inner), urgent))
    order = ["", *registry.classes()]
    rank = {kind: place for place, kind in enumerate(ClockKind)}
    return sorted(found, key=lambda line: (rank[line.kind], order.index(line.klass) if line.klass in order else 99))


def limit_of(entry: Mapping[str, Any]) -> Limit:
    return Limit(entry["amount"], Unit(entry["unit"]), entry.get("at_least_working_days"))


@dataclass(frozen=True)
class Group:
    """The lines of one clock, for a table in which its name stands once, and what holds for all of them."""

    kind: ClockKind
    lines: list[Line]
    notes: list[str]

    @property
    def height(self) -> int:
        """Rows of the table."""
        return len(self.lines) + len(self.notes)


def groups(data: Mapping[str, Any]) -> list[Group]:
    """The lines of the document, one group a clock."""
    found: dict[ClockKind, list[Line]] = {}
    for line in lines(data):
        found.setdefault(line.kind, []).append(line)
    return [Group(kind, of_kind, _notes(kind, data["limits"][kind.value])) for kind, of_kind in found.items()]


def _notes(kind: ClockKind, entry: Mapping[str, Any]) -> list[str]:
    notes = [_("%(origin)s：%(limit)s") % {"origin": name, "limit": limit} for name, limit in _origins(kind, entry)]
    if "half_at_least" in entry:
        notes.append(_("重新计时减半，不少于 %(n)s（单位不变）") % {"n": entry["half_at_least"]})
    if entry.get("remind_on_days"):
        notes.append(_("第 %(days)s 天提醒") % {"days": _days(entry["remind_on_days"])})
    return notes


def _origins(kind: ClockKind, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What origins give whatever the class, as (name of the origin, limit)."""
    own = limits_of_origin(kind.value, entry)
    return [(str(label), limit_of(own[origin]).text()) for origin, label in registry.origins().items() if origin in own]


def _days(days: Iterable[int]) -> str:
    return _("、").join(str(day) for day in days)


# --- what changes ---


@dataclass(frozen=True)
class Change:
    """One cell in which two documents differ; words in the reader's language, “—” for what one does not have."""

    kind: ClockKind
    class_label: str
    urgent: int  # 1 or 0
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every limit that differs, in the order of the table; empty when the documents mean the same."""
    found = []
    for kind in ClockKind:
        entries = [data["limits"].get(kind.value, {}) for data in (before, after)]
        if entries[0] == entries[1]:
            continue
        split = any("by_class" in entry for entry in entries)
        for klass in registry.classes() if split else [""]:
            label = str(registry.classes()[klass]) if klass else _("各档")
            old, new = (_cells(entry, klass) for entry in entries)
            found += [Change(kind, label, urgent, old[urgent], new[urgent]) for urgent in (0, 1)]
        was, will_be = ({**_wholes(entry), **dict(_origins(kind, entry))} for entry in entries)
        found += [Change(kind, name, 0, was[name], will_be[name]) for name in was]
    return [change for change in found if change.before != change.after]


def _cells(entry: Mapping[str, Any], klass: str) -> tuple[str, str]:
    """The words of the normal and the urgent limit."""
    if "by_class" in entry:
        entry = entry["by_class"].get(klass, {})
    if not entry:
        return NOTHING, NOTHING
    return limit_of(entry).text(), limit_of(entry["urgent"]).text() if "urgent" in entry else _("同一般情况")


def _wholes(entry: Mapping[str, Any]) -> dict[str, str]:
    """What holds for every class, by its name."""
    return {
        _("重新计时减半，不少于"): str(entry.get("half_at_least", NOTHING)),
        _("提醒日"): _days(entry.get("remind_on_days", ())) or NOTHING,
    }


# --- when it would be due ---


@dataclass(frozen=True)
class Due:
    """When a clock that starts at a given moment would be due."""

    line: Line
    normal: datetime
    urgent: datetime
    provisional: bool  # it reaches into a year whose holidays are not yet published


def due_dates(data: Mapping[str, Any], *, start: datetime, calendar: Calendar) -> list[Due]:
    """For every limit that depends on the class: when it would be due, for a normal and for an urgent demand."""
    found = []
    for line in lines(data):
        if line.klass:
            normal, urgent = (due_at(start, limit, calendar) for limit in (line.normal, line.of_urgent))
            provisional = any(calendar.is_provisional(due.date()) for due in (normal, urgent))
            found.append(Due(line, normal, urgent, provisional))
    return found
