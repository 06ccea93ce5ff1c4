"""What one part of the product could tell of what another part hides: each time the thing that could leak is there.

An answer is compared with the one that is given where it never was: byte for byte, but for chance.
"""

import re
from typing import Any

import pytest
from django.urls import reverse

from cases.demands import batch, moves, queries
from cases.demands.models import Case
from cases.demands.moves.access import deny
from foundation.errors import Refused
from parties.models import Membership
from tests.api import Program
from tests.cases.demands.table import perform
from tests.conftest import SignIn
from tests.factories import Town, actor, case_in, later
from tests.pages import text

KEYS = re.compile(r'(name="(?:csrfmiddlewaretoken|idempotency_key)" value=")[^"]*')


def bare(answer: Any) -> tuple[int, str]:
    """Status and body of an answer, without the keys that every drawing of a form has of its own."""
    return answer.status_code, KEYS.sub(r"\1", answer.content.decode())


# --- possible duplicates, at 受理 ---


def elsewhere(town: Town) -> Case:
    """An open demand of the town's firm that lies with another office."""
    case = case_in("IN_PROGRESS", town=town, title="另一办公室的同一家企业")
    Case.objects.filter(pk=case.pk).update(office=town.other_office)
    return case


def kept_from_intake(town: Town) -> Case:
    """An open demand of the town's firm that its intake officer keeps out of."""
    case = case_in("IN_PROGRESS", town=town, title="受理员回避的同一家企业")
    deny(case, user=town.intake.user, by=actor(town.second_intake))
    return case


@pytest.mark.parametrize("make", [elsewhere, kept_from_intake])
def test_a_demand_that_intake_may_not_open_is_no_possible_duplicate(
    town: Town, sign_in: SignIn, clock: Any, make: Any
) -> None:
    case = case_in("SUBMITTED", town=town)
    clock.move_to(later(hours=3))
    browser, program = sign_in(town.intake), Program(town.intake)
    page = reverse("demands:act", args=[case.public_id, "accept"])
    short = {"category": "ENERGY", "klass": "COMPLEX", "seen": case.head_seq}

    def answers() -> list[Any]:
        by = actor(town.intake, later(hours=3))
        seen = {case.public_id: case.head_seq}
        return [
            bare(browser.get(page)),
            bare(browser.post(page, {"seen": "1"})),
            bare(program.post(f"cases/{case.public_id}/accept/", short | {"klass": ""})),
            batch.foreseen("accept", [Case.objects.get(pk=case.pk)], seen, by),
        ]

    before = answers()
    other = make(town)
    assert answers() == before
    assert before[-1] == {}
    assert queries.open_siblings(case.pk, actor(town.second_intake)).count() == (make is kept_from_intake)
    if make is kept_from_intake:  # a colleague is asked to look at it, and shown it
        assert other.title in text(sign_in(town.second_intake).get(page).content.decode())
        with pytest.raises(Refused, match="该企业还有 1 件在办诉求"):
            perform("accept", case, by=actor(town.second_intake), town=town, duplicates_seen=False)
    assert program.post(f"cases/{case.public_id}/accept/", short).status_code == 200
