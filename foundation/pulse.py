"""Signs of life of what runs by itself: the worker, the tick, the replay of clocks, the seal.

Whoever does such work calls `beat` when it is done; probes (`foundation.health`) judge how old the last one is.
"""

from datetime import datetime

from django.db import connection

from foundation.models import Pulse

UPSERT = """
insert into foundation_pulse (name, at, ok, detail) values (%s, %s, %s, %s)
on conflict (name) do update set at = excluded.at, ok = excluded.ok, detail = excluded.detail
where excluded.at >= foundation_pulse.at
"""


def beat(name: str, *, at: datetime, ok: bool = True, detail: str = "") -> None:
    """The pulse `name` says `ok` and `detail` as of `at`; an older sign than the one that stands changes nothing.

    One statement on both engines, so that two processes need no lock. `detail` is a sentence for the administrator
    and is shown without signing in: no names, no numbers of cases, nothing that somebody has written.
    """
    moment = Pulse._meta.get_field("at").get_db_prep_save(at, connection)
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [name, moment, ok, detail])


def last(name: str) -> Pulse | None:
    """The pulse that stands under this name, or None when it has never beaten."""
    return Pulse.objects.filter(name=name).first()
