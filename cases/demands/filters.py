"""The filters of a list of demands, read from an address: page, counters, print and batches use the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.demands.choices import Choices
from cases.demands.enums import OPEN_STATES, OVER_STATES, CaseState, Confirmation, Identity, Klass, Outcome
from cases.demands.identity import finds_hidden_firms
from cases.demands.models.visibility import CaseQuerySet
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.due import is_due_today, is_due_within, is_late

ALL = "ALL"
TODAY, LATE, SOON = "today", "late", "soon"
SOON_DAYS = 3  # working days
NEW, OLD = "new", "old"
NUMBER = re.compile(r"\d{4}-?[\d-]{0,16}")
LONGEST_WORDS = 60
ROUNDS = ("1", "2", "3")

STATES: dict[str, Any] = {
    **{state.value: state.label for state in (*OPEN_STATES, *OVER_STATES)},
    ALL: _("全部"),
}
DUES = {TODAY: _("今天到期"), LATE: _("已超期"), SOON: _("3 个工作日内到期")}
# Every order is that of an index; open demands stand by time left unless another is chosen.
SORTS = {NEW: _("新的在前"), OLD: _("旧的在前")}
DAYS = {
    "submitted_from": ("submitted_at", _("提交日期从")),
    "submitted_to": ("submitted_at", _("提交日期到")),
    "closed_from": ("closed_at", _("办结日期从")),
    "closed_to": ("closed_at", _("办结日期到")),
}
ONE_OF: dict[str, dict[str, Any]] = {
    "klass": dict(Klass.choices),
    "urgent": {"1": _("紧急")},
    "round": dict.fromkeys(ROUNDS, ""),
    "outcome": dict(Outcome.choices),
    "confirmation": dict(Confirmation.choices),
    "due": DUES,
    "sort": SORTS,
}
FROM_TABLES = ("category", "district", "lead", "handler")
BASIC = ("q", "state", "category", "district", "due")
NAMES = (*BASIC, "klass", "urgent", "lead", "handler", "round", "outcome", "confirmation", *DAYS, "sort")
LABELS: dict[str, Any] = {
    "q": _("关键词"),
    "state": _("状态"),
    "category": _("类别"),
    "district": _("旗区"),
    "due": _("时限"),
    "klass": _("档次"),
    "urgent": _("紧急程度"),
    "lead": _("主办部门"),
    "handler": _("承办人"),
    "round": _("轮次"),
    "outcome": _("办理结果"),
    "confirmation": _("企业确认"),
    **{name: label for name, (_column, label) in DAYS.items()},
    "sort": _("排序"),
}


def offered(actor: Actor) -> tuple[str, ...]:
    """The filters this reader has: departments are for offices, handlers for the department they are of."""
    without = set()
    if actor.role not in OFFICE_ROLES:
        without.add("lead")
    if actor.role not in DEPARTMENT_ROLES:
        without.add("handler")
    return tuple(name for name in NAMES if name not in without)


@dataclass(frozen=True)
class Wishes:
    """What a reader wants to see; every value is one that is offered to them."""

    q: str = ""
    states: tuple[str, ...] = ()
    one_of: tuple[tuple[str, str], ...] = ()  # name → value, of ONE_OF and FROM_TABLES
    days: tuple[tuple[str, date], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.q or self.states or self.one_of or self.days)

    def of(self, name: str) -> str:
        return dict(self.one_of).get(name, "")

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything chosen, in one order whatever the address said."""
        values = {"q": [self.q] if self.q else [], "state": list(self.states)}
        values |= {name: [value] for name, value in self.one_of}
        values |= {name: [day.isoformat()] for name, day in self.days}
        for name in NAMES:
            yield from ((name, value) for value in values.get(name, ()))

    @property
    def address(self) -> str:
        """The normalised query string; the same wishes always have the same."""
        return urlencode(list(self.pairs()))

    def without(self, name: str, value: str) -> "Wishes":
        if name == "q":
            return replace(self, q="")
        if name == "state":
            return replace(self, states=tuple(state for state in self.states if state != value))
        return replace(
            self,
            one_of=tuple(pair for pair in self.one_of if pair[0] != name),
            days=tuple(pair for pair in self.days if pair[0] != name),
        )


def read(query: QueryDict, choices: Choices, actor: Actor) -> tuple[Wishes, dict[str, Any]]:
    """What an address asks for, and the sentence for every date in it that is none.

    A value that nobody offers is as good as none: an old address still opens.
    """
    names = offered(actor)
    words = query.get("q", "").strip()
    if len(words) > LONGEST_WORDS or not words.isprintable():
        words = ""
    asked = set(query.getlist("state"))
    states = (ALL,) if ALL in asked else tuple(state for state in STATES if state in asked)
    one_of, days, faults = [], [], {}
    for name in names:
        value = query.get(name, "").strip()
        if not value:
            continue
        if name in FROM_TABLES:
            if (known := choices.known(name, value)) is not None:
                one_of.append((name, known))
        elif name in ONE_OF:
            if value in ONE_OF[name]:
                one_of.append((name, value))
        elif name in DAYS:
            day = _day(value)
            if day is None:
                faults[name] = _("“%(value)s”不是日期，请按 2026-11-23 的样子填写") % {"value": value[:20]}
            else:
                days.append((name, day))
    return Wishes(words, states, tuple(one_of), tuple(days)), faults


def _day(value: str) -> date | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def asks_for_people(query: str) -> bool:
    """Whether this query string can only be read beside the departments or handlers there are."""
    return "lead=" in query or "handler=" in query


def apply(cases: CaseQuerySet, wishes: Wishes, choices: Choices, *, by: Actor) -> CaseQuerySet:
    """The cases that meet the wishes, in the order of their list: open ones by time left, others newest first.

    Without a state the open ones are meant; but whoever asks for a result, an answer of the firm or a day of closing
    asks for all states, for most of those are over. A hidden firm is found by its name by those alone who may know it.
    """
    cases, by_time = _of_states(cases, wishes)
    if wishes.q:
        cases = cases.filter(holding(wishes.q, by))
    for name, value in wishes.one_of:
        if name not in ("due", "sort"):
            cases = cases.filter(_is(name, value, choices, by))
    for name, day in wishes.days:
        column = DAYS[name][0]
        if name.endswith("_from"):
            cases = cases.filter(**{f"{column}__gte": datetime.combine(day, time(), ZONE)})
        else:
            cases = cases.filter(**{f"{column}__lt": datetime.combine(day + timedelta(days=1), time(), ZONE)})
    if due := wishes.of("due"):
        cases = cases.open().filter(_due(due, by.now))
    if sort := wishes.of("sort"):
        return cases.order_by("-id" if sort == NEW else "id")
    return cases.order_by("next_due_at", "id") if by_time else cases.order_by("-id")


def _of_states(cases: CaseQuerySet, wishes: Wishes) -> tuple[CaseQuerySet, bool]:
    """The cases in the states that are wished for, and whether all of them are open and so have a time left."""
    states = wishes.states
    about_the_end = (
        wishes.of("outcome") or wishes.of("confirmation") or any(n.startswith("closed") for n, _d in wishes.days)
    )
    if wishes.of("due"):
        return (cases.filter(state__in=states) if states and ALL not in states else cases), True
    if not states:
        return (cases, False) if about_the_end else (cases.open(), True)
    if ALL in states:
        return cases, False
    is_open = set(states) <= set(OPEN_STATES)
    if is_open:
        cases = cases.open()
    return (cases.filter(state=states[0]) if len(states) == 1 else cases.filter(state__in=states)), is_open


def _is(name: str, value: str, choices: Choices, by: Actor) -> Q:
    """One wish as a comparison. A firm is told an outcome when it is signed, and finds it then, not before."""
    if name in ("lead", "handler"):
        return Q(**{f"{name}_id": choices.key(name, value)})
    if name == "urgent":
        return Q(urgent=True)
    if name == "outcome" and by.role in ENTERPRISE_ROLES:
        return Q(outcome=value) & (Q(state=CaseState.AWAIT_CONFIRM) | Q(closed_at__isnull=False))
    return Q(**{name: value})


def _due(due: str, now: datetime) -> Q:
    if due == LATE:
        return is_late(now)
    return is_due_today(now) if due == TODAY else is_due_within(now, SOON_DAYS, calendar_in_force())


def holding(words: str, by: Actor | None) -> Q:
    """The demands of this number or its beginning; else those whose title or firm holds the words."""
    if NUMBER.fullmatch(words):
        return Q(number__startswith=words)
    named = Q(enterprise__name__icontains=words)
    if by is None or not finds_hidden_firms(by):
        named &= Q(identity=Identity.OPEN)
    return Q(title__icontains=words) | named


def in_words(name: str, value: str, choices: Choices) -> str:
    """One chosen filter as the reader knows it: “类别：用电用能”."""
    if name in FROM_TABLES:
        words: Any = choices.label(name, value)
    elif name == "state":
        words = STATES[value]
    elif name == "round":
        words = _("第 %(n)s 轮") % {"n": value}
    elif name in ONE_OF:
        words = ONE_OF[name][value]
    else:
        words = value
    return str(_("%(label)s：%(value)s") % {"label": LABELS[name], "value": words})
