"""What it costs the background worker to take out a list of demands: seconds, and how much memory it needs at most.

    python -m bench.export [--rows 100000] [--kind xlsx]                       SQLite, in a temporary folder
    python scripts/test_postgres.py python -m bench.export                     PostgreSQL, in its empty database

The worker is a process of its own, as in production (`run_worker --batch`), and takes out every demand of one office
with all columns. The seconds are those from asking for it to the finished job, the whole process beside them; the
memory is the peak of the process as the kernel counts it. A demand in twenty is told by `bench.town`, the others are
copies of their rows: the export reads nothing but rows.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from copy import copy
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOLD = 20  # one row in so many has a history of its own
BATCH = 1000
MOST_SECONDS, MOST_MEGABYTES = 120, 300  # for 100,000 rows


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--kind", choices=["xlsx", "csv"], default="xlsx")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-export-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DIALOGUE_SECRET_KEY": "measures only, guards nothing, and is long enough for every check",
            "DIALOGUE_VAR_DIR": folder,
            "DIALOGUE_LOG_LEVEL": "ERROR",
        }
        import django

        django.setup()
        measure(fill(chosen.rows), kind=chosen.kind, rows=chosen.rows)


def fill(rows: int) -> Any:
    """So many demands of one office; gives the intake officer who sees them all."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from bench.town import Histories, Town
    from cases.demands.models import Case
    from parties.roles import Role
    from workflow.bulk import load

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    town = Town.build()
    load(Histories(town, seed=1, now=timezone.now()).archive_and_work(max(rows // TOLD, 8)))
    office = next(iter(town.offices.values()))
    told = list(Case.objects.order_by("pk")[:rows])
    copies = islice(_copies(told), rows - len(told))
    while batch := list(islice(copies, BATCH)):
        Case.objects.bulk_create(batch)
    Case.objects.update(office=office)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze" if connection.vendor == "postgresql" else "analyze")
    print(f"{Case.objects.count():,} demands, loaded in {time.perf_counter() - began:.0f} s", flush=True)
    return town.at(office.pk, Role.INTAKE)


def _copies(told: list[Any]) -> Iterator[Any]:
    from foundation.identifiers import random_id

    for number, case in zip(count(1), cycle(told)):
        other = copy(case)
        other._state = copy(case._state)
        other._state.adding, other.pk, other.public_id = True, None, random_id()
        other.number = f"C{number:012d}"
        yield other


def measure(clerk: Any, *, kind: str, rows: int) -> None:
    from django.db import connection

    from cases.demands.models import CaseReading

    done = take_out(clerk, name="demands", query="state=ALL", kind=kind)
    assert done["rows"] == rows == CaseReading.objects.filter(kind="EXPORT").count()
    print(
        f"{connection.vendor}, {kind}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: {rows:,} rows ×"
        f" {done['columns']} columns in {done['seconds']:.1f} s since it was asked for ({done['whole']:.1f} s of the"
        f" process), peak {done['peak']:.0f} MB, file {done['size']:.1f} MB"
    )
    kept = done["seconds"] <= MOST_SECONDS and done["peak"] <= MOST_MEGABYTES
    print(f"budget {MOST_SECONDS} s for 100,000 rows, {MOST_MEGABYTES} MB: {'kept' if kept else 'missed'}")


def take_out(clerk: Any, *, name: str, query: str, kind: str) -> dict[str, float]:
    """A list with every column is taken out by a worker, the only process that this one has started so far."""
    from django.db import connection
    from django.http import QueryDict
    from django.utils import timezone

    from foundation.models import Export
    from workflow import registry
    from workflow.actor import Channel, actor_for
    from workflow.exports.asking import start_export

    by = actor_for(clerk.user_id, now=timezone.now(), channel=Channel.WEB, membership_id=clerk.pk)
    names = [column.name for column in registry.exports()[name].columns]
    start_export(by=by, name=name, query=QueryDict(query), columns=names, kind=kind)
    connection.close()
    words = [sys.executable, "manage.py", "run_worker", "--batch", "--no-startup-delay", "-v0"]
    began = time.perf_counter()
    subprocess.run(words, check=True, cwd=ROOT)
    whole = time.perf_counter() - began
    export = Export.objects.select_related("job", "file").latest("pk")
    assert export.file is not None, export.job.message
    return {
        "rows": export.rows,
        "columns": len(names),
        "seconds": (export.job.finished_at - export.job.created_at).total_seconds(),
        "whole": whole,
        "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "size": export.file.size / 1024**2,
    }


if __name__ == "__main__":
    main()
