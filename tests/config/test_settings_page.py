"""The page of settings says of every variable that is read what it means and what it is when nobody sets it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGE = ROOT / "docs/settings.md"
PRODUCT = ("config", "foundation", "parties", "workflow", "cases", "dialogue", "evaluations")
VARIABLE = re.compile(r"(?:DIALOGUE|DATABASE)_[A-Z_]+")
# Set by Django's own programs, and by these for the programs they start.
NOT_OURS = {"DJANGO_SETTINGS_MODULE"}
# What the table says in words, because the default is computed.
IN_WORDS = {
    "DATABASE_URL",
    "DIALOGUE_EMAIL_URL",
    "DIALOGUE_SECOND_FACTOR",
    "DIALOGUE_SECRET_KEY",
    "DIALOGUE_TASKS_IN_TRANSACTION",
}


def rows() -> dict[str, tuple[str, str]]:
    """Variable → (default, meaning), from all tables of the page."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    found = [(line[0].strip("`"), line[1], " | ".join(line[2:])) for line in lines]
    assert len({name for name, *_rest in found}) == len(found)
    return {name: (default, meaning) for name, default, meaning in found}


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def read_by_the_product() -> set[str]:
    """Whatever names a variable in quotes, however it is read."""
    files = [path for app in PRODUCT for path in (ROOT / app).rglob("*.py")]
    quoted = re.compile(rf'"({VARIABLE.pattern})"')
    return {name for path in files for name in quoted.findall(path.read_text())}


def read_by_scripts() -> set[str]:
    """What set-up, the commands and the browser tests read."""
    python = [path.read_text() for path in (ROOT / "scripts").glob("*.py")]
    shell = [path.read_text() for path in (ROOT / "scripts").glob("*.sh")]
    got = {name for text in python for name in re.findall(r'environ\.get\("([A-Z_]+)"', text)}
    given = {name for text in shell for name in re.findall(r"\$\{([A-Z][A-Z_]+):-", text)}
    pictures = VARIABLE.findall((ROOT / "tests/browser/conftest.py").read_text())
    return got | given | {name for text in python + shell for name in VARIABLE.findall(text)} | set(pictures)


def defaults() -> Iterator[tuple[str, ast.expr]]:
    """Variable → the expression that stands for it when it is not set, wherever one call names both."""
    for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text())):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        name = node.args[0].value
        if isinstance(name, str) and VARIABLE.fullmatch(name):
            if len(node.args) > 1:
                yield name, node.args[1]
            elif isinstance(node.func, ast.Name) and node.func.id == "_flag":
                yield name, ast.Constant("0")


def test_every_variable_stands_in_the_table_and_nothing_else() -> None:
    assert sorted(rows()) == sorted((read_by_the_product() | read_by_scripts()) - NOT_OURS)


def test_every_variable_has_a_meaning_and_the_default_of_the_code() -> None:
    table = rows()
    assert {name for name, (_default, meaning) in table.items() if len(meaning) < 10} == set()
    wrong = []
    for name, expression in defaults():
        if name in IN_WORDS:
            continue
        said = table[name][0]
        if isinstance(expression, ast.Constant):
            right = said == (f"`{expression.value}`" if expression.value else "none")
        else:
            # A path: its parts stand in the words.
            right = all(part in said for part in strings(expression))
        if not right:
            wrong.append((name, said, ast.unparse(expression)))
    assert wrong == []


@pytest.mark.parametrize("name", ["deploy/environment"])
def test_the_ready_file_of_settings_sets_what_there_is(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    pairs = [line.split("=", 1) for line in lines]
    assert {name for name, _value in pairs} <= rows().keys()
    # systemd and the shell read it alike only without quotes and blanks.
    assert all(re.fullmatch(r"[A-Za-z0-9_:/@.,+-]*", value) for _name, value in pairs)
