"""Districts, and everything a person can act for: departments, enterprises, offices, industry committees, alliances."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField
from parties.models.visibility import OrganisationQuerySet


class District(models.Model):
    """The city or one of its banners, by its GB/T 2260 code."""

    class Level(models.TextChoices):
        CITY = "CITY", _("市")
        BANNER = "BANNER", _("旗区")

    code = models.CharField(_("行政区划代码"), max_length=6, primary_key=True)
    name = models.CharField(_("名称"), max_length=40)
    level = models.CharField(_("级别"), max_length=6, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="banners")

    class Meta:
        verbose_name = _("旗区")

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """Anything a person can act for. Its name stands here, so that a list joins one table whatever the kind."""

    class Kind(models.TextChoices):
        DEPARTMENT = "DEPARTMENT", _("政府部门")
        ENTERPRISE = "ENTERPRISE", _("企业")
        OFFICE = "OFFICE", _("办公室")
        INDUSTRY_COMMITTEE = "INDUSTRY", _("行业党委")
        ALLIANCE = "ALLIANCE", _("联盟")

    public_id = PublicIdField()
    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    name = models.CharField(_("名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="organisations")
    active = models.BooleanField(_("启用"), default=True)

    KIND: ClassVar[str] = ""
    objects = OrganisationQuerySet.as_manager()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.__dict__.get("kind") == "":  # a deferred column is not in __dict__, and is left alone
            self.kind = self.KIND

    def __str__(self) -> str:
        return self.name


class Department(Organisation):
    """A government department that resolves demands."""

    KIND = Organisation.Kind.DEPARTMENT
    code = models.CharField(_("代码"), max_length=20, unique=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("政府部门")


class Enterprise(Organisation):
    """A private enterprise. Demands belong to it, not to the person who typed them.

    A code whose check digit is wrong is kept only with the reason why it was taken all the same.
    """

    class Size(models.TextChoices):
        """Source: 统计上大中小微型企业划分办法（2017）."""

        LARGE = "LARGE", _("大型")
        MEDIUM = "MEDIUM", _("中型")
        SMALL = "SMALL", _("小型")
        MICRO = "MICRO", _("微型")

    KIND = Organisation.Kind.ENTERPRISE
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    code_reason = models.CharField(_("校验位不符仍予登记的理由"), max_length=200, blank=True)
    industry = models.CharField(_("行业"), max_length=40, blank=True)
    size = models.CharField(_("规模"), max_length=6, choices=Size.choices, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=40, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("企业")
        constraints = [
            models.CheckConstraint(condition=Q(credit_code=Upper("credit_code")), name="credit_code_in_capitals"),
        ]


class Office(Organisation):
    """An office that runs the mechanism. One platform office per district, found by the district."""

    class OfficeKind(models.TextChoices):
        PLATFORM = "PLATFORM", _("平台办公室")
        EVALUATION = "EVALUATION", _("统计评价办公室")
        LEADER = "LEADER", _("领导办公室")

    KIND = Organisation.Kind.OFFICE
    office_kind = models.CharField(_("类别"), max_length=10, choices=OfficeKind.choices)
    serves = models.ForeignKey(District, on_delete=models.PROTECT, related_name="offices")

    class Meta:
        verbose_name = _("办公室")
        constraints = [
            models.UniqueConstraint(
                fields=["serves"], condition=Q(office_kind="PLATFORM"), name="one_platform_office_per_district"
            )
        ]


class IndustryCommittee(Organisation):
    """A party committee of an industry (行业党委), under the department in charge of it."""

    KIND = Organisation.Kind.INDUSTRY_COMMITTEE
    industry = models.CharField(_("行业"), max_length=40)
    lead_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="industry_committees"
    )

    class Meta:
        verbose_name = _("行业党委")


class Alliance(Organisation):
    """An alliance of firms, of an industrial chain or a park, that speaks for its members together."""

    KIND = Organisation.Kind.ALLIANCE
    enterprises = models.ManyToManyField(Enterprise, through="AllianceMember", related_name="alliances")

    class Meta:
        verbose_name = _("联盟")


class AllianceMember(models.Model):
    """From when to when an enterprise belonged to an alliance (both days included)."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE)
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("成员企业")
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "enterprise"], condition=Q(valid_to=None), name="one_open_place_in_an_alliance"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="alliance_dates_in_order"
            ),
        ]
