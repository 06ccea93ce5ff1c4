"""The two boxes of a demand's page in which one writes: the internal note, which is open, and the public reply."""

from collections.abc import Collection
from typing import Any

from cases.demands.forms import FORMS
from cases.demands.models import Case
from cases.demands.views.words import case_address
from workflow.actor import Actor
from workflow.specs import specs
from workflow.views.once import random_key

BOXES = ("note_internal", "reply_public")  # internal first: it is the default


def boxes(case: Case, actor: Actor, possible: Collection[str]) -> list[dict[str, Any]]:
    """The boxes this person may write in now, each with its form; the first stands open."""
    return [
        {
            "internal": specs(Case)[name].internal,
            "label": specs(Case)[name].label,
            "icon": "lock" if specs(Case)[name].internal else "chat",
            "url": case_address(case.public_id, "act", name),
            "field": FORMS[name](case=case, actor=actor, auto_id=f"{name}_%s")["text"],
            "key": random_key(),
        }
        for name in BOXES
        if name in possible
    ]
