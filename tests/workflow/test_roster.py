"""The duty roster: whose it is, who edits it, and who is on duty at a moment."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import NotVisible, NotYours, Refused
from parties.models import Membership
from parties.roles import Role
from tests.factories import NOW, Town, actor, later
from workflow.models import DutyShift
from workflow.roster import add_shift, coming, has_roster, may_edit, on_duty, outside_hours, remove_shift

NIGHT = (later(hours=8), later(hours=22))  # Monday 18:00 to Tuesday 08:00


def shift(town: Town, who: Membership, span=NIGHT, *, by: Membership | None = None) -> DutyShift:
    return add_shift(by=actor(by or town.liaison), user=who.user, starts_at=span[0], ends_at=span[1])


def test_who_is_on_duty_is_so_from_the_first_moment_until_the_last(town: Town) -> None:
    shift(town, town.handler)
    for moment, there in ((NOW, False), (NIGHT[0], True), (NIGHT[1] - timedelta(seconds=1), True), (NIGHT[1], False)):
        assert (list(on_duty(town.energy.pk, moment)) == [town.handler.user]) is there
    assert not on_duty(town.housing.pk, NIGHT[0]).exists()


def test_who_has_left_is_not_on_duty(town: Town) -> None:
    shift(town, town.handler)
    Membership.objects.filter(pk=town.handler.pk).update(valid_to=later(days=-1).date())
    assert not on_duty(town.energy.pk, NIGHT[0]).exists()


def test_one_person_is_not_on_duty_twice_at_once_and_two_people_may_be(town: Town) -> None:
    shift(town, town.handler)
    for span in (NIGHT, (later(hours=20), later(hours=30)), (later(hours=1), later(hours=9))):
        with pytest.raises(Refused) as refused:
            shift(town, town.handler, span)
        assert refused.value.field == "starts_at"
    shift(town, town.handler, (NIGHT[1], later(hours=30)))
    shift(town, town.second_handler)
    assert DutyShift.objects.count() == 3


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (later(hours=9), later(hours=9), "ends_at"),
        (later(hours=9), later(hours=8), "ends_at"),
        (later(hours=8), later(days=4), "ends_at"),
        (later(days=-2), later(days=-1), "ends_at"),
        (later(days=60), later(days=61), "starts_at"),
    ],
)
def test_spans_that_make_no_sense_are_refused_beside_their_field(town: Town, starts, ends, field: str) -> None:
    with pytest.raises(Refused) as refused:
        shift(town, town.handler, (starts, ends))
    assert refused.value.field == field


def test_only_people_of_the_organisation_can_be_put_on_its_roster(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        shift(town, town.at(town.housing, Role.HANDLER))
    assert refused.value.field == "user"


def test_liaisons_and_the_desk_edit_and_the_others_of_the_house_read(town: Town) -> None:
    editors = {who.role for who in town.everybody if may_edit(actor(who))}
    assert editors == {Role.DEPARTMENT_LIAISON, Role.INTAKE, Role.DISPATCHER, Role.SYSTEM_ADMIN}
    assert not has_roster(actor(town.staff))
    assert has_roster(actor(town.handler))
    with pytest.raises(NotYours):
        shift(town, town.handler, by=town.handler)


def test_a_roster_is_seen_and_changed_by_its_own_house_alone(town: Town) -> None:
    mine = shift(town, town.handler)
    stranger = actor(town.at(town.housing, Role.DEPARTMENT_LIAISON))
    assert list(coming(actor(town.deputy))) == [mine]
    assert list(coming(stranger)) == []
    with pytest.raises(NotVisible):
        remove_shift(mine.public_id, by=stranger)
    with pytest.raises(NotYours):
        remove_shift(mine.public_id, by=actor(town.deputy))
    remove_shift(mine.public_id, by=actor(town.liaison))
    assert not DutyShift.objects.exists()


def test_a_shift_that_has_begun_ends_now_and_stays_on_record(town: Town) -> None:
    mine = shift(town, town.handler)
    remove_shift(mine.public_id, by=actor(town.liaison, later(hours=10)))
    mine.refresh_from_db()
    assert mine.ends_at == later(hours=10)


def test_the_table_takes_no_shift_that_ends_before_it_begins(town: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.create(organisation=town.energy, user=town.handler.user, starts_at=NOW, ends_at=NOW)


@pytest.mark.parametrize(
    ("moment", "outside"),
    [(NOW, False), (later(hours=3), True), (later(hours=8), True), (later(days=5), True), (later(days=1), False)],
)
def test_outside_hours_is_when_the_offices_are_closed(moment, outside: bool) -> None:
    assert outside_hours(moment) is outside
