"""The versions by which clocks count: the policy in force, and any policy or calendar by its name.

A version is never changed, so what a name stands for is kept in the process once it was read.
"""

from datetime import datetime
from functools import lru_cache

from foundation.models import Policy
from workflow.calendar import ZONE
from workflow.calendars import calendar_named

__all__ = ["CLOCK_POLICY", "calendar_named", "policy_in_force", "policy_named"]

CLOCK_POLICY = "clocks"


def policy_in_force(at: datetime) -> Policy:
    """The clock policy of the local day of a moment; one statement."""
    return Policy.objects.in_force(CLOCK_POLICY, at.astimezone(ZONE).date())


@lru_cache(maxsize=64)
def policy_named(label: str) -> Policy:
    """The policy version that events and clocks name, such as `clocks/1`. Raises Policy.DoesNotExist."""
    kind, _slash, version = label.rpartition("/")
    return Policy.objects.get(kind=kind, version=version)
