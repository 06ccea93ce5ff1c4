"""Measure the pages of meetings at two sizes of their archive, and read the plan of every statement.

    python -m bench.symposia --sizes 2000,20000 --rounds 5

The smaller town has the same work in hand: what may not grow is the cost of a page. Beside it stand, from the same
rounds, a minimal Django page with a list (M). What the figures mean stands in bench/README.md.
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
from typing import Any

import psycopg

from bench.cluster import cluster
from bench.run import ROOT, Server, Worker, _middle, environment

TIMES = 3
MOST_COST, MOST_BLOCKS = 1.10, 1.2  # as budget 4
LISTS = {"meetings": "", "action-items": ""}


def fill(server: Server, size: int, env: dict[str, str]) -> dict[str, Any]:
    print(f"Writing {size:,} meetings …", flush=True)
    url = server.database(f"bench_meetings_{size}")
    words = [sys.executable, "-m", "bench.meetings", str(size)]
    done = subprocess.run(
        words, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env | {"DATABASE_URL": url}
    )
    return json.loads(done.stdout.splitlines()[-1]) | {"url": url}


def measure(server: Server, sizes: Sequence[int], *, rounds: int) -> dict[str, Any]:
    """Everything, as plain data."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        env = environment(Path(folder))
        plans = {size: fill(server, size, env) for size in sizes}
        minimal_url = server.database("bench_meetings_minimal")
        workers: dict[str, Worker] = {}
        for name in (*map(str, sizes), "minimal"):
            small = name == "minimal"
            workers[name] = Worker(
                "minimal" if small else "meetings", minimal_url if small else plans[int(name)]["url"], env
            )
            stack.callback(workers[name].stop)
        workers["minimal"]("load", count=max(sizes), in_hand=1500, waiting=10)
        with psycopg.connect(minimal_url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
        workers["minimal"]("prepare", plan={})
        exports = {
            size: workers[str(size)]("take_out", membership=plans[size]["desk"], lists=LISTS) for size in sizes[-1:]
        }
        prepared = [workers[str(size)]("prepare", plan=plans[size]) for size in sizes]
        names = prepared[-1]["operations"]
        samples = _rounds(workers, names, rounds)
        statements = {size: {name: workers[str(size)]("statements", name=name) for name in names} for size in sizes}
    return {
        "sizes": list(sizes),
        "rounds": rounds,
        "python": sys.version.split()[0],
        "postgresql": server.version,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "rows": {size: plans[size]["rows"] for size in sizes},
        "samples": samples,
        "statements": statements,
        "exports": exports,
    }


def _rounds(workers: dict[str, Worker], names: Sequence[str], rounds: int) -> dict[str, Any]:
    """By contender and operation the median and quartiles of what it cost; every contender in each round."""
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for number in range(-1, rounds):  # one before the first, to warm up
        for kind, worker in workers.items():
            for name in ("queue",) if kind == "minimal" else names:
                cost = worker("run", name=name, times=TIMES)
                if number >= 0:
                    found.setdefault((kind, name), []).append(cost | {"cpu": cost["app"] + (cost["db"] or 0)})
        print(f"Round {number + 1} of {rounds}", end="\r", flush=True)
    print()
    out: dict[str, Any] = {}
    for (kind, name), costs in found.items():
        out.setdefault(kind, {})[name] = {
            key: _middle([cost[key] for cost in costs]) for key in ("cpu", "app", "db", "wall")
        }
    return out


def lines(found: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """A row of the table for each operation, and whether it keeps every budget."""
    small, large = (str(size) for size in (found["sizes"][0], found["sizes"][-1]))
    minimal = found["samples"]["minimal"]["queue"]["cpu"]["median"]
    for name, seen in found["statements"][large].items():
        before, plans = found["statements"][small][name], seen["plans"]
        cost = [found["samples"][size][name]["cpu"]["median"] for size in (small, large)]
        data = [found["samples"][size][name]["db"]["median"] for size in (small, large)]
        blocks = [sum(plan["blocks"] for plan in found["statements"][size][name]["plans"]) for size in (small, large)]
        missed = []
        if cost[1] > MOST_COST * cost[0]:
            missed.append("cost")
        if blocks[1] > MOST_BLOCKS * blocks[0]:
            missed.append("blocks")
        if before["count"] != seen["count"]:
            missed.append("statements")
        if whole := sorted({one for plan in plans for one in plan["whole"]}):
            missed.append("reads " + ", ".join(whole))
        missed += [word for word, key in (("OFFSET", "offset"), ("COUNT", "counts")) if any(p[key] for p in plans)]
        cells = (
            name,
            str(seen["count"]),
            str(seen["bytes"] // 1024),
            f"{cost[0]:.1f} → {cost[1]:.1f}",
            f"{cost[1] / cost[0]:.2f}",
            f"{cost[1] / minimal:.1f}",
            f"{data[0]:.1f} → {data[1]:.1f}",
            f"{blocks[0]} → {blocks[1]}",
            "pass" if not missed else f"**{'; '.join(missed)}**",
        )
        yield f"| {' | '.join(cells)} |", not missed


HEAD = """| page | statements | KB | CPU, ms | ratio | : M | of it database | blocks | |
|---|---|---|---|---|---|---|---|---|"""


def write_report(found: dict[str, Any], folder: Path) -> str:
    """The result as Markdown and as data; the Markdown is given back."""
    plain = json.loads(json.dumps(found))
    rows = list(lines(plain))
    small, large = plain["sizes"][0], plain["sizes"][-1]
    there = "; ".join(f"{number:,} {name}" for name, number in plain["rows"][str(large)].items())
    exports = [
        f"- {name}: {done['rows']:,} rows × {done['columns']} columns in {done['seconds']:.0f} s, worker"
        f" {done['peak']:.0f} MB at its peak, file {done['size']:.1f} MB"
        for lists in plain["exports"].values()
        for name, done in lists.items()
    ]
    text = "\n\n".join(
        [
            f"# {plain['day']}: {small:,} and {large:,} meetings",
            f"{sum(kept for _row, kept in rows)} of {len(rows)} pages keep their budgets. PostgreSQL"
            f" {plain['postgresql']}, Python {plain['python']}, {plain['cores']} cores, load {plain['load']:.1f},"
            f" {plain['rounds']} rounds; medians of the CPU of application and database process together, from"
            f" {small:,} to {large:,} meetings with the same work in hand. M is the minimal page in the same rounds.",
            f"The larger town has {there}.",
            f"Allowed: {MOST_COST:g} × the cost, {MOST_BLOCKS:g} × the blocks, the same statements, no table above"
            " 5,000 rows read whole, no OFFSET, no COUNT without a bound.",
            HEAD + "\n" + "\n".join(row for row, _kept in rows),
            "## Taken out as a file\n\n" + "\n".join(exports),
        ]
    )
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{plain['day']}-meetings-{small}-{large}"
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    for seen in (one for size in plain["statements"].values() for one in size.values()):
        for plan in seen["plans"]:
            plan["sql"] = plan["sql"][:300]
    (folder / f"{name}.json").write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="2000,20000", help="two numbers of meetings, ascending")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))  # the server ends with us
    with contextlib.ExitStack() as stack:
        url = os.environ.get("DATABASE_URL") or stack.enter_context(cluster())
        server = Server(url)
        stack.callback(server.tidy)
        found = measure(server, [int(word) for word in chosen.sizes.split(",")], rounds=chosen.rounds)
    found["day"] = datetime.now().astimezone().date().isoformat()
    print(write_report(found, chosen.out))


if __name__ == "__main__":
    main()
