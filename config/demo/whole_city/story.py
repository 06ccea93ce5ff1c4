"""The story of fourteen months: as for the small demonstration, with a city of departments to choose from. Pure.

The same seed, day and number of demands give the same story, in every Python from 3.11 on.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from cases.demands.enums import Confirmation, Klass, Outcome
from config.demo.casting import DUTIES
from config.demo.city import CITY
from config.demo.demand_texts.template import DemandText
from config.demo.demands import TEMPLATES
from config.demo.duty_list import DutyLine
from config.demo.enterprises import EnterpriseLine
from config.demo.fates import SHOW_DEPARTMENT, SHOW_DISTRICT, Fate
from config.demo.story import CaseStory, Teller, TimeLine
from config.demo.whole_city import sentences
from config.demo.whole_city.departments import (
    ALL_DEPARTMENTS,
    BANNER_DEPARTMENTS,
    BUSY,
    BUSY_SHARE,
    DISTRICT_OF,
)
from config.demo.whole_city.fates import GAPS, PLAYED, SHARED, fates_of_months
from config.demo.whole_city.texts import likeness, put_together, retold, with_result

MONTHS = 14
BEFORE_THAT = timedelta(days=10)  # room for what takes longer than the months
OTHER_CITY_SHARE = 0.4  # of what the busy six do not get
MOST_TELLINGS = 3  # of one written demand
WRITTEN_SHARE = 0.5  # of the demands whose duty has a written one
LEAD_POSTS = frozenset({"liaison", "handler", "other", "deputy", "secretary", "head", "signer"})
PER_BUSY = dict(zip(BUSY, (22, 20, 18, 15, 14, 11), strict=True))


def first_day(as_of: date) -> date:
    """The day fourteen months before, from which on demands are submitted."""
    years, month = divmod(as_of.month - 1 - MONTHS, 12)
    return date(as_of.year + years, month + 1, min(as_of.day, 28))


def tell_months(*, seed: int, as_of: date, demands: int, firms: Sequence[EnterpriseLine]) -> list[CaseStory]:
    """That many demands of these firms, the one submitted first at the head."""
    random = Random(f"months/{seed}/{as_of.isoformat()}/{demands}")
    window = timedelta(days=(as_of - first_day(as_of)).days)
    line = TimeLine(as_of, window=window, longest=window + BEFORE_THAT)
    cast = _Casting(firms, random)
    told = [_MonthsTeller(*cast.of(fate), line, random).told() for fate in fates_of_months(demands, random)]
    return sorted(told, key=lambda case: (case.steps[0].at, case.firm.serial))


class _Casting:
    """Which department, matter, text and firm meet a fate: seventy percent of them at the six busy departments."""

    def __init__(self, firms: Sequence[EnterpriseLine], random: Random) -> None:
        self.random = random
        self.firms = [(firm, min(12.0, random.paretovariate(1.2))) for firm in firms]
        self.lines: dict[str, list[DutyLine]] = defaultdict(list)
        for line in DUTIES.values():
            for owner in line.owners:
                self.lines[owner].append(line)
        self.written: dict[str, list[DemandText]] = defaultdict(list)
        for template in TEMPLATES:
            self.written[template.duty_code] += [template] * MOST_TELLINGS
        self.banners = cycle(random.sample([line.code for line in BANNER_DEPARTMENTS], len(BANNER_DEPARTMENTS)))
        self.asked: set[tuple[int, str]] = set()

    def of(self, fate: Fate) -> tuple[Fate, DemandText, EnterpriseLine, str]:
        """The fate with its text, its firm and the department that gets it first."""
        lead, line = self._lead_and_line(fate)
        text = with_result(self._text(line), fate.outcome, self.random)
        return fate, text, self._firm(fate, text, line), lead

    def _lead_and_line(self, fate: Fate) -> tuple[str, DutyLine]:
        for _try in range(8):
            lead = SHOW_DEPARTMENT if fate.show and not fate.matters else self._department()
            fitting = [line for line in self.lines[lead] if self._fits(line, fate)]
            if fitting:
                return lead, self.random.choice(fitting)
        line = self.random.choice([line for line in DUTIES.values() if self._fits(line, fate)])
        return self.random.choice(line.owners), line

    def _fits(self, line: DutyLine, fate: Fate) -> bool:
        if fate.by_dispatcher and DISTRICT_OF[line.owners[0]] != CITY.code:
            return False
        return Klass(line.klass) in fate.classes and (not fate.matters or line.code in fate.matters)

    def _department(self) -> str:
        if self.random.random() < BUSY_SHARE:
            return self.random.choices(list(PER_BUSY), list(PER_BUSY.values()))[0]
        if self.random.random() < OTHER_CITY_SHARE:
            return self.random.choice([d.code for d in ALL_DEPARTMENTS if d.code not in BUSY and "-" not in d.code])
        return next(self.banners)

    def _text(self, line: DutyLine) -> DemandText:
        written = self.written[likeness(line)]
        if written and self.random.random() < WRITTEN_SHARE:
            return retold(written.pop(self.random.randrange(len(written))), line, self.random)
        return put_together(line, self.random)

    def _firm(self, fate: Fate, text: DemandText, line: DutyLine) -> EnterpriseLine:
        """One that suits: of the banner whose matter it is, of a trade that the text suits, and new to this text."""
        here = DISTRICT_OF[line.owners[0]]
        if fate.show:
            here = SHOW_DISTRICT
        near = [(firm, weight) for firm, weight in self.firms if here in (CITY.code, firm.district)]
        suitable = [(firm, weight) for firm, weight in near if not text.suits or firm.industry in text.suits] or near
        new = [pair for pair in suitable if (pair[0].serial, text.title) not in self.asked] or suitable
        firm = self.random.choices([firm for firm, _weight in new], [weight for _firm, weight in new])[0]
        self.asked.add((firm.serial, text.title))
        return firm


class _MonthsTeller(Teller):
    """Writes one case that may be sent back, handed on, declined, hidden, redone or withdrawn."""

    gaps, played = GAPS, PLAYED

    def __init__(
        self, fate: Fate, text: DemandText, firm: EnterpriseLine, lead: str, line: TimeLine, random: Random
    ) -> None:
        self.lead = lead
        super().__init__(fate, text, firm, line, random)
        self.other = self._other()

    def _lead(self) -> str:
        return self.lead

    def _other(self) -> str:
        """The department to which the demand goes on, if it does."""
        owners = [owner for owner in self.duty.owners if owner != self.lead]
        candidates = owners if set(self.fate.matters) == SHARED else [code for code in BUSY if code != self.lead]
        busy = [code for code in candidates if code in BUSY]
        return self.random.choice(busy or candidates or [code for code in BUSY if code != self.lead])

    def _words(self, action: str, at: datetime, *, nth: int) -> tuple[str, dict[str, Any]]:
        if action in PLAYED or action in ("redo", "withdraw", "nudge"):
            by, inputs = getattr(self, f"_{action}")(at)
        else:
            by, inputs = super()._words(action, at, nth=nth)
        return self._who(action, by, at), inputs

    def _who(self, action: str, by: str, at: datetime) -> str:
        """The same post where the demand is now: another handler, another signer, another department."""
        again = "redo" in self.path and at > self.moments["redo"]
        if by == "signer" and (again or "agree_class" in self.path):
            by = "secretary"
        if by == "handler" and again:
            by = "other"
        if by == "dispatcher" and action == "note" and "take_up" in self.path:
            return f"dispatcher@{CITY.code}"
        moved = self.moments.get("dispatch_again") or self.moments.get("take_over")
        return f"{by}@{self.other}" if moved and at > moved and by in LEAD_POSTS else by

    def _result(self, at: datetime, nth: int) -> dict[str, Any]:
        if nth and "redo" in self.path:
            day = f"{at.month}月{at.day}日"
            new = {"outcome": Outcome.SOLVED.value, "text": sentences.NEW_RESULT.format(at=day)}
            return super()._result(at, 0) | new
        return super()._result(at, nth)

    def _confirm(self, at: datetime) -> tuple[str, dict[str, Any]]:
        by, inputs = super()._confirm(at)
        if "redo" in self.path and at > self.moments["redo"]:
            inputs = {"confirmation": Confirmation.SOLVED.value, "note": "重新办理后解决了，谢谢。"}
        return by, inputs

    # -- sent back, handed on --

    def _ask_return(self, at: datetime) -> tuple[str, dict[str, Any]]:
        pick = self.random.choice
        return "liaison", {
            "action": "send_back",
            "why": pick(sentences.RETURNS),
            "clause": pick(sentences.CLAUSES),
            "suggested": self.other,
        }

    def _agree_return(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "head", {"reason": self.random.choice(sentences.AGREED)}

    def _uphold(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "arbitrator", {"reason": sentences.UPHELD}

    def _reject(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "arbitrator", {"reason": sentences.REJECTED}

    def _dispatch_again(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "dispatcher", {"lead": self.other, "note": "按裁决意见改派。"}

    def _name_after(self, at: datetime) -> tuple[str, dict[str, Any]]:
        handler = "other" if "redo" in self.path else "handler"
        return "liaison", {"handler": handler, "reason": self.random.choice(sentences.NAMED)}

    def _ask_transfer(self, at: datetime) -> tuple[str, dict[str, Any]]:
        why = self.random.choice(sentences.TRANSFERS)
        return "liaison", {"action": "transfer", "why": why, "lead": self.other}

    def _take_over(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return f"liaison@{self.other}", {"reason": self.random.choice(sentences.TAKEN)}

    # -- the offices --

    def _ask_decline(self, at: datetime) -> tuple[str, dict[str, Any]]:
        reason, why, channel, contact, explanation = self.random.choice(sentences.DECLINES)
        return "intake", {
            "action": "decline",
            "why": why,
            "declined_for": reason.value,
            "channel": channel,
            "channel_contact": contact,
            "explanation": explanation,
        }

    def _agree_decline(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "supervisor", {"reason": "同意。"}

    def _ask_class(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "dispatcher", {
            "action": "reclassify",
            "why": sentences.HEAVIER,
            "klass": Klass.COMPLEX.value,
            "reason": sentences.HEAVIER_REASON,
        }

    def _agree_class(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "supervisor", {}

    def _ask_up(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "dispatcher", {"action": "report_up", "why": sentences.UP}

    def _take_up(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return f"dispatcher@{CITY.code}", {"reason": self.random.choice(sentences.TAKEN_UP)}

    def _dispatch_from_city(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return f"dispatcher@{CITY.code}", {"lead": self.lead, "note": "市级统一口径后派单。"}

    # -- the firm --

    def _relay(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "handler", {"text": self.random.choice(sentences.RELAYS)}

    def _relay_back(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "firm", {"text": self.random.choice(sentences.RELAYS_BACK)}

    def _redo(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "firm", {"reason": self.random.choice(sentences.REDO)}

    def _withdraw(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "firm", {"reason": self.random.choice(sentences.LEFT)}

    def _nudge(self, at: datetime) -> tuple[str, dict[str, Any]]:
        return "firm", {"text": self.random.choice(sentences.NUDGES)}
