"""People who sign in."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField
from parties.models.visibility import UserQuerySet


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in. Without a password nobody can sign in as them until one is set."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from memberships alone: there is no superuser."""

    public_id = PublicIdField()
    username = models.CharField(_("账号"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    left_on = models.DateField(_("离任日期"), null=True, blank=True)  # what they owned was handed over on that day
    language = models.CharField(_("界面语言"), max_length=10, blank=True)
    large_text = models.BooleanField(_("大字"), default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("用户")

    def __str__(self) -> str:
        return self.name
