"""Alliances of firms: entered, changed, dissolved; which firms belong to them from when to when."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused, WrongMoment
from parties import rights
from parties.by import By
from parties.changes.entries import activate, add, change
from parties.changes.keeping import insert, locked, refuse, span, update
from parties.changes.spans import free_of_others
from parties.models import Alliance, AllianceMember, Enterprise


def add_alliance(*, by: By, **fields: Any) -> Alliance:
    """The alliance is in the directory. Raises NotYours and Refused. `fields`: name, short_name, district."""
    return add(Alliance, fields, by=by)


def change_alliance(alliance: Alliance, *, by: By, seen: str, **fields: Any) -> Alliance:
    """The alliance has these values. Raises NotYours, NotVisible, Changed and Refused."""
    return change(alliance, fields, by=by, seen=seen)


def set_alliance_active(alliance: Alliance, *, by: By, seen: str, active: bool) -> Alliance:
    """The alliance speaks for its members from now on, or no longer. Raises as `change_alliance`."""
    return activate(alliance, by=by, seen=seen, active=active)


def admit_member(
    alliance: Alliance, *, by: By, enterprise: Enterprise, valid_from: date, valid_to: date | None = None
) -> AllianceMember:
    """The firm belongs to the alliance from one day to another (both included), or until it leaves.

    Raises NotYours, NotVisible, WrongMoment and Refused.
    """
    with transaction.atomic():
        now = locked(alliance)
        refuse(rights.refusal_to_keep(now, by))
        if not now.active:
            raise WrongMoment(_("这一条目已经停用"))
        span(valid_from, valid_to)
        free_of_others(AllianceMember.objects.filter(alliance=now), enterprise, valid_from, valid_to)
        row = AllianceMember(alliance=now, enterprise=enterprise, valid_from=valid_from, valid_to=valid_to)
        return insert(row, by)


def end_member(member: AllianceMember, *, by: By, valid_to: date) -> AllianceMember:
    """The firm belongs to the alliance up to this day. Raises NotYours, NotVisible, WrongMoment and Refused."""
    with transaction.atomic():
        refuse(rights.refusal_to_keep(locked(member.alliance), by))
        now = locked(member)
        if now.valid_to is not None:
            raise WrongMoment(_("这家企业已经退出"))
        if valid_to < now.valid_from:
            raise Refused("valid_to", _("结束日期不能早于开始日期"))
        span(now.valid_from, valid_to)
        return update(now, {"valid_to": valid_to}, by)
