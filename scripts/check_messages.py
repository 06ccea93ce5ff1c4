"""Every sentence of the interface is in the English catalogue, translated, and nothing there is out of use.

    python scripts/check_messages.py            says what differs, changes nothing
    python scripts/check_messages.py --write    brings the catalogue up to date; new entries wait for a translator

The texts in the code are Chinese; English is the only catalogue. Extraction runs on a copy, so that a check never
leaves traces in the work tree.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")
# Folders without interface text. The tests' own sentences must not ask for a translator.
LEFT_OUT = (".*", "var", "tests", "docs", "bench", "static", "scripts", "locale", "node_modules", "__pycache__")
# The order of the file is the order of extraction; line numbers would change with every edit.
OPTIONS = ("--locale", "en", "--no-location", "--no-obsolete", "--no-wrap")

SHOWN = 30  # entries printed of each fault


def _run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"✗ {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def extract(into: Path) -> Path:
    """The catalogue as it should be, made in a copy of the sources; known translations are kept."""
    copy = into / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    target = copy / CATALOGUE
    target.parent.mkdir(parents=True)
    if (ROOT / CATALOGUE).exists():
        shutil.copy(ROOT / CATALOGUE, target)
    _run(sys.executable, "-m", "django", "makemessages", *OPTIONS, "--verbosity", "0", cwd=copy)
    # The moment of extraction would make every extraction a change.
    target.write_text(re.sub(r'^"POT-Creation-Date:.*\n', "", target.read_text(), flags=re.MULTILINE))
    return target


def entries(catalogue: Path, *selection: str) -> list[str]:
    """The keys (context, text, plural) of the entries, in the notation of the file; the header is left out."""
    if not catalogue.exists():
        return []
    text = _run("msgattrib", "--no-wrap", "--no-obsolete", *selection, str(catalogue), cwd=ROOT)
    keys = []
    for block in re.split(r"\n\n+", text):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        key = "\n".join(lines).split("\nmsgstr")[0]
        if key.strip() and key != 'msgid ""':
            keys.append(key)
    return keys


def main(write: bool) -> None:
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    with tempfile.TemporaryDirectory() as folder:
        fresh = extract(Path(folder))
        ours = ROOT / CATALOGUE
        if write:
            ours.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(fresh, ours)
        wanted, present = entries(fresh), entries(ours)
        unfinished = set(entries(ours, "--untranslated") + entries(ours, "--only-fuzzy"))
    faults = {
        "目录中没有（请运行 make messages）": [key for key in wanted if key not in set(present)],
        "代码中已不用（请运行 make messages）": [key for key in present if key not in set(wanted)],
        "没有英文译文": [key for key in present if key in unfinished],
    }
    for sentence, keys in faults.items():
        if keys:
            rest = [f"…… 另有 {len(keys) - SHOWN} 条"] if len(keys) > SHOWN else []
            print(f"✗ {sentence}：{len(keys)} 条", *keys[:SHOWN], *rest, sep="\n", end="\n\n")
    if any(faults.values()) and not write:
        sys.exit(1)
    print(f"{CATALOGUE}：{len(present)} 条")


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:])
