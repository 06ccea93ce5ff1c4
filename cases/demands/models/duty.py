"""Categories of demands and the duty list (职责清单): which department answers for which matter, by which law."""

from django.db import models
from django.db.models import Q
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
    """

    public_id = PublicIdField()
    code = models.CharField(_("编号"), max_length=20)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="duty_items")
    matter = models.CharField(_("事项"), max_length=80)
    legal_basis = models.CharField(_("法定依据"), max_length=200)
    klass = models.CharField(_("通常档次"), max_length=8, choices=Klass.choices)
    active = models.BooleanField(_("启用"), default=True)
    owners = models.ManyToManyField(Department, through="DutyOwner", related_name="duty_items")

    class Meta:
        verbose_name = _("职责清单")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="duty_item_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(active=True), name="one_active_version_of_a_duty"),
            models.CheckConstraint(condition=~Q(legal_basis=""), name="duty_item_names_its_law"),
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
