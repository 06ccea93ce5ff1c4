"""From figures to a verdict: every budget with its figure, its ratio and whether it is kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """One budget at one size."""

    size: str
    what: str
    figure: str
    ratio: str
    budget: str
    kept: bool


def verdicts(found: dict[str, Any]) -> Iterator[Verdict]:
    """Every budget of the page “performance” that this run can judge."""
    for size in map(str, found["sizes"]):
        yield from _pages(found, size)
        yield from _writes(found, size)
        yield from _race(found, size)
        yield from _bulk(found, size)
    if len(found["sizes"]) > 1:
        yield from _growth(found, str(found["sizes"][0]), str(found["sizes"][-1]))


def cost(found: dict[str, Any], size: str, kind: str, name: str, part: str = "cpu") -> float:
    middle = found["samples"][size][kind][name][part]
    return 0.0 if middle is None else float(middle["median"])


def _against(
    found: dict[str, Any], size: str, what: str, name: str, most: float, *, other: str = "minimal", part: str = "cpu"
) -> Verdict:
    ours, theirs = cost(found, size, "product", name, part), cost(found, size, other, name, part)
    ratio = ours / theirs if theirs else float("inf")
    return Verdict(size, what, f"{ours:.2f} : {theirs:.2f} ms", f"{ratio:.2f}", f"≤ {most:g} ×", ratio <= most)


def _most(size: str, what: str, value: float, most: float, unit: str = "") -> Verdict:
    return Verdict(size, what, f"{value:g}{unit}", "", f"≤ {most:g}{unit}", value <= most)


def _pages(found: dict[str, Any], size: str) -> Iterator[Verdict]:
    seen = found["statements"][size]
    yield _against(found, size, "1 queue : M", "queue", 1.5)
    yield _most(size, "1 queue, statements", seen["queue"]["count"], 4)
    yield _most(size, "1 queue, HTML", round(seen["queue"]["bytes"] / 1024, 1), 30, " KB")
    first, deep = cost(found, size, "product", "archive"), cost(found, size, "product", "deep")
    row = found["facts"][size]["deep_row"]
    what = f"1 archive from row {row:,} : its first page"
    yield Verdict(size, what, f"{deep:.2f} : {first:.2f} ms", f"{deep / first:.2f}", "≤ 1.1 ×", deep / first <= 1.1)
    yield _against(found, size, "2 case, 6 events : D", "case6", 1.5)
    yield _most(size, "2 case, statements", seen["case6"]["count"], 10)
    ours, theirs = cost(found, size, "product", "case60"), cost(found, size, "minimal", "case6")
    figure = f"{ours:.2f} : {theirs:.2f} ms"
    yield Verdict(size, "2 case, 60 events : D", figure, f"{ours / theirs:.2f}", "≤ 3 ×", ours <= 3 * theirs)


def _writes(found: dict[str, Any], size: str) -> Iterator[Verdict]:
    seen = found["statements"][size]
    yield _against(found, size, "3 submit : C", "submit", 2.5)
    yield _against(found, size, "3 transition : T", "move", 2)
    yield _most(size, "3 transition, statements", seen["move"]["count"], 14)
    yield _against(found, size, "3 transition, database part : SQL", "move", 2.5, other="sql", part="db")


def _race(found: dict[str, Any], size: str) -> Iterator[Verdict]:
    race = found["races"][size]
    right = all(n == 1 for n in race["winners"]) and race["written"] == len(race["winners"]) and race["others"] == [409]
    steps = len(race["winners"])
    figure = f"{sum(n == 1 for n in race['winners'])} of {steps} steps, {race['written']} events"
    yield Verdict(size, "3 32 clients on one case: one wins each step", figure, "", "exactly one", right)
    share = race["one"] / race["many"]
    figure = f"{race['one']:.0f} : {race['many']:.0f} /s"
    yield Verdict(size, "3 32 clients: one case : different cases", figure, f"{share:.2f}", "≥ 0.5 ×", share >= 0.5)


def _bulk(found: dict[str, Any], size: str) -> Iterator[Verdict]:
    cost = found["loading"][size]
    ours, raw, seen = cost["loaded"], cost["raw"], cost["verified"]
    for part, what in (("wall", "8 import : raw COPY, time"), ("cpu", "8 import : raw COPY, CPU")):
        ratio = ours[part] / raw[part]
        figure = f"{ours[part]:.1f} : {raw[part]:.1f} s"
        yield Verdict(size, what, figure, f"{ratio:.2f}", "≤ 2 ×", ratio <= 2)
    speed = seen["events"] / seen["cpu"]  # of one process; bench/verify_ledger.py measures all cores
    figure = f"{speed:,.0f} events"
    yield Verdict(size, "8 verification, a second of CPU", figure, "", "≥ 100,000", speed >= 100_000)


def _growth(found: dict[str, Any], small: str, large: str) -> Iterator[Verdict]:
    sizes = f"{small} → {large}"
    for name in ("queue", "case6", "submit", "move"):
        before, after = cost(found, small, "product", name), cost(found, large, "product", name)
        figure = f"{before:.2f} → {after:.2f} ms"
        yield Verdict(sizes, f"4 {name}, cost", figure, f"{after / before:.2f}", "≤ 1.10 ×", after <= 1.1 * before)
        if found["blocks"]:
            before, after = (found["blocks"][size][name]["blocks"] for size in (small, large))
            figure = f"{before:.0f} → {after:.0f}"
            ratio = after / before
            yield Verdict(sizes, f"4 {name}, blocks", figure, f"{ratio:.2f}", "≤ 1.2 ×", ratio <= 1.2)


def table(rows: list[Verdict]) -> str:
    lines = ["| demands | budget | measured | ratio | allowed | |", "|---|---|---|---|---|---|"]
    for row in rows:
        word = "pass" if row.kept else "**miss**"
        lines.append(f"| {row.size} | {row.what} | {row.figure} | {row.ratio} | {row.budget} | {word} |")
    return "\n".join(lines)


def medians(found: dict[str, Any]) -> str:
    lines = [
        "| demands | operation | contender | CPU, median (quartiles) | of it application | of it database | wall |",
        "|---|---|---|---|---|---|---|",
    ]
    for size in map(str, found["sizes"]):
        names = found["samples"][size]["product"]
        for name in names:
            for kind in ("product", "minimal", "sql"):
                one = found["samples"][size][kind].get(name)
                if one is None:
                    continue
                cpu, db = one["cpu"], one["db"]
                spread = f"{cpu['median']:.2f} ({cpu['low']:.2f}–{cpu['high']:.2f})"
                part = f"{db['median']:.2f}" if db else "elsewhere"
                app, wall = one["app"]["median"], one["wall"]["median"]
                lines.append(f"| {size} | {name} | {kind} | {spread} | {app:.2f} | {part} | {wall:.2f} |")
    return "\n".join(lines)


def write_report(found: dict[str, Any], folder: Path) -> str:
    """The result as Markdown and as data; the Markdown is given back. No machine is named in either."""
    plain = json.loads(json.dumps(found))
    rows = list(verdicts(plain))
    kept = sum(row.kept for row in rows)
    sizes = " and ".join(f"{size:,}" for size in found["sizes"])
    text = "\n\n".join(
        [
            f"# {found['day']}: {sizes} demands",
            f"{kept} of {len(rows)} budgets kept. PostgreSQL {found['postgresql']}, Python {found['python']}, "
            f"{found['cores']} cores, {found['rounds']} interleaved rounds; milliseconds a request, application and "
            "database process together, with the quartiles over the rounds.",
            table(rows),
            "## Medians",
            medians(plain),
        ]
    )
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{found['day']}-{'-'.join(str(size) for size in found['sizes'])}"
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    (folder / f"{name}.json").write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return text
