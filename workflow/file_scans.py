"""Stored files are looked at by the scanner in the background: through the outbox, so that nothing is forgotten."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from foundation.files import scanning
from foundation.files.model import Scan, StoredFile
from workflow.models import OutboxMessage
from workflow.outbox import queue

SCAN = "scan"


def queue_scans(stored: Iterable[StoredFile], *, at: datetime, number: str = "", request_id: str = "") -> None:
    """These files will be looked at; nothing happens where no scanner is configured. In the caller's transaction.

    `number` is that of the subject, for the administrator's page of deliveries.
    """
    if not settings.CLAMAV:
        return
    for one in stored:
        payload = {"file": str(one.public_id), "number": number}
        queue(SCAN, key=f"{SCAN}:{one.public_id}", payload=payload, at=at, request_id=request_id)


def examine_file(message: OutboxMessage, now: datetime) -> None:
    """The file of the message has its verdict. What the scanner cannot say now is asked again, ever more seldom."""
    stored = StoredFile.objects.filter(public_id=message.payload["file"], scan=Scan.WAITING).first()
    if stored is not None:
        scanning.examine(stored, now=now)
