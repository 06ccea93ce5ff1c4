"""变更记录: who changed what in an entry of the directory, read from the field history that auditlog keeps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from parties.fields import FIELDS, PERSONAL
from parties.labels import label_of
from parties.models import AllianceMember, MassOrganisation, PartyCoverage, User

SHOWN = 20  # changes of one entry that a page shows
# What belongs to an entry and has a history of its own, by the column that leads to the entry.
PARTS: dict[type[models.Model], str] = {
    PartyCoverage: "party_organisation",
    MassOrganisation: "party_organisation",
    AllianceMember: "alliance",
}


@dataclass(frozen=True)
class FieldChange:
    """One field that became another."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change of an entry: when, in which post, by whom, what was done, and the fields that became others."""

    at: datetime
    post: str
    person: str
    done: str
    fields: tuple[FieldChange, ...]


def changes_of(
    entry: models.Model, *, personal: bool, people: bool, parts: Iterable[models.Model] = ()
) -> list[Change]:
    """The last SHOWN changes of the entry and of these parts of it, the newest first; two statements.

    Who may not change how the entry is reached (`personal`) does not read what it was; a change of nothing else is
    left out. `people` says whether the reader learns the names of those who made the changes.
    """
    entries = list(_of([entry, *parts])[: SHOWN * 2])
    names = _names(entries) if people else {}
    found = (_change(row, personal=personal, names=names) for row in entries)
    return [change for change in found if change is not None][:SHOWN]


def _of(things: Iterable[models.Model]) -> Any:
    """The history of all of these, the newest first; one statement, beside those that look up kinds of content."""
    wanted = Q(pk=None)
    by_model: dict[type[models.Model], list[int]] = {}
    for thing in things:
        by_model.setdefault(type(thing), []).append(thing.pk)
    for model, keys in by_model.items():
        wanted |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    return LogEntry.objects.filter(wanted).order_by("-id")


def _names(entries: Iterable[LogEntry]) -> dict[int, str]:
    keys = {key for row in entries if (key := _person(row))}
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}


def _person(row: LogEntry) -> int | None:
    """Whoever made the change, as the entry was signed, or as the request knew them."""
    return (row.additional_data or {}).get("user") or row.actor_id


def _change(row: LogEntry, *, personal: bool, names: dict[int, str]) -> Change | None:
    model = row.content_type.model_class()
    if model is None:
        return None
    # What an entry said when it was entered is seen from what became of it; parts of an entry are all their words.
    told = model in PARTS or row.action == LogEntry.Action.UPDATE
    fields = tuple(_fields(model, row.changes or {}, personal=personal)) if told else ()
    if row.action == LogEntry.Action.UPDATE and not fields:
        return None
    post = (row.additional_data or {}).get("as", "")
    return Change(row.timestamp, post, names.get(_person(row) or 0, ""), _done(model, row.action), fields)


def _done(model: type[models.Model], action: int) -> str:
    part = str(model._meta.verbose_name) if model in PARTS else ""
    words = {0: _("登记"), 1: _("修改"), 2: _("删除")}[action]
    return f"{words} {part}".strip()


def _fields(model: type[models.Model], changes: dict[str, Any], *, personal: bool) -> Iterator[FieldChange]:
    names = (*FIELDS.get(model, ()), *(field.name for field in model._meta.fields if model in PARTS), "active")
    for name in names:
        if name not in changes or name == PARTS.get(model) or name == "id" or (name in PERSONAL and not personal):
            continue
        field = model._meta.get_field(name)
        before, after = (_words(field, value) for value in changes[name])
        if before != after:
            yield FieldChange(label_of(field), before, after)


def _words(field: Any, value: Any) -> str:
    """A value as it is read: the history keeps texts, “None” for nothing."""
    if value in (None, "None", ""):
        return ""
    if isinstance(field, models.BooleanField):
        return str(_("是") if value == "True" else _("否"))
    return str(dict(field.flatchoices).get(value, value)) if field.choices else str(value)


def overtaken(entry: models.Model) -> str:
    """That somebody changed the entry after the reader saw it: in which post, and which fields."""
    row = _of([entry]).first()
    post = ((row.additional_data or {}).get("as") if row else "") or _("其他人")
    fields = (
        _("、").join(change.label for change in _fields(type(entry), row.changes or {}, personal=True)) if row else ""
    )
    said = _("%(who)s刚刚修改了这一条目（%(fields)s）。您填的内容都在，请核对后再提交。")
    return said % {"who": post, "fields": fields or "—"}
