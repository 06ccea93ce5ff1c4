"""What the tests of the ledger stand on."""

import pytest

from cases.demands.models import Case
from tests.workflow.chains import five_cases


@pytest.fixture
def cases(db: None) -> list[Case]:
    """Five cases without events."""
    return five_cases()
