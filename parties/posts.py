"""Posts are given, dated and ended here, and nowhere else.

Whoever changes the posts of a person holds the lock on that person's row, so that two at once cannot make them hold
what excludes each other. Field history is kept by auditlog.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotYours, Refused
from parties.by import By, today
from parties.deputies import hold_no_longer, refuse_administrators
from parties.models import Membership, Organisation, User
from parties.post_rules import Place, check_beside, check_dates, check_person, check_texts, refusal_to_staff
from parties.roles import ADMIN_ROLES, Role

DAY = timedelta(days=1)


def appoint(
    *,
    by: By,
    user: User,
    organisation: Organisation,
    role: str,
    valid_from: date,
    valid_to: date | None = None,
    source: str = "",
    scope: str = "",
) -> Membership:
    """This person holds this post from one day to another (both included; without end when there is none).

    `source` names what the appointment rests on, such as a document number. Raises NotYours when the post is not this
    actor's to give, Refused beside `user`, `organisation`, `role`, `valid_from`, `valid_to`, `source` or `scope`.
    """
    place = Place.of(organisation)
    if role not in Role.values or role not in place.roles:
        raise Refused("role", _("这类组织没有这个岗位"))
    if sentence := refusal_to_staff(by, place, role):
        raise NotYours(sentence)
    check_person(by, user.pk)
    check_dates(valid_from, valid_to)
    check_texts(source=source, scope=scope)
    if not organisation.active:
        raise Refused("organisation", _("这个组织已停用"))
    post = Membership(
        user=user,
        organisation_id=organisation.pk,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source.strip(),
        scope=scope.strip(),
    )
    with posts_of_person(user.pk) as others:
        if not User.objects.filter(pk=user.pk, is_active=True).exists():
            raise Refused("user", _("这个人的账号已停用"))
        check_beside(post, others)
        refuse_administrators(post)
        post.save()
    return post


def change_dates(membership: Membership, *, by: By, valid_from: date, valid_to: date | None) -> Membership:
    """The post is held in this span. What has begun keeps its first day; an end is not put before yesterday.

    Raises NotYours, Refused beside `valid_from`, `valid_to` or `role`.
    """
    with posts_of_person(membership.user_id) as others:
        post = next(row for row in others if row.pk == membership.pk)
        place = Place.of(post.organisation)
        _for_staffing(by, place, post)
        check_dates(valid_from, valid_to)
        if valid_from != post.valid_from and post.valid_from <= today(by):
            raise Refused("valid_from", _("已经开始的任职不能改开始日期"))
        _still_open(post, by)
        if valid_to is not None and valid_to < max(today(by) - DAY, post.valid_from):
            raise Refused("valid_to", _("结束日期最早是昨天，表示立即结束"))
        sooner = valid_to is not None and (post.valid_to is None or valid_to < post.valid_to)
        if valid_to is not None and sooner:
            keep_in_office(post, place, after=valid_to)
        post.valid_from, post.valid_to = valid_from, valid_to
        check_beside(post, others)
        post.save(update_fields=["valid_from", "valid_to"])
        if valid_to is not None and sooner:
            hold_no_longer(post, after=valid_to, by=by)
    return post


def end_post(membership: Membership, *, by: By, on: date) -> Membership:
    """`on` is the last day of this post; yesterday ends it at once. What is owned in it is handed over elsewhere.

    Raises NotYours, Refused beside `on` or `role`: never one's own, and never the last holder of a role without whom
    the organisation could not go on.
    """
    with posts_of_person(membership.user_id) as others:
        post = next(row for row in others if row.pk == membership.pk)
        place = Place.of(post.organisation)
        _for_staffing(by, place, post)
        _still_open(post, by)
        if on < post.valid_from:
            raise Refused("on", _("结束日期不能早于开始日期"))
        if on < today(by) - DAY:
            raise Refused("on", _("结束日期最早是昨天，表示立即结束"))
        if post.valid_to is not None and on > post.valid_to:
            raise Refused("on", _("这个任职到期更早，延长请改日期"))
        keep_in_office(post, place, after=on)
        post.valid_to = on
        post.save(update_fields=["valid_to"])
        hold_no_longer(post, after=on, by=by)
    return post


@contextmanager
def posts_of_person(user_id: int) -> Iterator[list[Membership]]:
    """All posts of a person, while nobody else can change them. Rows that only name the person do not wait."""
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=user_id)
        yield list(Membership.objects.filter(user_id=user_id).select_related("organisation", "user").order_by("pk"))


def keep_in_office(post: Membership, place: Place, *, after: date) -> None:
    """Somebody else holds what the organisation cannot be without on the day after this one. Raises Refused.

    The rows of all holders are locked, so that of two who leave at once the second is refused.
    """
    for group in needed_groups(post, place):
        holders = Membership.objects.filter(role__in=group).select_for_update(of=("self",), no_key=True).order_by("pk")
        if post.role not in ADMIN_ROLES:
            holders = holders.filter(organisation_id=post.organisation_id)
        held = [row.pk for row in holders]
        if not Membership.objects.in_force(after + DAY).filter(pk__in=held).exclude(pk=post.pk).exists():
            raise last_holder(group)


def last_holder(group: frozenset[Role]) -> Refused:
    """What is said to whoever ends the last post of these roles."""
    names = _("、").join(str(role.label) for role in Role if role in group)
    return Refused("role", _("这是最后一位%(roles)s，请先确定接任的人") % {"roles": names})


def needed_groups(post: Membership, place: Place) -> list[frozenset[Role]]:
    """The groups of roles this post belongs to and that must not become empty; an organisation that is closed needs
    nobody. Of each administrator there is one somewhere in the whole installation."""
    if post.role in ADMIN_ROLES:
        return [frozenset({Role(post.role)})]
    return [group for group in place.needed if post.role in group] if post.organisation.active else []


def _for_staffing(by: By, place: Place, post: Membership) -> None:
    if sentence := refusal_to_staff(by, place, post.role):
        raise NotYours(sentence)
    check_person(by, post.user_id)


def _still_open(post: Membership, by: By) -> None:
    if post.valid_to is not None and post.valid_to < today(by):
        raise Refused("", _("这个任职已经结束"))
