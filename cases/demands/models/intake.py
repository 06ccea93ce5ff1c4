"""Messages from other channels (hotline, mailbox, spreadsheets) that wait to become demands."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case
from foundation.identifiers import PublicIdField
from foundation.models import Job, JobState
from parties.models import Office
from parties.roles import Role

if TYPE_CHECKING:
    from datetime import datetime

    from workflow.actor import Actor


class IntakeRun(models.Model):
    """One import of a file: whose, from where, and how it ended. The counts can be checked against its items."""

    public_id = PublicIdField()
    source = models.CharField(_("来源"), max_length=40)
    file_name = models.CharField(_("文件"), max_length=200)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)


class IntakeUploadQuerySet(models.QuerySet["IntakeUpload"]):
    def visible_to(self, actor: "Actor") -> "IntakeUploadQuerySet":
        """The uploads of the actor's own platform office, for those who take demands in; for anybody else nothing."""
        return self.filter(office_id=actor.organisation_id) if actor.role == Role.INTAKE else self.none()


class IntakeUpload(models.Model):
    """A file somebody sent in a browser, from its arrival until the background worker has imported it."""

    public_id = PublicIdField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("来源"), max_length=40)
    file_name = models.CharField(_("文件"), max_length=200)
    stored = models.CharField(max_length=100)  # its name in the storage; "" once it has been removed
    header = models.JSONField()  # names of the columns that can be chosen
    sample = models.JSONField()  # the beginnings of the first rows, a cell for each name in `header`
    columns = models.JSONField(default=dict)  # target → name of its column, once chosen
    uploaded_at = models.DateTimeField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, related_name="intake_upload")

    objects = IntakeUploadQuerySet.as_manager()

    @property
    def errors(self) -> str:
        """Where in the storage the rows that were not taken stand, if there are any."""
        return f"intake/{self.public_id.hex}.errors.csv"

    def can_start(self, now: "datetime") -> bool:
        """The file is there, and nothing is at work on it: not yet, or no longer."""
        at_rest = self.job is None or self.job.state == JobState.FAILED or self.job.is_stuck(now)
        return bool(self.stored) and at_rest


class IntakeItemQuerySet(models.QuerySet["IntakeItem"]):
    def visible_to(self, actor: "Actor") -> "IntakeItemQuerySet":
        """The items of the actor's own platform office, for those who take demands in; for anybody else nothing."""
        if actor.is_system:
            return self
        if actor.role != Role.INTAKE:
            return self.none()
        return self.filter(office_id=actor.organisation_id)

    def unclaimed(self) -> "IntakeItemQuerySet":
        """待认领: nobody has attached an enterprise yet."""
        return self.filter(case=None)


class IntakeItem(models.Model):
    """A message as another channel delivered it. It has no clock: that starts when it becomes a demand."""

    public_id = PublicIdField()
    run = models.ForeignKey(IntakeRun, on_delete=models.PROTECT, related_name="items")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("来源"), max_length=40)
    external_number = models.CharField(_("外部编号"), max_length=64)
    title = models.CharField(_("标题"), max_length=120, blank=True)
    text = models.TextField(_("内容"))
    received_at = models.DateTimeField(_("收到时间"), null=True, blank=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="intake_item")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)

    objects = IntakeItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("待认领来件")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_number"], name="intake_external_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="intake_item_has_text"),
            models.CheckConstraint(
                condition=Q(case=None, claimed_at=None) | Q(case__isnull=False, claimed_at__isnull=False),
                name="intake_item_claimed_with_case",
            ),
        ]
        indexes = [models.Index(fields=["office", "id"], condition=Q(case=None), name="intake_unclaimed")]

    def __str__(self) -> str:
        return self.title or self.external_number
