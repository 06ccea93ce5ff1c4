"""A move that takes two people: asked for by one, carried out by the consent of another."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField


class Verdict(models.TextChoices):
    PENDING = "PENDING", _("待定")
    CONSENTED = "CONSENTED", _("同意")
    REJECTED = "REJECTED", _("不同意")
    TAKEN_BACK = "TAKEN_BACK", _("已收回")
    VOID = "VOID", _("已失效")


class ProposalQuerySet(models.QuerySet[Any]):
    def of(self, subject: Any) -> Self:
        """Those about this row that moves."""
        return self.filter(subject_kind=subject.ledger_kind, subject_id=subject.pk)

    def pending(self) -> Self:
        return self.filter(verdict=Verdict.PENDING)


class Proposal(models.Model):
    """What was proposed, on which state of the object (`seen`), who must decide it, and what the second person said.

    `proposer` is role and organisation as text at that time, never a person's name. `next_due_at` is the moment by
    which the decision is wanted; nothing happens by itself when it passes.
    """

    public_id = PublicIdField()
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=40)
    inputs = models.JSONField(default=dict)
    seen = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_for = models.JSONField(default=list, blank=True)  # keys of those for whom `by` stood in, the holder first
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    proposer = models.CharField(max_length=200)
    decider = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    next_due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="", blank=True)
    voided_by = models.CharField(max_length=40, default="", blank=True)  # the move that made it void

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")), name="proposal_decided_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(verdict="PENDING", decided_by=None, decided_at=None)
                | Q(verdict__in=["CONSENTED", "REJECTED"], decided_by__isnull=False, decided_at__isnull=False)
                | Q(verdict__in=["TAKEN_BACK", "VOID"], decided_by=None, decided_at__isnull=False),
                name="proposal_verdict_has_its_decider",
            ),
            models.CheckConstraint(
                condition=Q(verdict="VOID") & ~Q(voided_by="") | ~Q(verdict="VOID") & Q(voided_by=""),
                name="proposal_void_names_the_move",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="REJECTED") | ~Q(decision_reason=""), name="proposal_rejected_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(verdict="PENDING"),
                name="one_pending_proposal_per_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="proposal_of_subject"),
            models.Index(
                fields=["decider", "next_due_at", "id"], condition=Q(verdict="PENDING"), name="proposal_to_decide"
            ),
            models.Index(fields=["by", "-id"], name="proposal_by"),
            models.Index(fields=["decided_by", "-id"], name="proposal_decided_by"),
        ]

    @property
    def makers(self) -> frozenset[int]:
        """Whose proposal it is: the users who made it and for whom they stood in."""
        return frozenset({self.by_id, *self.made_for})
