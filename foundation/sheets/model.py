"""A table that somebody brings in: the file, what the check found in each row, and whether it was carried out."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.files.model import StoredFile
from foundation.identifiers import PublicIdField

KEPT = timedelta(days=30)  # the file and its rows; that there was an import stays on record
KEEPS_TRYING = ("WAITING", "RUNNING")


class Verdict(models.TextChoices):
    """What a row would do. The values are kept with the row and never change."""

    NEW = "NEW", pgettext_lazy("row", "新增")
    CHANGED = "CHANGED", pgettext_lazy("row", "修改")
    SAME = "SAME", pgettext_lazy("row", "不变")
    BAD = "BAD", pgettext_lazy("row", "有误")


class SheetImport(models.Model):
    """One file that one person brought in, in the post they had picked. Nothing of it holds before `applied_at`.

    `check_job` and `apply_job` are the last tries; a job that failed or died may be followed by another.
    """

    public_id = PublicIdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    membership_id = models.BigIntegerField()  # no foreign key: who holds a post is known above this room
    kind = models.CharField(max_length=32)
    file_name = models.CharField(_("文件"), max_length=200)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    check_job = models.OneToOneField("foundation.Job", on_delete=models.PROTECT, null=True, related_name="+")
    apply_job = models.OneToOneField("foundation.Job", on_delete=models.PROTECT, null=True, related_name="+")
    header = models.JSONField(default=list)
    remarks = models.JSONField(default=list)  # sentences about the file as a whole
    checked_at = models.DateTimeField(null=True)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    rows_warned = models.PositiveIntegerField(default=0)  # rows that could be taken, with a warning
    only_good = models.BooleanField(default=False)  # rows in error are left out, by choice of whoever confirmed
    note = models.CharField(max_length=1000, blank=True)  # what the kind asks for when it is confirmed
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("导入")
        indexes = [models.Index(fields=["owner", "-id"], name="sheet_import_of_owner")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def rows_to_write(self) -> int:
        return self.rows_new + self.rows_changed

    def is_checking(self, now: datetime) -> bool:
        return self.checked_at is None and _goes_on(self.check_job, now)

    def is_being_applied(self, now: datetime) -> bool:
        return self.applied_at is None and _goes_on(self.apply_job, now)

    def is_over(self, now: datetime) -> bool:
        """Its rows have been or are about to be removed; an import that was not carried out by then never is."""
        return self.created_at <= now - KEPT

    def can_be_confirmed(self, now: datetime) -> bool:
        """It has been checked, something would be written, and nobody has confirmed it or the work broke off."""
        ready = self.checked_at is not None and self.applied_at is None and not self.is_over(now)
        return ready and self.rows_to_write > 0 and not self.is_being_applied(now)


def _goes_on(job: Any, now: datetime) -> bool:
    return job is not None and job.state in KEEPS_TRYING and not job.is_stuck(now)


class SheetRow(models.Model):
    """One row of the file under the number a spreadsheet shows, and what the check says of it.

    `changes` are (header, what stands, what would stand), `problems` (key of the column or "", sentence). `digest` is
    of what stood when the check looked: when that is another, the row is not written.
    """

    sheet = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行号"))
    name = models.CharField(max_length=200)
    verdict = models.CharField(max_length=7, choices=Verdict.choices)
    cells = models.JSONField()
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="sheet_row_once")]
        indexes = [models.Index(fields=["sheet", "verdict", "number"], name="sheet_row_by_verdict")]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.number}"
