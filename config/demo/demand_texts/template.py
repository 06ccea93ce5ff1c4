"""The shape of one demonstration demand, and how its dates are made to fit the day it is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

# {d-20} is twenty days before the demand is submitted, {r+5} five days after its result, {r-3} three weekdays before
# it (a department counts its work in working days); ":month" gives the month alone, ":iso" the form of an answer.
_MARK = re.compile(r"\{([dr])([+-]\d+)(:month|:iso)?\}")
_SATURDAY = 5


@dataclass(frozen=True)
class DemandText:
    """What a firm wrote and what the department did about it. No firm, person or district is named in it.

    `outcome` is the department's own word for the result and fits `result_text`. `suits` names the industries the
    demand makes sense for; empty means any.
    """

    category: str
    duty_code: str
    title: str
    text: str
    wanted: str
    answers: Mapping[str, str]
    result_text: str
    plan_steps: tuple[str, ...]
    first_contact: str
    outcome: str = "SOLVED"
    suits: tuple[str, ...] = ()

    def dated(self, submitted: date, resolved: date) -> "DemandText":
        """The same demand with every date written out, for a case submitted and resolved on these days.

        What the department did is never dated before the submission, however early the result. Days avoid Saturdays
        and Sundays; public holidays are not known here. A year other than that of the submission is written.
        """

        def told(words: str) -> str:
            return _MARK.sub(lambda mark: _day_words(mark, submitted, resolved), words)

        return replace(
            self,
            title=told(self.title),
            text=told(self.text),
            wanted=told(self.wanted),
            answers={key: told(answer) for key, answer in self.answers.items()},
            result_text=told(self.result_text),
            plan_steps=tuple(map(told, self.plan_steps)),
            first_contact=told(self.first_contact),
        )


def _day_words(mark: re.Match[str], submitted: date, resolved: date) -> str:
    origin, days, form = mark[1], int(mark[2]), mark[3]
    if origin == "r" and days < 0:
        day = max(_weekdays_before(resolved, -days), submitted)
    else:
        day = (submitted if origin == "d" else resolved) + timedelta(days=days)
        if form != ":month":
            day = _off_weekend(day, timedelta(days=1 if days > 0 else -1))
    if form == ":iso":
        return day.isoformat()
    year = "" if day.year == submitted.year else f"{day.year}年"
    return f"{year}{day.month}月" if form == ":month" else f"{year}{day.month}月{day.day}日"


def _off_weekend(day: date, step: timedelta) -> date:
    while day.weekday() >= _SATURDAY:
        day += step
    return day


def _weekdays_before(day: date, count: int) -> date:
    one = timedelta(days=1)
    for _ in range(count):
        day = _off_weekend(day - one, -one)
    return day
