"""The versions by which clocks count: the policy in force, and any policy or calendar by its name.

A version is never changed, so a process keeps what it has read. Which versions there are is asked of the database at
most once in LOOKED_UP_EVERY seconds: a version adopted in another process counts here that much later. That changes
nothing afterwards, for every clock names the version it was started with.
"""

import time
from datetime import datetime

from foundation.models import Policy
from workflow.calendar import ZONE
from workflow.calendars import LOOKED_UP_EVERY, calendar_named

__all__ = ["CLOCK_POLICY", "calendar_named", "forget", "policy_in_force", "policy_named", "remember"]

CLOCK_POLICY = "clocks"

_known: dict[str, Policy] = {}
_newest_first: tuple[list[Policy], float] | None = None  # and the second of this process at which they were looked up


def policy_in_force(at: datetime) -> Policy:
    """The clock policy of the local day of a moment. Raises Policy.DoesNotExist for a day before the first version."""
    day = at.astimezone(ZONE).date()
    for policy in _versions():
        if policy.effective_from <= day:
            return policy
    raise Policy.DoesNotExist(f"no clock policy was in force on {day}")


def policy_named(label: str) -> Policy:
    """The policy version that events and clocks name, such as `clocks/1`. Raises Policy.DoesNotExist."""
    if label not in _known:
        kind, _slash, version = label.rpartition("/")
        _known[label] = Policy.objects.get(kind=kind, version=version)
    return _known[label]


def _versions() -> list[Policy]:
    """All versions of the clock policy, the one that prevails first."""
    now = time.monotonic()
    if _newest_first is None or now - _newest_first[1] >= LOOKED_UP_EVERY:
        found = Policy.objects.filter(kind=CLOCK_POLICY).order_by("-effective_from", "-version")
        return remember(list(found), at=now)
    return _newest_first[0]


def remember(newest_first: list[Policy], *, at: float) -> list[Policy]:
    """This process takes these as all the versions there are, looked up at the second `at` of its own clock."""
    global _newest_first
    _newest_first = (newest_first, at)
    _known.update({policy.label: policy for policy in newest_first})
    return newest_first


def forget() -> None:
    """The next reader of this process asks the database again: a version was adopted."""
    global _newest_first
    _known.clear()
    _newest_first = None
