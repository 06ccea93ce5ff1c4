"""A move that takes two people: one asks, another of the same office consents, and only then it happens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.demands import moves
from cases.demands.models import Case, DutyItem
from foundation.errors import Changed, NotVisible, NotYours, Refused, WrongMoment
from parties.models import Department, Membership
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.table import perform
from tests.factories import NOW, Town, actor, case_in, later, member
from workflow import registry
from workflow.models import Event, Proposal
from workflow.proposals import decide, propose


def rows_of(inputs: dict[str, Any]) -> dict[str, Any]:
    """The stored keys of a dispatch as the rows that the move takes."""
    return {
        "lead": Department.objects.get(pk=inputs["lead"]),
        "duty_item": DutyItem.objects.get(pk=inputs["duty_item"]),
    }


@pytest.fixture(autouse=True)
def dispatch_takes_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the length of a test; the product has no move yet that takes two people."""
    monkeypatch.setitem(registry._consents, ("case", "dispatch"), registry.Consent(moves.dispatch_case, rows_of))


@pytest.fixture
def second(town: Town) -> Membership:
    """Another dispatcher of the same office."""
    return member(town.office, Role.DISPATCHER)


@pytest.fixture
def case(town: Town) -> Case:
    return case_in("ACCEPTED", town=town)


Propose = Callable[..., Proposal]


@pytest.fixture
def proposed(town: Town, case: Case) -> Propose:
    def ask(by: Membership | None = None, **changes: Any) -> Proposal:
        inputs = {"lead": town.energy.pk, "duty_item": town.shared.pk}
        usual = {"seen": case.head_seq, "inputs": inputs, "reason": "电力接入归能源局"}
        return propose(case, "dispatch", by=actor(by or town.dispatcher, later(hours=1)), **{**usual, **changes})

    return ask


def unmoved(case: Case) -> bool:
    now = Case.objects.get(pk=case.pk)
    events = Event.objects.filter(subject_id=case.pk).count()
    return (now.state, now.head_seq, now.head_hash, events) == (
        case.state,
        case.head_seq,
        case.head_hash,
        case.head_seq,
    )


def test_a_proposal_moves_nothing(case: Case, proposed: Propose, town: Town) -> None:
    proposal = Proposal.objects.get(pk=proposed(due=later(days=1)).pk)
    assert (proposal.verdict, proposal.decided_by, proposal.decided_at) == ("PENDING", None, None)
    assert (proposal.subject_kind, proposal.subject_id, proposal.action) == ("case", case.pk, "dispatch")
    assert (proposal.by, proposal.organisation_id) == (town.dispatcher.user, town.office.pk)
    assert (proposal.seen, proposal.due_at, proposal.created_at) == (case.head_seq, later(days=1), later(hours=1))
    assert unmoved(case)


def test_the_consent_of_another_person_runs_the_move_in_their_name(
    case: Case, proposed: Propose, second: Membership, town: Town
) -> None:
    proposal = decide(proposed().pk, by=actor(second, later(hours=2)), consent=True, reason="")
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.lead_id, found.duty_item_id) == ("DISPATCHED", town.energy.pk, town.shared.pk)
    event = Event.objects.get(subject_id=case.pk, seq=case.head_seq + 1)
    assert (event.action, event.user_id, event.at) == ("dispatch", second.user_id, later(hours=2))
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert (proposal.verdict, proposal.decided_by, proposal.decided_at) == ("CONSENTED", second.user, later(hours=2))
    assert_chain_holds(found)


def test_who_proposed_cannot_consent_nor_reject(case: Case, proposed: Propose, town: Town) -> None:
    proposal = proposed()
    for consent in (True, False):
        with pytest.raises(NotYours, match="提出人不能自己同意，须由另一人决定"):
            decide(proposal.pk, by=actor(town.dispatcher, later(hours=2)), consent=consent, reason="改变主意")
    assert Proposal.objects.get().verdict == "PENDING"
    assert unmoved(case)


def test_who_proposed_cannot_consent_in_another_post_either(case: Case, proposed: Propose, town: Town) -> None:
    proposal = proposed()
    other_post = member(town.office, Role.SUPERVISOR, person=town.dispatcher.user)
    with pytest.raises(NotYours, match="须由另一人决定"):
        decide(proposal.pk, by=actor(other_post, later(hours=2)), consent=True, reason="")
    assert unmoved(case)


def test_another_office_cannot_decide(case: Case, proposed: Propose, town: Town) -> None:
    proposal = proposed()
    for post in (town.at(town.other_office, Role.DISPATCHER), town.at(town.city_office, Role.DISPATCHER), town.deputy):
        for consent in (True, False):
            with pytest.raises(NotYours, match="须由同一办公室的另一人决定"):
                decide(proposal.pk, by=actor(post), consent=consent, reason="不同意")
    assert unmoved(case)


def test_consent_of_somebody_who_may_not_make_the_move_does_not_run_it(
    case: Case, proposed: Propose, town: Town
) -> None:
    with pytest.raises(NotYours, match="只有本办公室的派单员可以派单"):
        decide(proposed().pk, by=actor(town.intake), consent=True, reason="")
    assert Proposal.objects.get().verdict == "PENDING"
    assert unmoved(case)


def test_any_move_of_the_case_voids_the_proposal(case: Case, proposed: Propose, second: Membership, town: Town) -> None:
    proposal = proposed()
    noted = perform("note_internal", case, by=actor(town.intake, later(hours=1.5)), town=town)
    with pytest.raises(Changed, match="东胜区平台办公室 · 受理员 于 11月23日 11:30 办理了“内部备注”"):
        decide(proposal.pk, by=actor(second, later(hours=2)), consent=True, reason="")
    assert Proposal.objects.get().verdict == "PENDING"
    assert unmoved(noted)


def test_a_rejection_needs_a_reason_and_moves_nothing(case: Case, proposed: Propose, second: Membership) -> None:
    proposal = proposed()
    with pytest.raises(Refused, match="不同意时请写明理由") as refused:
        decide(proposal.pk, by=actor(second, later(hours=2)), consent=False, reason=" ")
    assert refused.value.field == "reason"
    decide(proposal.pk, by=actor(second, later(hours=2)), consent=False, reason="应归住建局")
    found = Proposal.objects.get()
    assert (found.verdict, found.decided_by, found.decision_reason) == ("REJECTED", second.user, "应归住建局")
    assert unmoved(case)


def test_a_decided_proposal_is_decided(case: Case, proposed: Propose, second: Membership, town: Town) -> None:
    third = member(town.office, Role.DISPATCHER)
    for consent in (True, False):
        proposal = proposed()
        decide(proposal.pk, by=actor(second, later(hours=2)), consent=False, reason="应归住建局")
        with pytest.raises(WrongMoment, match="这项提议已经有了决定"):
            decide(proposal.pk, by=actor(third, later(hours=3)), consent=consent, reason="再看")
    assert unmoved(case)


def test_who_may_not_make_the_move_cannot_propose_it(case: Case, proposed: Propose, town: Town) -> None:
    with pytest.raises(NotYours, match="只有本办公室的派单员可以派单"):
        proposed(town.intake)
    with pytest.raises(Refused, match="请写明理由"):
        proposed(reason="  ")
    with pytest.raises(Changed):
        proposed(seen=case.head_seq - 1)
    moved = perform("dispatch", case, by=actor(town.dispatcher), town=town)
    with pytest.raises(WrongMoment, match="现在是“待签收”，不能“派单”"):
        proposed(seen=moved.head_seq)
    assert not Proposal.objects.exists()


def test_a_move_of_one_person_cannot_be_proposed(case: Case, town: Town) -> None:
    with pytest.raises(TypeError, match="accept of case is not a two-person move"):
        propose(case, "accept", by=actor(town.intake), seen=case.head_seq, inputs={}, reason="重")


def test_a_proposal_that_does_not_exist_is_not_visible(second: Membership) -> None:
    with pytest.raises(NotVisible):
        decide(10**9, by=actor(second), consent=True, reason="")


# --- what the table itself refuses ---


@pytest.fixture
def stored(proposed: Propose) -> Any:
    return Proposal.objects.filter(pk=proposed().pk)


def test_the_database_refuses_one_person_on_both_sides(stored: Any, town: Town) -> None:
    with pytest.raises(IntegrityError, match="proposal_decided_by_another_person"), transaction.atomic():
        stored.update(verdict="CONSENTED", decided_by=town.dispatcher.user, decided_at=NOW)


@pytest.mark.parametrize("verdict", ["CONSENTED", "REJECTED"])
def test_the_database_refuses_a_verdict_without_its_decider(stored: Any, second: Membership, verdict: str) -> None:
    for fields in ({"decided_at": NOW}, {"decided_by": second.user}, {}):
        with pytest.raises(IntegrityError, match="proposal_verdict_has_its_decider"), transaction.atomic():
            stored.update(verdict=verdict, **fields)
    with pytest.raises(IntegrityError, match="proposal_verdict_has_its_decider"), transaction.atomic():
        stored.update(decided_by=second.user, decided_at=NOW)
    stored.update(verdict=verdict, decided_by=second.user, decided_at=NOW)
