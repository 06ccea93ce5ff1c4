"""How often an account, an organisation and an address may do something; counted in a table that all processes share.

Fixed spans of time: at a border between two of them twice the number can pass. Django's cache is not used for
counting: `incr` of its database backend reads, adds and writes in three steps and loses counts between processes.
"""

import math
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from parties.models import Membership
from parties.sign_in.addresses import line_of
from parties.sign_in.tables import RateCount

SIGN_IN, CODE, PASSWORD, WRITE, VERIFY = "sign_in", "code", "password", "write", "verify"


def take(action: str, *, now: datetime, **whose: object) -> int:
    """Counts one `action` of `account`, `firm` and `address`; seconds to wait, 0 while nobody is over the limit.

    One statement, and none for what the settings do not limit or whoever is None. The rows are written in the order
    of their keys, so that two processes never wait for each other.
    """
    most: dict[str, int] = {}
    ends: dict[str, datetime] = {}
    for scope, (number, seconds) in settings.RATE_LIMITS.get(action, {}).items():
        if whose.get(scope) is None:
            continue
        who = line_of(str(whose[scope])) if scope == "address" else str(whose[scope])
        span = int(now.timestamp()) // seconds
        key = f"{action}:{scope}:{who}:{seconds}:{span}"
        most[key], ends[key] = number, datetime.fromtimestamp((span + 1) * seconds, UTC)
    if not most:
        return 0
    over = [ends[key] for key, hits in _counted(ends) if hits > most[key]]
    return math.ceil((max(over) - now) / timedelta(seconds=1)) if over else 0


def _counted(ends: dict[str, datetime]) -> list[tuple[str, int]]:
    """One more for every key, and how many there are now."""
    table = RateCount._meta.db_table
    values, given = [], list[str | datetime | None]()
    for key in sorted(ends):
        values.append("(%s, 1, %s)")
        given += [key, connection.ops.adapt_datetimefield_value(ends[key])]
    with connection.cursor() as cursor:
        cursor.execute(
            f'insert into "{table}" ("key", "hits", "until") values {", ".join(values)} '  # noqa: S608 -- our own name
            f'on conflict ("key") do update set "hits" = "{table}"."hits" + 1 returning "key", "hits"',
            given,
        )
        return cursor.fetchall()


def firm_of(username: str, *, now: datetime) -> int | None:
    """The organisation whose sign-ins this account is counted with: of its first post in force; one statement."""
    posts = Membership.objects.in_force(timezone.localdate(now)).filter(user__username=username).order_by("pk")
    return posts.values_list("organisation_id", flat=True).first()


def sentence(wait: int) -> str:
    """What somebody over a limit reads."""
    minutes = max(1, math.ceil(wait / 60))
    return ngettext(
        "操作过于频繁，请约 %(number)s 分钟后再试。", "操作过于频繁，请约 %(number)s 分钟后再试。", minutes
    ) % {"number": minutes}


def forget_old(now: datetime) -> int:
    """Counts of spans that are over are gone; nobody waits for these rows any more. How many they were."""
    return RateCount.objects.filter(until__lte=now).delete()[0]
