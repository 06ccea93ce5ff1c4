"""The shape of one meeting of the demonstration, and how its dates and people are written out. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dialogue.symposia.dates import on_or_before
from workflow.calendar import Calendar

# {+20} is the working day on or before the twentieth day after the meeting, {-20} that before it; ":month" gives the
# month alone, ":iso" the form of a mark. {czj} is the deputy head of a department, {czj:cb} a handler, {qy18} the party
# secretary of a firm.
_DAY = re.compile(r"\{([+-]\d+)(:month|:iso)?\}")
_PERSON = re.compile(r"\{([a-z]+\d*(?::cb)?)\}")


@dataclass(frozen=True)
class TopicText:
    """One topic: who puts it forward ("qy18", "czj", "office"), in which words, and what became of it.

    `minutes` is the marked text of its section; "" for a topic that was declined or not decided about. `why` is the
    reason of the choice; "" leaves it waiting. "carried" is what an earlier meeting left, which comes by itself;
    "demand" is an open demand, put forward by its firm and called as the demand is.
    """

    title: str
    text: str
    by: str
    why: str
    minutes: str = ""
    chosen: bool = True


@dataclass(frozen=True)
class ItemFate:
    """What becomes of an action item: the matter of the duty list, and how far its demand goes.

    `ends` is "done" (confirmed by the firm, or the office where there is none), "answered", "handled", "taken" or
    "waiting" (for its dispatcher). `days` are working days from the issue until the result.
    """

    duty: str
    ends: str = "done"
    days: int = 12
    result: str = ""
    evidence: str = ""
    confirmation: str = "SOLVED"
    reports: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A comment on the draft, of a section by its place (0: of the whole); `answer` says why when it is not adopted.

    `edit` are the words of the draft that were changed for it, and what they are now.
    """

    by: str
    text: str = ""
    section: int = 0
    adopted: bool = True
    answer: str = ""
    edit: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Correction:
    """Why minutes are corrected, after how many days, and which words of which section become which."""

    after: int
    reason: str
    section: int
    before: str
    words: str


@dataclass(frozen=True)
class MeetingText:
    """One meeting. `days` is how many days before the as-of day it is held, less than 0 after it; `at` the hour.

    `desk` is "leaders" or the district of a platform office, `host` the number of the leader. Of those who come
    `excused` have a reason, `absent` neither sign nor are excused. `guests` are name, organisation and post of people
    from outside the platform; who `telephoned` has the answer written down by the desk. Minutes without fates of their
    `items` wait for the host, unless there is nothing left to follow: `settled`. With a `chair` the party secretary of
    that department is the host.
    """

    key: str
    kind: str
    title: str
    purpose: str
    place: str
    desk: str
    host: int
    host_post: str
    days: int
    at: int
    firms: tuple[int, ...]
    why_firms: str
    departments: tuple[str, ...]
    why_departments: str
    topics: tuple[TopicText, ...]
    items: tuple[ItemFate, ...] = ()
    more_opening: str = ""
    declines: tuple[tuple[str, str], ...] = ()
    excused: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    guests: tuple[tuple[str, str, str], ...] = ()
    telephoned: str = ""
    remarks: tuple[Remark, ...] = ()
    correction: Correction | None = None
    held: bool = True
    settled: bool = False
    chair: str = ""


def told(words: str, held_on: date, calendar: Calendar, person: Callable[[str], str]) -> str:
    """The words with every day and person written out, for a meeting on this day."""

    def day_words(mark: re.Match[str]) -> str:
        day, form = held_on + timedelta(days=int(mark[1])), mark[2]
        if form == ":month":
            return f"{'' if day.year == held_on.year else f'{day.year}年'}{day.month}月"
        day = on_or_before(day, calendar)
        if form == ":iso":
            return day.isoformat()
        return f"{'' if day.year == held_on.year else f'{day.year}年'}{day.month}月{day.day}日"

    return _PERSON.sub(lambda mark: person(mark[1]), _DAY.sub(day_words, words))
