"""Many entries written at once, each with its line in the field history. Whoever calls has checked them and who may.

What `keeping.insert` and `keeping.update` do for one entry, in a number of statements that does not grow with the rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from foundation.copying import reserve_keys, update_rows, write_rows
from parties.by import By
from parties.changes.keeping import sign
from parties.models import Organisation


def insert_many(entries: Sequence[Organisation], by: By) -> None:
    """These new organisations of one kind are in the directory. Inside a transaction; two statements a table."""
    if not entries:
        return
    model: Any = type(entries[0])
    for key, entry in zip(reserve_keys(connection, Organisation, len(entries)), entries, strict=True):
        entry.id = key
        setattr(entry, model._meta.pk.attname, key)
    write_rows(connection, Organisation, entries, with_key=True)
    write_rows(connection, model, entries, with_key=True)
    _remember(((entry, _created(entry)) for entry in entries), LogEntry.Action.CREATE, by)


def update_many(entries: Sequence[Organisation], changed: Sequence[Mapping[str, Any]], by: By) -> None:
    """These organisations of one kind have the changed values; their rows are locked. One statement a table."""
    if not entries:
        return
    before = [_texts(entry, values) for entry, values in zip(entries, changed, strict=True)]
    for entry, values in zip(entries, changed, strict=True):
        for name, value in values.items():
            setattr(entry, name, value)
    names = sorted({name for values in changed for name in values})
    update_rows(connection, type(entries[0]), entries, names)
    _remember(_others(entries, before), LogEntry.Action.UPDATE, by)


def _others(
    entries: Iterable[Organisation], before: Iterable[dict[str, str]]
) -> Iterator[tuple[Organisation, dict[str, list[str]]]]:
    for entry, old in zip(entries, before, strict=True):
        yield entry, {name: [old[name], new] for name, new in _texts(entry, old).items()}


def _created(entry: Organisation) -> dict[str, list[str]]:
    names = (field.name for field in entry._meta.concrete_fields)
    return {name: ["None", text] for name, text in _texts(entry, names).items() if text != "None"}


def _texts(entry: Organisation, names: Iterable[str]) -> dict[str, str]:
    """As auditlog writes values: texts, foreign keys as keys."""
    fields: Any = ((name, entry._meta.get_field(name)) for name in names)
    return {name: str(getattr(entry, field.attname)) for name, field in fields}


def _remember(changes: Iterable[tuple[Organisation, dict[str, list[str]]]], action: int, by: By) -> None:
    rows = []
    for entry, changed in changes:
        sign(entry, by)
        rows.append(
            LogEntry(
                content_type=ContentType.objects.get_for_model(type(entry)),
                object_pk=str(entry.pk),
                object_id=entry.pk,
                object_repr=str(entry),
                action=action,
                changes=changed,
                additional_data=entry.get_additional_data(),  # type: ignore[attr-defined]
                actor_id=by.user_id,
            )
        )
    LogEntry.objects.bulk_create(rows)
