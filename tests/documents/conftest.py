"""What holds for every test that sets a document."""

import logging
from collections.abc import Iterator

import pytest


class Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture(autouse=True)
def weasyprint_complains_of_nothing() -> Iterator[None]:
    """A style or a picture that is not understood is only logged, and the paper would silently lack it."""
    complaints = Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    yield
    logger.removeHandler(complaints)
    assert complaints.heard == []
