"""Departments: entered, changed, closed."""

import re
from typing import Any

from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties.by import By
from parties.changes.entries import activate, add, change
from parties.changes.keeping import is_free
from parties.changes.posts_in_force import nobody_holds_a_post
from parties.models import Department

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")


def add_department(*, by: By, **fields: Any) -> Department:
    """The department is in the directory. Raises NotYours and Refused.

    `fields`: name, short_name, district, code, address, contact_name, contact_phone.
    """
    return add(Department, fields, by=by, check=_own_code)


def change_department(department: Department, *, by: By, seen: str, **fields: Any) -> Department:
    """The department has these values. Raises NotYours, NotVisible, Changed and Refused."""
    return change(department, fields, by=by, seen=seen, check=_own_code)


def set_department_active(department: Department, *, by: By, seen: str, active: bool) -> Department:
    """The department takes demands from now on, or no longer; nobody may hold a post there then.

    Raises as `change_department`.
    """
    return activate(department, by=by, seen=seen, active=active, check=nobody_holds_a_post(by))


def _own_code(now: Department | None, values: dict[str, Any]) -> None:
    if (code := values.get("code")) is None:
        return
    if not CODE.fullmatch(code):
        raise Refused("code", _("代码用字母、数字和连字符，最多 20 个字符"))
    is_free(Department, "code", code, _("这个代码已经用过"), but=now.pk if now else None)
