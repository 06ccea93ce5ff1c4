"""Fill one database of the product and say what that cost; the plan of people and demands goes to the other workers.

python -m bench.loading COUNT SEED WAITING        with DATABASE_URL and the product's settings
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench.town import Histories, Town
from bench.worker import Database
from cases.demands.models import Case
from cases.demands.questions import QUESTIONS
from parties.roles import Role
from workflow.bulk import Loaded, load
from workflow.verify import verify_all

T = TypeVar("T")
RAW_TABLES = (
    "demands_case",
    "workflow_event",
    "workflow_eventbody",
    "workflow_clock",
    "demands_planstep",
    "demands_result",
)


class Meter:
    """CPU here, CPU of the database and wall time of what runs inside, in seconds."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            self.database = Database(cursor)

    def __enter__(self) -> "Meter":
        self.start = self._now()
        return self

    def __exit__(self, *_error: Any) -> None:
        app, db, wall = (after - before for before, after in zip(self.start, self._now(), strict=True))
        self.spent = {"app": app, "db": db, "wall": wall, "cpu": app + db}

    def _now(self) -> tuple[float, float, float]:
        return time.process_time(), (self.database.milliseconds() or 0) / 1000, time.perf_counter()


class Timed(Iterable[T]):
    """Passes on what it is given and knows how long making it took."""

    def __init__(self, made: Iterable[T]) -> None:
        self.made, self.cpu, self.wall = made, 0.0, 0.0

    def __iter__(self) -> Iterator[T]:
        rest = iter(self.made)
        while True:
            cpu, wall = time.process_time(), time.perf_counter()
            try:
                one = next(rest)
            except StopIteration:
                return
            finally:
                self.cpu += time.process_time() - cpu
                self.wall += time.perf_counter() - wall
            yield one


def main(count: int, seed: int, waiting: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    town = Town.build()
    histories = Histories(town, seed=seed, now=timezone.now())
    busy, taking = town.departments[0], town.departments[1]
    stories = Timed(histories.archive_and_work(count))
    said = count // 5

    def told(done: Loaded) -> None:
        nonlocal said
        if done.subjects >= said:
            print(f"  {done.subjects:,} demands, {done.events:,} events", file=sys.stderr, flush=True)
            said += count // 5

    with Meter() as bulk:
        loaded = load(stories, told=told)
    bulk.spent["wall"] -= stories.wall
    bulk.spent["app"] -= stories.cpu
    bulk.spent["cpu"] -= stories.cpu
    with Meter() as verifying:
        checked = list(verify_all([Case], processes=1))
    assert not [fault for step in checked for fault in step.faults], "a loaded chain does not hold"
    raw = copy_raw()
    load(histories.with_notes(20, lead=busy, notes=54))
    sixty = newest(20)
    load(histories.with_notes(20, lead=busy, notes=0))
    six = newest(20)
    load(histories.waiting(waiting, lead=taking))
    connection.cursor().execute("vacuum analyze")
    return {
        "loaded": {"demands": loaded.subjects, "events": loaded.events, **bulk.spent},
        "verified": {"events": sum(step.events for step in checked), **verifying.spent},
        "raw": raw,
        "plan": {
            "lead": busy.pk,
            "liaison": town.at(busy.pk, Role.DEPARTMENT_LIAISON).pk,
            "staff": town.at(town.firms[0].pk, Role.ENTERPRISE_STAFF).pk,
            "taker": town.at(taking.pk, Role.DEPARTMENT_LIAISON).pk,
            "handler": str(town.at(taking.pk, Role.HANDLER).public_id),
            "handler_user": town.at(taking.pk, Role.HANDLER).user_id,
            "six": six,
            "sixty": sixty,
            "waiting": waiting_of(taking.pk),
            "answers": answers("ENERGY"),
        },
    }


def newest(count: int) -> list[str]:
    return [str(one) for one in Case.objects.order_by("-id").values_list("public_id", flat=True)[:count]]


def waiting_of(lead: int) -> list[tuple[str, int]]:
    rows = Case.objects.filter(lead_id=lead, state="DISPATCHED").order_by("id").values_list("public_id", "head_seq")
    return [(str(public_id), seq) for public_id, seq in rows]


def answers(category: str) -> dict[str, str]:
    """An answer to every question of the category."""
    by_kind = {"number": "300", "date": "2026-12-20", "text": "630 千伏安", "long": "已提交申请，等待答复。" * 3}
    return {
        question.key: question.choices[0][0] if question.kind == "choice" else by_kind[question.kind]
        for question in QUESTIONS[category]
    }


def copy_raw() -> dict[str, float]:
    """The same rows once more, by COPY into empty tables with the same indexes, constraints and foreign keys."""
    with TemporaryDirectory() as folder, connection.cursor() as cursor:
        for table in RAW_TABLES:
            with (Path(folder) / table).open("wb") as file, cursor.copy(f"copy {table} to stdout") as copy:
                for piece in copy:
                    file.write(piece)
        cursor.execute("create schema raw")
        for table in RAW_TABLES:
            cursor.execute(f"create table raw.{table} (like public.{table} including all)")
            cursor.execute(
                "select conname, pg_get_constraintdef(oid) from pg_constraint"
                " where contype = 'f' and conrelid = %s::regclass",
                [table],
            )
            for name, definition in cursor.fetchall():
                cursor.execute(f'alter table raw.{table} add constraint "{name}" {definition}')
        with Meter() as meter:
            for table in RAW_TABLES:
                with (Path(folder) / table).open("rb") as file, cursor.copy(f"copy raw.{table} from stdin") as copy:
                    while piece := file.read(1 << 16):
                        copy.write(piece)
        cursor.execute("drop schema raw cascade")
    return meter.spent


if __name__ == "__main__":
    print(json.dumps(main(*(int(word) for word in sys.argv[1:]))))
