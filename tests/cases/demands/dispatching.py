"""What tests of dispatch rules share: an administrator, rules as they write them, and versions adopted in few lines."""

from typing import Any

from cases.demands.dispatching.drafts import adopt_draft, begin_draft, current_draft, save_rule
from cases.demands.dispatching.rehearsal_job import rehearse_rules, start_rehearsal
from cases.demands.dispatching.rules import Rule
from cases.demands.models import DispatchRuleSet
from parties.models import Membership
from parties.roles import Role
from tests.factories import NOW, Town, actor
from workflow.actor import Actor


def administrator(town: Town) -> Membership:
    return town.at(town.city_office, Role.SYSTEM_ADMIN)


def admin(town: Town, now: Any = NOW) -> Actor:
    return actor(administrator(town), now)


def rule(**said: Any) -> Rule:
    """A rule without a key, as a form gives it."""
    return Rule(key="", **said)


def drafted(town: Town, *rules: Rule, now: Any = NOW) -> DispatchRuleSet:
    """The draft with these rules after those it began with."""
    draft = begin_draft(by=admin(town, now))
    for one in rules:
        draft = save_rule(one, position=None, seen=draft.revision, by=admin(town, now))
    return draft


def rehearsed(town: Town, *, now: Any = NOW) -> DispatchRuleSet:
    """The draft after its rehearsal, in this very process."""
    draft = current_draft(admin(town, now))
    assert draft is not None
    start_rehearsal(seen=draft.revision, by=admin(town, now))
    draft = current_draft(admin(town, now))
    assert draft is not None
    assert draft.job is not None
    rehearse_rules.func(str(draft.job.public_id))
    draft = current_draft(admin(town, now))
    assert draft is not None
    return draft


def adopted(town: Town, *rules: Rule, now: Any = NOW) -> DispatchRuleSet:
    """These rules in force, after those that were."""
    drafted(town, *rules, now=now)
    draft = rehearsed(town, now=now)
    return adopt_draft(source="市府办〔2026〕1号", result_seen=True, seen=draft.revision, by=admin(town, now))
