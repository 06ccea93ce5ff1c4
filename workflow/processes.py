"""Work divided among processes. This module imports no model, so that a fresh process can import it before Django."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

import django

A = TypeVar("A")
R = TypeVar("R")


def in_processes(work: Callable[[A], R], parts: Sequence[A], *, processes: int, using: str) -> Iterator[R]:
    """The result of every part, in the order of the parts; `work` and the parts must be picklable.

    This process works from the first part on, at once; the others, while they start, are given the last ones first.
    Each has a connection of its own to the database `using` that this process is connected to. An error in one is
    raised here; a process that dies raises BrokenProcessPool.
    """
    from django.db import connections

    pool = ProcessPoolExecutor(
        processes - 1,
        mp_context=multiprocessing.get_context("spawn"),  # a forked child would share this process's connection
        initializer=_start,
        initargs=(using, connections[using].settings_dict),
    )
    try:
        elsewhere = [pool.submit(work, part) for part in reversed(parts)]
        for part, future in zip(parts, reversed(elsewhere), strict=True):
            yield work(part) if future.cancel() else future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _start(using: str, settings_dict: dict[str, Any]) -> None:
    """A fresh process has Django, and the database of the process that started it."""
    django.setup()
    from django.db import connections

    connections[using].settings_dict.update(settings_dict)
