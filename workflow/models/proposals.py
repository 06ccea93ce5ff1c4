"""A move that takes two people: asked for by one, carried out by the consent of another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    PENDING = "PENDING", _("待定")
    CONSENTED = "CONSENTED", _("同意")
    REJECTED = "REJECTED", _("不同意")


class Proposal(models.Model):
    """What was proposed, on which state of the object (`seen`), and what the second person said."""

    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=40)
    inputs = models.JSONField(default=dict)
    seen = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    verdict = models.CharField(max_length=9, choices=Verdict.choices, default=Verdict.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")), name="proposal_decided_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(verdict="PENDING", decided_by=None, decided_at=None)
                | Q(verdict__in=["CONSENTED", "REJECTED"], decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_verdict_has_its_decider",
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="proposal_of_subject")]
