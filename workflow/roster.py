"""The duty roster: who answers urgent matters outside working hours."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotVisible, NotYours, Refused
from parties.models import Membership, Organisation, User
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.models import DutyShift

EDITORS = frozenset({Role.DEPARTMENT_LIAISON, Role.INTAKE, Role.DISPATCHER, Role.SYSTEM_ADMIN})
LONGEST = timedelta(days=3)  # one shift; a holiday week is several
AHEAD = timedelta(weeks=8)  # so far a roster is made


def outside_hours(now: datetime) -> bool:
    """Whether the offices are closed at this moment."""
    return calendar_in_force().next_working_moment(now) > now


def shifts_at(now: datetime) -> QuerySet[DutyShift]:
    """The shifts that run at this moment."""
    return DutyShift.objects.filter(starts_at__lte=now, ends_at__gt=now)


def on_duty(organisation_id: int, now: datetime) -> QuerySet[User]:
    """The people on duty for the organisation who still hold a post in it; one statement."""
    return User.objects.filter(
        Exists(shifts_at(now).filter(organisation_id=organisation_id, user_id=OuterRef("pk"))),
        Exists(
            Membership.objects.in_force(now.astimezone(ZONE).date()).filter(
                organisation_id=organisation_id, user_id=OuterRef("pk")
            )
        ),
    ).order_by("name", "pk")


def coming(actor: Actor) -> QuerySet[DutyShift]:
    """The shifts of the actor's organisation that have not ended, soonest first."""
    return (
        DutyShift.objects.filter(organisation_id=actor.organisation_id, ends_at__gt=actor.now)
        .select_related("user")
        .order_by("starts_at", "id")
    )


def has_roster(actor: Actor) -> bool:
    """Offices and departments have one; firms do not."""
    return actor.post is not None and actor.post.organisation_kind != Organisation.Kind.ENTERPRISE


def for_readers(actor: Actor) -> None:
    if not has_roster(actor):
        raise NotYours(_("只有部门和办公室有值班表"))


def may_edit(actor: Actor) -> bool:
    """Whether the actor may change the roster of their own organisation."""
    return has_roster(actor) and actor.role in EDITORS


def for_editors(actor: Actor) -> None:
    """Refuse whoever may not change the roster."""
    if not may_edit(actor):
        raise NotYours(_("只有联络员、受理员、派单员和系统管理员可以改本单位的值班表"))


def colleagues(actor: Actor) -> QuerySet[User]:
    """Who can be put on the roster: the people of the organisation today, each once."""
    posts = Membership.objects.in_force(actor.now.astimezone(ZONE).date()).filter(
        organisation_id=actor.organisation_id, user_id=OuterRef("pk")
    )
    return User.objects.filter(Exists(posts)).order_by("name", "pk")


def add_shift(*, by: Actor, user: User, starts_at: datetime, ends_at: datetime) -> DutyShift:
    """The person is on duty for the actor's organisation in this span. Raises NotYours, Refused.

    The organisation's row is locked, so that two editors cannot put one person on duty twice at the same time.
    """
    for_editors(by)
    if ends_at <= starts_at:
        raise Refused("ends_at", _("结束时间要晚于开始时间"))
    if ends_at - starts_at > LONGEST:
        raise Refused("ends_at", _("一个班最长 %(n)s 天，请分成几个班") % {"n": LONGEST.days})
    if ends_at <= by.now:
        raise Refused("ends_at", _("这个班已经过去"))
    if starts_at > by.now + AHEAD:
        raise Refused("starts_at", _("最多排到 %(n)s 周以后") % {"n": AHEAD.days // 7})
    with transaction.atomic():
        Organisation.objects.select_for_update(of=("self",)).only("pk").get(pk=by.organisation_id)
        if not colleagues(by).filter(pk=user.pk).exists():
            raise Refused("user", _("请从本单位的人员中选择"))
        theirs = DutyShift.objects.filter(organisation_id=by.organisation_id, user=user)
        if theirs.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise Refused("starts_at", _("这个人在这段时间已经有班"))
        return DutyShift.objects.create(
            organisation_id=by.organisation_id, user=user, starts_at=starts_at, ends_at=ends_at
        )


def remove_shift(public_id: object, *, by: Actor) -> None:
    """The shift is gone; one that has begun ends now, for who was on duty stays on record.

    Raises NotYours, NotVisible.
    """
    for_editors(by)
    with transaction.atomic():
        shift = coming(by).select_for_update(of=("self",)).filter(public_id=public_id).first()
        if shift is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        if shift.starts_at >= by.now:
            shift.delete()
        else:
            shift.ends_at = by.now
            shift.save(update_fields=["ends_at"])
