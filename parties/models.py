"""Districts, organisations and people, and the dated memberships that say who acts for whom."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField
from parties.roles import Role
from parties.sign_in.tables import CacheEntry, RateCount, SignInKind, SignInMethod, SignInRecord

# Tables of signing in, which Django looks for here.
__all__ = [
    "ApiToken",
    "CacheEntry",
    "Department",
    "District",
    "Enterprise",
    "Membership",
    "Office",
    "Organisation",
    "PartyCoverage",
    "PartyOrganisation",
    "RateCount",
    "SignInKind",
    "SignInMethod",
    "SignInRecord",
    "User",
]


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

    public_id = PublicIdField()
    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    name = models.CharField(_("名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="organisations")
    active = models.BooleanField(_("启用"), default=True)

    KIND: ClassVar[str] = ""

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

    class Meta:
        verbose_name = _("政府部门")


class Enterprise(Organisation):
    """A private enterprise. Demands belong to it, not to the person who typed them."""

    KIND = Organisation.Kind.ENTERPRISE
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    industry = models.CharField(_("行业"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("企业")


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


class PartyOrganisation(models.Model):
    """A party organisation of enterprises, with an identity of its own: a joint branch serves several firms."""

    class Kind(models.TextChoices):
        COMMITTEE = "COMMITTEE", _("党委")
        GENERAL_BRANCH = "GENERAL_BRANCH", _("党总支")
        BRANCH = "BRANCH", _("党支部")
        JOINT_BRANCH = "JOINT_BRANCH", _("联合支部")

    public_id = PublicIdField()
    name = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=14, choices=Kind.choices)
    secretary = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    enterprises = models.ManyToManyField(Enterprise, through="PartyCoverage", related_name="party_organisations")

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


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in. Without a password nobody can sign in as them until one is set."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from memberships alone: there is no superuser."""

    username = models.CharField(_("账号"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    language = models.CharField(_("界面语言"), max_length=10, blank=True)
    large_text = models.BooleanField(_("大字"), default=False)
    # Somebody else set the password: it signs in until then, and the person must choose another at once.
    must_change_password = models.BooleanField(_("下次登录须修改密码"), default=False)
    initial_password_until = models.DateTimeField(_("初始密码有效期至"), null=True, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("用户")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, day: date) -> "MembershipQuerySet":
        """Memberships of enabled users in enabled organisations that hold on `day` (a date in local time)."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            valid_from__lte=day,
            user__is_active=True,
            organisation__active=True,
        )


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
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="membership_of_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.role}"


class ApiToken(models.Model):
    """A key for a program, bound to one post, kept as a hash, dead after its expiry."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("有效期至"))

    @classmethod
    def issue(cls, membership: Membership, *, name: str, now: datetime, valid: timedelta) -> tuple["ApiToken", str]:
        """A new token and its secret. The secret is told once and never stored; 256 random bits need no slow hash."""
        secret = secrets.token_urlsafe(32)
        token = cls.objects.create(
            membership=membership,
            name=name,
            token_sha256=cls.digest(secret),
            created_at=now,
            expires_at=now + valid,
        )
        return token, secret

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
