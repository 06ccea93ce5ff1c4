"""What people keep of the list of demands: filters under a name, chosen columns, batches they ran."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case
from foundation.identifiers import PublicIdField
from parties.models import Organisation

if TYPE_CHECKING:
    from workflow.actor import Actor


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, actor: "Actor") -> "SavedFilterQuerySet":
        """One's own in the present post, and those that colleagues share with the organisation."""
        if actor.post is None:
            return self.none()
        return self.filter(Q(owner_id=actor.user_id) | Q(shared=True), organisation_id=actor.organisation_id)


class SavedFilter(models.Model):
    """A filter that somebody keeps under a name, in one post; it names no demand and grants no sight of any.

    The row without a name holds the columns that this person chose for the list as such.
    """

    public_id = PublicIdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=30, blank=True)
    query = models.CharField(max_length=1000, blank=True)  # normalised: filters.Wishes.address
    columns = models.CharField(max_length=300, blank=True)  # names with commas between them; "" as the list has them
    shared = models.BooleanField(_("与本单位共享"), default=False)
    pinned = models.BooleanField(_("置顶"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("已存筛选")
        constraints = [
            models.UniqueConstraint(fields=["owner", "organisation", "name"], name="saved_filter_name_once"),
            models.CheckConstraint(
                condition=~Q(name="") | Q(query="", shared=False, pinned=False), name="saved_columns_are_ones_own"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "shared"], name="saved_filter_shared")]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    """What came of one row of a batch."""

    WAITING = "WAITING", _("未办")
    DONE = "DONE", _("已办")
    REFUSED = "REFUSED", _("未办成")
    CHANGED = "CHANGED", _("期间有变动")


class BatchRunQuerySet(models.QuerySet["BatchRun"]):
    def visible_to(self, actor: "Actor") -> "BatchRunQuerySet":
        """One's own, in the post in which they were run."""
        if actor.post is None:
            return self.none()
        return self.filter(owner_id=actor.user_id, organisation_id=actor.organisation_id)


class BatchRun(models.Model):
    """One action on many demands: sent once, and its result for each row."""

    public_id = PublicIdField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    body_sha256 = models.CharField(max_length=64)
    action = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    objects = BatchRunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="batch_key_once")]
        indexes = [models.Index(fields=["owner", "created_at"], name="batch_age")]


class BatchRow(models.Model):
    """One demand of a batch: what the reader had seen of it, and what came of the action."""

    run = models.ForeignKey(BatchRun, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveSmallIntegerField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="+")  # None: not for this reader
    named = models.UUIDField()  # the id that was sent
    seen = models.PositiveIntegerField()
    verdict = models.CharField(max_length=7, choices=Verdict.choices, default=Verdict.WAITING)
    code = models.CharField(max_length=20, blank=True)
    sentence = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="batch_row_position_once"),
            models.UniqueConstraint(fields=["run", "named"], name="batch_row_case_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="batch_row_verdict_known"),
        ]
        ordering = ["position"]
