"""Who is on duty outside working hours: urgent terms count natural hours, night and holiday included."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from foundation.identifiers import PublicIdField


class DutyShift(models.Model):
    """This person answers urgent matters for this organisation from one moment to another (the end not included)."""

    public_id = PublicIdField()
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="shifts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.UniqueConstraint(fields=["organisation", "user", "starts_at"], name="shift_starts_once"),
        ]
        indexes = [models.Index(fields=["organisation", "ends_at"], name="shift_of_organisation")]
