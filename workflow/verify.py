"""Reading the whole ledger and verifying every chain of it, fast enough to be done every night.

The rows are read by SQL that hands over the times as text, because building dates would cost more than all hashes;
the text is turned into that of the digest without losing anything, or the event fails. Keys are divided among worker
processes, each with a connection of its own.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db import connections, router, transaction
from django.db.models import Max, Min
from django.utils.dateparse import parse_datetime

from workflow.chain import AS_AT, Fault, Flaw, Written, utc_text, verify_chain
from workflow.models import Event, EventBody, LedgerSubject, Tombstone
from workflow.processes import in_processes

BATCH = 500  # subjects read at a time
FETCH = 2000  # rows taken from the database at a time
FEW = 5000  # subjects that are read before another process would have started
SLICES = 16  # pieces of work for each process, so that none waits long for the last
FIRST, LAST = -(2**63), 2**63 - 1  # the range of a key


@dataclass(frozen=True)
class Checked:
    """What one step of verify_all() has been through."""

    subjects: int
    events: int
    faults: list[Fault]


class Slice(NamedTuple):
    """The subjects of one kind whose key is greater than `after` and at most `last`."""

    model: type[LedgerSubject]
    after: int
    last: int


def verify_all(
    subject_models: Iterable[type[LedgerSubject]], *, batch: int = BATCH, processes: int | None = None
) -> Iterator[Checked]:
    """Every chain of these kinds, `batch` subjects a step and in constant memory; at last the events of no known kind.

    `processes` None: one for each core, if there is enough work and no transaction is open whose rows other processes
    would not see. Moves may go on meanwhile: what looks wrong is read a second time with its subject locked, for an
    event may have been written between the reading of the head and the reading of the chain.
    """
    models = list(subject_models)
    using = router.db_for_read(Event)
    if processes is None:
        processes = 1 if connections[using].in_atomic_block or _few(models) else os.cpu_count() or 1
    if processes > 1:
        slices = [part for model in models for part in _slices(model, SLICES * processes)]
        yield from in_processes(partial(_verify_whole, batch=batch), slices, processes=processes, using=using)
    else:
        for model in models:
            yield from _verify_slice(Slice(model, FIRST, LAST), batch)
    yield from _strangers(models, using)


def _few(models: list[type[LedgerSubject]]) -> bool:
    """Whether all is verified before another process would have started."""
    return all(not model._base_manager.order_by()[FEW : FEW + 1].exists() for model in models)


def _slices(model: type[LedgerSubject], pieces: int) -> list[Slice]:
    """The keys of a kind in so many stretches of equal width, the outermost without end."""
    keys = model._base_manager.aggregate(first=Min("pk"), last=Max("pk"))
    first, width = (keys["first"], keys["last"] - keys["first"]) if keys["last"] is not None else (0, 0)
    cuts = [first + width * n // pieces for n in range(1, pieces)]
    return [Slice(model, *ends) for ends in zip([FIRST, *cuts], [*cuts, LAST], strict=True)]


def _verify_whole(part: Slice, *, batch: int) -> Checked:
    """One slice as one step."""
    steps = list(_verify_slice(part, batch))
    return Checked(
        sum(step.subjects for step in steps),
        sum(step.events for step in steps),
        [fault for step in steps for fault in step.faults],
    )


def _strangers(models: list[type[LedgerSubject]], using: str) -> Iterator[Checked]:
    """A fault for every subject of a kind that nobody knows. The index is leapt through from kind to kind."""
    event = Event._meta.db_table
    known = {model.ledger_kind for model in models}
    with connections[using].cursor() as cursor:
        cursor.execute(
            f'with recursive kinds(kind) as (select min(subject_kind) from "{event}" union all '
            f'select (select min(subject_kind) from "{event}" where subject_kind > kind) from kinds '
            "where kind is not null) select kind from kinds where kind is not null"
        )
        unknown = [kind for (kind,) in cursor.fetchall() if kind not in known]
    rows = Event.objects.filter(subject_kind__in=unknown).values_list("subject_kind", "subject_id").distinct()
    for kind, pk in rows if unknown else ():
        yield Checked(0, 0, [Fault(f"{kind}:{pk}", 0, Flaw.NO_SUBJECT)])


def _verify_slice(part: Slice, batch: int) -> Iterator[Checked]:
    after: int | None = part.after
    with _no_parallel_queries():
        while after is not None:
            after, checked = _verify_batch(part._replace(after=after), batch)
            yield checked


@contextmanager
def _no_parallel_queries() -> Iterator[None]:
    """PostgreSQL would start helpers for every batch, which takes longer than what they are started for."""
    connection = connections[router.db_for_read(Event)]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("set max_parallel_workers_per_gather = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("reset max_parallel_workers_per_gather")


def _verify_batch(part: Slice, batch: int) -> tuple[int | None, Checked]:
    """Check the next subjects by key and every event of that stretch of keys, those without a subject too.

    Returns the last key of the batch, None when it was the last batch, and what was found.
    """
    model, after, last = part
    kind = model.ledger_kind
    found = model._base_manager.filter(pk__gt=after, pk__lte=last).order_by("pk")
    heads = {pk: (head_seq, head_hash) for pk, head_seq, head_hash in found.values_list(*HEAD)[:batch]}
    more = len(heads) == batch
    if more:
        last = max(heads)
    unseen = {pk for pk, (head_seq, _hash) in heads.items() if head_seq}
    suspects = []
    count = 0
    for pk, chain in groupby(_written(kind, after, last), key=itemgetter(1)):
        unseen.discard(pk)
        head_seq, head_hash = heads.get(pk, (0, ""))
        events = list(chain)
        count += len(events)
        if verify_chain(events, subject=f"{kind}:{pk}", head_seq=head_seq, head_hash=head_hash):
            suspects.append(pk)
    faults = [fault for pk in sorted({*suspects, *unseen}) for fault in _verify_locked(model, pk)]
    return last if more and last < part.last else None, Checked(len(heads), count, faults)


HEAD = ("pk", "head_seq", "head_hash")


def _verify_locked(model: type[LedgerSubject], pk: int) -> list[Fault]:
    """The flaws of one chain while nobody can add to it, however its times are written."""
    subject = f"{model.ledger_kind}:{pk}"
    with transaction.atomic():
        head = model._base_manager.select_for_update().filter(pk=pk).values_list(*HEAD).first()
        events = map(_with_plain_times, _written(model.ledger_kind, pk - 1, pk))
        if head is None:
            return [Fault(subject, 0, Flaw.NO_SUBJECT)] if any(True for _event in events) else []
        return verify_chain(events, subject=subject, head_seq=head[1], head_hash=head[2])


# What makes the digest's text of a time: exact for every time that Django writes, and for no two times the same. For
# any other spelling, which SQLite would store, the text is no time of a digest and begins with "?".
MOMENT = {
    "sqlite": (
        "case length({0}) when 26 then replace({0}, ' ', 'T') || 'Z' "
        "when 19 then replace({0}, ' ', 'T') || '.000000Z' else '?' || {0} end"
    ),
    "postgresql": (
        "case when {0} >= '0001-01-01 00:00+00' "  # years before Christ look the same
        """then to_char({0} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else '' end"""
    ),
}


def _written(kind: str, after: int, last: int) -> Iterator[Written]:
    """The events of the subjects of one kind with keys in (after, last], subject by subject in their order."""
    connection = connections[router.db_for_read(Event)]
    moment = MOMENT[connection.vendor]
    times = {
        "at": moment.format('e."at"'),
        "effective_at": f"""case when e."effective_at" = e."at" then '{AS_AT}' """
        f"""else {moment.format('e."effective_at"')} end""",
    }
    columns = ", ".join(times.get(name, f'e."{name}"') for name in Written._fields[:-2])
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {columns}, b.text, t.body_sha256 FROM "{Event._meta.db_table}" e '
            f'LEFT JOIN "{EventBody._meta.db_table}" b ON b.event_id = e.id '
            f'LEFT JOIN "{Tombstone._meta.db_table}" t ON t.event_id = e.id '
            "WHERE e.subject_kind = %s AND e.subject_id > %s AND e.subject_id <= %s ORDER BY e.subject_id, e.seq",
            [kind, after, last],
        )
        while rows := cursor.fetchmany(FETCH):
            yield from map(Written._make, rows)


def read_chain(kind: str, pk: int) -> Iterator[Written]:
    """The events of one subject in their order, with every time as the digest writes it."""
    for event in map(_with_plain_times, _written(kind, pk - 1, pk)):
        yield event._replace(effective_at=event.at) if event.effective_at == AS_AT else event


def _with_plain_times(event: Written) -> Written:
    """The event with times that were spelt in another way than Django does, read as Django reads them."""
    return event._replace(at=_plain(event.at), effective_at=_plain(event.effective_at))


def _plain(text: str) -> str:
    if not text or text[0] != "?":
        return text
    try:
        moment = parse_datetime(text[1:])
    except ValueError:
        moment = None
    return text if moment is None else utc_text(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
