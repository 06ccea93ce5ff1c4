"""A running worker shows that it lives, while it waits and while a long task keeps it busy."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import Error, connection

from foundation.pulse import beat

WORKER = "worker"
EVERY = 15.0  # seconds between two beats

logger = logging.getLogger(__name__)


@contextmanager
def beating(*, clock: Callable[[], datetime], every: float = EVERY) -> Iterator[None]:
    """The pulse `worker` beats at once and then every `every` seconds until the block is left, however it is left.

    It beats from a thread with a connection of its own: the library's loop has no place for it, and a task may take
    an hour. That says that the process lives. Whether it gets on is what the age of the queue and the tick show.
    """
    ended = threading.Event()

    def heart() -> None:
        while True:
            _beat_once(clock())
            if ended.wait(every):
                return

    thread = threading.Thread(target=heart, name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=2)


def _beat_once(now: datetime) -> None:
    """One beat; a database that is busy or away is met again at the next one."""
    try:
        beat(WORKER, at=now)
    except Error:
        logger.warning("the pulse of the worker could not be written", exc_info=True)
    finally:
        connection.close()
