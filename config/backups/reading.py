"""Reading what a database holds: the same before a backup and after a restore, so that the two can be compared."""

import hashlib
from collections.abc import Iterator

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.backups.manifest import Content, Heads, Kept
from foundation.models import StoredFile
from workflow.registry import subject_models

AT_A_TIME = 5000  # rows


def content() -> Content:
    """Counts of all tables, all heads in one hash, and the migrations. One pass, in constant memory."""
    return Content(_counts(), _heads(), migrations_of())


def _counts() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"select count(*) from {connection.ops.quote_name(table)}")  # noqa: S608 (a table's name)
            counts[table] = cursor.fetchone()[0]
    return counts


def _heads() -> Heads:
    seen = hashlib.sha256()
    count = events = longest = 0
    for model in sorted(subject_models(), key=lambda model: model.ledger_kind):
        rows = model._base_manager.filter(head_seq__gt=0).order_by("pk")
        heads = rows.values_list("pk", "head_seq", "head_hash")
        for pk, seq, head in heads.iterator(chunk_size=AT_A_TIME):
            seen.update(f"{model.ledger_kind}:{pk} {seq} {head}\n".encode())
            count, events, longest = count + 1, events + seq, max(longest, seq)
    return Heads(count, events, longest, seen.hexdigest())


def migrations_of() -> list[str]:
    """The migrations that the database has."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def migrations_of_the_program() -> list[str]:
    """The migrations that this version of the program has."""
    return sorted(".".join(key) for key in MigrationLoader(None).disk_migrations)


def kept_files() -> Iterator[Kept]:
    """Every stored file that has content, by key of its row."""
    rows = StoredFile.objects.exclude(key="").order_by("pk")
    for public_id, *facts in rows.values_list("public_id", "key", "size", "sha256").iterator(chunk_size=AT_A_TIME):
        yield Kept(str(public_id), *facts)
