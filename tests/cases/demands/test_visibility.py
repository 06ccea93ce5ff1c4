"""Who sees a demand: one answer, read from both ends, and nothing at all for everybody else."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from cases.demands import moves, queries
from cases.demands.models import Case
from foundation.errors import NotVisible, NotYours
from parties.models import Membership, User
from parties.roles import Role
from tests.cases.demands.table import MOVES, OF_ITS_ORIGIN, ON_A_CASE, STATES, perform
from tests.factories import NOW, Town, actor, case_in, draft_case, intake_item, member
from workflow.actor import Actor
from workflow.door import locked
from workflow.models import Event
from workflow.timeline import timeline

BLIND = {
    Role.AGENT,
    Role.RESIDENT_LIAISON,
    Role.SUPERVISOR,
    Role.STATISTICS,
    Role.LEADER,
    Role.LEADER_OFFICE,
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
}
# Whoever may not order what an origin orders is refused before a demand is looked for.
ON_PAGES = tuple(action for action in ON_A_CASE if action not in OF_ITS_ORIGIN)
STAFF = {Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY}
DESK = {Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR}
BUREAU = {
    Role.DEPARTMENT_LIAISON,
    Role.HANDLER,
    Role.DEPUTY_HEAD,
    Role.DEPARTMENT_HEAD,
    Role.DEPARTMENT_SECRETARY,
}


def all_cases(town: Town) -> dict[str, Case]:
    """A demand in every state for the town's firm, its neighbour and the firm of the other banner; both drafts."""
    firms = {"firm": town.firm, "neighbour": town.neighbour, "far": town.far_firm}
    cases = {
        f"{name} {state}": case_in(state, town=town, firm=firm) for name, firm in firms.items() for state in STATES
    }
    cases["firm DRAFT by intake"] = draft_case(town, origin="INTAKE")
    cases["far DRAFT by intake"] = draft_case(town, origin="INTAKE", firm=town.far_firm)
    cases["firm from an instruction"] = case_in("IN_PROGRESS", town=town, origin="INSTRUCTION")
    cases["nobody's item"] = case_in("AWAIT_CONFIRM", town=town, origin="ACTION_ITEM", no_firm=True)
    cases["firm by intake"] = case_in("DISPATCHED", town=town, origin="INTAKE")
    return cases


def posts_not_in_force(town: Town) -> list[Membership]:
    """People who would see everything here, had their post not ended, not yet begun, or they been switched off."""
    gone = User.objects.create(username="gone", name="已停用", is_active=False)
    return [
        member(town.office, Role.INTAKE, valid_to=date(2026, 11, 22)),
        member(town.energy, Role.HANDLER, valid_from=date(2026, 11, 24)),
        member(town.firm, Role.ENTERPRISE_STAFF, person=gone),
    ]


def seen_by(person: Membership) -> set[int]:
    return set(Case.objects.visible_to(actor(person)).values_list("pk", flat=True))


def test_both_ends_agree_for_every_post_and_demand(town: Town) -> None:
    cases = all_cases(town)
    posts = [*town.everybody, *posts_not_in_force(town)]
    from_the_reader = {(post.pk, case) for post in posts for case in seen_by(post)}
    from_the_demand = {(viewer.pk, case.pk) for case in cases.values() for viewer in queries.viewers_of(case, now=NOW)}
    assert from_the_reader == from_the_demand
    from_the_door = {
        (post.pk, case.pk) for post in posts for case in cases.values() if locked(Case, case.pk, actor(post))
    }
    assert from_the_door == from_the_reader
    assert len(from_the_reader) == 396  # among them 35 of the three demands in RETURN_REVIEW: 12, 12 and 11


def test_every_post_sees_exactly_the_demands_of_the_page(town: Town) -> None:
    """The rows of the page “who sees what”, written again by hand."""
    cases, wanted, found = all_cases(town), {}, {}
    for post in town.everybody:
        seen = seen_by(post)
        found[post.pk] = {name for name, case in cases.items() if case.pk in seen}
        wanted[post.pk] = {name for name, case in cases.items() if ought_to_see(post, name, case)}
    assert found == wanted


def ought_to_see(post: Membership, name: str, case: Case) -> bool:
    if "DRAFT by intake" in name:
        return post.role in DESK and post.organisation_id == case.office_id
    if "DRAFT" in name:
        return post.role in STAFF and post.organisation_id == case.enterprise_id
    return (
        (post.role in STAFF and post.organisation_id == case.enterprise_id)
        or (post.role in DESK and post.organisation_id == case.office_id)
        or (post.role in BUREAU and post.organisation_id == case.lead_id)
        or (post.role == Role.SUPERVISOR and post.organisation_id == case.office_id and "item" in name)
    )


def test_nobody_without_a_share_in_demands_sees_one(town: Town) -> None:
    """They stand in the very firm, office and department concerned, and see nothing all the same; a supervisor but the
    action items of the own office (test_items), of which only another one has any here."""
    all_cases(town)
    Case.objects.filter(origin="ACTION_ITEM").update(office=town.other_office)
    posts = [
        member(place, role)
        for place in (town.firm, town.office, town.city_office, town.energy, town.evaluation, town.leaders)
        for role in sorted(BLIND)
    ]
    for post in posts:
        assert seen_by(post) == set()
    assert set(Role) == BLIND | STAFF | DESK | BUREAU


@pytest.mark.parametrize("which", range(3))
def test_a_post_that_is_not_in_force_sees_nothing(town: Town, which: int) -> None:
    all_cases(town)
    post = posts_not_in_force(town)[which]
    assert actor(post).post is None
    assert seen_by(post) == set()


def test_the_organisation_that_was_switched_off_sees_nothing(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    town.energy.active = False
    town.energy.save()
    assert seen_by(town.handler) == set()
    assert town.handler.pk not in {viewer.pk for viewer in queries.viewers_of(case, now=NOW)}


def test_other_banner_department_and_firm_see_nothing(town: Town) -> None:
    case = case_in("CLOSED", town=town)
    strangers = {town.other_office.pk, town.city_office.pk, town.housing.pk, town.far_department.pk}
    strangers |= {town.neighbour.pk, town.far_firm.pk, town.evaluation.pk, town.leaders.pk}
    for post in town.everybody:
        if post.organisation_id in strangers:
            assert case.pk not in seen_by(post)


def test_a_department_sees_a_demand_only_once_it_is_sent_to_it(town: Town) -> None:
    for state in ("SUBMITTED", "NEED_INFO", "ENDED", "ACCEPTED"):
        assert case_in(state, town=town).pk not in seen_by(town.liaison)
    assert case_in("DISPATCHED", town=town).pk in seen_by(town.liaison)


def test_a_person_with_two_posts_sees_through_the_one_they_picked(town: Town) -> None:
    case = case_in("DISPATCHED", town=town)
    person = town.liaison.user
    elsewhere = member(town.housing, Role.DEPARTMENT_LIAISON, person=person)
    assert case.pk in seen_by(town.liaison)
    assert case.pk not in seen_by(elsewhere)


def test_whoever_is_not_signed_in_or_has_no_post_sees_nothing(town: Town) -> None:
    all_cases(town)
    nobody = User.objects.create(username="new", name="新人")
    assert not Case.objects.visible_to(actor(nobody)).exists()
    assert not Case.objects.visible_to(Actor(user_id=None, now=NOW)).exists()


def test_the_system_sees_every_demand(town: Town) -> None:
    cases = all_cases(town)
    found = Case.objects.visible_to(Actor.system(now=NOW, rule="a rule")).values_list("pk", flat=True)
    assert set(found) == {case.pk for case in cases.values()}


# --- what is not visible cannot be moved ---


def refused_as_unknown(action: str, case: Case, **inputs: Any) -> bool:
    with pytest.raises(NotVisible) as error:
        perform(action, case, **inputs)
    return str(error.value) == "没有找到，或者您不能查看"


# A demand in progress: every move by every stranger. In the other states each tries every sixth move, since a stranger
# is refused before the state is looked at; one of these runs on both databases.
TURNS = 6
EACH = [pytest.param(state, marks=() if state == "ACCEPTED" else pytest.mark.every_page) for state in STATES]


@pytest.mark.parametrize("state", EACH)
def test_no_move_tells_a_stranger_that_the_demand_exists(town: Town, state: str) -> None:
    """The same error as for a demand that does not exist, for every move, whatever the state and what was seen."""
    case = case_in(state, town=town)
    before = (case.state, case.head_seq, Event.objects.count())
    strangers = [post for post in town.everybody if case.pk not in seen_by(post)]
    assert len(strangers) >= 36
    tried = Counter[str]()
    for turn, post in enumerate(strangers):
        by = actor(post)
        for action in ON_PAGES if state == "IN_PROGRESS" else ON_PAGES[turn % TURNS :: TURNS]:
            assert refused_as_unknown(action, case, by=by, town=town, seen=case.head_seq)
            tried[action] += 1
    assert set(tried) == set(ON_PAGES)
    assert min(tried.values()) >= (len(strangers) if state == "IN_PROGRESS" else len(strangers) // TURNS)
    for action in ON_PAGES:  # with another seen, and for a demand that is not there
        assert refused_as_unknown(action, case, by=by, town=town, seen=0)
        assert refused_as_unknown(action, Case(pk=10**9), by=by, town=town, seen=1)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.head_seq, Event.objects.count()) == before


def test_the_other_demands_of_a_firm_are_not_told_to_a_stranger(town: Town) -> None:
    case_in("IN_PROGRESS", town=town)
    case = case_in("SUBMITTED", town=town)
    for post in (town.at(town.other_office, Role.INTAKE), town.handler, town.at(town.neighbour, Role.ENTERPRISE_STAFF)):
        assert refused_as_unknown("accept", case, by=actor(post), town=town, duplicates_seen=False)
    with pytest.raises(NotYours):
        perform("accept", case, by=actor(town.staff), town=town, duplicates_seen=False)


def test_every_move_was_tried() -> None:
    assert set(ON_PAGES) == set(MOVES) - {"submit", "register", *OF_ITS_ORIGIN}


def test_a_message_is_no_more_visible_than_a_demand(town: Town) -> None:
    item = intake_item(town.office)
    for post in (town.at(town.other_office, Role.INTAKE), town.dispatcher, town.staff):
        with pytest.raises(NotVisible, match="没有找到，或者您不能查看"):
            moves.register_intake(item.pk, by=actor(post), enterprise=town.firm)


# --- who can see this ---


def test_the_page_names_the_organisations_that_see_a_demand(town: Town) -> None:
    def named(state: str) -> list[tuple[str, bool]]:
        seen = queries.seen_by(case_in(state, town=town), actor(town.staff))
        return [(viewer.organisation, viewer.sees_notes) for viewer in seen.viewers]

    assert named("DRAFT") == [("甲公司", False)]
    assert named("SUBMITTED") == [("甲公司", False), ("东胜区平台办公室", True)]
    assert named("DISPATCHED") == [("甲公司", False), ("市能源局", True), ("东胜区平台办公室", True)]


def test_the_firm_does_not_read_internal_events(town: Town) -> None:
    case = case_in("RESULT_REVIEW", town=town)
    case = perform("note_internal", case, by=actor(town.dispatcher), town=town)
    case = perform("return_result", case, by=actor(town.party_secretary), town=town)
    hidden = {"note_internal", "submit_result", "return_result"}
    desk = [line.action for line in timeline(case, actor(town.intake))]
    assert hidden <= set(desk)
    for post in (town.staff, town.firm_secretary):
        assert [line.action for line in timeline(case, actor(post))] == [a for a in desk if a not in hidden]
