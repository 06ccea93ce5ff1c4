"""Whoever added a file that the scanner found malicious hears of it; the others who see the demand read it there."""

from datetime import datetime

from cases.demands.enums import Side
from cases.demands.models import Attachment, Case
from foundation.files.model import StoredFile
from workflow.notices import announce

KIND = "file_infected"
# On whose side it was added → who is told, and so may send it again.
TELLS = {
    Side.FIRM: ("firm",),
    Side.LEAD: ("handler", "liaison"),
    Side.OFFICE: ("intake", "dispatcher"),
}


def tell_uploader(stored: StoredFile, now: datetime) -> None:
    """An announcement is queued, in the transaction that quarantines the file; nothing for a file of another system."""
    if stored.owner_kind != Case.ledger_kind:
        return
    attachment = Attachment.objects.filter(file=stored).select_related("case").first()
    if attachment is None:
        return
    tells = dict.fromkeys(TELLS[Side(attachment.side)], KIND)
    about = f"{KIND}:{stored.public_id}"
    announce(attachment.case, tells=tells, seq=attachment.seq, at=now, about=about)
