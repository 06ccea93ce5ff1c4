"""Somebody leaves: nothing is left unowned, everything happens at once or not at all, and one of two wins."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.demands import queries
from cases.demands.filters import Wishes
from cases.demands.models import Case, SavedFilter
from cases.demands.moves.access import deny
from cases.demands.rules import STANDS_IN
from cases.demands.saved import save_filter
from foundation.errors import DomainError, NotYours, Refused, WrongMoment
from parties.deputies import name_deputy
from parties.models import ApiToken, Deputy, Membership, User
from parties.posts import appoint, end_post
from parties.roles import Role
from tests.cases.demands.invariants import assert_chain_holds
from tests.cases.demands.table import ask_for, perform
from tests.factories import NOW, Town, actor, case_in, later, member, user
from workflow.leaving import before_leaving, field_of, leave
from workflow.models import DutyShift, Event
from workflow.overdue import make_system_moves
from workflow.timeline import timeline

TODAY = NOW.date()
WEEK = {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=6), "reason": "出差"}


def system(town: Town, now: Any = NOW) -> Any:
    return actor(town.at(town.city_office, Role.SYSTEM_ADMIN), now)


def a_handler_with_everything(town: Town) -> dict[str, Any]:
    """Demands in every state in hand, one of them with a conflict of the heir, and one thing of every other kind."""
    states = ("IN_PROGRESS", "WAIT_ENTERPRISE", "RESULT_REVIEW", "AWAIT_CONFIRM")
    cases = [case_in(state, town=town) for state in states]
    conflict = case_in("IN_PROGRESS", town=town)
    deny(conflict, user=town.second_handler.user, by=actor(town.intake))
    by = actor(town.handler)
    save_filter(by=by, name="本局已超期", wishes=Wishes(states=("ALL",)), shared=True)
    save_filter(by=actor(town.second_handler), name="本局已超期", wishes=Wishes(states=("ALL",)))
    ApiToken.issue(town.handler, name="报表", now=NOW, valid=timedelta(days=30))
    place = {"organisation_id": town.energy.pk, "user": town.handler.user}
    DutyShift.objects.create(**place, starts_at=later(hours=-1), ends_at=later(hours=7))
    DutyShift.objects.create(**place, starts_at=later(days=3), ends_at=later(days=3, hours=8))
    name_deputy(town.handler, by=by, deputy=town.second_handler.user, **WEEK)
    name_deputy(town.second_handler, by=actor(town.second_handler), deputy=town.handler.user, **WEEK)
    ask_for("transfer", case_in("IN_PROGRESS", town=town), by=actor(town.liaison), town=town)
    return {"cases": cases, "conflict": conflict}


def test_all_that_a_handler_owned_is_somebody_elses_and_the_account_is_closed(town: Town) -> None:
    made = a_handler_with_everything(town)
    by = actor(town.liaison)
    leaving = before_leaving(town.handler.user, by=by)
    assert {str(one.label): one.number for one in leaving.holdings} == {
        "值班": 2,
        "接口令牌": 1,
        "代理": 2,
        "在办诉求": 6,
        "共享的筛选": 1,
    }
    with pytest.raises(Refused) as caught:
        leave(town.handler.user, by=by, heirs={})
    assert caught.value.field == field_of(town.handler)
    assert "在办诉求" in str(caught.value)
    assert Membership.objects.get(pk=town.handler.pk).valid_to is None
    person = leave(town.handler.user, by=by, heirs={town.handler.pk: town.second_handler.user})
    assert (person.is_active, person.left_on) == (False, TODAY)
    for case in made["cases"]:
        now = Case.objects.get(pk=case.pk)
        assert (now.handler_id, now.stand_in, now.state) == (town.second_handler.user_id, "", case.state)
        event = Event.objects.get(subject_id=case.pk, seq=now.head_seq)
        assert (event.action, event.user_id) == ("relieve_handler", None)
        shown = timeline(now, actor(town.staff))[0]
        assert (str(shown.label), shown.note) == ("承办人离任移交", "人员离任移交")
        assert town.handler.user.name not in f"{shown.text}{shown.who}{shown.note}"
    conflict = Case.objects.get(pk=made["conflict"].pk)
    assert (conflict.handler_id, conflict.stand_in) == (town.liaison.user_id, "DEPARTMENT_LIAISON")
    mine = SavedFilter.objects.filter(owner=town.second_handler.user).order_by("pk").values_list("name", "shared")
    assert list(mine) == [("本局已超期（2）", True), ("本局已超期", False)]
    assert not ApiToken.objects.filter(expires_at__gt=NOW).exists()
    assert not Deputy.objects.in_force(TODAY).exists()
    shifts = DutyShift.objects.order_by("starts_at").values_list("user_id", "starts_at", "ends_at")
    assert list(shifts) == [
        (town.handler.user_id, later(hours=-1), NOW),
        (town.second_handler.user_id, NOW, later(hours=7)),
        (town.second_handler.user_id, later(days=3), later(days=3, hours=8)),
    ]
    for case in Case.objects.all():
        assert_chain_holds(case)
    with pytest.raises(WrongMoment):  # a second time
        leave(town.handler.user, by=by, heirs={town.handler.pk: town.second_handler.user})


def test_an_heir_from_elsewhere_is_appointed_by_this_very_act(town: Town) -> None:
    newcomer = user("新来的")
    person = leave(town.liaison.user, by=system(town), heirs={town.liaison.pk: newcomer})
    post = newcomer.memberships.get()
    assert (post.role, post.organisation_id, post.valid_from, post.source) == (
        "DEPARTMENT_LIAISON",
        town.energy.pk,
        TODAY,
        "离任移交",
    )
    assert person.left_on == TODAY


def test_without_an_heir_nobody_leaves_whom_the_organisation_cannot_be_without(town: Town) -> None:
    head = town.at(town.energy, Role.DEPARTMENT_HEAD)
    leave(head.user, by=system(town), heirs={})  # the secretary is still there
    for post in (town.party_secretary, town.liaison, town.dispatcher):
        with pytest.raises(Refused) as caught:
            leave(post.user, by=system(town), heirs={})
        assert caught.value.field == field_of(post)
        assert "最后一位" in str(caught.value)
    both = member(town.office, Role.STATISTICS, person=town.dispatcher.user)
    with pytest.raises(NotYours):
        leave(town.intake.user, by=actor(town.second_intake), heirs={})
    with pytest.raises(Refused):
        leave(town.liaison.user, by=actor(town.liaison), heirs={})
    assert Membership.objects.filter(pk=both.pk, valid_to=None).exists()


def test_who_keeps_another_post_that_is_not_this_actors_to_end_stays(town: Town) -> None:
    other = member(town.energy, Role.DEPUTY_HEAD, person=town.handler.user)
    person = leave(town.handler.user, by=actor(town.liaison), heirs={town.handler.pk: town.second_handler.user})
    assert (person.is_active, person.left_on) == (True, None)
    assert Membership.objects.get(pk=other.pk).valid_to is None
    assert Membership.objects.get(pk=town.handler.pk).valid_to == TODAY


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_once_one_wins(town: Town) -> None:
    case = case_in("IN_PROGRESS", town=town)
    admin = system(town)
    ready = threading.Barrier(2, timeout=20)

    def at_once(by: Any) -> str:
        try:
            ready.wait()
            leave(town.handler.user, by=by, heirs={town.handler.pk: town.second_handler.user})
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(at_once, [admin, actor(town.liaison)])) == ["WrongMoment", "done"]
    assert Event.objects.filter(action="relieve_handler", subject_id=case.pk).count() == 1


ACTS = ("appoint", "end", "leave", "leave_to_new", "disable", "name_handler", "recuse")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(0, 4)), min_size=2, max_size=8))
def test_after_any_sequence_and_a_tick_every_demand_in_progress_has_a_handler_in_office(
    town: Town, acts: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        cases = [case_in(state, town=town) for state in ("IN_PROGRESS", "IN_PROGRESS", "RESULT_REVIEW")]
        now = later(hours=6)
        for what, which, days in acts:
            now += timedelta(days=days)
            try:
                with transaction.atomic():
                    _act(what, which, town, cases, now)
            except DomainError:
                pass
            make_system_moves(now)
            _nothing_is_unowned(town, now)
        make_system_moves(now + timedelta(days=1))
        _nothing_is_unowned(town, now + timedelta(days=1))
        transaction.set_rollback(True)


def _act(what: str, which: int, town: Town, cases: list[Case], now: Any) -> None:
    by, day = system(town, now), now.date()
    held = list(Membership.objects.in_force(day).filter(organisation=town.energy).select_related("user").order_by("pk"))
    post = held[which % len(held)]
    case = Case.objects.get(pk=cases[which % len(cases)].pk)
    others = [m.user for m in held if m.user_id != post.user_id]
    if what == "appoint":
        roles = (Role.HANDLER, Role.DEPARTMENT_LIAISON, Role.DEPUTY_HEAD)
        person = others[which % len(others)] if which % 2 else user()
        appoint(by=by, user=person, organisation=town.energy, role=roles[which % 3], valid_from=day)
    elif what == "end":
        end_post(post, by=by, on=day - timedelta(days=which % 2))
    elif what == "leave":
        leave(post.user, by=by, heirs={m.pk: others[which % len(others)] for m in post.user.memberships.all()})
    elif what == "leave_to_new":
        leave(post.user, by=by, heirs={m.pk: user() for m in post.user.memberships.all()})
    elif what == "disable":
        liaisons = [m.user_id for m in held if m.role == Role.DEPARTMENT_LIAISON]
        User.objects.filter(pk=post.user_id).exclude(pk__in=liaisons).update(is_active=False)
    elif what == "recuse":
        perform("recuse", case, by=actor(town.intake, now), town=town, person=post.user)
    else:
        perform("name_handler", case, by=actor(town.liaison, now), town=town, handler=post)


def _nothing_is_unowned(town: Town, now: Any) -> None:
    """A handler in office, or nobody at all in the department who may have it: who keeps out of it may not."""
    day = now.date()
    for case in Case.objects.open().filter(handler__isnull=False):
        posts = Membership.objects.in_force(day).filter(user_id=case.handler_id, organisation_id=case.lead_id)
        if not posts.filter(role=case.stand_in or Role.HANDLER).exists():
            able = queries.viewers_of(case, now=now).filter(organisation_id=case.lead_id, role__in=STANDS_IN)
            assert not able.exclude(user_id=case.handler_id).exists(), (case.handler_id, case.stand_in)
            assert case in queries.unowned(now)
    liaisons = Membership.objects.in_force(day).filter(organisation=town.energy, role=Role.DEPARTMENT_LIAISON)
    assert liaisons.exists()
