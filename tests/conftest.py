"""What every test stands on: a fixed time, a town of people, signed-in browsers, and guards that hold everywhere."""

import gc
import importlib
import secrets
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template import engines
from django.template.base import Node
from django.test import Client, TransactionTestCase, override_settings

from cases.demands import question_sets
from foundation.insertion import insert
from foundation.models import Policy
from parties.models import Membership
from tests.factories import CALENDAR, NOW, SINCE, Town
from workflow import calendars, triggers, versions
from workflow.clocks import DEFAULT_CLOCK_POLICY
from workflow.middleware import POST_KEY

# As the first migration writes it.
FIRST_POLICY = Policy(
    kind="clocks",
    version=1,
    effective_from=SINCE,
    data=DEFAULT_CLOCK_POLICY,
    source=DEFAULT_CLOCK_POLICY["source"],
)
LIBRARIES = Path(sysconfig.get_paths()["purelib"])

# --- what a test asks for ---


@pytest.fixture
def town(db: None) -> Town:
    """Offices, departments, firms and one person for every post in them."""
    return Town.build()


@pytest.fixture
def clock() -> Iterator[Any]:
    """Pages read the time NOW; `clock.move_to(later(hours=2))` and `clock.shift(...)` move on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


SignIn = Callable[..., Client]


@pytest.fixture
def sign_in(clock: Any) -> SignIn:
    """`sign_in(town.handler)` is a browser of this person acting in this very post, at the time of the clock.

    Its session is written as signing in leaves it; when the first page is asked for it begins to count.
    """

    def browser(who: Membership, **options: Any) -> Client:
        client, key, store = Client(**options), secrets.token_hex(16), SessionStore()
        data = {
            SESSION_KEY: str(who.user_id),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: who.user.get_session_auth_hash(),
            POST_KEY: who.pk,
        }
        insert([Session(session_key=key, session_data=store.encode(data), expire_date=store.get_expiry_date())])
        client.cookies[settings.SESSION_COOKIE_NAME] = key
        return client

    return browser


# --- guards ---


class Undefined(str):
    """Stands for an undefined variable in a template of ours and fails the test; libraries may have theirs."""

    def __mod__(self, variable: Any) -> str:
        origin = _template_being_rendered()
        if origin is not None and Path(origin).is_relative_to(LIBRARIES):
            return ""
        pytest.fail(f"undefined variable “{variable}” in template {origin}")


def _template_being_rendered() -> str | None:
    """The file of the innermost node that is being rendered."""
    frame = sys._getframe(1)
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back
    return None


@pytest.fixture(scope="session", autouse=True)
def undefined_variables_fail() -> None:
    engines["django"].engine.string_if_invalid = Undefined("%s")


@pytest.fixture(scope="session", autouse=True)
def the_ledger_can_be_emptied_between_tests() -> None:
    """The tables of a transactional test are flushed; triggers forbid that, and what migrations wrote goes too."""
    flush = TransactionTestCase._fixture_teardown
    first_rows = [
        importlib.import_module(name).add
        for name in (
            "workflow.migrations.0002_default_clock_policy",
            "workflow.migrations.0004_calendars",
            "cases.demands.migrations.0010_question_sets_and_drafts",
        )
    ]

    def teardown(self: TransactionTestCase) -> None:
        with triggers.lifted(connection):
            flush(self)
        for add in first_rows:
            add(apps, None)

    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(autouse=True)
def the_first_versions_are_in_force() -> Iterator[None]:
    """Every test begins with calendar/1 and clocks/1 known to the process; what it adopts is forgotten with its rows.

    Without it the first page of a process would cost two statements more than the others.
    """
    calendars.forget()
    calendars.remember(CALENDAR, at=float("inf"))
    versions.forget()
    versions.remember([FIRST_POLICY], at=float("inf"))
    question_sets.forget()
    yield
    question_sets.forget()
    calendars.forget()
    versions.forget()


def _only_the_test_is_open(wrapper: BaseDatabaseWrapper) -> bool:
    return wrapper.in_atomic_block and all(block._from_testcase for block in wrapper.atomic_blocks)


def _run_hooks(wrapper: BaseDatabaseWrapper) -> None:
    while wrapper.run_on_commit and _only_the_test_is_open(wrapper):
        _savepoints, hook, _robust = wrapper.run_on_commit.pop(0)
        hook()


@pytest.fixture(autouse=True)
def the_files_of_a_test_lie_in_a_folder_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A test that is rolled back takes the rows of its files with it; their content must not meet another test. Nor
    must its seals: one that is rolled back would contradict the next one in a common file."""
    own = tmp_path_factory.getbasetemp() / uuid4().hex
    with override_settings(FILES_DIR=own / "files", SEALS_FILE=own / "seals.jsonl"):
        yield own / "files"


@pytest.fixture(scope="session", autouse=True)
def on_commit_work_is_done() -> None:
    """What waits for a commit runs when the code under test commits, although the test itself is rolled back."""
    leave, wait = transaction.Atomic.__exit__, BaseDatabaseWrapper.on_commit

    def leave_and_run(self: transaction.Atomic, *exc: Any) -> None:
        leave(self, *exc)
        if not self._from_testcase:
            _run_hooks(transaction.get_connection(self.using))

    def wait_or_run(self: BaseDatabaseWrapper, func: Callable[[], Any], robust: bool = False) -> None:
        wait(self, func, robust)
        _run_hooks(self)

    transaction.Atomic.__exit__, BaseDatabaseWrapper.on_commit = leave_and_run, wait_or_run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One database is enough for tests of pages, which say what pages say (what they read of the database is tested
    beside them, on both), and for tests that ask for no database: pytest-django lets those reach none."""
    for item in items:
        alone = item.get_closest_marker("postgres") is None and not asks_for_a_database(item)
        if alone or item.path.name.startswith("test_pages_"):
            item.add_marker("every_page")


def asks_for_a_database(item: pytest.Item) -> bool:
    of_django = isinstance(item, pytest.Function) and item.cls is not None and issubclass(item.cls, TransactionTestCase)
    asked = "django_db_setup" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db") is not None
    return asked or of_django


def pytest_collection_finish() -> None:
    """Rubbish is looked for among what tests make, not among modules and tests, and less often.

    With Python's own settings that is a tenth of what a request costs. A file left open in a cycle fails the run as
    before, though perhaps later: pytest looks for all of them at the end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
