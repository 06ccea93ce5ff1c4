"""What people own that every system shares: shifts to come, tokens, deputies."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.models import ApiToken, Deputy, Membership
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.models import DutyShift
from workflow.registry import Holding, Seat
from workflow.time_left import long_day

NAMED = 20  # so many are named; the number says how many there are


def grouped(
    rows: Iterable[tuple[Seat | None, str]], *, label: Any, fate: Any, needs_heir: bool = False
) -> list[Holding]:
    """One holding for every post, with the first names of what is in it."""
    found: dict[Seat | None, list[str]] = {}
    for seat, name in rows:
        found.setdefault(seat, []).append(name)
    return [Holding(label, seat, len(names), tuple(names[:NAMED]), fate, needs_heir) for seat, names in found.items()]


class NeedsNoHeir:
    """What may be without an owner."""

    remedy: Any = ""
    listed = ""

    def numbers(self, user_ids: Collection[int], now: datetime) -> Mapping[tuple[int, Seat], int]:
        return {}

    def unowned(self, actor: Actor, limit: int) -> list[tuple[str, str]]:
        return []


class Shifts(NeedsNoHeir):
    """Duty from now on goes to whoever follows in the same organisation, and is free where nobody does."""

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        rows = _coming(user_id, now).values_list("organisation_id", "starts_at")
        days = [(org, long_day(starts.astimezone(ZONE).date())) for org, starts in rows]
        posts = dict(_seats(user_id, now))
        known = [(posts[org], day) for org, day in days if org in posts]
        return grouped(known, label=_("值班"), fate=_("转给接任人，没有接任人的空出"))

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        """A shift that runs ends now, and its rest is the heir's."""
        new = {org: post for (org, _role), post in heirs.items()}
        gone = _still_there(user_id, by.now)
        for shift in _coming(user_id, by.now).select_for_update(of=("self",)):
            if shift.organisation_id in gone and shift.organisation_id not in new:
                continue  # another post keeps them there
            begun, ends_at = shift.starts_at < by.now, shift.ends_at
            heir = new.get(shift.organisation_id)
            starts_at = max(shift.starts_at, by.now)
            if begun:
                shift.ends_at = by.now
                shift.save(update_fields=["ends_at"])
            else:
                shift.delete()
            busy = DutyShift.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
            place = {"organisation_id": shift.organisation_id, "user_id": heir.user_id} if heir else {}
            if heir and not busy.filter(**place).exists():
                DutyShift.objects.create(**place, starts_at=starts_at, ends_at=ends_at)


def _coming(user_id: int, now: datetime) -> Any:
    return DutyShift.objects.filter(user_id=user_id, ends_at__gt=now).order_by("starts_at", "pk")


def _seats(user_id: int, now: datetime) -> list[tuple[int, Seat]]:
    """By organisation one of the posts this person holds there."""
    posts = Membership.objects.in_force(now.astimezone(ZONE).date()).filter(user_id=user_id).order_by("-pk")
    return [(org, (org, role)) for org, role in posts.values_list("organisation_id", "role")]


def _still_there(user_id: int, now: datetime) -> set[int]:
    """Where this person holds a post beyond today."""
    day = now.astimezone(ZONE).date()
    posts = Membership.objects.in_force(day).filter(Q(valid_to=None) | Q(valid_to__gt=day), user_id=user_id)
    return set(posts.values_list("organisation_id", flat=True))


class Tokens(NeedsNoHeir):
    """Keys for programs end with the post they are bound to."""

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        live = ApiToken.objects.filter(membership__user_id=user_id, expires_at__gt=now).order_by("pk")
        rows = live.values_list("membership__organisation_id", "membership__role", "name")
        return grouped([((org, role), name) for org, role, name in rows], label=_("接口令牌"), fate=_("撤销"))

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        day = by.now.astimezone(ZONE).date()
        ended = Membership.objects.filter(user_id=user_id, valid_to__lte=day)
        ApiToken.objects.filter(membership__in=ended, expires_at__gt=by.now).update(expires_at=by.now)


class Deputies(NeedsNoHeir):
    """Nobody stands in for a post that has ended, nor does its holder for others where they hold none any more."""

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        mine = Q(principal_id=user_id) | Q(deputy_id=user_id) | Q(membership__user_id=user_id)
        day = now.astimezone(ZONE).date()
        rows = Deputy.objects.filter(mine, ended_at=None, valid_to__gte=day).order_by("pk")
        columns = ("membership__organisation_id", "principal__name", "deputy__name")
        seats = dict(_seats(user_id, now))
        names = [
            (seats[org], str(_("%(deputy)s 代 %(holder)s") % {"deputy": deputy, "holder": principal}))
            for org, principal, deputy in rows.values_list(*columns)
            if org in seats
        ]
        return grouped(names, label=_("代理"), fate=_("结束"))

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        there = _still_there(user_id, by.now)
        mine = Q(principal_id=user_id) | Q(deputy_id=user_id) | Q(membership__user_id=user_id)
        held = Deputy.objects.filter(mine, ended_at=None, valid_to__gte=by.now.astimezone(ZONE).date())
        for row in held.exclude(membership__organisation_id__in=there).select_for_update(of=("self",)):
            row.ended_at = by.now
            row.save(update_fields=["ended_at"])
