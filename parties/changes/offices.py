"""Offices: entered, changed, closed."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties.by import By
from parties.changes.entries import activate, add, change
from parties.changes.posts_in_force import nobody_holds_a_post
from parties.models import Office

PLATFORM = Office.OfficeKind.PLATFORM


def add_office(*, by: By, **fields: Any) -> Office:
    """The office is in the directory. Raises NotYours and Refused.

    `fields`: name, short_name, district, office_kind, serves (a district).
    """
    return add(Office, fields, by=by, check=_one_platform)


def change_office(office: Office, *, by: By, seen: str, **fields: Any) -> Office:
    """The office has these values. Raises NotYours, NotVisible, Changed and Refused."""
    return change(office, fields, by=by, seen=seen, check=_one_platform)


def set_office_active(office: Office, *, by: By, seen: str, active: bool) -> Office:
    """The office works from now on, or no longer; nobody may hold a post there then. Raises as `change_office`."""
    return activate(office, by=by, seen=seen, active=active, check=nobody_holds_a_post(by))


def _one_platform(now: Office | None, values: dict[str, Any]) -> None:
    """A district is served by one platform office: demands find it by the district."""
    kind = values.get("office_kind", now.office_kind if now else "")
    serves = values.get("serves", now.serves if now else None)
    if kind != PLATFORM or not {"office_kind", "serves"} & values.keys():
        return
    if Office.objects.filter(office_kind=PLATFORM, serves=serves).exclude(pk=now.pk if now else None).exists():
        raise Refused("serves", _("这个旗区已经有平台办公室"))
