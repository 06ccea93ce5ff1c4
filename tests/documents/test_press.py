"""The same content gives the same bytes, in any thread and process, on any machine's fonts; memory stays bounded."""

import gc
import hashlib
import os
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from documents.content.minutes import Minutes
from tests.paper import ISSUED, MINUTES, minutes, printed, words

pytestmark = pytest.mark.every_page


def another_process(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()


PAGES_THEN_A_DOCUMENT = """
import django; django.setup()
import hashlib, sys, config.urls, config.wsgi
from django.core import checks
checks.run_checks()
print(sorted({"weasyprint", "pyhanko", "fontTools", "documents.engine.rendering"} & set(sys.modules)))
from tests.paper import MINUTES, printed
print(hashlib.sha256(printed(MINUTES)).hexdigest())
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a process says that has other fonts, another language and time zone, and another seed of hashes."""
    fonts = tmp_path_factory.mktemp("machine") / "fonts.conf"
    fonts.write_text('<?xml version="1.0"?><fontconfig><dir>/nowhere</dir></fontconfig>')
    return another_process(
        PAGES_THEN_A_DOCUMENT,
        FONTCONFIG_FILE=str(fonts),
        LANG="C",
        LC_ALL="C",
        TZ="America/New_York",
        PYTHONHASHSEED="7",
    ).splitlines()


def test_pages_and_checks_import_nothing_that_only_the_worker_needs(elsewhere: list[str]) -> None:
    assert elsewhere[0] == "[]"


def test_another_process_makes_the_same_bytes(elsewhere: list[str]) -> None:
    assert elsewhere[1] == hashlib.sha256(printed(MINUTES)).hexdigest()


def test_threads_that_set_documents_at_once_make_the_same_bytes() -> None:
    from documents.engine.rendering import render

    contents: list[Minutes] = [MINUTES, minutes(), minutes(opening=("镕堃喆" * 50,))] * 4
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda content: render(content, ISSUED).pdf, contents))
    assert made == [printed(content) for content in contents]


def test_what_a_thread_set_its_documents_with_goes_with_the_thread() -> None:
    from documents.engine import rendering

    kept: list[weakref.ref[object]] = []
    folders: list[Path] = []

    def work() -> None:
        rendering.render(minutes(), ISSUED)
        kept.append(weakref.ref(rendering._press.fonts))
        folders.append(rendering._press.fonts._folder)

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    gc.collect()
    assert [one() for one in kept] == [None, None]
    assert [folder.exists() for folder in folders] == [False, False]


def test_only_the_fonts_of_documents_are_seen_and_a_browser_of_this_process_still_sees_the_machines() -> None:
    from weasyprint.text.ffi import ffi, fontconfig

    from documents.engine import rendering, typefaces

    before = os.environ.get("FONTCONFIG_FILE")
    rendering.render(minutes(), ISSUED)
    seen = set()
    listed = fontconfig.FcConfigGetFonts(rendering._press.fonts._config, fontconfig.FcSetSystem)
    for number in range(listed.nfont):
        name = ffi.new("FcChar8 **")
        fontconfig.FcPatternGetString(listed.fonts[number], b"file", 0, name)
        seen.add(Path(ffi.string(name[0]).decode()).parent.resolve())
    assert seen == {typefaces.FONTS}
    assert os.environ.get("FONTCONFIG_FILE") == before


def test_nothing_that_somebody_typed_is_opened_or_understood_as_markup(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    markup = "<b>fett</b>{{ 1|add:1 }}</style>"
    typed = f'<img src="{secret.as_uri()}"><link rel=attachment href="{secret.as_uri()}">{markup}'
    pdf = printed(minutes(title=typed, mark=typed, opening=(typed,), issuer=typed))
    assert words(pdf).count(markup) >= 3
    assert b"geheim" not in pdf


def test_memory_stays_flat_over_many_documents() -> None:
    from documents.engine.rendering import render

    def resident() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20

    for number in range(5):
        render(minutes(opening=(f"第{number}次",)), ISSUED)
    before = resident()
    for number in range(30):
        render(minutes(opening=(f"第{number}次",)), ISSUED)
    assert resident() - before < 40  # a font configuration for each document would take three times as much
