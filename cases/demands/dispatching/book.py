"""The rules in force and the duty list as rules see it, and what they say of one demand."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from cases.demands.dispatching.rules import BUILT_IN, Facts, Fired, Matter, Owner, Rule, Weighed, first, weigh
from cases.demands.dispatching.words import BUILT_IN_SENTENCE
from cases.demands.models import Case, DispatchedByRule, DispatchRuleSet, DutyItem, Return, ReturnVerdict, RuleSetState
from foundation.prepared import Prepared
from parties.models import Department
from workflow.door import LEDGER_LANGUAGE

ONE_OWNER = (
    "职责清单单一责任部门自动派单"  # the name by which the system acts under the built-in rule; kept, so Chinese
)


def in_force() -> DispatchRuleSet | None:
    """The rules adopted last; None before the first. One statement."""
    return next(iter(_ADOPTED.rows()), None)


_ADOPTED = Prepared(lambda: DispatchRuleSet.objects.filter(state=RuleSetState.ADOPTED).order_by("-version")[:1])


def rules_of(rule_set: DispatchRuleSet | None) -> list[Rule]:
    return [Rule.of(data) for data in rule_set.rules] if rule_set else []


def matters_in_force(codes: Iterable[str] | None = None) -> dict[str, DutyItem]:
    """The duty list in force by code, with owners; all of it or these codes. Two statements, none for no codes."""
    if codes is not None and not (codes := sorted({code for code in codes if code})):
        return {}
    items = DutyItem.objects.filter(active=True).prefetch_related("owners")
    return {item.code: item for item in (items if codes is None else items.filter(code__in=codes))}


def as_rules_see(items: dict[str, DutyItem]) -> dict[str, Matter]:
    """The same, as far as rules ask."""
    return {
        code: Matter(code, item.category_id, tuple(Owner(owner.code, owner.active) for owner in item.owners.all()))
        for code, item in items.items()
    }


def facts_of(case: Case) -> Facts:
    """What rules look at in this demand. No statement when its duty item is loaded."""
    return Facts(
        category=case.category_id or "",
        district=case.district_id,
        klass=case.klass,
        urgent=case.urgent,
        matter=case.duty_item.code if case.duty_item else "",
        words=f"{case.title}\n{case.text}",
    )


@dataclass(frozen=True)
class Decision:
    """What the rules in force say of one demand, with the rows they mean."""

    weighed: tuple[Weighed, ...]
    rule_set: DispatchRuleSet | None
    items: dict[str, DutyItem]

    @property
    def fired(self) -> Fired | None:
        return first(self.weighed)

    @property
    def dispatches(self) -> tuple[Department, DutyItem] | None:
        """To whom, and under which matter; None when it stays with the dispatcher."""
        if self.fired is None or self.fired.lead is None:
            return None
        item = self.items[self.fired.matter]
        return next(owner for owner in item.owners.all() if owner.code == self.fired.lead), item

    @property
    def name(self) -> str:
        """By which rule the system acts, as the ledger keeps it."""
        if self.fired is None or self.fired.is_built_in or self.rule_set is None:
            return ONE_OWNER
        return f"派单规则 {self.fired.position}（版本 {self.rule_set.version}）"

    def as_record(self) -> dict[str, Any]:
        """Which rule decided, for the body of the event: version (0 before the first), place and sentence."""
        if self.fired is None:
            return {}
        if self.fired.is_built_in or self.rule_set is None:
            with translation.override(LEDGER_LANGUAGE):
                sentence = str(BUILT_IN_SENTENCE)
        else:
            sentence = self.rule_set.rules[self.fired.position - 1]["sentence"]
        version = (self.rule_set.version or 0) if self.rule_set else 0
        return {
            "version": version,
            "position": self.fired.position,
            "key": self.fired.key,
            "sentence": sentence,
            "built_in": self.fired.is_built_in,
        }

    def keep_for(self, case: Case) -> None:
        """It is on record which rule dispatched this demand. One statement."""
        if self.fired is not None:
            DispatchedByRule.objects.create(
                case=case, rule_set=self.rule_set, key=self.fired.key, position=self.fired.position
            )


def decision_for(case: Case) -> Decision:
    """What the rules in force say of an accepted demand. One statement, and two when a matter is concerned."""
    rule_set = in_force()
    rules, facts = rules_of(rule_set), facts_of(case)
    items = matters_in_force([facts.matter, *(rule.matter for rule in rules)])
    return Decision(weigh(rules, facts, as_rules_see(items)), rule_set, items)


@dataclass(frozen=True)
class Suggestion:
    """A department that could be the lead, and what speaks for it; `position` is None for the duty list alone."""

    department: Department
    matter: str
    position: int | None


def suggestions_for(case: Case) -> list[Suggestion]:
    """The departments a dispatcher should look at first: those of rules that fit, then the owners of the matter.

    Not among them is a department that sent this very demand back and was right.
    """
    decision = decision_for(case)
    found: dict[str, Suggestion] = {}
    returned = Return.objects.filter(case=case, verdict=ReturnVerdict.UPHELD)
    gone = set(returned.values_list("department__code", flat=True))
    for one in decision.weighed:
        if one.matter and one.fits:
            owners = {owner.code: owner for owner in decision.items[one.matter].owners.all()}
            codes = (one.fired.lead,) if one.fired and one.fired.lead else one.owners
            position = None if one.key == BUILT_IN else one.position
            for code in codes:
                found.setdefault(code, Suggestion(owners[code], decision.items[one.matter].matter, position))
    return [suggestion for code, suggestion in found.items() if code not in gone]
