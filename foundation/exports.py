"""Lists that people take out as files, and the columns they took out last."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.files.model import StoredFile
from foundation.identifiers import PublicIdField
from foundation.sheets.kinds import SheetKind

if TYPE_CHECKING:
    from workflow.actor import Actor


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, actor: "Actor") -> Self:
        """One's own, made in a post one still holds; a program sees those of its one post.

        With the post ends the right to what was taken out in it.
        """
        one = (actor.post,) if actor.post else ()
        posts = one if actor.channel == "API" else actor.posts
        return self.filter(owner_id=actor.user_id, membership_id__in=[post.membership_id for post in posts])


class Export(models.Model):
    """One list that one person has taken out, as they filtered it and in the post they had picked.

    It stays on record when the file is gone. `job` is the last try; with the others it shares nothing.
    """

    public_id = PublicIdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    membership_id = models.BigIntegerField()  # no foreign key: who holds a post is known above this room
    channel = models.CharField(max_length=8)
    name = models.CharField(max_length=40)  # of the list, as it is registered
    title = models.CharField(_("列表"), max_length=200)
    said = models.CharField(_("筛选条件"), max_length=500, blank=True)  # in words
    query = models.CharField(max_length=1000, blank=True)  # the query string of the list
    columns = models.JSONField()  # names in order
    kind = models.CharField(_("格式"), max_length=4, choices=SheetKind.choices)
    created_at = models.DateTimeField()
    job = models.OneToOneField("foundation.Job", on_delete=models.PROTECT, related_name="export")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rows = models.PositiveBigIntegerField(_("行数"), null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("导出")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SheetKind.values), name="export_kind_known"),
            models.CheckConstraint(
                condition=Q(file=None, rows=None) | Q(file__isnull=False, rows__isnull=False),
                name="export_counts_its_rows",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-id"], name="export_of_owner")]

    def __str__(self) -> str:
        return self.title

    def is_over(self, now: datetime) -> bool:
        """There was a file, and the time for which it is kept has passed."""
        file: Any = self.file
        return file is not None and (not file.key or (file.keep_until is not None and file.keep_until <= now))


class ChosenColumns(models.Model):
    """Which columns of a list one person took out last, and in which kind of file."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)  # of the list
    columns = models.JSONField()
    kind = models.CharField(max_length=4, choices=SheetKind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="chosen_columns_once")]
