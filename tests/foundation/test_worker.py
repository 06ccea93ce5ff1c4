"""The worker shows that it lives while it waits and while it works, and ends when it is told to."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from foundation.models import Pulse
from foundation.pulse import last
from foundation.worker import WORKER, beating
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 40  # seconds


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)
    return found


def database_url() -> str:
    """The database of this test for another process."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = f"{at['USER']}:{quote(at['PASSWORD'], safe='')}@" if at["PASSWORD"] else f"{at['USER']}@"
    port = f":{at['PORT']}" if at["PORT"] else ""
    return f"postgresql://{who}{quote(at['HOST'], safe='')}{port}/{at['NAME']}"


@contextmanager
def worker(database: str = "") -> Iterator[subprocess.Popen[str]]:
    """A worker process on the database of this test, or on another."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_worker"],
        cwd=Path(settings.BASE_DIR),
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DIALOGUE_SECRET_KEY": "for this test only",
            "DATABASE_URL": database or database_url(),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_an_idle_worker_beats_and_ends_well_on_sigterm():
    began = timezone.now()
    with worker() as process:
        beaten = until(lambda: last(WORKER))
        assert beaten.ok
        assert timedelta(0) <= beaten.at - began < timedelta(seconds=PATIENCE)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_a_worker_that_cannot_work_ends_with_a_log_line_and_no_words_of_the_fault():
    with worker("sqlite:////nowhere/at/all/张三.sqlite3") as process:
        _out, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert (
        '"exception": {"type": "django.db.utils.OperationalError", "because_of": ["sqlite3.OperationalError"]' in said
    )
    assert "Traceback" not in said
    assert "unable to open" not in said


def test_the_pulse_goes_on_while_a_task_keeps_the_worker_busy():
    times = iter(NOW + timedelta(seconds=n) for n in range(1000))
    with beating(clock=lambda: next(times), every=0.02):
        until(lambda: Pulse.objects.filter(name=WORKER, at__gte=NOW + timedelta(seconds=3)).exists())
    beaten = last(WORKER).at
    time.sleep(0.1)
    assert last(WORKER).at == beaten
    assert "pulse" not in [thread.name for thread in threading.enumerate()]


def test_a_beat_that_fails_is_not_the_last(monkeypatch, caplog):
    times = iter(NOW + timedelta(seconds=n) for n in range(1000))
    table = Pulse._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"alter table {table} rename to elsewhere")
    try:
        with beating(clock=lambda: next(times), every=0.02):
            until(lambda: "the pulse of the worker could not be written" in caplog.text)
            with connection.cursor() as cursor:
                cursor.execute(f"alter table elsewhere rename to {table}")
            until(lambda: last(WORKER))
    finally:
        if "elsewhere" in connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute(f"alter table elsewhere rename to {table}")
