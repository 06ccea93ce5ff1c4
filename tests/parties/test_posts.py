"""Who gives which post to whom, and which posts one person never holds at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from itertools import product
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection

from foundation.errors import DomainError, Refused
from parties.models import Membership, User
from parties.posts import appoint, change_dates, end_post
from parties.roles import ADMIN_ROLES, ROLES_OF, Role
from parties.staff import ending_soon, staffed_by
from tests.factories import NOW, Town, actor, user

TODAY = NOW.date()
DAY = timedelta(days=1)


def at(town: Town, place: str, role: str) -> Membership:
    return town.at(getattr(town, place), Role(role))


def give(by: Any, place: Any, role: str, *, person: User | None = None, **dates: Any) -> Membership:
    dates = {"valid_from": TODAY, **dates}
    return appoint(by=by, user=person or user(), organisation=place, role=role, **dates)


def refused(do: Any) -> tuple[str, str]:
    """The kind of refusal and the field it stands beside."""
    with pytest.raises(DomainError) as caught:
        do()
    return type(caught.value).__name__, getattr(caught.value, "field", "")


def test_a_role_is_given_only_where_it_fits_by_whom_it_is_theirs_to_give(town: Town) -> None:
    kinds = {"firm": "ENTERPRISE", "energy": "DEPARTMENT", "office": "PLATFORM", "leaders": "LEADER"}
    system, security = at(town, "city_office", "SYSTEM_ADMIN"), at(town, "city_office", "SECURITY_ADMIN")
    for (place, kind), role in product({**kinds, "evaluation": "EVALUATION"}.items(), Role):
        house = getattr(town, place)
        fits = role in ROLES_OF[kind]
        givers = {
            "system": (actor(system), role not in ADMIN_ROLES),
            "security": (actor(security), role in ADMIN_ROLES),
            "desk": (actor(town.intake), place == "firm"),
            "far desk": (actor(at(town, "other_office", "INTAKE")), False),
            "liaison": (actor(town.liaison), place == "energy" and role == Role.HANDLER),
            "secretary": (actor(town.party_secretary), place == "energy" and role == Role.HANDLER),
            "other liaison": (actor(town.housing_liaison), False),
            "handler": (actor(town.handler), False),
        }
        for name, (by, may) in givers.items():
            if not fits and name != "system":
                continue  # asked before who it is
            if not fits:
                assert refused(lambda by=by, house=house, role=role: give(by, house, role)) == ("Refused", "role"), name
            elif may:
                assert give(by, house, role).role == role, name
            else:
                assert refused(lambda by=by, house=house, role=role: give(by, house, role)) == ("NotYours", ""), name


@pytest.mark.parametrize("admin", sorted(ADMIN_ROLES))
def test_an_administrator_holds_nothing_beside_on_any_common_day(town: Town, admin: str) -> None:
    security, system = actor(at(town, "city_office", "SECURITY_ADMIN")), actor(at(town, "city_office", "SYSTEM_ADMIN"))
    person = user()
    give(security, town.city_office, admin, person=person, valid_to=TODAY + 9 * DAY)
    other = next(role for role in sorted(ADMIN_ROLES) if role != admin)
    touching, after = {"valid_from": TODAY + 9 * DAY}, {"valid_from": TODAY + 10 * DAY}
    for by, place, role in (
        (security, town.city_office, other),
        (system, town.office, "INTAKE"),
        (system, town.evaluation, "STATISTICS"),
    ):
        assert refused(lambda by=by, p=place, r=role: give(by, p, r, person=person, **touching)) == ("Refused", "role")
    assert give(system, town.office, "INTAKE", person=person, **after)  # the day after it is over
    both = user()
    give(system, town.office, "INTAKE", person=both)
    give(system, town.office, "DISPATCHER", person=both)  # one desk, two posts
    assert refused(lambda: give(security, town.office, admin, person=both)) == ("Refused", "role")


def test_dates_are_in_order_and_the_same_post_is_not_given_twice(town: Town) -> None:
    by, person = actor(town.liaison), user()
    assert refused(lambda: give(by, town.energy, "HANDLER", valid_to=TODAY - DAY)) == ("Refused", "valid_to")
    post = give(by, town.energy, "HANDLER", person=person, valid_to=TODAY + DAY)
    again = {"person": person, "valid_from": TODAY + DAY}
    assert refused(lambda: give(by, town.energy, "HANDLER", **again)) == ("Refused", "valid_from")
    later = give(by, town.energy, "HANDLER", person=person, valid_from=TODAY + 2 * DAY)
    assert refused(lambda: change_dates(post, by=by, valid_from=TODAY, valid_to=TODAY + 2 * DAY)) == (
        "Refused",
        "valid_from",
    )
    moved = change_dates(later, by=by, valid_from=TODAY + 5 * DAY, valid_to=None)
    assert (moved.valid_from, moved.valid_to) == (TODAY + 5 * DAY, None)
    assert refused(lambda: change_dates(post, by=by, valid_from=TODAY - DAY, valid_to=None)) == (
        "Refused",
        "valid_from",
    )
    gone = user(is_active=False)
    assert refused(lambda: give(by, town.energy, "HANDLER", person=gone)) == ("Refused", "user")
    assert set(LogEntry.objects.get_for_object(moved).values_list("action", flat=True)) == {0, 1}


def test_nobody_gives_or_ends_a_post_of_their_own(town: Town) -> None:
    security = at(town, "city_office", "SECURITY_ADMIN")
    system = at(town, "city_office", "SYSTEM_ADMIN")
    give(actor(security), town.city_office, "SECURITY_ADMIN")  # not the last one
    assert refused(lambda: end_post(security, by=actor(security), on=TODAY)) == ("Refused", "user")
    assert refused(lambda: give(actor(security), town.city_office, "AUDIT_ADMIN", person=security.user)) == (
        "Refused",
        "user",
    )
    assert refused(lambda: give(actor(system), town.office, "INTAKE", person=system.user)) == ("Refused", "user")
    assert refused(lambda: end_post(system, by=actor(system), on=TODAY)) == ("NotYours", "")


def test_the_last_holder_of_what_is_needed_stays_until_there_is_another(town: Town) -> None:
    system, security = at(town, "city_office", "SYSTEM_ADMIN"), at(town, "city_office", "SECURITY_ADMIN")
    audit = at(town, "city_office", "AUDIT_ADMIN")
    last = [(audit, actor(security)), (system, actor(security)), (town.liaison, actor(system))]
    last += [(town.dispatcher, actor(system)), (at(town, "leaders", "LEADER"), actor(system))]
    for post, by in last:
        assert refused(lambda post=post, by=by: end_post(post, by=by, on=TODAY)) == ("Refused", "role")
    give(actor(security), town.office, "AUDIT_ADMIN")
    assert end_post(audit, by=actor(security), on=TODAY).valid_to == TODAY
    assert end_post(town.intake, by=actor(system), on=TODAY - DAY).valid_to == TODAY - DAY  # there are two: at once
    assert refused(lambda: end_post(town.second_intake, by=actor(system), on=TODAY)) == ("Refused", "role")
    end_post(town.firm_secretary, by=actor(town.second_intake), on=TODAY)
    assert refused(lambda: end_post(town.staff, by=actor(town.second_intake), on=TODAY)) == ("Refused", "role")
    assert refused(lambda: end_post(town.handler, by=actor(town.liaison), on=TODAY - 2 * DAY)) == ("Refused", "on")
    town.firm.active = False
    town.firm.save()
    assert end_post(town.staff, by=actor(town.second_intake), on=TODAY)  # of a firm that is closed nobody is needed


def test_the_lists_hold_what_is_theirs_to_give_and_what_ends_within_a_fortnight(town: Town) -> None:
    for post, days in ((town.handler, 14), (town.second_handler, 15), (town.deputy, 0), (town.intake, 3)):
        Membership.objects.filter(pk=post.pk).update(valid_to=TODAY + days * DAY)
    liaison, system = actor(town.liaison), actor(at(town, "city_office", "SYSTEM_ADMIN"))
    assert set(staffed_by(liaison)) == {town.handler, town.second_handler}
    assert list(ending_soon(liaison)) == [town.deputy, town.handler]
    assert list(ending_soon(system)) == [town.deputy, town.intake, town.handler]
    assert set(staffed_by(actor(town.intake)).values_list("organisation_id", flat=True)) == {
        town.firm.pk,
        town.neighbour.pk,
    }
    assert not staffed_by(actor(town.handler)).exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_make_one_person_two_administrators_nor_end_the_last_two(town: Town) -> None:
    security = at(town, "city_office", "SECURITY_ADMIN")
    end = TODAY + 30 * DAY  # with an end no constraint of the table helps
    person = user()
    ready = threading.Barrier(2, timeout=20)

    def at_once(do: Any) -> str:
        try:
            ready.wait()
            do()
        except Refused as error:
            return error.field
        finally:
            connection.close()
        return "done"

    def both(*acts: Any) -> list[str]:
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(at_once, acts))

    by = actor(security)
    assert both(
        lambda: give(by, town.city_office, "SYSTEM_ADMIN", person=person, valid_to=end),
        lambda: give(by, town.city_office, "AUDIT_ADMIN", person=person, valid_to=end),
    ) == ["done", "role"]
    system = actor(at(town, "city_office", "SYSTEM_ADMIN"))
    assert both(
        lambda: end_post(town.intake, by=system, on=TODAY), lambda: end_post(town.second_intake, by=system, on=TODAY)
    ) == ["done", "role"]


@pytest.mark.django_db
def test_the_first_administrators_are_appointed_from_the_console(town: Town) -> None:
    Membership.objects.filter(role__in=ADMIN_ROLES).delete()
    person = user("苏雅拉", email="s@example.org")
    out = StringIO()
    call_command("appoint_admin", person.username, role="SECURITY_ADMIN", office=town.city_office.name, stdout=out)
    assert person.memberships.get().role == Role.SECURITY_ADMIN
    assert "苏雅拉" in out.getvalue()
    with pytest.raises(CommandError, match="已经有安全管理员"):
        call_command("appoint_admin", user().username, role="SECURITY_ADMIN", office=town.city_office.name)
    with pytest.raises(CommandError, match="不能由同一人"):
        call_command("appoint_admin", person.username, role="AUDIT_ADMIN", office=town.city_office.name)
    with pytest.raises(CommandError, match="没有这个平台办公室"):
        call_command("appoint_admin", user().username, role="AUDIT_ADMIN", office="某办公室")
