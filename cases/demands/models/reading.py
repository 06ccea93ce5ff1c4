"""Who has opened, printed or taken out a demand, and when. Kept as long as the demand itself; never changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.demands.models.case import Case
from parties.models import Organisation


class CaseReading(models.Model):
    """One person of one organisation has read one demand, in one way; at most once in ten minutes (`reading.note`)."""

    class Kind(models.TextChoices):
        OPEN = "OPEN", _("打开")
        PRINT = "PRINT", _("打印")
        EXPORT = "EXPORT", _("导出")
        API = "API", _("接口读取")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role_text = models.CharField(_("角色"), max_length=40)  # as it was called then
    kind = models.CharField(_("方式"), max_length=6, choices=Kind.choices)
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["OPEN", "PRINT", "EXPORT", "API"]), name="reading_kind_known"
            )
        ]
        indexes = [
            models.Index(fields=["case", "user", "kind", "at"], name="reading_of_person"),
            models.Index(fields=["case", "organisation", "at"], name="reading_of_organisation"),
            models.Index(fields=["case", "-id"], name="reading_of_case"),
        ]
