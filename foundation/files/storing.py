"""Checking a file that has arrived, and keeping it together with the row it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from foundation.files import places
from foundation.files.detection import detect
from foundation.files.kinds import Kind, Unfit
from foundation.files.model import Scan, StoredFile
from foundation.files.names import safe_name
from foundation.files.receiving import ArrivedFile, arrive


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept."""

    name: str
    kind: Kind
    size: int
    sha256: str
    file: ArrivedFile

    def facts(self) -> dict[str, str | int]:
        """What the ledger keeps of it."""
        return {"name": self.name, "type": self.kind.code.value, "size": self.size, "sha256": self.sha256}


def check(file: UploadedFile) -> Upload:
    """The upload with its safe name and its kind by content. Raises Unfit with the sentence for whoever sent it."""
    arrived, name = arrive(file), safe_name(str(file.name or ""))
    try:
        if not arrived.is_whole:
            raise Unfit(_("文件超过 %(n)s MB") % {"n": settings.FILES_LARGEST})
        kind = detect(arrived.file, name)
    except Unfit:
        arrived.close()
        raise
    finally:
        arrived.shut()
    return Upload(name, kind, arrived.size or 0, arrived.sha256, arrived)


def store(
    uploads: Sequence[Upload],
    *,
    owner_kind: str,
    owner_id: int,
    by_user_id: int | None,
    at: datetime,
    ours: bool = False,
    keep_until: datetime | None = None,
) -> list[StoredFile]:
    """The rows of these files, in their order; their content is published when the transaction commits.

    What the product made itself (`ours`) waits for no scanner. The sweep erases the content at `keep_until`.

    One insert. Outside a transaction it raises TransactionManagementError: a file must stand or fall with its owner.
    After a rollback, and after a crash before the rename, the content lies among the arriving ones: the sweep removes
    it, or publishes it when its row is there.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("store() needs the transaction of what the file belongs to")
    rows = [
        StoredFile(
            key=upload.file.key,
            name=upload.name,
            kind=upload.kind.code,
            size=upload.size,
            sha256=upload.sha256,
            owner_kind=owner_kind,
            owner_id=owner_id,
            stored_by_id=by_user_id,
            stored_at=at,
            scan=Scan.WAITING if settings.CLAMAV and not ours else Scan.UNCHECKED,
            keep_until=keep_until,
        )
        for upload in uploads
    ]
    for upload in uploads:
        upload.file.taken = True
    stored = StoredFile.objects.bulk_create(rows)
    for row in rows:
        transaction.on_commit(partial(places.publish, row.key))
    return stored


def content(stored: StoredFile) -> IO[bytes] | None:
    """The content, opened for reading; None when it is not there, or is not as long as it was.

    A file that a crash left among the arriving ones is published on this occasion.
    """
    if not stored.key:
        return None
    path = places.kept(stored.key)
    if not path.exists() and not places.publish(stored.key):
        return None
    if path.stat().st_size != stored.size:
        return None
    return path.open("rb")


def erase(stored: StoredFile, *, at: datetime) -> None:
    """The content is gone for good; the row stays with its name and its hash. In the caller's transaction."""
    key = stored.key
    stored.key, stored.erased_at = "", at
    stored.save(update_fields=["key", "erased_at"])
    transaction.on_commit(lambda: places.remove(key))
