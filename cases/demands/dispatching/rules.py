"""Ordered rules of dispatch, weighed against the facts of a demand: the first that fits decides. Pure.

A rule never overrules the matter that intake chose, and never sends a demand to a department that does not own the
matter or is no longer active: such a rule is passed over and says so. After the last rule stands the built-in one: a
matter with exactly one active owner goes to that owner (case lifecycle, move 7).
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

BUILT_IN = "one-owner"  # the key of the last rule, which nobody writes


class Effect(TextChoices):
    DISPATCH = "DISPATCH", _("自动派单")
    LEAVE = "LEAVE", _("留给派单员")


class Why(TextChoices):
    """Why a rule did not dispatch: a condition that does not hold, or what forbids its effect."""

    CATEGORY = "CATEGORY", _("类别不符")
    DISTRICT = "DISTRICT", _("旗区不符")
    KLASS = "KLASS", _("档次不符")
    URGENT = "URGENT", _("紧急程度不符")
    MATTER = "MATTER", _("职责事项不符")
    WORDS = "WORDS", _("没有所列词语")
    NO_MATTER = "NO_MATTER", _("受理时没有选职责事项，规则也没有指定")
    OTHER_MATTER = "OTHER_MATTER", _("受理员选了另一事项")
    RETIRED = "RETIRED", _("事项已不在职责清单中")
    OTHER_CATEGORY = "OTHER_CATEGORY", _("事项不属于本件类别")
    SEVERAL_OWNERS = "SEVERAL_OWNERS", _("有几个责任部门，没有指定主办")
    NO_OWNER = "NO_OWNER", _("没有在用的责任部门")
    NOT_OWNER = "NOT_OWNER", _("所选部门不是这一事项的责任部门")
    INACTIVE = "INACTIVE", _("所选部门已停用")


# A condition does not hold, as opposed to a rule that fits and may not do what it says.
UNMET = frozenset({Why.CATEGORY, Why.DISTRICT, Why.KLASS, Why.URGENT, Why.MATTER, Why.WORDS})


@dataclass(frozen=True)
class Owner:
    """A department that owns a matter, by its code."""

    code: str
    active: bool = True


@dataclass(frozen=True)
class Matter:
    """One matter of the duty list in force, as far as rules ask."""

    code: str
    category: str
    owners: tuple[Owner, ...]


@dataclass(frozen=True)
class Facts:
    """What rules look at. `matter` is the code of the matter that intake chose, "" for none; `words` title and text."""

    category: str
    district: str
    klass: str
    urgent: bool
    matter: str
    words: str


@dataclass(frozen=True)
class Rule:
    """One rule. Empty conditions hold for every demand.

    `key` stays with it from version to version until it says something else: then the number after the dot is another
    and the root the same.
    """

    key: str
    categories: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    klasses: tuple[str, ...] = ()
    urgent: bool | None = None
    matters: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    effect: str = Effect.DISPATCH
    matter: str = ""  # under which matter; "" for the one that intake chose
    lead: str = ""  # to which department, by its code; "" for the only owner

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The rule that was kept as JSON."""
        many = {name: tuple(data.get(name, ())) for name in ("categories", "districts", "klasses", "matters", "words")}
        return cls(
            key=data["key"],
            urgent=data.get("urgent"),
            effect=data["effect"],
            matter=data.get("matter", ""),
            lead=data.get("lead", ""),
            **many,
        )

    @property
    def root(self) -> str:
        return self.key.partition(".")[0]

    def says_the_same(self, other: "Rule") -> bool:
        return replace(self, key=other.key) == other

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "categories": list(self.categories),
            "districts": list(self.districts),
            "klasses": list(self.klasses),
            "urgent": self.urgent,
            "matters": list(self.matters),
            "words": list(self.words),
            "effect": str(self.effect),
            "matter": self.matter,
            "lead": self.lead,
        }


@dataclass(frozen=True)
class Fired:
    """The rule that decided. `lead` is None when it leaves the demand to the dispatcher."""

    position: int  # from 1; the built-in rule comes after the last
    key: str
    matter: str = ""
    lead: str | None = None

    @property
    def is_built_in(self) -> bool:
        return self.key == BUILT_IN


@dataclass(frozen=True)
class Weighed:
    """What became of one rule. `owners` are the departments it could have meant when it fits but may not decide."""

    position: int
    key: str
    why: Why | None  # None: it decides
    fired: Fired | None = None
    matter: str = ""
    owners: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return self.why not in UNMET


def plain(text: str) -> str:
    """A text as words are looked for in it: wide and narrow letters, large and small ones are the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def weigh(rules: Sequence[Rule], facts: Facts, matters: Mapping[str, Matter]) -> tuple[Weighed, ...]:
    """Every rule in order with what becomes of it, the built-in one last. `matters` is the list in force, by code."""
    words = plain(facts.words)
    ordinary = (_weigh(n, rule, facts, words, matters) for n, rule in enumerate(rules, start=1))
    return (*ordinary, _settle(len(rules) + 1, BUILT_IN, facts, matters, facts.matter, ""))


def decide(rules: Sequence[Rule], facts: Facts, matters: Mapping[str, Matter]) -> Fired | None:
    """The first rule that decides; None when nobody but the dispatcher can."""
    return first(weigh(rules, facts, matters))


def first(weighed: Iterable[Weighed]) -> Fired | None:
    """The decision among rules that were weighed in their order."""
    return next((one.fired for one in weighed if one.fired is not None), None)


def _weigh(position: int, rule: Rule, facts: Facts, words: str, matters: Mapping[str, Matter]) -> Weighed:
    why = _unmet(rule, facts, words)
    if why is not None:
        return Weighed(position, rule.key, why)
    if rule.effect == Effect.LEAVE:
        return Weighed(position, rule.key, None, Fired(position, rule.key))
    if rule.matter and facts.matter and rule.matter != facts.matter:
        return Weighed(position, rule.key, Why.OTHER_MATTER)
    return _settle(position, rule.key, facts, matters, rule.matter or facts.matter, rule.lead)


def _unmet(rule: Rule, facts: Facts, words: str) -> Why | None:
    """The first condition that does not hold."""
    for why, wanted, is_so in (
        (Why.CATEGORY, rule.categories, facts.category in rule.categories),
        (Why.DISTRICT, rule.districts, facts.district in rule.districts),
        (Why.KLASS, rule.klasses, facts.klass in rule.klasses),
        (Why.URGENT, rule.urgent is not None, facts.urgent == rule.urgent),
        (Why.MATTER, rule.matters, facts.matter in rule.matters),
        (Why.WORDS, rule.words, any(plain(word) in words for word in rule.words)),
    ):
        if wanted and not is_so:
            return why
    return None


def _settle(position: int, key: str, facts: Facts, matters: Mapping[str, Matter], code: str, lead: str) -> Weighed:
    """Whether this matter can be dispatched to this department, or to its only owner when none is named."""
    matter = matters.get(code)
    if matter is None:
        return Weighed(position, key, Why.RETIRED if code else Why.NO_MATTER)
    owners = tuple(owner.code for owner in matter.owners if owner.active)
    why = _forbidden(matter, owners, facts, lead)
    if why is not None:
        return Weighed(position, key, why, matter=code, owners=owners)
    return Weighed(position, key, None, Fired(position, key, code, lead or owners[0]), code, owners)


def _forbidden(matter: Matter, owners: tuple[str, ...], facts: Facts, lead: str) -> Why | None:
    if matter.category != facts.category:
        return Why.OTHER_CATEGORY
    if not owners:
        return Why.NO_OWNER
    if lead and lead not in {owner.code for owner in matter.owners}:
        return Why.NOT_OWNER
    if lead and lead not in owners:
        return Why.INACTIVE
    return Why.SEVERAL_OWNERS if not lead and len(owners) > 1 else None
