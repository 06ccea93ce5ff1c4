"""Rules tried out on demands that were dispatched: what they would have done, beside what was done. Pure.

The figures name rules, reasons and departments, never a demand or a firm: an administrator reads them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.demands.dispatching.rules import BUILT_IN, Facts, Matter, Rule, first, weigh

MOST_MOVES = 30  # lines of “would have gone to A, went to B”


@dataclass(frozen=True)
class Past:
    """A demand as it was accepted, and where it went: departments by code. `hit` as in `hits`; None: not judged."""

    facts: Facts
    first_lead: str
    final_lead: str
    hit: bool | None


@dataclass
class RuleFigures:
    """What one rule would have done. `judged` are those of its dispatches that have ended with a result."""

    fired: int = 0
    dispatched: int = 0  # fired, and not left to the dispatcher
    as_before: int = 0  # to the department that had it first in fact
    judged: int = 0
    hits: int = 0  # to the department that held it in the end
    passed_over: Counter[str] = field(default_factory=Counter)


class Tally:
    """The figures of a whole rehearsal. Their size depends on rules and departments, not on demands."""

    def __init__(self, rules: Sequence[Rule], matters: Mapping[str, Matter]) -> None:
        self._rules, self._matters = rules, matters
        self.demands = self.left = self.dispatched = self.as_before = 0
        self.judged = self.hits_before = 0
        self.by_rule = {n: RuleFigures() for n in range(1, len(rules) + 2)}
        self.moves: Counter[tuple[int, str, str]] = Counter()

    def add(self, past: Past) -> None:
        """One more demand."""
        self.demands += 1
        if past.hit is not None:
            self.judged += 1
            self.hits_before += past.hit
        weighed = weigh(self._rules, past.facts, self._matters)
        fired = first(weighed)
        for one in weighed:
            if fired is not None and one.position >= fired.position:
                break
            if one.why is not None:
                self.by_rule[one.position].passed_over[one.why.value] += 1
        if fired is None:
            self.left += 1
            return
        figures = self.by_rule[fired.position]
        figures.fired += 1
        if fired.lead is None:
            self.left += 1
            return
        self.dispatched += 1
        figures.dispatched += 1
        if fired.lead == past.first_lead:
            figures.as_before += 1
            self.as_before += 1
        else:
            self.moves[fired.position, fired.lead, past.first_lead] += 1
        if past.hit is not None:
            figures.judged += 1
            figures.hits += fired.lead == past.final_lead

    def as_json(self, names: Mapping[str, str]) -> dict[str, Any]:
        """What is kept and shown; departments by name, as they are called now."""
        keys = [*(rule.key for rule in self._rules), BUILT_IN]
        moves = sorted(self.moves.items(), key=lambda item: (-item[1], item[0]))
        return {
            "demands": self.demands,
            "dispatched": self.dispatched,
            "left": self.left,
            "as_before": self.as_before,
            "judged": self.judged,
            "hits_before": self.hits_before,
            "by_rule": [
                {
                    "position": position,
                    "key": keys[position - 1],
                    "fired": figures.fired,
                    "dispatched": figures.dispatched,
                    "as_before": figures.as_before,
                    "judged": figures.judged,
                    "hits": figures.hits,
                    "passed_over": dict(sorted(figures.passed_over.items(), key=lambda item: (-item[1], item[0]))),
                }
                for position, figures in self.by_rule.items()
            ],
            "moves": [
                {"position": n, "would": names.get(would, would), "did": names.get(did, did), "n": number}
                for (n, would, did), number in moves[:MOST_MOVES]
            ],
            "more_moves": sum(number for _move, number in moves[MOST_MOVES:]),
        }
