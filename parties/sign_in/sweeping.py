"""What signing in leaves behind goes when it is over; the record stays."""

from datetime import datetime

from parties.sign_in import limits, sessions
from parties.sign_in.tables import CacheEntry


def sweep(now: datetime) -> str:
    """Job of the tick: counts of limits, the shared cache and sessions, as far as they are over."""
    counts, ended = limits.forget_old(now), sessions.forget_old(now)
    cached = CacheEntry.objects.filter(expires__lte=now).delete()[0]
    return f"counts {counts}, cached {cached}, sessions {ended}"
