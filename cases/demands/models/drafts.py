"""What somebody has typed and not sent: the demands of a firm, and the form of a move."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField
from parties.models import Enterprise
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, actor: Actor) -> Self:
        """The drafts of the actor's own firm: colleagues go on with one another's, and nobody else sees any."""
        if actor.role not in ENTERPRISE_ROLES:
            return self.none()
        return self.filter(enterprise_id=actor.organisation_id)


class Draft(models.Model):
    """One to five demands of a firm that are being written; no case, no number, no ledger. It is deleted, not ended.

    `data` is {"contact": {name: text}, "matters": [{"category", "version", "fields": {name: text}}]}: what was typed,
    right or not. `seq` counts the times it was saved; `window` names the page that saved it last.
    """

    public_id = PublicIdField()
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="drafts")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(_("内容"))
    seq = models.PositiveIntegerField(default=1)
    window = models.CharField(max_length=40, default="", blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("草稿")
        indexes = [
            models.Index(fields=["enterprise", "-saved_at", "-id"], name="draft_of_a_firm"),
            models.Index(fields=["saved_at"], name="draft_age"),
        ]

    @property
    def matters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["matters"]
        return found


class FormDraft(models.Model):
    """What a person typed into the form of a move and has not sent; theirs alone, gone when the move is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)  # which form: the kind of the object and the action
    object_id = models.UUIDField()  # the public id of the object
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "object_id"], name="form_draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="form_draft_age")]
