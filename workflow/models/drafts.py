"""A change of policy that is being thought over: what is proposed, what its rehearsal found, what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation.identifiers import PublicIdField
from foundation.models import Job, Policy


class PolicyDraft(models.Model):
    """A clock policy that may be adopted; as it is after the form, never edited either: who changes it drafts anew.

    `seen` is the newest version its author had before their eyes. `result` is what the rehearsal counted: figures by
    group, no demand and no firm.
    """

    public_id = PublicIdField()
    data = models.JSONField()
    effective_from = models.DateField()
    source = models.TextField()
    seen = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.JSONField(null=True)
    # How it ended: the version it became, and whether the rehearsal was looked at or why it was not waited for.
    policy = models.OneToOneField(Policy, on_delete=models.PROTECT, null=True, related_name="draft")
    result_seen = models.BooleanField(default=False)
    skipped_because = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(policy=None) | Q(result_seen=True) | ~Q(skipped_because=""),
                name="policy_draft_rehearsed_or_skipped_for_a_reason",
            )
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(policy=None), name="policy_draft_open")]
