"""The daily seal: one hash that holds what the ledger was, kept in the database and in a file outside it.

A chain shows that nobody changed a part of it. It does not show that the owner of the database computed a whole chain
anew or removed a subject with all its events; a seal that lies elsewhere does (docs/how-to/check-the-ledger.md).
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from foundation.canonical import canonical, sha256
from foundation.errors import WrongMoment
from workflow.calendar import ZONE
from workflow.chain import utc_text
from workflow.merkle import MerkleTree
from workflow.models import Event, Seal, Tombstone
from workflow.seal_file import write_missing_lines

FORMAT = 1
WAIT = 60.0  # seconds that sealing waits for writers that began before it
POLL = 0.05  # seconds between two looks at them

OnSealed = Callable[[Seal], None]
# Called with every new seal inside its transaction. They only insert rows of their own, such as a mail to the auditor.
on_sealed: list[OnSealed] = []


class Boundary(NamedTuple):
    """The greatest ids of an event and of a tombstone that a seal covers."""

    event: int
    tombstone: int


NOTHING = Boundary(-(2**63), -(2**63))  # before the first: no id is too small to be covered


# --- what is hashed -------------------------------------------------------------------------------------------------


def document(seal: Seal) -> dict[str, Any]:
    """What the hash of a seal covers, in format v1."""
    return {
        "v": seal.v,
        "number": seal.number,
        "day": seal.day.isoformat(),
        "at": utc_text(seal.at),
        "previous": seal.previous,
        "last_event": seal.last_event,
        "events": seal.events,
        "heads": seal.heads,
        "heads_root": seal.heads_root,
        "last_tombstone": seal.last_tombstone,
        "tombstones": seal.tombstones,
        "tombstones_root": seal.tombstones_root,
    }


def line(seal: Seal) -> str:
    """The seal as the file keeps it: one line of canonical JSON with its hash, without the end of the line."""
    return canonical({**document(seal), "hash": seal.digest})


class Content(NamedTuple):
    """What lies between two boundaries: counts and Merkle roots, in the words of a seal's document."""

    events: int
    heads: int
    heads_root: str
    tombstones: int
    tombstones_root: str


def content(after: Boundary, last: Boundary, *, using: str) -> Content:
    """The ledger between two boundaries as it is now, read in constant memory."""
    heads, tombstones = MerkleTree(), MerkleTree()
    for leaf in heads_between(after.event, last.event, using):
        heads.add(leaf)
    for leaf in _tombstones(after.tombstone, last.tombstone, using):
        tombstones.add(leaf)
    events = Event.objects.using(using).filter(pk__gt=after.event, pk__lte=last.event).count()
    return Content(events, heads.leaves, heads.root(), tombstones.leaves, tombstones.root())


def heads_between(after: int, last: int, using: str) -> Iterator[str]:
    """A leaf for the head, at that time, of every subject that an event in (after, last] belongs to; by event id."""
    event = Event._meta.db_table
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(
            f'select e.subject_kind, e.subject_id, e.seq, e.digest from "{event}" e left join "{event}" following '
            "on following.subject_kind = e.subject_kind and following.subject_id = e.subject_id "
            "and following.seq = e.seq + 1 and following.id <= %s "
            "where e.id > %s and e.id <= %s and following.id is null order by e.id",
            [last, after, last],
        )
        while rows := cursor.fetchmany(2000):
            for kind, pk, seq, digest in rows:
                yield canonical({"subject": f"{kind}:{pk}", "seq": seq, "digest": digest})


def _tombstones(after: int, last: int, using: str) -> Iterator[str]:
    """A leaf for every tombstone with an id in (after, last], by id."""
    rows = Tombstone.objects.using(using).filter(pk__gt=after, pk__lte=last).order_by("pk").select_related("event")
    for row in rows.iterator():
        yield canonical(
            {
                "subject": row.event.subject_key,
                "seq": row.event.seq,
                "body_sha256": row.body_sha256,
                "at": utc_text(row.at),
                "reason": row.reason,
                "by": row.by,
                "by_user_id": row.by_user_id,
                "second": row.second,
                "second_user_id": row.second_user_id,
            }
        )


# --- sealing --------------------------------------------------------------------------------------------------------


def seal_ledger(*, now: datetime) -> Seal | None:
    """Today's seal, over all that was written since the one before; None if today has one already.

    Days are those of the calendar's zone. After days without the program the next seal covers the whole gap. The seal
    is written first, then its line appended to the file of the setting SEALS_FILE, with every line that an earlier
    crash left out. Raises WrongMoment when a transaction that writes events does not end within a minute; nothing is
    sealed then. Raises SealFileContradicts, after sealing, when the file says otherwise than the database.
    """
    using = router.db_for_write(Seal)
    day = now.astimezone(ZONE).date()
    previous = Seal.objects.using(using).order_by("-number").first()
    seal = None
    if previous is None or previous.day < day:
        seal = _written_once(_next(previous, now, using), using)
    transaction.on_commit(partial(complete_file, using=using), using=using)
    return seal


def _next(previous: Seal | None, now: datetime, using: str) -> Seal:
    """The seal that follows, not yet written; computed outside a transaction, for on SQLite there is one at a time."""
    after = Boundary(previous.last_event, previous.last_tombstone) if previous else NOTHING
    last = settled(connections[using], after)
    found = content(after, last, using=using)
    seal = Seal(
        number=previous.number + 1 if previous else 1,
        v=FORMAT,
        day=now.astimezone(ZONE).date(),
        at=now,
        previous=previous.digest if previous else "",
        last_event=last.event,
        last_tombstone=last.tombstone,
        **found._asdict(),
    )
    seal.digest = sha256(canonical(document(seal)))
    return seal


def _written_once(seal: Seal, using: str) -> Seal | None:
    """The seal after it was written; None if another process was first."""
    with transaction.atomic(using=using):
        try:
            with transaction.atomic(using=using):
                seal.save(using=using)
        except IntegrityError:
            if not Seal.objects.using(using).filter(number__gte=seal.number).exists():
                raise
            return None
        for hook in on_sealed:
            hook(seal)
    return seal


def complete_file(*, using: str) -> int:
    """Append to the file what it lacks of the seals in the database; see write_missing_lines()."""
    seals = Seal.objects.using(using).order_by("number")
    return write_missing_lines(Path(settings.SEALS_FILE), lambda: [line(seal) for seal in seals.all()])


def settled(connection: BaseDatabaseWrapper, after: Boundary = NOTHING) -> Boundary:
    """The newest ids, once no smaller id can come any more.

    SQLite lets one transaction write at a time, so ids come in order. On PostgreSQL a transaction may still hold a
    smaller id than one already to be seen. It holds the table's lock for writing as long, from before it drew the id:
    whoever has that lock now is waited for. This needs no lock and no right of its own and stops no writer.
    """
    last = Boundary(max(_newest(Event, connection), after.event), max(_newest(Tombstone, connection), after.tombstone))
    if connection.vendor == "postgresql":
        _wait_for(_writers(connection), connection)
    return last


def _newest(model: type[Event] | type[Tombstone], connection: BaseDatabaseWrapper) -> int:
    newest: int | None = model.objects.using(connection.alias).aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _wait_for(writers: set[str], connection: BaseDatabaseWrapper) -> None:
    deadline = time.monotonic() + WAIT
    while writers:
        if time.monotonic() > deadline:
            raise WrongMoment(_("有一项写入迟迟没有结束，台账这次没有封存；稍后会再试"))
        time.sleep(POLL)
        writers &= _writers(connection)


def _writers(connection: BaseDatabaseWrapper) -> set[str]:
    """The other transactions that may have written events or tombstones and have not ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select virtualtransaction from pg_locks where locktype = 'relation' and granted "
            "and mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') "
            "and database = (select oid from pg_database where datname = current_database()) "
            "and relation in (%s::regclass, %s::regclass) and pid is distinct from pg_backend_pid()",
            [f'"{model._meta.db_table}"' for model in (Event, Tombstone)],
        )
        return {name for (name,) in cursor.fetchall()}
