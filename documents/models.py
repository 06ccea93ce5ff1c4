"""The register of documents: numbers without gaps, what each document says, its bytes, and what it is worth today."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents import registry
from documents.enums import DocumentKind, DocumentStatus
from foundation.files.model import StoredFile
from foundation.identifiers import PublicIdField
from foundation.models import Job, JobState

if TYPE_CHECKING:
    from workflow.actor import Actor


# Everything else in the row of a document stands as it was issued; the database refuses to change it.
BYTES = ("job_id", "file_id", "file_sha256", "pages", "signer")  # until the file is there
STANDING = ("status", "status_at", "status_by_id", "status_reason")  # while the document is in force


class NumberSeries(models.Model):
    """The last number of one series of one office in one year.

    Its row is locked while a number is taken, so that none is left out (documents.numbers).
    """

    name = models.CharField(max_length=40)
    office_id = models.BigIntegerField()
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "office_id", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.office_id} {self.year}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, actor: "Actor", *, about: str = "", opened: Any = None) -> Self:
        """The editions that the systems whose subjects they are about let this actor read; `about` one kind alone.

        `opened` is one subject of that kind, found by its own `visible_to` for this actor: its documents alone, without
        asking once more who may see it.
        """
        return self.filter(registry.readable(actor, about, opened))


class Document(models.Model):
    """One version of one document. What it says is frozen when its number is taken; the worker adds the bytes.

    Rows are written by `documents.register` and `documents.tasks` alone, and never deleted.

    Which subject it is about is said by kind and key, without a foreign key; `audience` names the edition where a
    subject is told differently to different readers, "" where it is not. A later version has the number of the first.
    """

    public_id = PublicIdField()
    kind = models.CharField(_("文种"), max_length=16, choices=DocumentKind.choices)
    series = models.CharField(max_length=40)
    prefix = models.CharField(max_length=30, blank=True)  # 机关代字, in front of the year
    year = models.PositiveSmallIntegerField(_("年份"))
    sequence = models.PositiveIntegerField(_("顺序号"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    number = models.CharField(_("文号"), max_length=60)  # as printed
    title = models.CharField(_("题名"), max_length=300)
    issuer = models.CharField(_("责任者"), max_length=200)
    office_id = models.BigIntegerField()  # the organisation in whose register it stands; who that is is known above
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    audience = models.CharField(max_length=16, blank=True)
    content = models.TextField()  # canonical JSON: documents.content.base.machine_readable
    content_sha256 = models.CharField(max_length=64)
    code = models.CharField(_("核验码"), max_length=32, unique=True)  # random, behind the QR code
    issued_on = models.DateField(_("成文日期"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    issued_as = models.CharField(max_length=200, blank=True)  # the post, as text at that time
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    status = models.CharField(_("状态"), max_length=9, choices=DocumentStatus.choices, default=DocumentStatus.VALID)
    status_at = models.DateTimeField(null=True)
    status_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    status_reason = models.CharField(max_length=500, blank=True)
    job: Any = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")  # the last try of the worker
    file: Any = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    file_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(_("页数"), null=True)
    signer = models.CharField(_("签名者"), max_length=200, blank=True)  # "" for a document without a signature

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("文书")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "office_id", "year", "sequence", "version"], name="document_number_once"
            ),
            models.UniqueConstraint(
                fields=["prefix", "year", "sequence", "version"], condition=~Q(prefix=""), name="document_prefix_once"
            ),
            models.UniqueConstraint(
                fields=["file_sha256"], condition=~Q(file_sha256=""), name="document_file_sha256_once"
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1, version__gte=1), name="document_counts_from_one"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(condition=Q(status__in=DocumentStatus.values), name="document_status_known"),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="document_later_version_replaces",
            ),
            models.CheckConstraint(
                condition=Q(file=None, file_sha256="", pages=None, signer="")
                | Q(file__isnull=False, pages__gte=1) & ~Q(file_sha256=""),
                name="document_bytes_are_counted",
            ),
            models.CheckConstraint(
                condition=Q(status="VALID", status_at=None, status_by=None, status_reason="")
                | (~Q(status="VALID") & Q(status_at__isnull=False) & ~Q(status_reason="")),
                name="document_standing_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="document_of_subject"),
            models.Index(fields=["office_id", "-id"], name="document_of_office"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_valid(self) -> bool:
        return self.status == DocumentStatus.VALID

    def making(self, now: datetime) -> JobState:
        """How far its bytes are: a state of its job, FAILED too when the worker has died; DONE with the file."""
        if self.file_id is not None:
            return JobState.DONE
        return JobState.FAILED if self.job.is_stuck(now) else JobState(self.job.state)
