"""Who may stand in for whom, and that a chain holds on a day exactly when every link of it does."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import DomainError
from parties.deputies import chain_to, deputy_chains, end_deputy, name_deputy, standing_in
from parties.models import Deputy, Membership, User
from parties.posts import appoint, end_post
from parties.roles import ADMIN_ROLES, Role
from tests.factories import NOW, Town, actor, later, member, user
from workflow.actor import Channel, actor_for

TODAY = NOW.date()
DAY = timedelta(days=1)


def hand_over(post: Membership, deputy: User, by: Membership | None = None, **more: Any) -> Deputy:
    dates = {"valid_from": TODAY, "valid_to": TODAY + 9 * DAY, "reason": "出差", **more}
    return name_deputy(post, by=actor(by or post), deputy=deputy, **dates)


def refused(do: Any) -> tuple[str, str]:
    with pytest.raises(DomainError) as caught:
        do()
    return type(caught.value).__name__, getattr(caught.value, "field", "")


spans = st.tuples(st.integers(0, 12), st.integers(0, 6))
links = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), spans, st.booleans()), max_size=12)


@settings(max_examples=300, deadline=None)
@given(links, st.integers(0, 15))
def test_a_chain_resolves_on_a_day_exactly_when_every_link_holds_that_day(
    rows: list[tuple[int, int, tuple[int, int], bool]], day: int
) -> None:
    """Against a search over all paths. Of two rows of one principal the later one holds, as the table forbids two."""
    held = {a: b for a, b, (start, length), ended in rows if a != b and start <= day <= start + length and not ended}
    for person in range(1, 6):
        chain = chain_to(person, 0, held)
        walked, here = [0], 0
        while held.get(here) is not None and held[here] not in walked and len(walked) <= 3:
            here = held[here]
            walked.append(here)
        reached = person in walked[1:]
        assert bool(chain) is reached
        assert list(chain) == (walked[: walked.index(person)] if reached else [])


def test_the_table_answers_as_the_links_do_and_both_ways_agree(town: Town) -> None:
    people = [user() for _n in range(4)]
    for person in people:
        member(town.energy, Role.HANDLER, person=person)
    post = town.handler
    first = hand_over(post, people[0])
    inner = name_deputy(
        post,
        by=acting(people[0], post),
        deputy=people[1],
        valid_from=TODAY + 2 * DAY,
        valid_to=TODAY + 4 * DAY,
        reason="培训",
    )
    for offset in range(-1, 12):
        day = TODAY + offset * DAY
        expected: dict[int, tuple[int, ...]] = {}
        if 0 <= offset <= 9:
            expected[people[0].pk] = (post.user_id,)
        if 2 <= offset <= 4:
            expected[people[1].pk] = (post.user_id, people[0].pk)
        assert standing_in([post.pk], day) == ({post.pk: expected} if expected else {})
        for person in people:
            chain = deputy_chains([post.pk], person.pk, day).get(post.pk, ())
            assert chain == expected.get(person.pk, ())
            now = later(days=offset)
            posts = actor_for(person.pk, now=now, channel=Channel.WEB).posts
            assert [p.stands_in_for for p in posts] == [(), *([chain] if chain else [])]  # their own first
    end_deputy(first, by=actor(post))
    assert standing_in([post.pk], TODAY + 3 * DAY) == {}  # without the first link the second leads nowhere
    assert inner.ended_at is None


def acting(person: User, post: Membership, now: Any = NOW) -> Any:
    return actor_for(person.pk, now=now, channel=Channel.WEB, request_id="test", membership_id=post.pk)


def test_who_names_whom_and_for_how_long(town: Town) -> None:
    post, other = town.party_secretary, town.at(town.energy, Role.DEPARTMENT_HEAD).user
    system = town.at(town.city_office, Role.SYSTEM_ADMIN)
    bad = [
        ({"valid_from": TODAY - DAY}, "valid_from"),
        ({"valid_to": TODAY - DAY}, "valid_to"),
        ({"valid_to": TODAY + 60 * DAY}, "valid_to"),
        ({"reason": " "}, "reason"),
        ({"deputy": town.housing_liaison.user}, "deputy"),  # of another department
        ({"deputy": post.user}, "deputy"),
        ({"deputy": town.handler.user}, "deputy"),  # whose results the secretary signs
    ]
    for change, field in bad:
        inputs = {"deputy": other, **change}
        person = inputs.pop("deputy")
        assert refused(lambda p=person, i=inputs: hand_over(post, p, **i)) == ("Refused", field), change
    for stranger in (town.handler, town.liaison, town.at(town.city_office, Role.SECURITY_ADMIN)):
        assert refused(lambda by=stranger: hand_over(post, other, by=by))[0] == "NotYours"
    row = hand_over(post, other, by=system, valid_to=TODAY + 59 * DAY)  # sixty days, both ends included
    assert refused(
        lambda: hand_over(post, town.liaison.user, valid_from=TODAY + 59 * DAY, valid_to=TODAY + 60 * DAY)
    ) == (
        "Refused",
        "valid_from",
    )
    end_deputy(row, by=actor(town.at(town.energy, Role.DEPARTMENT_HEAD)))
    assert refused(lambda: end_deputy(row, by=actor(post)))[0] == "WrongMoment"
    assert hand_over(post, town.liaison.user)


def test_no_deputies_for_firms_agents_and_administrators_and_none_that_are(town: Town) -> None:
    for place, role in (
        (town.firm, Role.ENTERPRISE_STAFF),
        (town.firm, Role.AGENT),
        (town.firm, Role.RESIDENT_LIAISON),
        *((town.city_office, role) for role in sorted(ADMIN_ROLES)),
    ):
        post = town.at(place, Role(role))
        colleague = next(m for m in town.everybody if m.organisation_id == place.pk and m.pk != post.pk)
        assert refused(lambda post=post, c=colleague: hand_over(post, c.user)) == ("Refused", "")
    admin = town.at(town.city_office, Role.SYSTEM_ADMIN)
    assert refused(lambda: hand_over(town.city_intake, admin.user)) == ("Refused", "deputy")
    hand_over(town.city_intake, town.city_dispatcher.user)
    security = actor(town.at(town.city_office, Role.SECURITY_ADMIN))
    inputs = {"organisation": town.city_office, "role": "AUDIT_ADMIN", "valid_from": TODAY + DAY}
    Membership.objects.filter(user=town.city_dispatcher.user).update(valid_to=TODAY)
    assert refused(lambda: appoint(by=security, user=town.city_dispatcher.user, **inputs)) == ("Refused", "role")


def test_no_rings_three_links_and_no_link_beyond_the_one_before(town: Town) -> None:
    post, a = town.handler, town.handler.user
    b, c, d, e = (member(town.energy, Role.HANDLER).user for _n in range(4))
    hand_over(post, b)
    chain = {"valid_from": TODAY, "valid_to": TODAY + 9 * DAY, "reason": "出差"}
    assert refused(lambda: name_deputy(post, by=acting(b, post), deputy=a, **chain)) == ("Refused", "deputy")
    longer = chain | {"valid_to": TODAY + 10 * DAY}
    assert refused(lambda: name_deputy(post, by=acting(b, post), deputy=c, **longer)) == ("Refused", "valid_to")
    name_deputy(post, by=acting(b, post), deputy=c, **chain)
    assert refused(lambda: name_deputy(post, by=acting(c, post), deputy=b, **chain)) == ("Refused", "deputy")
    name_deputy(post, by=acting(c, post), deputy=d, **chain)
    assert refused(lambda: name_deputy(post, by=acting(d, post), deputy=e, **chain)) == ("Refused", "deputy")
    assert deputy_chains([post.pk], d.pk, TODAY) == {post.pk: (a.pk, b.pk, c.pk)}


def test_what_hangs_on_a_post_ends_with_it(town: Town) -> None:
    liaison = actor(town.liaison)
    mine = hand_over(town.handler, town.second_handler.user)
    end_post(town.second_handler, by=liaison, on=TODAY + 3 * DAY)
    mine.refresh_from_db()
    assert mine.valid_to == TODAY + 3 * DAY  # who stands in is in office no longer
    end_post(town.handler, by=liaison, on=TODAY + DAY)
    mine.refresh_from_db()
    assert mine.valid_to == TODAY + DAY


def test_a_chain_that_is_broken_in_the_middle_opens_nothing_to_its_end(town: Town) -> None:
    """The last link alone still holds: its own row is in force, the person it goes through is not here any more."""
    between, last = user(), user()
    own = [member(town.energy, Role.HANDLER, person=person) for person in (between, last)]
    hand_over(town.handler, between)
    name_deputy(
        town.handler, by=acting(between, town.handler), deputy=last, valid_from=TODAY, valid_to=TODAY, reason="培训"
    )
    held = [town.handler.pk, own[1].pk]
    assert sorted(post.membership_id for post in actor(last).posts) == sorted(held)
    User.objects.filter(pk=between.pk).update(is_active=False)
    assert [post.membership_id for post in actor(last).posts] == [own[1].pk]
