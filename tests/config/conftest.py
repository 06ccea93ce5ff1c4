"""The whole demonstration of one Monday."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import override_settings

from config.demo.loader import load
from config.demo.sizes import USUAL

MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Loaded once for the module that asks for it, its files in this folder; taken back at its end."""
    folder = tmp_path_factory.mktemp("demo")
    elsewhere = override_settings(SEALS_FILE=folder / "seals.jsonl", FILES_DIR=folder / "files")
    with django_db_blocker.unblock(), elsewhere, transaction.atomic():
        assert load(seed=1, as_of=MONDAY, demands=USUAL, progress=lambda done, total: None)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def in_the_demo(demo: Path, db: None, settings: Any) -> None:
    """A test inside the loaded demonstration; what it changes goes back."""
    settings.FILES_DIR = demo / "files"
