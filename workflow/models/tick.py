"""Which job of the tick has been done for which slot of time."""

from django.db import models
from django.db.models import Q


class TickRun(models.Model):
    """One job for one slot. The row is made before the job runs, so that of many tickers one does it."""

    name = models.CharField(max_length=40)
    slot = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "slot"], name="tick_once_a_slot"),
            models.CheckConstraint(
                condition=Q(finished_at=None, ok=None) | Q(finished_at__isnull=False, ok__isnull=False),
                name="tick_finished_with_its_result",
            ),
        ]
