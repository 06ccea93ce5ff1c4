"""The world stands for a module; what is sent goes back after every attempt."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.hostile.world import MOMENT, World, world_in


@pytest.fixture(scope="module")
def whole_world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[World]:
    """With a record for each of the addresses that the module says it needs, by its function `needs`, or for all."""
    with django_db_blocker.unblock(), world_in(tmp_path_factory.mktemp("hostile")) as world:
        world.prepare(getattr(request.module, "needs", lambda name: True))
        yield world


@pytest.fixture
def world(whole_world: World, db: None, settings: Any) -> Iterator[World]:
    """A test inside the world, at its moment and with its files."""
    settings.FILES_DIR = whole_world.folder / "files"
    settings.SEALS_FILE = whole_world.folder / "seals.jsonl"
    with time_machine.travel(MOMENT, tick=False):
        yield whole_world


@pytest.fixture
def a_request_leaves_the_connection() -> Iterator[None]:
    """The application as the server calls it closes connections after a request; that of a test is in a transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)
