"""Measure the product against a minimal Django page and hand-written SQL, all in one run on one server.

    python -m bench.run --sizes 10000,200000 --rounds 15

Brings a PostgreSQL of its own unless DATABASE_URL names one whose user may create databases (and which has loaded
pg_stat_statements, or no blocks are counted). What the figures mean stands in bench/README.md.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.cluster import cluster
from bench.report import write_report

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS = ("product", "minimal", "sql")
OPERATIONS = {"queue": 10, "archive": 10, "deep": 10, "case6": 10, "case60": 5, "submit": 8, "move": 8}
PRODUCT_ONLY = ("archive", "deep")
COUNTED = ("queue", "case6", "submit", "move")
CLIENTS, STEPS = 32, 10
IN_HAND = 1500


class Worker:
    """A contender in its own process."""

    def __init__(self, kind: str, url: str, env: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker", kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=env | {"DATABASE_URL": url},
        )

    def __call__(self, command: str, **arguments: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([command, arguments]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"A worker ended: {command} {arguments}")
        return json.loads(answer)

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class Server:
    """The databases of a run and what the server counts."""

    def __init__(self, url: str) -> None:
        self.url, self.made = url, list[str]()
        self.admin = psycopg.connect(url, autocommit=True)
        try:
            self.admin.execute("create extension if not exists pg_stat_statements")
            self.admin.execute("select count(*) from pg_stat_statements")
            self.counts = True
        except psycopg.Error:
            self.counts = False

    @property
    def version(self) -> str:
        return str(self.admin.execute("show server_version").fetchone()[0]).split()[0]

    def database(self, name: str) -> str:
        self.admin.execute(f'drop database if exists "{name}"')
        self.admin.execute(f'create database "{name}"')
        self.made.append(name)
        return with_database(self.url, name)

    def forget(self) -> None:
        self.admin.execute("select pg_stat_statements_reset()")

    def counted(self, name: str) -> dict[str, float]:
        row = self.admin.execute(
            "select sum(s.shared_blks_hit + s.shared_blks_read), sum(s.calls), sum(s.total_exec_time)"
            " from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = %s",
            [name],
        ).fetchone()
        return {"blocks": float(row[0] or 0), "calls": float(row[1] or 0), "ms": float(row[2] or 0)}

    def tidy(self) -> None:
        for name in self.made:
            self.admin.execute(f'drop database if exists "{name}" with (force)')
        self.admin.close()


def environment(var: Path) -> dict[str, str]:
    """As in production: static files collected, no debugging."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DIALOGUE_")}
    env |= {
        "DIALOGUE_SECRET_KEY": "measures only, guards nothing, and is long enough for every check",
        "DIALOGUE_VAR_DIR": str(var),
        "DIALOGUE_ALLOWED_HOSTS": "localhost",
        "DIALOGUE_LOG_LEVEL": "ERROR",
        # Its one person writes more than any office; what counting costs is measured all the same.
        "DIALOGUE_LIMIT_WRITE": "account=100000000/60 firm=100000000/60 address=100000000/60",
        "DIALOGUE_SECOND_FACTOR": "optional",
    }
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], check=True, cwd=ROOT, env=env)
    return env


def fill(server: Server, size: int, *, seed: int, waiting: int, env: dict[str, str]) -> dict[str, Any]:
    """A database of the product with so many demands, and what loading and verifying cost."""
    print(f"Loading {size:,} demands …", flush=True)
    url = server.database(f"bench_{size}")
    words = [sys.executable, "-m", "bench.loading", str(size), str(seed), str(waiting)]
    done = subprocess.run(
        words, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env | {"DATABASE_URL": url}
    )
    return json.loads(done.stdout.splitlines()[-1]) | {"url": url}


def measure(server: Server, sizes: Sequence[int], *, rounds: int, seed: int) -> dict[str, Any]:
    """Everything, as plain data."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        env = environment(Path(folder))
        own = (rounds + 3) * OPERATIONS["move"] + 30
        racing = (CLIENTS + 1) * STEPS
        filled = {size: fill(server, size, seed=seed, waiting=2 * own + racing, env=env) for size in sizes}
        workers: dict[tuple[int, str], Worker] = {}
        facts: dict[int, Any] = {}
        for size in sizes:
            minimal_url = server.database(f"bench_minimal_{size}")
            for kind in CONTENDERS:
                worker = Worker(kind, minimal_url if kind == "minimal" else filled[size]["url"], env)
                workers[size, kind] = worker
                stack.callback(worker.stop)
            workers[size, "minimal"]("load", count=size, in_hand=min(IN_HAND, size // 8), waiting=own)
            with psycopg.connect(minimal_url, autocommit=True) as connection:
                connection.execute("vacuum analyze")
            plan = filled[size]["plan"]
            first, second = plan["waiting"][: own + racing], plan["waiting"][own + racing :]
            facts[size] = workers[size, "product"]("prepare", plan=plan | {"waiting": first})
            facts[size] |= workers[size, "minimal"]("prepare", plan=plan)
            workers[size, "sql"]("prepare", plan=plan | {"waiting": second})
        samples = _rounds(workers, sizes, rounds)
        statements = {
            size: {name: workers[size, "product"]("statements", name=name) for name in OPERATIONS} for size in sizes
        }
        blocks = {size: _blocks(server, workers[size, "product"], size) for size in sizes} if server.counts else {}
        print(f"{CLIENTS} clients …", flush=True)
        races = {size: workers[size, "product"]("race", clients=CLIENTS, steps=STEPS) for size in sizes}
    return {
        "sizes": list(sizes),
        "rounds": rounds,
        "seed": seed,
        "python": sys.version.split()[0],
        "postgresql": server.version,
        "cores": os.cpu_count(),
        "facts": facts,
        "loading": {size: {k: filled[size][k] for k in ("loaded", "verified", "raw")} for size in sizes},
        "samples": samples,
        "statements": statements,
        "blocks": blocks,
        "races": races,
    }


def contestants(name: str) -> Iterator[str]:
    yield from (("product",) if name in PRODUCT_ONLY else CONTENDERS)


def _rounds(workers: dict[tuple[int, str], Worker], sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """Median and quartiles over the rounds of what each operation cost each contender at each size."""
    found: dict[tuple[int, str, str], list[dict[str, float]]] = {}
    for number in range(-1, rounds):  # one before the first, to warm up
        for name, times in OPERATIONS.items():
            for size in sizes:
                for kind in contestants(name):
                    cost = workers[size, kind]("run", name=name, times=times)
                    if number >= 0:
                        found.setdefault((size, kind, name), []).append(cost)
        print(f"Round {number + 1} of {rounds}", end="\r", flush=True)
    print()
    out: dict[str, Any] = {}
    for (size, kind, name), costs in found.items():
        for cost in costs:
            cost["cpu"] = cost["app"] + (cost["db"] or 0)
        place = out.setdefault(str(size), {}).setdefault(kind, {})
        place[name] = {key: _middle([cost[key] for cost in costs]) for key in ("cpu", "app", "db", "wall")}
    return out


def _middle(values: list[Any]) -> dict[str, float] | None:
    if any(value is None for value in values):
        return None
    low, _middle, high = quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
    return {"median": median(values), "low": low, "high": high}


def _blocks(server: Server, product: Worker, size: int) -> dict[str, Any]:
    """What the server counted for ten of each operation, the statements of the frame included."""
    found = {}
    for name in COUNTED:
        server.forget()
        product("run", name=name, times=10)
        found[name] = {key: value / 10 for key, value in server.counted(f"bench_{size}").items()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,200000", help="numbers of demands, ascending")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=["postgresql"], default="postgresql")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # the server ends with us
    sizes = [int(word) for word in chosen.sizes.split(",")]
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(cluster())
        server = Server(url)
        stack.callback(server.tidy)
        found = measure(server, sizes, rounds=chosen.rounds, seed=chosen.seed)
    found["day"] = datetime.now().astimezone().date().isoformat()
    print(write_report(found, chosen.out))


if __name__ == "__main__":
    main()
