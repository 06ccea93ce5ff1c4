"""By which rule a demand came to its department, in words for its reader."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.timeline import Line


def dispatched_by(lines: Iterable[Line], actor: Actor) -> list[tuple[str, str]]:
    """What the last dispatch went by, as (label, words); nothing when a person decided. `lines` newest first.

    A firm reads that the duty list decided. Office and department read which rule in which version, as it was then.
    """
    last = next((line for line in lines if line.action == "dispatch"), None)
    rule = last.body.get("rule") if last else None
    if not rule:
        return []
    return [
        (_("派单依据"), _("系统按职责清单的派单规则自动派单") if actor.role in ENTERPRISE_ROLES else rule_words(rule))
    ]


def rule_words(rule: Mapping[str, Any]) -> str:
    """“规则 3（版本 2）：若类别为用电用能 → 市能源局”."""
    if rule["built_in"]:
        return _("内置规则：%(sentence)s") % {"sentence": rule["sentence"]}
    return _("规则 %(n)s（版本 %(version)s）：%(sentence)s") % {
        "n": rule["position"],
        "version": rule["version"],
        "sentence": rule["sentence"],
    }
