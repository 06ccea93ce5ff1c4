"""The story of the demonstration: who asks for what, and the hour at which everybody acts. Pure, from a seed and a day.

Everything lies before the midnight at which the as-of day begins, so that nothing stands in the future at whatever
hour of that day the demonstration is loaded, and whoever opens it finds a day's work. Officials act in office hours;
firms also write in the evening. The same seed and day give the same story, in every Python from 3.11 on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from cases.demands.enums import SECRETARY_SIGNS, Confirmation, ContactChannel, Identity, Klass, Outcome
from config.demo import words
from config.demo.casting import DUTIES, firms_for, texts_for
from config.demo.city import CITY
from config.demo.demand_texts.template import DemandText
from config.demo.demands import usual_result_day
from config.demo.duty_list import DutyLine
from config.demo.enterprises import EnterpriseLine
from config.demo.fates import (
    FATES_IN_ORDER,
    LATE,
    LATE_PACE,
    URGENT_GAPS,
    USUAL_GAPS,
    USUAL_PACE,
    Fate,
    Span,
)
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.clocks import DEFAULT_CLOCK_POLICY, ClockKind, limits_for

WEEKS = 8  # from the first closed demand to the as-of day, about
LONGEST = timedelta(days=150)  # no demand is older, however slow its fate
HOUR = 3600
DAY = 6 * HOUR + HOUR // 2  # seconds of a working day
# Steps that are one sentence: who says it, the input it is, and what may be said.
SPOKEN: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "dispatch": ("dispatcher", "note", words.DISPATCH_NOTES),
    "deny": ("firm", "reason", words.DENY_REASONS),
    "reply": ("handler", "text", words.REPLIES),
    "name": ("liaison", "reason", words.NAME_REASONS),
    "replace": ("deputy", "reason", words.REPLACE_REASONS),
    "return": ("signer", "reason", words.RETURN_REASONS),
    "sign": ("signer", "note", words.SIGN_NOTES),
}


@dataclass(frozen=True)
class Step:
    """One move: when, what, by which post (a key of `CaseStory.posts`), and the words that go with it."""

    at: datetime
    action: str
    by: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseStory:
    """One demand from its submission to where it stands on the as-of day. `desk` is the district of its office."""

    fate: Fate
    firm: EnterpriseLine
    text: DemandText
    duty: DutyLine
    lead: str
    desk: str
    urgent: bool
    by_rule: bool
    handler: int  # 0 or 1: which of the two handlers of the lead
    steps: tuple[Step, ...]
    identity: str = Identity.OPEN
    submission: str = ""  # demands that name the same are sent together, in their order

    @property
    def signer(self) -> str:
        return "secretary" if self.duty.klass in SECRETARY_SIGNS else "deputy"


def tell(*, seed: int, as_of: date, demands: int) -> list[CaseStory]:
    """That many demands, the one submitted first at the head."""
    random = Random(f"{seed}/{as_of.isoformat()}/{demands}")
    time_line = TimeLine(as_of)
    fates = list(islice(cycle(FATES_IN_ORDER), demands))
    templates = texts_for(fates, random)
    firms = firms_for(fates, templates, random)
    told = [
        Teller(fate, template, firm, time_line, random).told()
        for fate, template, firm in zip(fates, templates, firms, strict=True)
    ]
    return sorted(told, key=lambda case: (case.steps[0].at, case.firm.serial))


def in_order(cases: Sequence[CaseStory]) -> Iterator[tuple[int, Step]]:
    """Every step of all cases as time goes by, each with the place of its case."""
    return iter(sorted(((n, step) for n, case in enumerate(cases) for step in case.steps), key=_moment))


def _moment(placed: tuple[int, Step]) -> tuple[datetime, int]:
    return placed[1].at, placed[0]


# --- when ---


class TimeLine:
    """Working time as one line of seconds that ends where the as-of day begins."""

    def __init__(
        self, as_of: date, *, window: timedelta = timedelta(weeks=WEEKS), longest: timedelta = LONGEST
    ) -> None:
        self.calendar = calendar_in_force()
        self.as_of = as_of
        self.midnight = datetime.combine(as_of, time(), ZONE)
        self._start = self.calendar.next_working_moment(self.midnight - longest)
        self.end = self.calendar.working_seconds_between(self._start, self.midnight)
        self.window = self.calendar.working_seconds_between(self.midnight - window, self.midnight)

    def moment(self, place: float) -> datetime:
        """The moment at this place of the line; a place before `end` lies before the as-of day."""
        return self.calendar.add_working_seconds(self._start, int(place))

    @staticmethod
    def into_the_day(place: float) -> float:
        """How many seconds of its working day lie before this place."""
        return place % DAY

    def resolve_opens(self, days: int, due_in: int) -> int:
        """Where the day opens on which a demand is accepted whose limit of `days` ends `due_in` days from the as-of."""
        return self.end + (due_in - days) * DAY


class Teller:
    """Writes one case: draws the gaps between its steps, lays them on the time line, finds the words."""

    gaps: Mapping[str, Span] = USUAL_GAPS
    played: Mapping[str, str] = {}  # the move that a word of the path stands for, where it is not the move's own

    def __init__(
        self, fate: Fate, template: DemandText, firm: EnterpriseLine, time_line: TimeLine, random: Random
    ) -> None:
        self.fate, self.template, self.firm, self.line, self.random = fate, template, firm, time_line, random
        self.duty = DUTIES[template.duty_code]
        self.klass = Klass(self.duty.klass)
        self.by_rule = len(self.duty.owners) == 1 and not fate.by_dispatcher
        limits = limits_for(DEFAULT_CLOCK_POLICY, klass=self.klass, urgent=fate.urgent)
        self.days = limits.whole(ClockKind.RESOLVE).amount
        self.path = self._path()

    def told(self) -> CaseStory:
        moments = self._moments()
        submitted = moments[0].date()
        resolved = [at.date() for at, action in zip(moments, self.path, strict=True) if action == "result"]
        text = self._with_outcome(self.template)
        self.text = text.dated(submitted, resolved[-1] if resolved else usual_result_day(self.template, submitted))
        self.moments = dict(zip(self.path, moments, strict=True))
        self.completion, self.question = map(self.random.choice, (words.COMPLETIONS, words.QUESTIONS))
        steps = tuple(
            Step(at, self.played.get(action, action), *self._words(action, at, nth=self.path[:n].count(action)))
            for n, (action, at) in enumerate(zip(self.path, moments, strict=True))
            if not (action == "dispatch" and self.by_rule)
        )
        return CaseStory(
            fate=self.fate,
            firm=self.firm,
            text=self.text,
            duty=self.duty,
            lead=self._lead(),
            desk=self._desk(),
            urgent=self.fate.urgent,
            by_rule=self.by_rule,
            handler=self.random.randrange(2),
            steps=steps,
            identity=self.fate.identity,
        )

    def _lead(self) -> str:
        return self.random.choice(self.duty.owners)

    # -- the path --

    def _path(self) -> list[str]:
        """The moves in their order: as the fate says, with talk; an inquiry has no plan."""
        path = []
        for action in self.fate.path:
            if action == "plan" and self.klass == Klass.INQUIRY:
                continue
            path.append("register" if action == "submit" and self.fate.from_message else action)
            if action == "plan":
                path += self.fate.talk
        if path[-1] == "confirm" and not self.fate.talk:
            place = path.index("result")
            path[place:place] = [word for word in ("note", "reply") if self.random.random() < 0.3]
        if path[-1] == "deny":
            path.append("note")
        return path

    def _gap(self, n: int, since_accept: float) -> float:
        """Seconds between the step before and step n of the path."""
        action = self.path[n]
        if action == "dispatch" and self.by_rule:
            return 0
        if action == "result":
            if {"return", "redo"} & set(self.path[:n]):
                return self._draw(USUAL_GAPS["result_again"])
            pace = self.fate.pace or (LATE_PACE if "result" in self.fate.late else USUAL_PACE)
            return max(HOUR / 2, self.random.uniform(*pace) * self.days * DAY - since_accept)
        if action in self.fate.gaps:
            return self._draw(self.fate.gaps[action])
        if action in self.fate.late:
            return self._draw(LATE[action])
        return self._draw((URGENT_GAPS if self.fate.urgent else self.gaps)[action])

    def _draw(self, hours: Span) -> float:
        return max(90, self.random.uniform(*hours) * HOUR)

    def _moments(self) -> list[datetime]:
        """The moment of every step: offsets from the first one, moved to where the fate wants them."""
        offsets, accepted = [0.0], 0.0
        for n in range(1, len(self.path)):
            offsets.append(offsets[-1] + self._gap(n, offsets[-1] - accepted))
            if self.path[n] == "accept":
                accepted = offsets[-1]
        if self.fate.due_in is not None:
            places = self._placed_by_due_date(offsets, accepted)
        else:
            places = self._placed_by_last_step(offsets)
        if self.fate.urgent and "accept" in self.path:
            places = self._in_the_morning(places)
        moments = [self.line.moment(place) for place in places]
        return self._with_evenings(places, moments)

    def _placed_by_due_date(self, offsets: list[float], accepted: float) -> list[float]:
        opens = self.line.resolve_opens(self.days, self.fate.due_in or 0)
        accept = opens + self.random.uniform(0.05, 0.5) * DAY
        room = self.line.end - HOUR - accept
        need = offsets[-1] - accepted
        pace = min(1.0, room / need) if need else 1.0
        return [accept + (offset - accepted) * (pace if offset > accepted else 1) for offset in offsets]

    def _placed_by_last_step(self, offsets: list[float]) -> list[float]:
        if self.fate.lain is not None:
            ago = self.random.uniform(*self.fate.lain) * DAY
        else:
            ago = self.random.uniform(0.2 * DAY, max(0.5 * DAY, self.line.window - offsets[-1]))
        last = self.line.end - ago
        return [last - offsets[-1] + offset for offset in offsets]

    def _in_the_morning(self, places: list[float]) -> list[float]:
        """All moved so that the acceptance lies early in the morning: an hour is an hour, also over the noon break."""
        accept = places[self.path.index("accept")]
        shift = self.random.uniform(0.2, 2.0) * HOUR - self.line.into_the_day(accept)
        if places[-1] + shift > self.line.end - 120:
            shift -= DAY
        return [place + shift for place in places]

    def _with_evenings(self, places: list[float], moments: list[datetime]) -> list[datetime]:
        """Now and then a firm writes the evening before, where intake is still in time, or confirms after work."""
        if self.path[0] == "submit" and len(places) > 1 and "accept" not in self.fate.late:
            soon = self.line.into_the_day(places[1]) < 3.5 * HOUR
            if soon and not self.fate.urgent and self.random.random() < 0.5:
                moments[0] = self._evening(moments[1] - timedelta(days=1))
        if self.path[-1] == "confirm" and self.random.random() < 0.4:
            moments[-1] = self._evening(moments[-1])
        return moments

    def _evening(self, day: datetime) -> datetime:
        start = datetime.combine(day.date(), time(18, 20), ZONE)
        return start + timedelta(seconds=self.random.randrange(4 * HOUR))

    # -- the words --

    def _desk(self) -> str:
        """The district of the office: the firm's, except for a message that the city's office took in."""
        with_messages = {message.district for message in words.MESSAGES}
        here = not self.fate.from_message or self.firm.district in with_messages
        return self.firm.district if here else CITY.code

    def _with_outcome(self, template: DemandText) -> DemandText:
        outcome = self.fate.outcome
        if outcome is None or template.outcome == outcome:
            return template
        return replace(template, outcome=outcome, result_text=words.OTHER_RESULTS.get(outcome, template.result_text))

    def _words(self, action: str, at: datetime, *, nth: int) -> tuple[str, dict[str, Any]]:
        """Which post does it, and with which inputs; what depends on rows of the database is the loader's."""
        pick = self.random.choice
        if action in ("register", "acknowledge"):
            return {"register": "intake", "acknowledge": "liaison"}[action], {}
        if action == "submit":
            return ("firm" if self.random.random() < 0.9 else "firm_secretary"), {}
        if action in SPOKEN:
            by, key, sentences = SPOKEN[action]
            return by, {key: pick(sentences)}
        if action == "result":
            return ("other" if "replace" in self.path else "handler"), self._result(at, nth)
        return getattr(self, f"_{action}")(at)

    def _request(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "intake", {"points": self.completion[0]}

    def _complete(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "firm", {"answer": self.completion[1]}

    def _ask(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "handler", {"points": self.question[0]}

    def _answer(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "firm", {"answer": self.question[1]}

    def _accept(self, at: datetime) -> tuple[str, dict[str, Any]]:
        note = words.URGENT_NOTE if self.fate.urgent else self.random.choice(words.ACCEPT_NOTES)
        return "intake", {"note": note}

    def _note(self, at: datetime) -> tuple[str, dict[str, Any]]:
        if "deny" in self.path:
            return "handler", {"text": words.CONTACTED_AGAIN}
        by = self.random.choice(sorted(words.NOTES))
        return by, {"text": self.random.choice(words.NOTES[by])}

    def _contact(self, at: datetime) -> tuple[str, dict[str, Any]]:
        taken_on = self.moments.get("acknowledge") or self.moments.get("name")
        by = "handler" if taken_on and taken_on < at else "liaison"
        told = self.template.first_contact
        channel = ContactChannel.VISIT if told.startswith("上门") else ContactChannel.PHONE
        before = at - timedelta(minutes=self.random.randrange(2, 20))
        return by, {
            "contacted_at": max(before, self.moments.get("dispatch", before)),
            "channel": channel.value,
            "summary": self.text.first_contact,
        }

    def _plan(self, at: datetime) -> tuple[str, dict[str, Any]]:
        """The steps of the text, spread evenly up to the day before the limit ends."""
        calendar, steps = self.line.calendar, self.text.plan_steps
        accepted = self.moments["accept"].date()
        last = calendar.nth_working_day_after(accepted, max(1, self.days - 1))
        room = max(1, calendar.working_days_between(at.date(), last))
        days = [max(1, round(room * (n + 1) / len(steps))) for n in range(len(steps))]
        dates = [calendar.nth_working_day_after(at.date(), n) for n in days]
        return "handler", {"steps": list(zip(steps, dates, strict=True))}

    def _result(self, at: datetime, nth: int) -> dict[str, Any]:
        asked = f"{at.month}月{at.day}日与企业经办人电话核对，企业知悉"
        again = "（按审签意见补充日期和联系人）" if nth else ""
        return {
            "outcome": str(self.text.outcome),
            "text": self.text.result_text,
            "evidence": f"{self.duty.legal_basis}；办理结果通知单 1 份{again}；{asked}。",
        }

    def _confirm(self, at: datetime) -> tuple[str, dict[str, Any]]:
        fitting = {
            Outcome.PARTLY: Confirmation.PARTLY,
            Outcome.NOT_SUPPORTED: Confirmation.UNSOLVED,
            Outcome.IMPOSSIBLE: Confirmation.UNSOLVED,
        }
        said = self.fate.confirmation or fitting.get(Outcome(self.text.outcome), Confirmation.SOLVED)
        return "firm", {"confirmation": said.value, "note": self.random.choice(words.CONFIRM_NOTES[said.value])}
