"""Categories of demands and the duty list (职责清单): which department answers for which matter, by which law."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from cases.demands.enums import Klass
from foundation.identifiers import PublicIdField
from parties.models import Department


class Category(models.Model):
    """What a demand is about; the question set follows from its code."""

    code = models.CharField(_("代码"), max_length=24, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    hint = models.CharField(_("说明"), max_length=200, blank=True)
    sort = models.PositiveSmallIntegerField(_("排序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("类别")
        ordering = ["sort"]

    def __str__(self) -> str:
        """The name in the reader's language; one that the catalogue does not know is shown as it is stored."""
        return pgettext("诉求类别", self.name)

    @property
    def advice(self) -> str:
        """The hint in the reader's language."""
        return gettext(self.hint)


class DutyItem(models.Model):
    """One matter of the duty list in one version, with its legal basis and its owners.

    A matter with one owner is dispatched by rule as soon as intake names it; with several the dispatcher chooses.
    What was in force is never edited: `duties.changes` writes another version, and a demand keeps the one it was
    dispatched under. `legal_basis` is the citation as it is read; law and article are its parts.
    """

    public_id = PublicIdField()
    code = models.CharField(_("编号"), max_length=20)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="duty_items")
    matter = models.CharField(_("事项"), max_length=80)
    legal_basis = models.CharField(_("法定依据"), max_length=200)
    klass = models.CharField(_("通常档次"), max_length=8, choices=Klass.choices)
    active = models.BooleanField(_("启用"), default=True)
    law = models.CharField(_("法律法规名称"), max_length=120, default="", blank=True)
    article = models.CharField(_("条款"), max_length=60, default="", blank=True)
    law_text = models.TextField(_("条文"), default="", blank=True)
    law_url = models.URLField(_("条文网址"), max_length=300, default="", blank=True)
    # From which day on it is in force, and until which; the last day is the one on which the next version came.
    effective_from = models.DateField(_("生效日期"), null=True)
    effective_to = models.DateField(_("失效日期"), null=True)
    # Who adopted it, in which post as text at that time, and why; empty for a list that came with the installation.
    source = models.TextField(_("变更依据"), default="", blank=True)
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    adopted_as = models.CharField(max_length=200, default="", blank=True)
    adopted_at = models.DateTimeField(null=True)
    retired_as = models.CharField(max_length=200, default="", blank=True)
    retired_at = models.DateTimeField(null=True)
    retired_because = models.TextField(_("停用原因"), default="", blank=True)
    owners = models.ManyToManyField(Department, through="DutyOwner", related_name="duty_items")

    class Meta:
        verbose_name = _("职责清单")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="duty_item_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(active=True), name="one_active_version_of_a_duty"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="duty_item_names_its_law"),
            models.CheckConstraint(
                condition=Q(law="", article="") | (~Q(law="") & ~Q(article="")), name="duty_item_cites_law_and_article"
            ),
            models.CheckConstraint(
                condition=Q(active=False) | Q(effective_to=None), name="duty_item_active_has_no_end"
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_from=None) | Q(effective_to__gte=F("effective_from")),
                name="duty_item_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(adopted_by=None, adopted_at=None)
                | (Q(adopted_by__isnull=False, adopted_at__isnull=False, effective_from__isnull=False) & ~Q(source="")),
                name="duty_item_adopted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_because="")
                | (Q(retired_at__isnull=False, active=False) & ~Q(retired_because="")),
                name="duty_item_retired_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.matter

    @cached_property
    def owner_ids(self) -> frozenset[int]:
        """Keys of the owning departments; one statement unless the owners were prefetched."""
        return frozenset(department.pk for department in self.owners.all())


class DutyOwner(models.Model):
    """A department that owns a matter."""

    duty_item = models.ForeignKey(DutyItem, on_delete=models.CASCADE)
    department = models.ForeignKey(Department, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty_item", "department"], name="duty_owner_once")]
