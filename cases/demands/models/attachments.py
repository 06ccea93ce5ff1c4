"""Files of a demand: whose they are, and who may read each of them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands import rules
from cases.demands.enums import Side
from cases.demands.models.case import Case
from foundation.files.model import Scan, StoredFile
from foundation.identifiers import PublicIdField
from parties.models import Organisation
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES
from workflow.actor import Actor


class AttachmentQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor, *, case: Case) -> Self:
        """The attachments of a case that this actor may know of; they must be one of those who may open the case.

        The firm: its own, and what was marked public. The platform office: all. The lead department: all, but those of
        the firm only once they are released, where the firm is hidden from it. Whoever else may open the case: what
        both the firm and the department may see.
        """
        rows = self.filter(case=case)
        public, firms = Q(public=True), Q(side=Side.FIRM)
        released = ~firms | Q(released_at__isnull=False) if rules.needs_release(case) else Q()
        if actor.is_system or actor.role in OFFICE_ROLES:
            return rows
        if actor.role in ENTERPRISE_ROLES:
            return rows.filter(public | firms)
        if actor.role in DEPARTMENT_ROLES:
            return rows.filter(released)
        return rows.filter(public | firms).filter(released)


class Attachment(models.Model):
    """A stored file of a demand, added by one event. It may be withdrawn by those who added it, and stays on record."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("由谁添加"), max_length=6, choices=Side.choices)
    public = models.BooleanField(_("企业可见"))
    description = models.CharField(_("说明"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seq = models.PositiveIntegerField()  # of the event that added it
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("附件")
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="attachment_side_known"),
            models.CheckConstraint(condition=~Q(side="FIRM") | Q(public=True), name="attachment_of_the_firm_is_public"),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(side="FIRM", released_at__isnull=False, released_by__isnull=False),
                name="attachment_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="attachment_withdrawn_by_somebody",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_internal(self) -> bool:
        """The firm neither sees nor hears of it."""
        return not self.public

    @property
    def may_leave(self) -> bool:
        """Whether it can be downloaded by those who see it."""
        return self.withdrawn_at is None and self.file.may_leave

    @property
    def status(self) -> str:
        """One of WITHDRAWN, ERASED and the verdicts of the scanner."""
        if self.withdrawn_at is not None:
            return "WITHDRAWN"
        return "ERASED" if self.file.erased_at is not None else Scan(self.file.scan).value
