"""Evidence packs of a demand: who asked for one, up to which event it goes, and its file while it is kept."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case
from foundation.files.model import StoredFile
from foundation.identifiers import PublicIdField
from foundation.models import JobState
from parties.roles import OFFICE_ROLES
from workflow.actor import Actor

OVER = "OVER"  # done, and the file is gone


class EvidencePackQuerySet(models.QuerySet["EvidencePack"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the demands that the actor's own office has; whoever must keep out of a demand sees none of it."""
        if actor.role not in OFFICE_ROLES:
            return self.none()
        cases = Case.objects.visible_to(actor).filter(office_id=actor.organisation_id)
        return self.filter(case__in=cases.values("pk"))


class EvidencePack(models.Model):
    """One pack. It stays on record with its hash when its file is gone. `job` is the last try."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    membership_id = models.BigIntegerField()  # the post it was asked for in
    purpose = models.CharField(_("用途"), max_length=200)
    seq = models.PositiveIntegerField()  # of the event that asked for it: the last one in the pack
    head_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    job: Any = models.OneToOneField("foundation.Job", on_delete=models.PROTECT, related_name="+")
    file: Any = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    signer = models.CharField(_("签名者"), max_length=200, blank=True)  # "" for a pack without a signature

    objects = EvidencePackQuerySet.as_manager()

    class Meta:
        verbose_name = _("证据包")
        constraints = [
            models.CheckConstraint(
                condition=Q(file=None, sha256="", signer="") | Q(file__isnull=False) & ~Q(sha256=""),
                name="pack_has_its_hash",
            ),
            models.UniqueConstraint(fields=["case", "seq"], name="one_pack_of_an_event"),
        ]
        indexes = [models.Index(fields=["case", "-id"], name="pack_of_case")]

    def __str__(self) -> str:
        return str(self.public_id)

    def is_over(self, now: datetime) -> bool:
        """There was a file, and the time for which it is kept has passed."""
        return self.file is not None and (not self.file.key or self.file.keep_until <= now)

    def making(self, now: datetime) -> str:
        """A state of its job, FAILED too when the worker has died, or OVER; job and file loaded."""
        if self.file_id is not None:
            return OVER if self.is_over(now) else str(JobState.DONE)
        return str(JobState.FAILED) if self.job.is_stuck(now) else str(self.job.state)
