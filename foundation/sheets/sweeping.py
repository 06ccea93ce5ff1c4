"""What was uploaded to be imported goes when its time is over; that there was an import stays on record."""

from datetime import datetime

from django.db import transaction

from foundation.files.storing import erase
from foundation.sheets.model import KEPT, SheetImport, SheetRow

BATCH = 2000


def sweep(now: datetime) -> str:
    """Files and rows of imports that are older than KEPT are gone; so are the error files, which are made of the rows.

    One statement for every BATCH of rows, and two for each file.
    """
    over = SheetImport.objects.filter(created_at__lte=now - KEPT)
    removed = erased = 0
    while keys := list(SheetRow.objects.filter(sheet__in=over).values_list("pk", flat=True)[:BATCH]):
        removed += SheetRow.objects.filter(pk__in=keys).delete()[0]
    for sheet in over.exclude(file=None).exclude(file__key="").select_related("file"):
        with transaction.atomic():
            if sheet.file is not None:
                erase(sheet.file, at=now)
        erased += 1
    return f"rows {removed}, files {erased}"
