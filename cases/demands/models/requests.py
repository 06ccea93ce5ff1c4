"""What the firm was asked while its demand waited for it: what is missing at intake, or a handler's questions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case


class InfoRequest(models.Model):
    """One request to the firm, point by point, and what came of it: an answer, or the end of its time."""

    class Kind(models.TextChoices):
        COMPLETION = "COMPLETION", _("补正")
        ANSWER = "ANSWER", _("企业补充")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="info_requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    points = models.JSONField(_("要企业补什么"))  # a list of texts
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(_("企业的答复"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at=None, expired_at=None), name="one_open_request_to_the_firm"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False, expired_at=None) & ~Q(answer="")),
                name="request_answered_or_expired",
            ),
        ]
        ordering = ["id"]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.expired_at is None
