"""The world stands for a module; what is sent goes back after every attempt."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.hostile.world import MOMENT, World, world_in


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), world_in(tmp_path_factory.mktemp("hostile")) as world:
        world.prepare()
        yield world


@pytest.fixture
def world(whole_world: World, db: None, settings: Any) -> Iterator[World]:
    """A test inside the world, at its moment and with its files."""
    settings.FILES_DIR = whole_world.folder / "files"
    settings.SEALS_FILE = whole_world.folder / "seals.jsonl"
    with time_machine.travel(MOMENT, tick=False):
        yield whole_world
