"""Posts: who may act for which organisation, in which role, from when to when; and who stands in for whom."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField
from parties.models.organisations import Organisation
from parties.models.people import User
from parties.roles import ADMIN_ROLES, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, day: date) -> "MembershipQuerySet":
        """Memberships of enabled users in enabled organisations that hold on `day` (a date in local time)."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            valid_from__lte=day,
            user__is_active=True,
            organisation__active=True,
        )

    def open_to(self, user_id: int, day: date) -> "MembershipQuerySet":
        """Own posts of this person in force on `day`, and those of others that may have reached them on that day.

        Every request asks this, so the rest of a chain is not: `parties.deputies.deputy_chains` says which did.
        """
        handed = Deputy.objects.filter(deputy_id=user_id, valid_from__lte=day, valid_to__gte=day, ended_at=None)
        return self.in_force(day).filter(Q(user_id=user_id) | Q(pk__in=handed.values("membership_id")))


class Membership(models.Model):
    """This person acts for this organisation in this role from one day to another (both included)."""

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("角色"), max_length=24, choices=Role.choices)
    scope = models.CharField(_("范围"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=120, blank=True)
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(valid_to=None),
                name="one_open_membership_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="membership_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            # 三员互斥: spans that overlap and have an end are refused by parties.posts, under the person's lock.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(valid_to=None, role__in=sorted(ADMIN_ROLES)),
                name="one_open_administrator_role",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="membership_of_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.role}"


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def in_force(self, day: date) -> "DeputyQuerySet":
        """Those that hold on `day` (a date in local time), of people who are still here."""
        return self.filter(
            valid_from__lte=day, valid_to__gte=day, ended_at=None, principal__is_active=True, deputy__is_active=True
        )


class Deputy(models.Model):
    """One person stands in for another in one post while that one is away (both days included).

    `principal` is who hands over: the holder of the post, or somebody who stands in for the holder and is away too.
    So A → B → C are two rows of A's post, and C acts “C 代 A”.
    """

    public_id = PublicIdField()
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="deputies")
    principal = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputies_named")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputies_held")
    valid_from = models.DateField(_("开始日期"))
    valid_to = models.DateField(_("结束日期"))
    reason = models.CharField(_("事由"), max_length=120)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("代理")
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="deputy_dates_in_order"),
            models.CheckConstraint(condition=~Q(principal=F("deputy")), name="deputy_is_somebody_else"),
            models.UniqueConstraint(
                fields=["membership", "principal", "valid_from"],
                condition=Q(ended_at=None),
                name="one_deputy_from_a_day_on",
            ),
        ]
        indexes = [models.Index(fields=["deputy", "valid_to"], name="deputy_of_person")]
