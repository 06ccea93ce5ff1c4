"""One contender in a process of its own: it answers JSON lines on its standard input.

    python -m bench.worker product|minimal|sql|meetings

Every contender names its operations; `run` carries one out so many times and says what each cost on average: CPU of
this process, CPU of its database process, and wall time, all in milliseconds.
"""

import gc
import json
import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

Operation = Callable[[], Any]


class Contender(ABC):
    """What can be measured, and what the measurement needs of it."""

    operations: dict[str, Operation]

    @abstractmethod
    def cursor(self) -> Any:
        """A cursor of the connection that does the work."""

    @abstractmethod
    def prepare(self, plan: dict[str, Any]) -> Any:
        """Take the people and demands of this size, and sign in."""

    def statements(self, name: str) -> dict[str, Any]:
        """One operation with its statements and its answer; nothing where the SQL is written by hand."""
        return {}


class Database:
    """The CPU of the database process behind a connection, as the kernel counts it; None when it runs elsewhere."""

    def __init__(self, cursor: Any) -> None:
        cursor.execute("select pg_backend_pid()")
        self.file = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        name = self.file.with_name("comm")
        self.here = name.exists() and name.read_text().strip() == "postgres"

    def milliseconds(self) -> float | None:
        return int(self.file.read_text().split()[0]) / 1e6 if self.here else None


def run(contender: Contender, name: str, times: int) -> dict[str, Any]:
    """What the operation costs on average."""
    operation = contender.operations[name]
    with contender.cursor() as cursor:
        database = Database(cursor)
    gc.collect()
    before, cpu, wall = database.milliseconds(), time.process_time(), time.perf_counter()
    for _n in range(times):
        operation()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    after = database.milliseconds()
    spent = None if before is None or after is None else (after - before) / times
    return {"app": cpu * 1000 / times, "db": spent, "wall": wall * 1000 / times}


def contender(kind: str) -> Contender:
    if kind == "product":
        from bench.product import Product

        return Product()
    if kind == "minimal":
        from bench.minimal.contender import Minimal

        return Minimal()
    if kind == "meetings":
        from bench.meeting_pages import Pages

        return Pages()
    from bench.sql import Sql

    return Sql()


def main(kind: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what anything else prints must not be taken for an answer
    one = contender(kind)
    commands: dict[str, Callable[..., Any]] = {
        "run": lambda name, times: run(one, name, times),
        "prepare": one.prepare,
        "statements": one.statements,
    }
    for line in sys.stdin:
        command, arguments = json.loads(line)
        find = commands.get(command) or getattr(one, command)
        answers.write(json.dumps(find(**arguments)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
