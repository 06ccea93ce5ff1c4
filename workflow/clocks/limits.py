"""How long something may take: the kinds of clock, the units, and what a policy document gives to a subject."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

from django.db.models import TextChoices
from django.utils.translation import ngettext, pgettext_lazy

DEFAULT_CLOCK_POLICY: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "data" / "policies" / "clocks-v1.json").read_text(encoding="utf-8")
)


# What a document gives that says nothing about where a demand comes from, as those adopted before it could be said. By
# kind of clock and of origin. Never to be changed: chains already written are replayed with it.
UNSAID: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "RESOLVE": {
        "INSTRUCTION": {"amount": 10, "unit": "WORKING_DAY"},
        "ACTION_ITEM": {"amount": 20, "unit": "WORKING_DAY"},
    },
    "FIRST_CONTACT": {
        "ACTION_ITEM": {"amount": 2, "unit": "WORKING_DAY", "urgent": {"amount": 1, "unit": "HOUR"}},
    },
}


class ClockKind(TextChoices):
    """What must have happened by the due date."""

    ACCEPT = "ACCEPT", pgettext_lazy("clock", "受理")
    COMPLETION = "COMPLETION", pgettext_lazy("clock", "补正")
    DISPATCH = "DISPATCH", pgettext_lazy("clock", "派单")
    ACKNOWLEDGE = "ACKNOWLEDGE", pgettext_lazy("clock", "签收")
    FIRST_CONTACT = "FIRST_CONTACT", pgettext_lazy("clock", "首联")
    PLAN = "PLAN", pgettext_lazy("clock", "方案")
    RESOLVE = "RESOLVE", pgettext_lazy("clock", "办结")
    ANSWER = "ANSWER", pgettext_lazy("clock", "补充")
    ARBITRATION = "ARBITRATION", pgettext_lazy("clock", "裁决")
    REVIEW = "REVIEW", pgettext_lazy("clock", "审签")
    CONFIRM = "CONFIRM", pgettext_lazy("clock", "确认")
    MINUTES = "MINUTES", pgettext_lazy("clock", "印发纪要")


class Unit(TextChoices):
    """What a limit counts."""

    WORKING_HOUR = "WORKING_HOUR", pgettext_lazy("unit", "工作小时")
    WORKING_DAY = "WORKING_DAY", pgettext_lazy("unit", "工作日")
    NATURAL_DAY = "NATURAL_DAY", pgettext_lazy("unit", "天")
    HOUR = "HOUR", pgettext_lazy("unit", "小时")


@dataclass(frozen=True)
class Limit:
    """How long something may take. `at_least_working_days` is the floor of a limit in natural days."""

    amount: int
    unit: Unit
    at_least_working_days: int | None = None

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a limit is at least one unit")
        if self.at_least_working_days is not None:
            if self.unit != Unit.NATURAL_DAY:
                raise ValueError("only a limit in natural days has a floor in working days")
            if self.at_least_working_days < 1:
                raise ValueError("a floor is at least one working day")

    def half(self, *, at_least: int = 1) -> "Limit":
        """Half of it, a fraction rounded up to the unit, and never under `at_least` units (of this unit).

        Source: the page “case lifecycle”, move 3 (accept at half) and move 27 (redo: half, at least 3 working days).
        """
        floor = self.at_least_working_days
        return Limit(max(-(-self.amount // 2), at_least), self.unit, None if floor is None else -(-floor // 2))

    def text(self) -> str:
        """“15 个工作日”, in the reader's language."""
        return amount_text(self.amount, self.unit, floor=self.at_least_working_days)


def amount_text(amount: int, unit: Unit, *, floor: int | None = None) -> str:
    """“3 个工作日”, “4 个工作小时”, “7 天（至少 5 个工作日）”, in the reader's language."""
    match unit:
        case Unit.WORKING_HOUR:
            words = ngettext("%(n)s 个工作小时", "%(n)s 个工作小时", amount)
        case Unit.WORKING_DAY:
            words = ngettext("%(n)s 个工作日", "%(n)s 个工作日", amount)
        case Unit.NATURAL_DAY if floor is not None:
            words = ngettext("%(n)s 天（至少 %(floor)s 个工作日）", "%(n)s 天（至少 %(floor)s 个工作日）", amount)
        case Unit.NATURAL_DAY:
            words = ngettext("%(n)s 天", "%(n)s 天", amount)
        case Unit.HOUR:
            words = ngettext("%(n)s 小时", "%(n)s 小时", amount)
        case _:
            assert_never(unit)
    return words % {"n": amount, "floor": floor}


@dataclass(frozen=True)
class Limits:
    """What one policy version gives to one subject: the limit of each kind, and the least that a half may be."""

    of: Mapping[ClockKind, Limit]
    half_at_least: Mapping[ClockKind, int]

    def whole(self, kind: ClockKind) -> Limit:
        """The limit of this kind. Raises ValueError when the policy knows none for this subject."""
        if kind not in self.of:
            raise ValueError(f"clock {kind.value} cannot start: no limit is known for it")
        return self.of[kind]

    def half(self, kind: ClockKind) -> Limit:
        return self.whole(kind).half(at_least=self.half_at_least.get(kind, 1))


_KINDS = {kind.value: kind for kind in ClockKind}


def limits_of_origin(kind: str, entry: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The limits of this entry of a document that an origin gives and not the class, by kind of origin."""
    return {**UNSAID.get(kind, {}), **entry.get("by_origin", {})}


def limits_for(policy_data: Mapping[str, Any], *, klass: str, urgent: bool, origin: str = "") -> Limits:
    """The limit of every clock that a policy document knows, for a demand of this class and origin.

    Some origins give a limit of their own, whatever the class (case lifecycle, move 38). `klass` is empty before
    acceptance, and what depends on it is then absent. A class the policy does not know raises KeyError, since counting
    with another class's limit would be worse. A kind this version of the product does not know is passed over: a
    policy document may be newer or older than the code.
    """
    limits: dict[ClockKind, Limit] = {}
    halves: dict[ClockKind, int] = {}
    for name, entry in policy_data["limits"].items():
        kind = _KINDS.get(name)
        if kind is None:
            continue
        halves[kind] = entry.get("half_at_least", 1)
        if own := limits_of_origin(name, entry).get(origin):
            entry = own
        elif "by_class" in entry:
            if not klass:
                continue
            entry = entry["by_class"][klass]
        if urgent:
            entry = entry.get("urgent", entry)
        limits[kind] = Limit(entry["amount"], Unit(entry["unit"]), entry.get("at_least_working_days"))
    return Limits(limits, halves)


def remind_on_days(policy_data: Mapping[str, Any], kind: ClockKind) -> tuple[int, ...]:
    """The days after the start on which a policy reminds of this clock; none: at 50 % and 80 % of its time."""
    return tuple(policy_data["limits"].get(kind.value, {}).get("remind_on_days", ()))
