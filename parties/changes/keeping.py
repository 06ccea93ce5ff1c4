"""How every change of the directory is written: checked, in one transaction, not over somebody else's, remembered.

The field history (django-auditlog) keeps who changed what; the post they acted in stands beside the entry as text.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from foundation.errors import Changed, NotVisible, NotYours, Refused
from parties import history
from parties.by import By
from parties.fields import FIELDS
from parties.labels import label_of
from parties.models import District, User

E = TypeVar("E", bound=models.Model)

MOST = 1_000_000  # members of anything
PHONE = re.compile(r"[0-9+][0-9()\- ]{4,19}")
EARLIEST = date(1921, 1, 1)
LATEST = date(2100, 12, 31)


def seen_of(entry: models.Model) -> str:
    """What a reader saw of the entry, as a word to be sent back: two people never overwrite each other unawares."""
    return _digest(values_of(entry))


def values_of(entry: models.Model) -> dict[str, Any]:
    """What can be changed of the entry, by field; foreign keys as keys."""
    names = [*FIELDS[type(entry)], *(["active"] if hasattr(entry, "active") else [])]
    return {name: getattr(entry, _column(entry, name)) for name in names}


def _column(entry: models.Model, name: str) -> str:
    field = entry._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field.attname


def _digest(values: Mapping[str, Any]) -> str:
    """Keyed: whoever does not read a telephone number must not find it by trying numbers against the word."""
    said = json.dumps(values, default=str, sort_keys=True)
    return salted_hmac("directory entry", said, algorithm="sha256").hexdigest()[:20]


def held(entry: E, *, seen: str) -> E:
    """The entry as it is now, locked until the transaction ends, if it is as the person saw it.

    Raises NotVisible when it is gone, Changed with who changed what when it is another.
    """
    now = locked(entry)
    if seen_of(now) != seen:
        raise Changed(history.overtaken(now))
    return now


def locked(entry: E) -> E:
    """The entry as it is now, locked until the transaction ends. Raises NotVisible."""
    found = type(entry)._default_manager.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return found


def refuse(sentence: Any | None) -> None:
    """Raise NotYours with this sentence, if there is one."""
    if sentence is not None:
        raise NotYours(sentence)


def today(by: By) -> date:
    """The day of the act, in local time."""
    return timezone.localtime(by.now).date()


def insert(entry: E, by: By) -> E:
    """The entry is in the table, and in the history with the post it was entered in."""
    sign(entry, by)
    entry.save(force_insert=True)
    return entry


def update(entry: E, values: Mapping[str, Any], by: By) -> E:
    """The entry has these values, and the history those that became others."""
    for name, value in values.items():
        setattr(entry, name, value)
    sign(entry, by)
    entry.save(update_fields=list(values))
    return entry


def remove(entry: models.Model, by: By) -> None:
    """The row is gone, and the history knows it was there."""
    sign(entry, by)
    entry.delete()


def sign(entry: models.Model, by: By) -> None:
    """The history keeps the post of whoever makes the next change of this entry (auditlog asks for the data)."""
    with translation.override(settings.LANGUAGE_CODE):
        post = f"{by.post.organisation_name} · {by.post.role.label}" if by.post else ""
    data = {"as": post, "user": by.user_id}
    setattr(entry, "get_additional_data", lambda: data)  # noqa: B010 (not an attribute of models)


def differing(entry: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the entry does not have yet; no statement runs for what a foreign key leads to."""
    keys = {name: value.pk if isinstance(value, models.Model) else value for name, value in values.items()}
    return {name: values[name] for name, key in keys.items() if getattr(entry, _column(entry, name)) != key}


# --- whether a value is acceptable ---


def cleaned(model: type[models.Model], given: Mapping[str, Any], *, by: By) -> dict[str, Any]:
    """These fields as they are stored. Raises Refused for the first that cannot be, TypeError for no field."""
    if unknown := given.keys() - set(FIELDS[model]):
        raise TypeError(f"no fields of {model.__name__}: {sorted(unknown)}")
    return {name: _value(model, name, given[name], by=by) for name in FIELDS[model] if name in given}


def missing(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Raise Refused for the first field without which there is no entry."""
    for name in FIELDS[model]:
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        if name not in values and (name == "district" or not (field.blank or field.has_default())):
            _required(field)


def _required(field: Any) -> None:
    raise Refused(field.name, _("请填写%(label)s") % {"label": label_of(field)})


def _value(model: type[models.Model], name: str, value: Any, *, by: By) -> Any:
    field: Any = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return _related(field, value)
    if isinstance(field, models.PositiveIntegerField):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            raise Refused(name, _("请填写 0 到 %(n)s 的整数") % {"n": MOST})
        return value
    if isinstance(field, models.DateField):
        return None if value is None else past_day(name, value, by=by)
    return _text(field, value)


def _related(field: Any, value: Any) -> Any:
    if value is None and (not field.null or field.name == "district"):
        _required(field)
    if value is not None and not isinstance(value, field.related_model):
        raise TypeError(f"{field.name} takes a {field.related_model.__name__}")
    active = getattr(value, "is_active" if isinstance(value, User) else "active", True)
    if value is not None and not active:
        raise Refused(field.name, _("所选的已停用"))
    return value


def _text(field: Any, value: Any) -> str:
    text = " ".join(str(value or "").split())
    if not text and not field.blank:
        _required(field)
    if not text.isprintable() or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused(field.name, _("含有无法保存的字符"))
    if len(text) > field.max_length:
        raise Refused(field.name, _("最多 %(n)s 个字") % {"n": field.max_length})
    if text and field.choices and text not in dict(field.flatchoices):
        raise Refused(field.name, _("请从所列的值中选择"))
    if text and "phone" in field.name and not PHONE.fullmatch(text):
        raise Refused(field.name, _("请填写电话号码，例如 0477-8580000 或 13900000000"))
    if text and isinstance(field, models.EmailField):
        try:
            validate_email(text)
        except ValidationError as error:
            raise Refused(field.name, _("请填写电子邮箱，例如 zhang@example.cn")) from error
    return text


def past_day(name: str, day: date, *, by: By) -> date:
    """A day that has come. Raises Refused."""
    if not EARLIEST <= day <= today(by):
        raise Refused(name, _("日期不能晚于今天，也不能早于 1921 年"))
    return day


def span(valid_from: date, valid_to: date | None) -> None:
    """Raise Refused unless these days are in order."""
    if not EARLIEST <= valid_from <= LATEST:
        raise Refused("valid_from", _("请填写 1921 年到 2100 年之间的日期"))
    if valid_to is not None and not valid_from <= valid_to <= LATEST:
        raise Refused("valid_to", _("结束日期不能早于开始日期"))


def name_is_free(model: type[models.Model], name: str, district: District, *, but: int | None = None) -> None:
    """Raise Refused when an entry of this kind in this district has the name; whoever adds another waits.

    An entry that is no longer active keeps its name: it is activated again instead of being entered twice.
    """
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    same = model._default_manager.filter(name=name, district=district).exclude(pk=but)
    active = same.values_list("active", flat=True).first()
    if active is not None:
        sentence = (
            _("%(district)s已经有这个名称的条目")
            if active
            else _("%(district)s已经有这个名称的条目，现已停用；请重新启用")
        )
        raise Refused("name", sentence % {"district": district.name})


def is_free(model: type[models.Model], name: str, value: str, sentence: str, *, but: int | None = None) -> None:
    """Raise Refused with this sentence when another entry has this value of the field."""
    if model._default_manager.filter(**{name: value}).exclude(pk=but).exists():
        raise Refused(name, sentence)
