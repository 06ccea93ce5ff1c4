"""Rules of dispatch in words: “若类别为用电用能且旗区为东胜区 → 市能源局”."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cases.demands.dispatching.rules import BUILT_IN, Effect, Rule, Why
from cases.demands.enums import Klass
from cases.demands.models import Category, DutyItem
from parties.models import Department, District

BUILT_IN_SENTENCE = gettext_lazy("若所选职责事项只有一个责任部门 → 该部门")


@dataclass(frozen=True)
class Names:
    """What the codes in rules are called."""

    categories: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    matters: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)


def names_for(*lists: Iterable[Rule]) -> Names:
    """The names of all that these rules speak of; four statements, fewer when a kind of thing is not among them."""
    rules = [rule for one in lists for rule in one]
    return Names(
        categories={
            code: pgettext("诉求类别", name)
            for code, name in _looked_up(Category, "code", (c for rule in rules for c in rule.categories))
        },
        districts=dict(_looked_up(District, "code", (c for rule in rules for c in rule.districts))),
        matters=_matters({c for rule in rules for c in (*rule.matters, rule.matter) if c}),
        departments=dict(_looked_up(Department, "code", (rule.lead for rule in rules if rule.lead))),
    )


def _looked_up(model: Any, key: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    wanted = sorted(set(codes))
    return list(model.objects.filter(**{f"{key}__in": wanted}).order_by().values_list(key, "name")) if wanted else []


def _matters(codes: set[str]) -> dict[str, str]:
    """By the newest version of each: a matter that was retired still has its name."""
    if not codes:
        return {}
    rows = DutyItem.objects.filter(code__in=sorted(codes)).order_by("version").values_list("code", "matter")
    return dict(rows)


def sentence(rule: Rule, names: Names) -> str:
    """The whole rule in one line, in the reader's language."""
    return _("%(conditions)s → %(effect)s") % {
        "conditions": conditions(rule, names),
        "effect": effect(rule, names),
    }


def conditions(rule: Rule, names: Names) -> str:
    """“若类别为用电用能且旗区为东胜区”; a rule without conditions holds for every demand."""
    either = _or_words
    parts = [
        _("类别为%(names)s") % {"names": either(rule.categories, names.categories)} if rule.categories else "",
        _("旗区为%(names)s") % {"names": either(rule.districts, names.districts)} if rule.districts else "",
        _("档次为%(names)s") % {"names": either(rule.klasses, _klasses())} if rule.klasses else "",
        "" if rule.urgent is None else _("为紧急件") if rule.urgent else _("不是紧急件"),
        _("职责事项为%(names)s") % {"names": either(rule.matters, names.matters)} if rule.matters else "",
        _("标题或正文含%(names)s") % {"names": either(rule.words, {}, _quoted)} if rule.words else "",
    ]
    held = _("且").join(part for part in parts if part)
    return _("若%(conditions)s") % {"conditions": held} if held else _("所有诉求")


def effect(rule: Rule, names: Names) -> str:
    """“市能源局（职责事项：电力接入协调）”."""
    if rule.effect == Effect.LEAVE:
        return _("留给派单员")
    lead = names.departments.get(rule.lead, rule.lead) if rule.lead else _("唯一责任部门")
    if not rule.matter:
        return lead
    return _("%(lead)s（职责事项：%(matter)s）") % {
        "lead": lead,
        "matter": names.matters.get(rule.matter, rule.matter),
    }


def _klasses() -> dict[str, str]:
    return {klass.value: str(klass.label) for klass in Klass}


def _quoted(word: str) -> str:
    return _("“%(word)s”") % {"word": word}


def _or_words(codes: Sequence[str], names: Mapping[str, str], say: Callable[[str], str] = str) -> str:
    return _("或").join(say(names.get(code, code)) for code in codes)


def rule_name(position: int, key: str) -> str:
    """“规则 3”, or what the last rule is called."""
    return _("内置规则：单一责任部门") if key == BUILT_IN else _("规则 %(n)s") % {"n": position}


def why_words(code: str) -> str:
    """Why a rule was passed over; what a later version of the product no longer knows stays as it is."""
    return str(Why(code).label) if code in Why.values else code


@dataclass(frozen=True)
class Difference:
    """One line of what a version changed."""

    what: str  # added, removed, changed, moved
    position: int
    before: str
    after: str


def differences(before: Sequence[Rule], after: Sequence[Rule], names: Names) -> list[Difference]:
    """Rule by rule, told apart by their roots: gone, new, said otherwise, or in another place among those that stay."""
    old = {rule.root: (n, rule) for n, rule in enumerate(before, start=1)}
    new = {rule.root for rule in after}
    kept = [rule.root for rule in before if rule.root in new]
    order = SequenceMatcher(None, kept, [rule.root for rule in after if rule.root in old], autojunk=False)
    in_place = {root for block in order.get_matching_blocks() for root in kept[block.a : block.a + block.size]}
    found = [
        Difference("removed", n, sentence(rule, names), "") for n, rule in enumerate(before, 1) if rule.root not in new
    ]
    for n, rule in enumerate(after, start=1):
        text = sentence(rule, names)
        if rule.root not in old:
            found.append(Difference("added", n, "", text))
            continue
        was, other = old[rule.root]
        if not other.says_the_same(rule):
            found.append(Difference("changed", n, sentence(other, names), text))
        elif rule.root not in in_place:
            found.append(Difference("moved", n, _("第 %(n)s 条") % {"n": was}, text))
    return found
