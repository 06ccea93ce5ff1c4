"""A move that takes two people: one asks, another of the same office consents, and only then it happens."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from cases.demands import moves, queries
from cases.demands.models import Case
from foundation.errors import Changed, NotVisible, NotYours, Refused, WrongMoment
from parties.models import Membership
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.table import DECIDED_BY, DECLINED, MOVES, ask_for, perform
from tests.factories import NOW, Town, actor, case_in, later, member, system
from workflow.door import move
from workflow.models import Event, Proposal
from workflow.proposals import decide, is_shown, propose, take_back
from workflow.rules import NAMED
from workflow.specs import specs


@pytest.fixture
def case(town: Town) -> Case:
    return case_in("SUBMITTED", town=town)


Ask = Callable[..., Proposal]


@pytest.fixture
def proposed(town: Town, case: Case) -> Ask:
    def ask(by: Membership | None = None, **changes: Any) -> Proposal:
        return ask_for("decline", case, by=actor(by or town.intake, later(hours=1)), town=town, **changes)

    return ask


def present(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def verdict_of(proposal: Proposal) -> str:
    return Proposal.objects.get(pk=proposal.pk).verdict


def last_event(case: Case) -> tuple[Event, dict[str, Any]]:
    event = Event.objects.filter(subject_kind="case", subject_id=case.pk).order_by("-seq").select_related("body")[0]
    return event, json.loads(event.body.text)


# --- asking ---


def test_what_is_proposed_is_written_down_and_the_case_stays(case: Case, proposed: Ask, town: Town) -> None:
    proposal = Proposal.objects.get(pk=proposed(due=later(days=1)).pk)
    assert (proposal.verdict, proposal.decided_by, proposal.decided_at) == ("PENDING", None, None)
    assert (proposal.subject_kind, proposal.subject_id, proposal.action) == ("case", case.pk, "decline")
    assert (proposal.by, proposal.organisation_id) == (town.intake.user, town.office.pk)
    assert (proposal.proposer, proposal.decider_id) == ("受理员 · 东胜区平台办公室", town.office.pk)
    assert (proposal.seen, proposal.next_due_at, proposal.created_at) == (case.head_seq, later(days=1), later(hours=1))
    assert proposal.inputs == DECLINED
    found = present(case)
    assert (found.state, found.turn_org_id, found.next_due_at) == ("SUBMITTED", case.turn_org_id, case.next_due_at)
    assert (found.head_seq, found.pending_proposal) == (case.head_seq + 1, "decline")
    event, body = last_event(case)
    assert (event.action, event.from_state, event.to_state) == ("propose", "SUBMITTED", "SUBMITTED")
    assert (event.user_id, json.loads(event.facts)["clocks"]) == (town.intake.user_id, [])
    assert (body["text"], body["note"]) == ("提请“不予受理”，须东胜区平台办公室另一人同意", "核对过材料")
    assert_chain_holds(found)


def test_unless_said_otherwise_the_decision_is_wanted_by_the_term_of_the_case(case: Case, proposed: Ask) -> None:
    assert case.next_due_at is not None
    assert proposed().next_due_at == case.next_due_at


def test_in_another_language_the_chain_keeps_its_own(case: Case, proposed: Ask) -> None:
    with translation.override("en"):
        proposal = proposed()
    assert proposal.proposer == "受理员 · 东胜区平台办公室"
    assert last_event(case)[1]["text"] == "提请“不予受理”，须东胜区平台办公室另一人同意"


def test_who_may_not_propose_is_told_so(case: Case, proposed: Ask, town: Town) -> None:
    for post in (town.dispatcher, town.arbitrator, town.staff):
        with pytest.raises(NotYours, match="只有本办公室的受理员可以提请不予受理"):
            proposed(post)
    for stranger in (
        town.at(town.other_office, Role.INTAKE),
        town.at(town.city_office, Role.INTAKE),
        town.at(town.office, Role.SUPERVISOR),
        town.at(town.neighbour, Role.ENTERPRISE_STAFF),
        town.handler,
    ):
        with pytest.raises(NotVisible):
            proposed(stranger)
    assert (present(case).head_seq, Proposal.objects.count()) == (case.head_seq, 0)


def test_a_proposal_needs_a_reason_a_present_view_and_the_right_state(case: Case, proposed: Ask, town: Town) -> None:
    for reason in ("  ", "长" * 501):
        with pytest.raises(Refused) as refused:
            proposed(reason=reason)
        assert refused.value.field == "proposal_reason"
    with pytest.raises(Changed):
        proposed(seen=case.head_seq - 1)
    moved = perform("accept", case, by=actor(town.intake), town=town)
    with pytest.raises(WrongMoment, match="现在是“待派单”，不能“不予受理”"):
        proposed(seen=moved.head_seq)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"declined_for": "TIRED"}, "declined_for"),
        ({"channel": ""}, "channel"),
        ({"channel_contact": " "}, "channel_contact"),
        ({"declined_for": "DUPLICATE"}, "channel"),
        ({"explanation": ""}, "explanation"),
    ],
)
def test_what_the_move_would_not_take_is_refused_when_it_is_proposed(
    proposed: Ask, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        proposed(**changes)
    assert refused.value.field == field
    assert not Proposal.objects.exists()


def test_where_nobody_else_could_consent_it_is_said_at_once(case: Case, proposed: Ask, town: Town) -> None:
    others = Membership.objects.filter(organisation_id=town.office.pk, role__in=["INTAKE", "SUPERVISOR"])
    others.exclude(pk=town.intake.pk).update(valid_to=NOW.date().replace(day=1))
    with pytest.raises(Refused, match="东胜区平台办公室除您以外没有人可以表示同意，请先请管理员设置岗位"):
        proposed()
    member(town.office, Role.SUPERVISOR, person=town.intake.user)  # the same person in another post is no other person
    with pytest.raises(Refused):
        proposed()


def test_one_proposal_waits_at_a_time(case: Case, proposed: Ask, town: Town) -> None:
    first = proposed()
    with pytest.raises(WrongMoment, match="本件已有一项提请在等候决定：不予受理"):
        proposed(town.second_intake, seen=present(case).head_seq)
    take_back(first.public_id, by=actor(town.intake, later(hours=2)))
    assert proposed(town.second_intake, seen=present(case).head_seq).verdict == "PENDING"


def test_a_move_of_one_person_is_neither_proposed_nor_run_with_a_proposal(
    case: Case, proposed: Ask, town: Town
) -> None:
    with pytest.raises(TypeError, match="accept of case is not a two-person move"):
        propose(Case, case.pk, "accept", by=actor(town.intake), seen=case.head_seq, inputs={}, reason="重")
    proposal = proposed()
    with pytest.raises(TypeError, match="accept runs with a proposal if it takes two people, and only then"):
        move(Case, case.pk, "accept", by=actor(town.intake), seen=case.head_seq, proposal=proposal)


def test_a_move_of_two_people_does_not_run_without_its_proposal(case: Case, proposed: Ask, town: Town) -> None:
    with pytest.raises(TypeError, match="decline runs with a proposal"):
        move(Case, case.pk, "decline", by=actor(town.second_intake), seen=case.head_seq, **DECLINED)
    other = case_in("SUBMITTED", town=town)
    with pytest.raises(ValueError, match="the proposal is about something else"):
        moves.decline_case(other.pk, by=actor(town.second_intake), seen=other.head_seq, proposal=proposed(), **DECLINED)
    assert (present(case).state, present(other).state) == ("SUBMITTED", "SUBMITTED")


# --- deciding ---


@pytest.fixture(params=["INTAKE", "SUPERVISOR"])
def second(request: pytest.FixtureRequest, town: Town) -> Membership:
    """Who may consent: another intake of the office, or its supervisor."""
    return town.second_intake if request.param == "INTAKE" else town.at(town.office, Role.SUPERVISOR)


def test_the_consent_of_another_person_runs_the_move_in_their_name(
    case: Case, proposed: Ask, second: Membership, town: Town
) -> None:
    proposal = decide(proposed().public_id, by=actor(second, later(hours=2)), consent=True, reason="属实")
    found = present(case)
    assert (found.state, found.ending, found.declined_for) == ("ENDED", "DECLINED", "OUT_OF_SCOPE")
    assert (found.ended_at, found.pending_proposal) == (later(hours=2), "")
    event, body = last_event(case)
    assert (event.action, event.user_id, event.at) == ("decline", second.user_id, later(hours=2))
    assert body["proposal"] == {
        "proposer": "受理员 · 东胜区平台办公室",
        "reason": "核对过材料",
        "consent": "属实",
    }
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert (proposal.verdict, proposal.decided_by, proposal.decided_at) == ("CONSENTED", second.user, later(hours=2))
    assert_chain_holds(found)


def test_who_proposed_cannot_consent_nor_refuse_in_whatever_post(case: Case, proposed: Ask, town: Town) -> None:
    proposal = proposed()
    other_post = member(town.office, Role.SUPERVISOR, person=town.intake.user)
    for post in (town.intake, other_post):
        for consent in (True, False):
            with pytest.raises(NotYours, match="提出人不能自己同意，须由另一人决定"):
                decide(proposal.public_id, by=actor(post, later(hours=2)), consent=consent, reason="改变主意")
    assert (verdict_of(proposal), present(case).state) == ("PENDING", "SUBMITTED")


def test_who_sees_the_case_but_is_not_asked_is_told_whose_decision_it_is(case: Case, proposed: Ask, town: Town) -> None:
    proposal = proposed()
    for post in (town.dispatcher, town.arbitrator):
        for consent in (True, False):
            with pytest.raises(NotYours, match="须由同一办公室的另一位受理员或督办员决定"):
                decide(proposal.public_id, by=actor(post), consent=consent, reason="不同意")
        with pytest.raises(NotYours, match="只有提出人可以收回"):
            take_back(proposal.public_id, by=actor(post))
    assert verdict_of(proposal) == "PENDING"


def test_for_strangers_and_for_the_firm_there_is_no_proposal(case: Case, proposed: Ask, town: Town) -> None:
    proposal = proposed()
    insiders = {
        town.intake,
        town.second_intake,
        town.dispatcher,
        town.arbitrator,
        town.at(town.office, Role.SUPERVISOR),
    }
    strangers = [post for post in town.everybody if post not in insiders]
    assert town.staff in strangers
    assert len(strangers) == len(town.everybody) - 5
    for post in strangers:
        by = actor(post, later(hours=2))
        for attempt in (
            lambda by=by: decide(proposal.public_id, by=by, consent=True),
            lambda by=by: decide(proposal.public_id, by=by, consent=False, reason="不"),
            lambda by=by: take_back(proposal.public_id, by=by),
        ):
            with pytest.raises(NotVisible):
                attempt()
    with pytest.raises(NotVisible):
        decide(uuid.uuid4(), by=actor(town.second_intake), consent=True)
    assert not is_shown(proposal, Case, actor(town.staff))
    assert (verdict_of(proposal), present(case).state) == ("PENDING", "SUBMITTED")


def test_a_refusal_needs_a_reason_and_leaves_the_case_where_it_is(
    case: Case, proposed: Ask, second: Membership
) -> None:
    proposal = proposed()
    for reason in (" ", "长" * 501):
        with pytest.raises(Refused) as refused:
            decide(proposal.public_id, by=actor(second, later(hours=2)), consent=False, reason=reason)
        assert refused.value.field == "reason"
    decide(proposal.public_id, by=actor(second, later(hours=2)), consent=False, reason="应当受理")
    found = Proposal.objects.get()
    assert (found.verdict, found.decided_by, found.decision_reason) == ("REJECTED", second.user, "应当受理")
    event, body = last_event(case)
    assert (event.action, event.user_id) == ("reject_proposal", second.user_id)
    assert (body["text"], body["note"]) == ("不同意“不予受理”", "应当受理")
    after = present(case)
    assert (after.state, after.pending_proposal, after.head_seq) == ("SUBMITTED", "", case.head_seq + 2)
    assert_chain_holds(after)


def test_who_proposed_may_take_it_back(case: Case, proposed: Ask, second: Membership, town: Town) -> None:
    proposal = proposed()
    with pytest.raises(NotYours):
        take_back(proposal.public_id, by=actor(second, later(hours=2)))
    take_back(proposal.public_id, by=actor(town.intake, later(hours=2)))
    found, event = Proposal.objects.get(), last_event(case)[0]
    assert (found.verdict, found.decided_by, found.decided_at) == ("TAKEN_BACK", None, later(hours=2))
    assert (event.action, event.user_id) == ("take_back_proposal", town.intake.user_id)
    assert (present(case).pending_proposal, present(case).state) == ("", "SUBMITTED")
    with pytest.raises(WrongMoment, match="这项提请已由提出人收回"):
        decide(proposal.public_id, by=actor(second, later(hours=3)), consent=True)
    with pytest.raises(WrongMoment, match="这项提请已由提出人收回"):
        take_back(proposal.public_id, by=actor(town.intake, later(hours=3)))
    assert_chain_holds(present(case))


def test_a_decided_proposal_is_decided(case: Case, proposed: Ask, second: Membership, town: Town) -> None:
    third = member(town.office, Role.INTAKE)
    for consent in (False, True):
        proposal = proposed(seen=present(case).head_seq)
        decide(proposal.public_id, by=actor(second, later(hours=2)), consent=consent, reason="看过")
        for again in (True, False):
            with pytest.raises(WrongMoment, match="这项提请已经有了决定"):
                decide(proposal.public_id, by=actor(third, later(hours=3)), consent=again, reason="再看")
        # A supervisor opened the case only to decide; that somebody was faster is said to them too.
        with pytest.raises(WrongMoment, match="这项提请已经有了决定"):
            decide(proposal.public_id, by=actor(member(town.office, Role.SUPERVISOR), later(hours=3)), consent=True)
        with pytest.raises(WrongMoment, match="这项提请已经有了决定"):
            take_back(proposal.public_id, by=actor(town.intake, later(hours=3)))


# --- what makes it void (decision 0015) ---


@pytest.mark.parametrize("action", ["accept", "request_completion"])
def test_a_move_of_the_case_voids_the_proposal_in_its_own_transaction(
    case: Case, proposed: Ask, second: Membership, town: Town, action: str
) -> None:
    proposal = proposed()
    moved = perform(action, present(case), by=actor(town.intake, later(hours=1.5)), town=town)
    found = Proposal.objects.get()
    assert (found.verdict, found.voided_by, found.decided_by, found.decided_at) == (
        "VOID",
        action,
        None,
        later(hours=1.5),
    )
    assert moved.pending_proposal == present(case).pending_proposal == ""
    label = specs(Case)[action].label
    for attempt in (
        lambda: decide(proposal.public_id, by=actor(second, later(hours=2)), consent=True),
        lambda: take_back(proposal.public_id, by=actor(town.intake, later(hours=2))),
    ):
        with pytest.raises(WrongMoment, match=f"本件已经办理了“{label}”，这项提请随之失效"):
            attempt()
    assert present(case).state == moved.state


def test_a_move_that_is_refused_voids_nothing(case: Case, proposed: Ask, town: Town) -> None:
    proposal = proposed()
    with pytest.raises(Refused):
        perform("accept", present(case), by=actor(town.intake, later(hours=1.5)), town=town, klass="?")
    assert (verdict_of(proposal), present(case).pending_proposal) == ("PENDING", "decline")


@pytest.mark.parametrize(
    ("state", "action", "who"),
    [
        ("ACCEPTED", "dispatch", "dispatcher"),
        ("DISPATCHED", "acknowledge", "liaison"),
        ("DISPATCHED", "acknowledge_overdue", "system"),
        ("IN_PROGRESS", "record_contact", "liaison"),
        ("IN_PROGRESS", "name_handler", "liaison"),
        ("IN_PROGRESS", "save_plan", "handler"),
        ("IN_PROGRESS", "ask_firm", "handler"),
    ],
)
def test_every_kind_of_move_voids_what_waits_on_the_case(town: Town, state: str, action: str, who: str) -> None:
    case = case_in(state, town=town)
    ask_for("reclassify", case, by=actor(town.dispatcher, later(hours=1)), town=town)
    by = system(later(days=20)) if who == "system" else actor(getattr(town, who), later(hours=2))
    perform(action, present(case), by=by, town=town)
    found = Proposal.objects.get()
    assert (found.verdict, found.voided_by) == ("VOID", action)
    assert_chain_holds(present(case))


@pytest.mark.parametrize(
    ("action", "who"), [("note_internal", "intake"), ("reply_public", "handler"), ("recalculate", "system")]
)
def test_what_only_adds_leaves_it_waiting(town: Town, action: str, who: str) -> None:
    case = case_in("IN_PROGRESS", town=town)
    proposal = ask_for("reclassify", case, by=actor(town.dispatcher, later(hours=1)), town=town)
    by = system(later(hours=2)) if who == "system" else actor(getattr(town, who), later(hours=2))
    perform(action, present(case), by=by, town=town)
    assert (verdict_of(proposal), present(case).pending_proposal) == ("PENDING", "reclassify")
    decide(proposal.public_id, by=actor(town.second_intake, later(hours=3)), consent=True)
    assert (present(case).klass, present(case).reclassified_from) == ("HARD", "COMPLEX")
    assert_chain_holds(present(case))


# --- who may open the case in order to decide ---


def test_a_supervisor_opens_the_case_only_while_it_waits_for_them(case: Case, proposed: Ask, town: Town) -> None:
    supervisor = town.at(town.office, Role.SUPERVISOR)
    others = [town.at(place, Role.SUPERVISOR) for place in (town.other_office, town.city_office)]

    def who_sees() -> list[Membership]:
        posts = [p for p in (supervisor, *others) if Case.objects.visible_to(actor(p)).filter(pk=case.pk).exists()]
        named = queries.viewers_of(present(case), now=NOW).filter(role=Role.SUPERVISOR)
        assert list(named) == posts
        return posts

    assert who_sees() == []
    proposal = proposed()
    assert who_sees() == [supervisor]
    decide(proposal.public_id, by=actor(supervisor, later(hours=2)), consent=False, reason="应当受理")
    assert who_sees() == []


def test_the_deciders_of_the_design_are_those_of_the_graph() -> None:
    found = {
        action: {
            {NAMED: "decider"}.get(name, name.removesuffix("_id")): " ".join(role for role in Role if role in roles)
            for name, roles in spec.decided_by.of.items()
        }
        for action, spec in specs(Case).items()
        if spec.decided_by
    }
    assert found == DECIDED_BY
    assert set(found) <= set(MOVES)


# --- what the table itself refuses ---


@pytest.fixture
def stored(proposed: Ask) -> Any:
    return Proposal.objects.filter(pk=proposed().pk)


def test_the_database_refuses_one_person_on_both_sides(stored: Any, town: Town) -> None:
    with pytest.raises(IntegrityError, match="proposal_decided_by_another_person"), transaction.atomic():
        stored.update(verdict="CONSENTED", decided_by=town.intake.user, decided_at=NOW)


@pytest.mark.parametrize("verdict", ["CONSENTED", "REJECTED"])
def test_the_database_refuses_a_verdict_without_its_decider(stored: Any, town: Town, verdict: str) -> None:
    stored.update(decision_reason="看过")
    for fields in ({"decided_at": NOW}, {"decided_by": town.second_intake.user}, {}):
        with pytest.raises(IntegrityError, match="proposal_verdict_has_its_decider"), transaction.atomic():
            stored.update(verdict=verdict, **fields)
    with pytest.raises(IntegrityError, match="proposal_verdict_has_its_decider"), transaction.atomic():
        stored.update(decided_by=town.second_intake.user, decided_at=NOW)
    stored.update(verdict=verdict, decided_by=town.second_intake.user, decided_at=NOW)


def test_the_database_refuses_what_nobody_decided_to_name_a_decider(stored: Any, town: Town) -> None:
    for verdict, fields in (("VOID", {"voided_by": "accept"}), ("TAKEN_BACK", {})):
        with pytest.raises(IntegrityError, match="proposal_verdict_has_its_decider"), transaction.atomic():
            stored.update(verdict=verdict, decided_by=town.second_intake.user, decided_at=NOW, **fields)


def test_the_database_wants_the_move_that_voids_and_the_reason_of_a_refusal(stored: Any, town: Town) -> None:
    with pytest.raises(IntegrityError, match="proposal_void_names_the_move"), transaction.atomic():
        stored.update(verdict="VOID", decided_at=NOW)
    with pytest.raises(IntegrityError, match="proposal_void_names_the_move"), transaction.atomic():
        stored.update(voided_by="accept")
    with pytest.raises(IntegrityError, match="proposal_rejected_for_a_reason"), transaction.atomic():
        stored.update(verdict="REJECTED", decided_by=town.second_intake.user, decided_at=NOW)


def test_the_database_refuses_a_second_pending_proposal(stored: Any) -> None:
    row = stored.get()
    row.pk, row.public_id = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    stored.update(verdict="TAKEN_BACK", decided_at=NOW)
    row.pk = None
    row.save(force_insert=True)
