"""The verdict of the scanner on one stored file. When it is asked, and how often, is decided by whoever queues it."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from foundation.files import clamav
from foundation.files.model import Scan, StoredFile
from foundation.files.storing import content

# Called inside the transaction that quarantines a file, with its row and the time; they insert rows of their own only.
on_infected: list[Callable[[StoredFile, datetime], None]] = []


class ContentMissing(Exception):
    """The content is not where its row says."""


def examine(stored: StoredFile, *, now: datetime) -> None:
    """The verdict is on record; a file that has one already is left alone.

    No transaction is open while the scanner works. Raises clamav.ScannerDown without a verdict, ContentMissing.
    A file that waits although no scanner is configured any more goes back to UNCHECKED.
    """
    if stored.scan != Scan.WAITING or not stored.key:
        return
    if not settings.CLAMAV:
        StoredFile.objects.filter(pk=stored.pk, scan=Scan.WAITING).update(scan=Scan.UNCHECKED)
        return
    opened = content(stored)
    if opened is None:
        raise ContentMissing
    with opened:
        found = clamav.scan(opened, address=settings.CLAMAV)
    with transaction.atomic():
        held = StoredFile.objects.select_for_update().get(pk=stored.pk)
        if held.scan != Scan.WAITING:
            return
        held.scan, held.scanned_at, held.found = (Scan.INFECTED if found else Scan.CLEAN), now, found
        held.save(update_fields=["scan", "scanned_at", "found"])
        if found:
            for tell in on_infected:
                tell(held, now)
