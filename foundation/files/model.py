"""The row of a stored file. Its content lies outside the database, under a key that no address shows."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.files.kinds import BY_CODE, FileKind, Kind
from foundation.files.names import LONGEST_NAME
from foundation.identifiers import PublicIdField


class Scan(models.TextChoices):
    """What is known of malicious content."""

    UNCHECKED = "UNCHECKED", _("未检查")  # no scanner is installed
    WAITING = "WAITING", _("等待安全检查")
    CLEAN = "CLEAN", _("已检查")
    INFECTED = "INFECTED", _("已隔离")


class StoredFile(models.Model):
    """A file as it was taken: hash, type by content, size, and whose it is by kind and key (`owner`), no foreign key.

    It has no `visible_to`: who may have it is answered by its owner alone. The content may be erased when its
    retention ends; name and hash stay.
    """

    public_id = PublicIdField()
    key = models.CharField(max_length=32, blank=True)  # of the content in the storage; "" once it has been erased
    name = models.CharField(_("文件名"), max_length=LONGEST_NAME)
    kind = models.CharField(_("类型"), max_length=8, choices=FileKind.choices)
    size = models.PositiveBigIntegerField(_("大小"))  # bytes
    sha256 = models.CharField(max_length=64)
    owner_kind = models.CharField(max_length=32)
    owner_id = models.BigIntegerField()
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    stored_at = models.DateTimeField()
    scan = models.CharField(_("安全检查"), max_length=9, choices=Scan.choices)
    scanned_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=120, blank=True)  # the scanner's name for what it found
    keep_until = models.DateTimeField(null=True)  # when the sweep erases the content; None: nobody has said
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("文件")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="stored_file_key_once"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="stored_file_kind_known"),
            models.CheckConstraint(condition=Q(size__gte=1), name="stored_file_not_empty"),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(key="") | Q(erased_at__isnull=False, key=""),
                name="stored_file_erased_or_there",
            ),
            models.CheckConstraint(
                condition=Q(scan__in=["UNCHECKED", "WAITING"], scanned_at=None, found="")
                | Q(scan="CLEAN", scanned_at__isnull=False, found="")
                | (Q(scan="INFECTED", scanned_at__isnull=False) & ~Q(found="")),
                name="stored_file_scanned_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id"], name="stored_file_owner"),
            models.Index(
                fields=["keep_until"], condition=Q(keep_until__isnull=False) & ~Q(key=""), name="stored_file_to_erase"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def of_kind(self) -> Kind:
        return BY_CODE[self.kind]

    @property
    def may_leave(self) -> bool:
        """Whether it is served at all: its content is there, and nothing speaks or may still speak against it."""
        return bool(self.key) and self.scan in (Scan.CLEAN, Scan.UNCHECKED)
