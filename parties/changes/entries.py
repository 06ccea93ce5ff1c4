"""What writing an entry has in common whatever its kind; the named functions stand in the modules beside this one."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from foundation.errors import Refused, WrongMoment
from parties import rights
from parties.by import By
from parties.changes.keeping import cleaned, differing, held, insert, missing, name_is_free, refuse, update

E = TypeVar("E", bound=models.Model)

# What must hold of an entry beside what its fields take: the present one (None when it is new) and the new values.
Check = Callable[[Any, dict[str, Any]], None]


def nothing_more(entry: Any, values: dict[str, Any]) -> None:
    """A kind of entry that asks for no more than its fields do."""


def add(model: type[E], given: Mapping[str, Any], *, by: By, check: Check = nothing_more) -> E:
    """Such an entry is in the directory. Raises NotYours and Refused."""
    values = cleaned(model, given, by=by)
    missing(model, values)
    refuse(rights.refusal_to_add(model, values["district"], by))
    try:
        with transaction.atomic():
            name_is_free(model, values["name"], values["district"])
            check(None, values)
            return insert(model(**values), by)
    except IntegrityError as error:
        raise Refused("", _("刚刚有人登记了同样的内容，请查看后再提交")) from error


def change(
    entry: E, given: Mapping[str, Any], *, by: By, seen: str, check: Check = nothing_more, own: bool = False
) -> E:
    """The entry has these values; fields that are not given stay as they are.

    What was filled in as it was before counts for nothing, so that a form may send what its reader may not change.
    Raises NotYours, NotVisible, Changed and Refused.
    """
    values = cleaned_and_other(entry, given, by=by)
    try:
        with transaction.atomic():
            now = held(entry, seen=seen)
            changed = differing(now, values)
            refuse(rights.refusal_to_change(now, frozenset(changed), by, own=own))
            if "district" in changed:
                refuse(rights.refusal_to_add(type(entry), changed["district"], by))
            if {"name", "district"} & changed.keys():
                merged: Any = {"name": now.name, "district": now.district} | changed  # type: ignore[attr-defined]
                name_is_free(type(entry), merged["name"], merged["district"], but=now.pk)
            check(now, changed)
            return update(now, changed, by) if changed else now
    except IntegrityError as error:
        raise Refused("", _("刚刚有人登记了同样的内容，请查看后再提交")) from error


def cleaned_and_other(entry: models.Model, given: Mapping[str, Any], *, by: By) -> dict[str, Any]:
    """Those of the fields that say something else than the entry, as they are stored. Raises as `cleaned`."""
    return cleaned(type(entry), differing(entry, given), by=by)


def activate(entry: E, *, by: By, seen: str, active: bool, check: Check = nothing_more) -> E:
    """The entry is in use from now on, or no longer. Raises NotYours, NotVisible, Changed, WrongMoment and Refused."""
    with transaction.atomic():
        now: Any = held(entry, seen=seen)
        refuse(rights.refusal_to_keep(now, by))
        if now.active == active:
            raise WrongMoment(_("这一条目已经启用") if active else _("这一条目已经停用"))
        check(now, {"active": active})
        return update(now, {"active": active}, by)
