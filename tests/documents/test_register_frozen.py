"""The database refuses whoever would change what a document says, whatever program asks (workflow.triggers)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from documents import register
from documents.models import BYTES, STANDING, Document, NumberSeries
from foundation.identifiers import random_id
from tests.documents.register import again, issued, work
from tests.factories import Town, actor
from workflow import triggers

pytestmark = pytest.mark.django_db
only_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="a statement of SQLite alone")


def refused(queryset: Any, **changed: Any) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        models.QuerySet(queryset.model).filter(pk__in=queryset).update(**changed)


def another(document: Document, column: str) -> Any:
    """Some other value that the column could hold."""
    old = getattr(document, column)
    if isinstance(old, str):
        return old[:-1] + ("y" if old.endswith("x") else "x")
    if isinstance(old, date):
        return old + timedelta(days=1)
    if column in ("replaces_id", "issued_by_id", "status_by_id"):
        return document.pk if column == "replaces_id" else None
    return random_id() if column == "public_id" else old + 1


def test_no_column_of_what_was_issued_changes(town: Town) -> None:
    document = again(issued(town, audience="firm"))
    other = issued(town)
    rows = Document.objects.filter(pk=document.pk)
    frozen = [column.attname for column in Document._meta.concrete_fields if column.attname not in BYTES + STANDING]
    assert len(frozen) == 23
    for column in frozen:
        refused(rows, **{column: another(document, column)})
    # The series, because a number would be free again.
    counted = NumberSeries.objects.all()
    for name, value in {"last": F("last") - 1, "office_id": 9, "name": "x", "year": 2025}.items():
        refused(counted, **{name: value})
    refused(counted, last=F("last") + 2)
    for queryset in (rows, counted):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            models.QuerySet(queryset.model)._raw_delete(connection.alias)
    assert again(document).content == document.content
    assert Document.objects.filter(pk__in=[document.pk, other.pk]).count() == 2


def test_the_bytes_are_set_once_and_a_document_that_ended_stays_so(town: Town) -> None:
    document = work(issued(town))
    unmade = again(issued(town))
    rows = Document.objects.filter(pk=document.pk)
    nothing: dict[str, Any] = {"file": None, "file_sha256": "", "pages": None, "signer": ""}
    for changed in (nothing, {"job": unmade.job}, *({c: another(document, c)} for c in ("file_sha256", "pages"))):
        refused(rows, **changed)
    refused(rows, signer="别人")
    register.withdraw(document, by=actor(town.intake), reason="会议没有开成")
    document = again(document)
    in_force: dict[str, Any] = {"status": "VALID", "status_at": None, "status_by": None, "status_reason": ""}
    for changed in (in_force, {"status": "REPLACED"}, *({c: another(document, c)} for c in STANDING[1:])):
        refused(rows, **changed)
    assert again(document).file_id == document.file_id


@only_sqlite
def test_sqlite_replaces_no_row_by_another(town: Town) -> None:
    """REPLACE deletes the rows that have one of the new one's keys, and fires no trigger of deletion."""
    document, other = again(issued(town)), again(issued(town))
    names = [column.column for column in Document._meta.concrete_fields]
    free = {
        "id": "id + 1000",
        "public_id": "'x' || public_id",
        "code": "'x' || code",
        "sequence": "sequence + 1000",
        "job_id": "job_id + 1000",
    }
    for key in free:
        values = [name if name == key else free.get(name, name) for name in names]
        copy = f"select {', '.join(values)} from documents_document where id = {document.pk}"
        execute(f"replace into documents_document ({', '.join(names)}) {copy}")
    execute(f"update or replace documents_document set job_id = {other.job_id} where id = {document.pk}")
    assert Document.objects.count() == 2


def execute(refused: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(refused)


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_column_that_a_migration_adds_is_frozen_too(town: Town) -> None:
    """What the triggers of SQLite guard stands in their text by name; Django adds the column without a word to them."""
    issued(town)
    column = models.CharField(max_length=4, null=True)
    column.set_attributes_from_name("added")
    try:
        with connection.schema_editor() as editor:
            editor.add_field(Document, column)
        triggers.reinstall(using=connection.alias)
        assert triggers.missing(connection) == []
        with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
            cursor.execute("update documents_document set added = 'x'")
    finally:
        with triggers.lifted(connection), connection.schema_editor() as editor:
            editor.remove_field(Document, column)
    assert triggers.missing(connection) == []
