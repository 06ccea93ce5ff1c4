"""Enterprises: entered, changed, no longer there."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties.by import By
from parties.changes.entries import activate, add, change
from parties.changes.keeping import is_free
from parties.credit_code import Verdict, check, normalise
from parties.models import Enterprise


def add_enterprise(*, by: By, **fields: Any) -> Enterprise:
    """The enterprise is in the directory. Raises NotYours and Refused.

    `fields`: name, short_name, district, credit_code, code_reason, industry, size, address, contact_name,
    contact_phone. A code whose check digit is wrong is taken only with `code_reason`.
    """
    return add(Enterprise, _spelt(fields), by=by, check=_acceptable)


def change_enterprise(enterprise: Enterprise, *, by: By, seen: str, **fields: Any) -> Enterprise:
    """The enterprise has these values. `seen` is `seen_of` of what the person saw.

    Raises NotYours, NotVisible, Changed and Refused.
    """
    return change(enterprise, _spelt(fields), by=by, seen=seen, check=_acceptable)


def set_enterprise_active(enterprise: Enterprise, *, by: By, seen: str, active: bool) -> Enterprise:
    """The enterprise takes part from now on, or no longer: nobody acts for it then. Raises as `change_enterprise`."""
    return activate(enterprise, by=by, seen=seen, active=active)


def _spelt(fields: dict[str, Any]) -> dict[str, Any]:
    """The credit code in its one spelling, before it is compared or measured."""
    if "credit_code" in fields:
        fields["credit_code"] = normalise(str(fields["credit_code"] or ""))
    return fields


def _acceptable(now: Enterprise | None, values: dict[str, Any]) -> None:
    """The code is well formed and nobody else's; a wrong check digit has a reason, and a right one has none."""
    code = values.get("credit_code", now.credit_code if now else "")
    reason = values.get("code_reason", now.code_reason if now else "")
    if "credit_code" not in values and "code_reason" not in values:
        return
    verdict = check(code)
    if verdict is Verdict.MALFORMED:
        raise Refused("credit_code", _("不是统一社会信用代码：应为 18 位数字和大写字母（没有 I、O、S、V、Z）"))
    if verdict is Verdict.WRONG_CHECK_DIGIT and not reason:
        raise Refused("credit_code", _("校验位不符，请核对；确认营业执照上就是这个代码的，请在下面写明理由"))
    if verdict is Verdict.VALID and reason:
        values["code_reason"] = ""
    if "credit_code" in values:
        taken = _("这个统一社会信用代码已经登记过")
        is_free(Enterprise, "credit_code", code, taken, but=now.pk if now else None)
