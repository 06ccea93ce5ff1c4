"""What holds for every move, address and template of the product, those to come included."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from workflow.clocks import Effect
from workflow.registry import subject_models
from workflow.rules import READERS, Condition, Permission, Restriction
from workflow.specs import Spec, specs
from workflow.subject import Subject

ROOT = Path(settings.BASE_DIR)
PRODUCT = ("cases", "config", "dialogue", "documents", "evaluations", "foundation", "parties", "workflow")
DOMAIN = tuple(name for name in PRODUCT if name != "config")


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module of these folders, by its path, without migrations."""
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


# --- moves ---

SUBJECTS = [model for model in subject_models() if issubclass(model, Subject)]
MOVES = [(model, spec) for model in SUBJECTS for spec in specs(model).values()]
every_move = pytest.mark.parametrize(
    ("model", "spec"), MOVES, ids=lambda it: it.action if isinstance(it, Spec) else it.__name__
)


def moves_of(model: type[Subject]) -> Any:
    return importlib.import_module(f"{model.__module__.split('.models')[0]}.moves")


@every_move
def test_a_move_has_a_label_and_a_permission_and_every_rule_its_sentence(model: type[Subject], spec: Spec) -> None:
    assert str(spec.label).strip()
    assert isinstance(spec.permission, Permission)
    assert all(isinstance(rule, Restriction) for rule in spec.permission.restrictions)
    assert all(isinstance(rule, Condition) for rule in spec.conditions)
    rules = (spec.permission, *spec.permission.restrictions, *spec.conditions)
    assert all(len(str(rule.sentence)) >= 5 for rule in rules)
    assert all(attribute == READERS or hasattr(model, attribute) for attribute in spec.permission.of)
    assert all(isinstance(effect, Effect) for effect in spec.clocks)


@every_move
def test_a_move_has_one_named_function_that_makes_it(model: type[Subject], spec: Spec) -> None:
    function = getattr(moves_of(model), spec.run)
    assert inspect.isfunction(function)
    assert function.__doc__
    assert inspect.signature(function).parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    named = [node.value for node in ast.walk(ast.parse(inspect.getsource(function))) if isinstance(node, ast.Constant)]
    assert spec.action in named


@every_move
def test_a_move_is_the_same_from_every_state(model: type[Subject], spec: Spec) -> None:
    """The door reads the first decorator of a method; a second one that says otherwise would go unheard."""
    transitions = getattr(model, spec.action)._django_fsm.transitions.values()
    assert len({(str(t.target), id(t.permission), str(t.custom), str(t.conditions)) for t in transitions}) == 1


def test_whatever_is_public_among_the_moves_makes_one() -> None:
    for model in SUBJECTS:
        module = moves_of(model)
        public = {
            name
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__.startswith(module.__name__) and not name.startswith("_")
        }
        assert public == {spec.run for spec in specs(model).values()}


def receiver(node: ast.expr) -> str:
    """`moves` for moves.x(), `super` for super().x(); nothing for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


# Things with methods of the same names: our functions, views (dispatch), field history and probes (register), a pool
# of processes (submit), the register of documents (withdraw).
NAMESAKES = {"moves", "demands", "super", "auditlog", "health", "pool", "register"}


def test_a_transition_is_called_by_nobody_but_the_door_and_whoever_loads_old_histories() -> None:
    actions = {spec.action for _model, spec in MOVES}
    calls = []
    for path, tree in sources(*PRODUCT):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Attribute(value=value, attr=attr) if attr in actions:
                    if receiver(value) not in NAMESAKES:
                        calls.append(f"{path}: .{attr}()")
                case ast.Call(func=ast.Name(id="getattr"), args=[value, name]):
                    private = isinstance(name, ast.JoinedStr) and ast.unparse(name.values[0]).startswith("'_")
                    if receiver(value) not in NAMESAKES and not private:
                        calls.append(f"{path}: getattr()()")
    assert sorted(calls) == ["workflow/bulk.py: getattr()()", "workflow/door.py: getattr()()"]


def test_no_state_is_written_past_its_transition() -> None:
    writes = [
        f"{path}:{node.lineno}"
        for path, tree in sources(*PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr in ("update", "aupdate") and any(word.arg == "state" for word in node.keywords))
            or (node.func.attr in ("bulk_update", "abulk_update") and not names_columns_other_than_the_state(node))
        )
    ]
    assert writes == []


def names_columns_other_than_the_state(call: ast.Call) -> bool:
    """Whether the columns of a bulk update stand there word for word, and the state is not among them."""
    columns = call.args[1] if len(call.args) > 1 else None
    names = [getattr(one, "value", None) for one in columns.elts] if isinstance(columns, ast.List) else ["state"]
    return all(isinstance(name, str) for name in names) and "state" not in names


# Where a request, a command or a task begins, and the session limits: there the clock is read, and handed down.
CLOCK_READERS = {
    "cases/demands/evidence/tasks.py",
    "cases/demands/tasks.py",
    "documents/drafts.py",
    "documents/signing/watching.py",  # the check at start
    "documents/tasks.py",
    "foundation/jobs.py",
    "foundation/views.py",
    "parties/exchange/checking.py",
    "parties/exchange/progress.py",
    "parties/exchange/tasks.py",
    "parties/middleware.py",
    "workflow/authentication.py",
    "workflow/exports/tasks.py",
    "workflow/middleware.py",
    "workflow/rehearsal_job.py",
    "workflow/replay_job.py",
}
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def reads_the_clock(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    value = node.func.value
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return (name, node.func.attr) in CLOCKS


def test_domain_code_never_asks_what_time_it_is() -> None:
    readers = {
        path
        for path, tree in sources(*DOMAIN)
        if "/management/commands/" not in path and any(map(reads_the_clock, ast.walk(tree)))
    }
    assert readers == CLOCK_READERS


# --- who a firm is ---

# Where the name of a demand's firm, of whose turn it is, or whom to call may be read as it lies in the table: one
# module decides for whom (docs/decisions/0021). Submission and registration know the firm they write down.
READS_FIRMS = {
    "cases/demands/identity.py",
    "cases/demands/moves/opening.py",  # the firm's own submission, and intake's registration
    "cases/demands/queries/identity.py",  # what to look for in a text
    "cases/demands/views/words.py",  # whose turn it is, through organisation_words
    "dialogue/symposia/views/words.py",  # whose turn a meeting is: an office's or the host's, never a firm's
}
NAMES_A_FIRM = re.compile(
    r"\b(enterprise|turn_org)\.(name|short_name|credit_code|public_id)\b|\b(case|row|obj|self)\.contact_(name|phone)\b"
)


def test_the_firm_of_a_demand_is_named_by_one_module_alone() -> None:
    files = [file for name in (*DOMAIN, "config/pages", "templates") for file in (ROOT / name).rglob("*.*")]
    readers = {
        str(file.relative_to(ROOT))
        for file in files
        if file.suffix in (".py", ".html") and "migrations" not in file.parts
        if NAMES_A_FIRM.search(file.read_text(encoding="utf-8"))
    }
    assert readers - {"cases/demands/rules/asking.py", "cases/demands/models/case.py"} == READS_FIRMS


# --- addresses ---

# Whoever is not signed in may see these, and nothing else: the steps of signing in, what machines ask, and the page on
# which anybody checks a document.
SIGNING_IN = {"login", "account_login", "mfa_authenticate", "begin_again", "oidc", "oidc_callback"}
OPEN = SIGNING_IN | {"healthz", "readyz", "verify", "verify_file", "verified"}
SAMPLES = {"uuid": "01234567-89ab-4def-8123-456789abcdef", "slug": "accept"}


def addresses(resolver: URLResolver | None = None, path: str = "/") -> Iterator[tuple[str, str]]:
    """The name and a sample of every address."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + "".join(sample(pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here)
        else:
            yield pattern.name or here, here


def sample(pattern: URLPattern | URLResolver) -> Iterator[str]:
    """The pieces of one pattern, its parameters filled in by their converters."""
    route = str(pattern.pattern)
    assert "<int:" not in route, "the address would count"
    assert "<str:" not in route
    for kind, value in SAMPLES.items():
        for name in pattern.pattern.converters:
            route = route.replace(f"<{kind}:{name}>", value)
    assert "<" not in route, f"{pattern}: a converter without a sample"
    yield route


ADDRESSES = sorted(addresses())


def keeps_out(answer: HttpResponse, address: str) -> bool:
    if address.startswith("/api/"):
        return answer.status_code == 401
    return answer.status_code == 302 and answer["Location"].startswith(f"{reverse('login')}?next=")


@pytest.mark.every_page
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "address"), ADDRESSES, ids=[name for name, _address in ADDRESSES])
def test_nobody_comes_in_without_signing_in(client: Client, name: str, address: str) -> None:
    for method in (client.get, client.post):
        answer = method(address)
        assert keeps_out(answer, address) is (name not in OPEN)


def test_the_walk_finds_the_addresses() -> None:
    names = {name for name, _address in ADDRESSES}
    assert {"home", "login", "logout", "list", "case", "act", "cases", "confirm", "schema", "nowhere"} <= names
    assert names >= OPEN


# --- templates ---

BY_DJANGO = {"400.html", "403.html", "404.html", "500.html"}  # found by their names


def test_every_template_is_used() -> None:
    folder = ROOT / "templates"
    templates = {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*.html")}
    code = [file.read_text(encoding="utf-8") for name in PRODUCT for file in (ROOT / name).rglob("*.py")]
    for name in sorted(set(templates) - BY_DJANGO):
        others = [text for other, text in templates.items() if other != name]
        assert any(f'"{name}"' in text or f'"{name}#' in text for text in (*code, *others)), f"{name} is not used"
    assert set(templates) >= BY_DJANGO
