"""The draft of the rules of dispatch: begun, changed rule by rule, and adopted after its rehearsal.

There is one draft at a time, and every change says which revision the person had before their eyes: of two who change
it at once the second is told and looks again. An adopted version is never edited.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from cases.demands.adoption import for_administrators, post_text
from cases.demands.dispatching.book import in_force, matters_in_force, rules_of
from cases.demands.dispatching.rules import Effect, Rule
from cases.demands.dispatching.words import names_for, sentence
from cases.demands.enums import Klass
from cases.demands.models import Category, DispatchRuleSet, RuleSetState
from foundation.errors import Changed, NotVisible, Refused, WrongMoment
from foundation.models import Job, JobState
from parties.models import Department, District, Enterprise
from workflow.actor import Actor
from workflow.door import LEDGER_LANGUAGE

MOST_RULES = 50
MOST_WORDS = 20
SHORTEST_WORD, LONGEST_WORD = 2, 20
LONGEST_SOURCE = 1000
NAME_LIKE = 4  # characters; a shorter word in a firm's name is any word


def current_draft(by: Actor) -> DispatchRuleSet | None:
    """The draft with its job; None when there is none. Raises NotYours."""
    for_administrators(by)
    return DispatchRuleSet.objects.filter(state=RuleSetState.DRAFT).select_related("job").first()


def the_draft(by: Actor) -> DispatchRuleSet:
    """The draft with its job. Raises NotYours and NotVisible."""
    draft = current_draft(by)
    if draft is None:
        raise NotVisible(_("现在没有派单规则草案"))
    return draft


def begin_draft(*, by: Actor) -> DispatchRuleSet:
    """There is a draft: the one that was there, or a new one with the rules in force. Raises NotYours."""
    draft = current_draft(by)
    if draft is not None:
        return draft
    base = in_force()
    try:
        with transaction.atomic():
            return DispatchRuleSet.objects.create(
                base=base.version or 0 if base else 0,
                rules=[rule.as_json() for rule in rules_of(base)],
                author_id=by.user_id,
                created_at=by.now,
                changed_at=by.now,
                changed_as=post_text(by),
            )
    except IntegrityError:  # somebody began it at the same moment
        return the_draft(by)


def save_rule(rule: Rule, *, position: int | None, seen: int, by: Actor) -> DispatchRuleSet:
    """The draft has this rule, last or instead of the one in this place (from 1).

    `seen` is the revision the person saw. Raises NotYours, NotVisible, Changed and Refused.
    """
    for_administrators(by)
    check_rule(rule)
    with transaction.atomic():
        draft = _held(seen, by)
        rules = rules_of(draft)
        if position is None:
            if len(rules) >= MOST_RULES:
                raise Refused("", _("最多 %(n)s 条规则") % {"n": MOST_RULES})
            rules.append(replace(rule, key=f"{secrets.token_hex(4)}.1"))
        else:
            old = rules[_place(position, rules) - 1]
            root, _dot, times = old.key.partition(".")
            rules[position - 1] = old if old.says_the_same(rule) else replace(rule, key=f"{root}.{int(times) + 1}")
        return _changed(draft, rules, by)


def remove_rule(position: int, *, seen: int, by: Actor) -> DispatchRuleSet:
    """The draft is without the rule in this place. Raises as `save_rule`."""
    for_administrators(by)
    with transaction.atomic():
        draft = _held(seen, by)
        rules = rules_of(draft)
        del rules[_place(position, rules) - 1]
        return _changed(draft, rules, by)


def shift_rule(position: int, *, up: bool, seen: int, by: Actor) -> DispatchRuleSet:
    """The rule in this place stands one place higher or lower; the first and the last stay. Raises as `save_rule`."""
    for_administrators(by)
    with transaction.atomic():
        draft = _held(seen, by)
        rules = rules_of(draft)
        here = _place(position, rules) - 1
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rules):
            return draft
        rules[here], rules[there] = rules[there], rules[here]
        return _changed(draft, rules, by)


def drop_draft(*, seen: int, by: Actor) -> None:
    """Nothing comes of the draft; it stays on record. Raises as `save_rule`."""
    for_administrators(by)
    with transaction.atomic():
        draft = _held(seen, by)
        draft.state = RuleSetState.DROPPED
        draft.save(update_fields=["state"])


def adopt_draft(*, source: str, result_seen: bool, seen: int, by: Actor) -> DispatchRuleSet:
    """The draft is the version in force: whatever is accepted from now on is dispatched by it.

    Only after a rehearsal of just these rules, which the person has looked at. Raises NotYours, NotVisible, Changed,
    WrongMoment and Refused.
    """
    for_administrators(by)
    with transaction.atomic():
        draft = _held(seen, by)
        newest = in_force()
        if (newest.version if newest else 0) != draft.base:
            raise Changed(_("草案开始以后又启用了新的一版，请放弃草案，从现行版本重新改"))
        if draft.result is None:
            raise WrongMoment(_("最后一次修改以后还没有预演，预演完成后才能启用"))
        if not result_seen:
            raise Refused("result_seen", _("请先看预演结果，再勾选"))
        if not source.strip():
            raise Refused("source", _("请写明依据"))
        draft.state, draft.version = RuleSetState.ADOPTED, draft.base + 1
        draft.rules = _with_sentences(rules_of(draft))
        draft.source, draft.adopted_by_id = source.strip(), by.user_id
        draft.adopted_as, draft.adopted_at = post_text(by), by.now
        draft.save()
        return draft


def is_under_way(job: Job | None, now: datetime) -> bool:
    """Whether a rehearsal waits or runs."""
    return job is not None and job.state in (JobState.WAITING, JobState.RUNNING) and not job.is_stuck(now)


def _held(seen: int, by: Actor) -> DispatchRuleSet:
    """The draft, locked, if it is as the person saw it."""
    draft = DispatchRuleSet.objects.select_for_update(of=("self",)).filter(state=RuleSetState.DRAFT).first()
    if draft is None:
        raise NotVisible(_("现在没有派单规则草案"))
    if draft.revision != seen:
        raise Changed(_("草案刚刚由 %(who)s 改过。请看过再改。") % {"who": draft.changed_as})
    return draft


def _place(position: int, rules: Sequence[Rule]) -> int:
    if not 1 <= position <= len(rules):
        raise NotVisible(_("没有这一条规则"))
    return position


def _changed(draft: DispatchRuleSet, rules: Sequence[Rule], by: Actor) -> DispatchRuleSet:
    """Kept, and no longer rehearsed."""
    draft.rules = [rule.as_json() for rule in rules]
    draft.revision += 1
    draft.changed_at, draft.changed_as = by.now, post_text(by)
    draft.job, draft.result = None, None
    draft.save(update_fields=["rules", "revision", "changed_at", "changed_as", "job", "result"])
    return draft


def _with_sentences(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """The rules with the sentence that events will quote, as things are called today."""
    with translation.override(LEDGER_LANGUAGE):
        names = names_for(rules)
        return [{**rule.as_json(), "sentence": sentence(rule, names)} for rule in rules]


# --- is this rule acceptable ---


def check_rule(rule: Rule) -> None:
    """Raise Refused for the first thing that no rule may say; seven statements at most."""
    _check_codes(rule)
    _check_words(rule.words)
    if rule.effect not in Effect.values:
        raise Refused("effect", _("请选择怎么处理"))
    if rule.effect == Effect.LEAVE:
        if rule.matter or rule.lead:
            raise Refused("effect", _("留给派单员的规则不写事项和部门"))
        return
    if not (rule.matter or rule.lead):
        raise Refused("matter", _("请写明派到哪个部门，或者按哪一职责事项派单"))
    _check_effect(rule)


def _check_codes(rule: Rule) -> None:
    known = (
        ("categories", rule.categories, Category.objects.filter(code__in=rule.categories)),
        ("districts", rule.districts, District.objects.filter(code__in=rule.districts)),
    )
    for field, codes, rows in known:
        if codes and rows.count() != len(set(codes)):
            raise Refused(field, _("有不认识的选项"))
    if not set(rule.klasses) <= set(Klass.values):
        raise Refused("klasses", _("有不认识的选项"))
    if rule.matters and len(matters_in_force(rule.matters)) != len(set(rule.matters)):
        raise Refused("matters", _("有事项已不在职责清单中"))


def _check_words(words: Sequence[str]) -> None:
    if len(words) > MOST_WORDS:
        raise Refused("words", _("最多 %(n)s 个词语") % {"n": MOST_WORDS})
    for word in words:
        if not SHORTEST_WORD <= len(word) <= LONGEST_WORD:
            raise Refused(
                "words", _("每个词语 %(least)s 到 %(most)s 个字") % {"least": SHORTEST_WORD, "most": LONGEST_WORD}
            )
    # A rehearsal counts what a word is found in: whoever sees no demand must not learn so what a firm has asked.
    named = Q(name__in=words) | Q(short_name__in=words) | Q(credit_code__in=words)
    for word in words:
        if len(word) >= NAME_LIKE:
            named |= Q(name__icontains=word)
    if words and Enterprise.objects.filter(named).exists():
        raise Refused("words", _("规则里不能写企业名称"))


def _check_effect(rule: Rule) -> None:
    department = Department.objects.filter(code=rule.lead).first() if rule.lead else None
    if rule.lead and (department is None or not department.active):
        raise Refused("lead", _("这个部门已停用"))
    if not rule.matter:
        return
    item = matters_in_force([rule.matter]).get(rule.matter)
    if item is None:
        raise Refused("matter", _("这一事项已不在职责清单中"))
    if rule.categories and item.category_id not in rule.categories:
        raise Refused("matter", _("这一事项不属于所选类别"))
    owners = {owner.code for owner in item.owners.all() if owner.active}
    if rule.lead and rule.lead not in owners:
        raise Refused("lead", _("职责清单里，这件事不归所选部门"))
    if not rule.lead and len(owners) != 1:
        raise Refused("lead", _("这一事项有几个责任部门，请指定主办"))
