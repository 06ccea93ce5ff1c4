"""How far a piece of background work is, told while its transaction is still open."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from foundation.models import Job, JobState

TELL_EVERY = 0.5  # seconds between two reports


class Progress:
    """Writes into the job. Inside `apart` that happens over another connection, for nobody sees what this one writes.

    SQLite has one writer: while a transaction writes, nothing else is written, and the page shows what it was told
    last.
    """

    def __init__(self, job: Job) -> None:
        self.job, self.told = job, 0.0
        self._pool: ThreadPoolExecutor | None = None
        self._silent = False
        self._write(state=JobState.RUNNING)

    def tell(self, done: int, total: int | None) -> None:
        if self._silent or time.monotonic() - self.told < TELL_EVERY:
            return
        self.told = time.monotonic()
        pool = self._pool
        if pool is None:
            self._write(done=done, total=total)
        else:
            pool.submit(self._write, done=done, total=total)

    def ends(self, state: JobState, message: str, *, done: int = 0) -> None:
        self._write(state=state, message=message, done=done, finished_at=timezone.now())

    @contextmanager
    def apart(self) -> Iterator[None]:
        if connection.vendor != "postgresql":
            self._silent = True
            try:
                yield
            finally:
                self._silent = False
            return
        with ThreadPoolExecutor(max_workers=1) as pool:
            self._pool = pool
            try:
                yield
            finally:
                pool.submit(_shut)
                self._pool = None

    def _write(self, **fields: Any) -> None:
        Job.objects.filter(pk=self.job.pk).update(moved_at=timezone.now(), **fields)


def _shut() -> None:
    """The connection of the thread that this is called in is closed; named outside it would be the caller's."""
    connection.close()
