"""Party organisations of enterprises: whom they cover, their strength, and the mass organisations they lead."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField
from parties.models.organisations import District, Enterprise, IndustryCommittee
from parties.models.visibility import PartyOrganisationQuerySet


class PartyOrganisation(models.Model):
    """A party organisation of enterprises, with an identity of its own: a joint branch serves several firms."""

    class Kind(models.TextChoices):
        COMMITTEE = "COMMITTEE", _("党委")
        GENERAL_BRANCH = "GENERAL_BRANCH", _("党总支")
        BRANCH = "BRANCH", _("党支部")
        JOINT_BRANCH = "JOINT_BRANCH", _("联合支部")

    class Formation(models.TextChoices):
        """How it was formed: for one firm, by several firms together, or for the firms of an area."""

        SINGLE = "SINGLE", _("单建")
        JOINT = "JOINT", _("联建")
        AREA = "AREA", _("区域型联建")

    public_id = PublicIdField()
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    formation = models.CharField(_("组建方式"), max_length=6, choices=Formation.choices, default=Formation.SINGLE)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="party_organisations"
    )
    superior = models.ForeignKey(
        IndustryCommittee, on_delete=models.PROTECT, null=True, blank=True, related_name="party_organisations"
    )
    secretary = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    full_members = models.PositiveIntegerField(_("正式党员"), default=0)
    probationary_members = models.PositiveIntegerField(_("预备党员"), default=0)
    counted_on = models.DateField(_("人数统计日期"), null=True, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    enterprises = models.ManyToManyField(Enterprise, through="PartyCoverage", related_name="party_organisations")

    objects = PartyOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业党组织")

    def __str__(self) -> str:
        return self.name


class PartyCoverage(models.Model):
    """From when to when a party organisation covered an enterprise."""

    party_organisation = models.ForeignKey(PartyOrganisation, on_delete=models.CASCADE)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("覆盖企业")
        constraints = [
            models.UniqueConstraint(
                fields=["party_organisation", "enterprise"],
                condition=Q(valid_to=None),
                name="one_open_coverage_per_pair",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="coverage_dates_in_order"
            ),
        ]


class MassOrganisation(models.Model):
    """A mass organisation (群团组织) led by a party organisation, with its strength."""

    class Kind(models.TextChoices):
        UNION = "UNION", _("工会")
        YOUTH = "YOUTH", _("共青团")
        WOMEN = "WOMEN", _("妇联")
        OTHER = "OTHER", _("其他")

    party_organisation = models.ForeignKey(
        PartyOrganisation, on_delete=models.CASCADE, related_name="mass_organisations"
    )
    kind = models.CharField(_("类别"), max_length=6, choices=Kind.choices)
    head = models.CharField(_("负责人"), max_length=40, blank=True)
    members = models.PositiveIntegerField(_("人数"), default=0)

    class Meta:
        verbose_name = _("群团组织")
        constraints = [
            models.UniqueConstraint(fields=["party_organisation", "kind"], name="one_mass_organisation_of_a_kind")
        ]
