"""The rules of dispatch in force and their versions, for administrators and the platform offices: in words and figures.

Figures alone are shown of demands, so that an administrator may read them: rules, reasons and departments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.demands.adoption import may_adopt, may_read_rules
from cases.demands.dispatching.book import in_force, rules_of
from cases.demands.dispatching.drafts import current_draft
from cases.demands.dispatching.figures import share_words
from cases.demands.dispatching.hits import PERSON, SPAN, HitRate, hit_rates, overall
from cases.demands.dispatching.rules import BUILT_IN, Rule
from cases.demands.dispatching.words import BUILT_IN_SENTENCE, Names, differences, names_for, rule_name, sentence
from cases.demands.models import DispatchRuleSet, RuleSetState
from foundation.errors import NotVisible, NotYours
from foundation.keyset import keyset_page
from workflow.actor import Actor

PAGE = 20  # versions
LONGEST_VERSION = 6  # digits


def for_readers(by: Actor) -> None:
    """Raise NotYours for whoever does not work with these rules."""
    if not may_read_rules(by):
        raise NotYours(_("派单规则只对平台办公室和系统管理员开放"))


@dataclass(frozen=True)
class RuleLine:
    """One rule as its page shows it; `rate` is “12/15（80%）”, and a dash where nothing could be judged."""

    position: int
    name: str
    sentence: str
    rate: str
    built_in: bool = False


def lines(rules: Sequence[Rule], names: Names, rates: dict[str, HitRate] | None = None) -> list[RuleLine]:
    """The rules in order, the built-in one last and always there."""
    shown = [
        RuleLine(n, rule_name(n, rule.key), sentence(rule, names), _rate(rates, rule.key))
        for n, rule in enumerate(rules, start=1)
    ]
    last, rate = len(rules) + 1, _rate(rates, BUILT_IN)
    return [*shown, RuleLine(last, rule_name(last, BUILT_IN), str(BUILT_IN_SENTENCE), rate, built_in=True)]


def _rate(rates: dict[str, HitRate] | None, key: str) -> str:
    found = (rates or {}).get(key)
    return share_words(found.hits, found.judged) if found else share_words(0, 0)


def overview(request: HttpRequest) -> HttpResponse:
    """The rules in force in their order, and how often the first dispatch was right in the last 90 days."""
    actor = request.actor
    for_readers(actor)
    rule_set = in_force()
    rules = rules_of(rule_set)
    found = hit_rates(since=actor.now - SPAN, until=actor.now)
    rates = {rate.by: rate for rate in found}
    mine = {PERSON, BUILT_IN, *(rule.key for rule in rules)}
    earlier = overall(rate for rate in found if rate.by not in mine)
    whole = overall(found)
    return render(
        request,
        "demands/dispatch_rules.html",
        {
            "rule_set": rule_set,
            "lines": lines(rules, names_for(rules), rates),
            "persons": _rate(rates, PERSON),
            "earlier": share_words(earlier.hits, earlier.judged) if earlier.judged else "",
            "whole": share_words(whole.hits, whole.judged),
            "days": SPAN.days,
            "may_adopt": may_adopt(actor),
            "draft": current_draft(actor) if may_adopt(actor) else None,
        },
    )


def rule_versions(request: HttpRequest) -> HttpResponse:
    """Every version that was adopted, the newest first."""
    for_readers(request.actor)
    adopted = DispatchRuleSet.objects.filter(state=RuleSetState.ADOPTED).order_by("-version")
    page = keyset_page(adopted, after=request.GET.get("after", ""), size=PAGE)
    context = {"rows": page.rows, "next": page.next, "first": page.first}
    return render(request, "demands/dispatch_versions.html", context)


def rule_version(request: HttpRequest, version: str) -> HttpResponse:
    """One version in words, and what it changed against the one before."""
    for_readers(request.actor)
    rule_set = _version(version)
    before = DispatchRuleSet.objects.filter(version=(rule_set.version or 0) - 1).first()
    old, new = rules_of(before), rules_of(rule_set)
    names = names_for(old, new)
    context: dict[str, Any] = {
        "rule_set": rule_set,
        "lines": lines(new, names),
        "before": before,
        "changes": differences(old, new, names),
        "in_force": not DispatchRuleSet.objects.filter(version__gt=rule_set.version).exists(),
    }
    return render(request, "demands/dispatch_version.html", context)


def _version(text: str) -> DispatchRuleSet:
    found = None
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION:
        found = DispatchRuleSet.objects.filter(version=int(text)).first()
    if found is None:
        raise NotVisible(_("没有这一版派单规则"))
    return found
