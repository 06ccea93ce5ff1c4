"""From when to when a firm belongs to something: to one thing never twice at a time."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties.models import Enterprise


def free_of_others(rows: QuerySet[Any], enterprise: Enterprise, valid_from: date, valid_to: date | None) -> None:
    """Raise Refused unless the firm is active and none of these rows of it has a day in common with the span."""
    if not enterprise.active:
        raise Refused("enterprise", _("这家企业已停用"))
    same = rows.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from), enterprise=enterprise)
    if valid_to is not None:
        same = same.filter(valid_from__lte=valid_to)
    if same.exists():
        raise Refused("enterprise", _("这家企业在这段时间已经在列"))
