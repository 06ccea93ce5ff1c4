"""What an official document costs: one page in a warm process, 1,000 of them, and how much memory that takes.

    python -m bench.documents [--documents 1000] [--rounds 3] [--out bench/results]

Each contender is a process of its own and sets the same minutes of one page, each with another number:

- engine: `documents.engine.rendering.render`, with archive format, attachment, tags and filled Chinese lines;
- worker: the same in a process that has loaded the whole product, as the background worker has;
- bare: WeasyPrint alone, the same HTML and styles, one font configuration, none of these;
- typst: the same text by its compiler in the process, the same fonts, PDF/A-3b;
- chromium: the same HTML printed by a browser that is kept open, and by one that is started for each document.

CPU is that of the process and of the processes it started; wall times are upper bounds on a busy machine. Typst and
Chromium set fewer documents, and their figures are those of one document. Nobody else's page is as the standard asks.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTENDERS = {"engine": 1.0, "bare": 1.0, "worker": 0.2, "typst": 0.2, "chromium": 0.02, "chromium started": 0.003}
MOST_SECONDS, MOST_RATIO, MOST_MEGABYTES = 0.2, 1.5, 150
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--documents", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    options.add_argument("--contender", choices=CONTENDERS, help="only this one, in this process; prints JSON")
    chosen = options.parse_args()
    if chosen.contender:
        print(json.dumps(contend(chosen.contender, chosen.documents)))
        return
    found: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    for number in range(chosen.rounds):
        for name, share in CONTENDERS.items():
            if number and name.startswith("chromium"):
                continue
            documents = max(3, round(chosen.documents * share))
            words = [sys.executable, "-m", "bench.documents", "--contender", name, "--documents", str(documents)]
            told = subprocess.run(words, check=True, cwd=ROOT, capture_output=True, text=True, env=environment())
            found[name].append(json.loads(told.stdout.splitlines()[-1]))
            print(number + 1, name, found[name][-1], flush=True)
    write(found, documents=chosen.documents, out=chosen.out)


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DIALOGUE_SECRET_KEY": "measures only, guards nothing, and is long enough for every check",
        "DIALOGUE_LOG_LEVEL": "ERROR",
    }


def contend(name: str, documents: int) -> dict[str, float]:
    """Seconds of CPU and of the clock for one document after some, for all, and the peak of memory in MB."""
    setter = {
        "engine": engine,
        "worker": worker,
        "bare": bare,
        "typst": typeset,
        "chromium": browser_kept_open,
        "chromium started": browser_started,
    }[name]
    with tempfile.TemporaryDirectory(prefix="bench-documents-") as folder:
        make = setter(documents, Path(folder))
        walls = []
        for number in range(min(documents, 10)):
            began = time.perf_counter()
            size = make(number)
            walls.append(time.perf_counter() - began)
        cpu, wall = used(), time.perf_counter()
        for number in range(documents):
            make(number)
        cpu, wall = used() - cpu, time.perf_counter() - wall
    own, started = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "documents": documents,
        "warm": round(median(walls[1:]), 4),
        "cpu": round(cpu / documents, 4),
        "wall": round(wall / documents, 4),
        "peak": round(max(own, started) / 1024, 1),
        "bytes": size,
    }


def used() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


# --- the contenders: each gives a function that sets the document of this number and says how large it is ---


def contents(*, whole: bool = False) -> Callable[[int], Any]:
    """Content and imprint by number; without the product's apps, or with them all."""
    import django
    from django.conf import settings

    if not whole:
        libraries = {"official": "documents.templatetags.official"}
        templates = {"DIRS": [ROOT / "templates"], "OPTIONS": {"libraries": libraries}}
        settings.configure(
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", **templates}],
            LANGUAGE_CODE="zh-hans",
            TIME_ZONE="Asia/Shanghai",
            USE_TZ=True,
            DOCUMENT_FONTS_DIR=None,
        )
    django.setup()
    from datetime import UTC, datetime

    from documents.content.base import Imprint
    from documents.content.minutes import ActionItem, Attendant, Minutes, Topic

    content = Minutes(
        issuer="鄂尔多斯市政企直通办公室",
        title="政企对话专题会议纪要",
        mark="政企对话会议纪要",
        held_at=datetime(2026, 11, 18, 1, tzinfo=UTC),
        place="三楼会议室",
        host=Attendant(name="张建国"),
        opening=(),
        topics=(Topic(title="关于用地", items=(ActionItem(words="完成论证", lead="市自然资源局"),)),),
        present=(),
    )

    def of(number: int) -> Any:
        imprint = Imprint(
            number=f"〔2026〕第{number + 1}期",
            issued_on=date(2026, 11, 20),
            verify_at=f"https://direct.example/verify/{number:016x}/",
        )
        return content, imprint

    return of


def engine(_documents: int, _folder: Path, *, whole: bool = False) -> Callable[[int], int]:
    of = contents(whole=whole)
    from documents.engine.rendering import render

    def make(number: int) -> int:
        rendered = render(*of(number))
        assert rendered.pages == 1
        return len(rendered.pdf)

    return make


def worker(documents: int, folder: Path) -> Callable[[int], int]:
    return engine(documents, folder, whole=True)


def pages(documents: int) -> list[str]:
    of = contents()
    from documents.engine.rendering import html

    return [html(*of(number)) for number in range(documents)]


def bare(documents: int, _folder: Path) -> Callable[[int], int]:
    ready = pages(documents)
    import weasyprint
    from weasyprint.layout import inline

    from documents.engine import justification, rendering, typefaces

    inline.justify_line = justification._stretch_spaces
    with typefaces.no_others():
        fonts = rendering.FontConfiguration()
    style = weasyprint.CSS(string=typefaces.font_faces() + rendering.GENERAL.read_text("utf-8"), font_config=fonts)

    def make(number: int) -> int:
        return len(weasyprint.HTML(string=ready[number]).write_pdf(font_config=fonts, stylesheets=[style]))

    return make


TYPST = """
#set document(title: "政企对话专题会议纪要", date: datetime(year: 2026, month: 11, day: 20))
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))
#set text(font: ("FandolFang R", "GWFangSongExt"), size: 16pt, lang: "zh")
#set par(leading: 13pt, justify: true, first-line-indent: (amount: 2em, all: true))
#align(center, text(font: "GWXiaoBiaoSong", size: 46pt, fill: rgb("e60012"))[政企对话会议纪要])
#align(center)[〔2026〕第NUMBER期]
#line(length: 100%, stroke: 0.53mm + rgb("e60012"))
#align(center, text(font: "GWXiaoBiaoSong", size: 22pt)[政企对话专题会议纪要])

时间：2026年11月18日9时

地点：三楼会议室

主持：张建国

#text(font: "FandolHei")[一、关于用地]

1.完成论证。由市自然资源局牵头。

#align(right)[2026年11月20日]
"""


def typeset(_documents: int, folder: Path) -> Callable[[int], int]:
    import typst

    source = folder / "minutes.typ"
    source.write_text(TYPST, encoding="utf-8")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(ROOT / "documents" / "fonts")])

    def make(number: int) -> int:
        source.write_text(TYPST.replace("NUMBER", str(number + 1)), encoding="utf-8")
        return len(typst.compile(str(source), font_paths=fonts, pdf_standards="a-3b"))

    return make


def printable_page(page: str) -> str:
    from documents.engine import rendering, typefaces

    style = typefaces.font_faces() + rendering.GENERAL.read_text("utf-8")
    return page.replace("</head>", f"<style>{style}</style></head>")


def browser_kept_open(documents: int, folder: Path) -> Callable[[int], int]:
    ready = pages(documents)
    from playwright.sync_api import sync_playwright

    browser = sync_playwright().start().chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    tab = browser.new_page()

    def make(number: int) -> int:
        source = folder / "minutes.html"
        source.write_text(printable_page(ready[number]), encoding="utf-8")
        tab.goto(source.as_uri())
        return len(tab.pdf(prefer_css_page_size=True))

    return make


def browser_started(documents: int, folder: Path) -> Callable[[int], int]:
    ready = pages(documents)

    def make(number: int) -> int:
        source, target = folder / "minutes.html", folder / "minutes.pdf"
        source.write_text(printable_page(ready[number]), encoding="utf-8")
        words = [CHROMIUM, "--headless", *FLAGS, f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        subprocess.run([*words, source.as_uri()], check=True, capture_output=True)
        return target.stat().st_size

    return make


# --- the verdict ---


def write(found: dict[str, list[dict[str, float]]], *, documents: int, out: Path) -> None:
    import weasyprint

    middle = {name: {key: median(run[key] for run in runs) for key in runs[0]} for name, runs in found.items() if runs}
    ours, bare_one = middle["engine"], middle["bare"]
    ratio = ours["cpu"] / bare_one["cpu"]
    budgets = [
        ("one page, warm process", f"{ours['warm']:.3f} s", f"≤ {MOST_SECONDS} s", ours["warm"] <= MOST_SECONDS),
        (
            f"{documents:,} documents : bare WeasyPrint, CPU",
            f"{ours['cpu'] * documents:.1f} : {bare_one['cpu'] * documents:.1f} s = {ratio:.2f} ×",
            f"≤ {MOST_RATIO} ×",
            ratio <= MOST_RATIO,
        ),
        (
            f"{documents:,} documents, peak of memory without the product's apps",
            f"{ours['peak']:.0f} MB",
            f"≤ {MOST_MEGABYTES} MB",
            ours["peak"] <= MOST_MEGABYTES,
        ),
    ]
    day = time.strftime("%Y-%m-%d")
    lines = [
        f"# {day}: official documents",
        "",
        f"WeasyPrint {weasyprint.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}; rounds: {len(found['engine'])}, medians.",
        "",
        "| budget | measured | allowed | |",
        "|---|---|---|---|",
        *(f"| {what} | {figure} | {most} | {'pass' if kept else '**miss**'} |" for what, figure, most, kept in budgets),
        "",
        "| contender | number | one warm, s | CPU each, s | wall each, s | CPU : ours | wall : ours | peak, MB | KB |",
        "|---|---|---|---|---|---|---|---|---|",
        *(row(name, one, ours) for name, one in middle.items()),
        "",
        "The memory of a browser is that of its largest process; its others come on top. The CPU of one kept open is "
        "not counted (its processes are still running): compare its wall time.",
        "",
    ]
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{day}-documents.md").write_text("\n".join(lines), encoding="utf-8")
    (out / f"{day}-documents.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    print("\n".join(lines))


def row(name: str, one: dict[str, float], ours: dict[str, float]) -> str:
    cpu = "–" if name == "chromium" else f"{one['cpu'] / ours['cpu']:.2f}"
    return (
        f"| {name} | {one['documents']:.0f} | {one['warm']:.3f} | {one['cpu']:.3f} | {one['wall']:.3f} | {cpu} |"
        f" {one['wall'] / ours['wall']:.2f} | {one['peak']:.0f} | {one['bytes'] / 1024:.0f} |"
    )


if __name__ == "__main__":
    main()
