"""What a chain of events hangs on: any row that moves through a workflow."""

from typing import ClassVar

from django.db import models


class LedgerSubject(models.Model):
    """A row that carries the head of its own chain of events.

    The head lies on the row and not in a table of heads, so that the lock a move takes on its subject also
    orders the events, and a last event that disappeared is noticed. `head_seq` 0 means:
    no event yet.
    """

    ledger_kind: ClassVar[str]

    head_seq = models.PositiveIntegerField(default=0, editable=False)
    head_hash = models.CharField(max_length=64, default="", blank=True, editable=False)
    head_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def subject_key(self) -> str:
        """The name of this row in the digest of its events, such as "case:123"."""
        return f"{self.ledger_kind}:{self.pk}"
