"""What is kept of signing in: a record that only grows, counts of the limits, the cache all processes share."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordIsNeverEdited(RuntimeError):
    """Somebody's code tried to change what happened; a mistake of the program."""


class SignInKind(models.TextChoices):
    SIGNED_IN = "SIGNED_IN", _("登录成功")
    SIGNED_OUT = "SIGNED_OUT", _("退出登录")
    WRONG = "WRONG", _("账号或密码不正确")
    LOCKED = "LOCKED", _("登录已暂停")
    WRONG_CODE = "WRONG_CODE", _("验证码不正确")
    REFUSED = "REFUSED", _("统一认证被拒绝")
    FACTOR_ADDED = "FACTOR_ADDED", _("启用二次验证")
    FACTOR_REMOVED = "FACTOR_REMOVED", _("停用二次验证")
    FACTOR_RESET = "FACTOR_RESET", _("重置二次验证")
    CODES_RENEWED = "CODES_RENEWED", _("重新生成恢复码")
    PASSWORD_CHANGED = "PASSWORD_CHANGED", _("修改密码")
    PASSWORD_SET = "PASSWORD_SET", _("设置初始密码")
    SESSIONS_ENDED = "SESSIONS_ENDED", _("结束其他登录")
    LINKED = "LINKED", _("关联统一认证")
    UNLINKED = "UNLINKED", _("取消关联统一认证")


class SignInMethod(models.TextChoices):
    PASSWORD = "PASSWORD", _("密码")
    PASSWORD_CODE = "PASSWORD_CODE", _("密码和验证码")
    PASSWORD_RECOVERY = "PASSWORD_RECOVERY", _("密码和恢复码")
    PROVIDER = "PROVIDER", _("统一认证")
    PROVIDER_CODE = "PROVIDER_CODE", _("统一认证和验证码")
    PROVIDER_RECOVERY = "PROVIDER_RECOVERY", _("统一认证和恢复码")


class SignInRecord(models.Model):
    """One thing that happened to an account: who, when, from where. Added by `records.add` alone, never changed.

    What somebody typed as an account that does not exist is not kept: it may be a password in the wrong box.
    """

    at = models.DateTimeField(_("时间"))
    kind = models.CharField(_("事项"), max_length=16, choices=SignInKind.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # Who did it, where it is not the account's own person.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    method = models.CharField(_("方式"), max_length=20, choices=SignInMethod.choices, default="", blank=True)
    address = models.GenericIPAddressField(_("来源地址"), null=True)
    browser = models.CharField(_("浏览器"), max_length=200, default="", blank=True)
    reason = models.CharField(_("理由"), max_length=200, default="", blank=True)
    request_id = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="sign_in_newest"),
            models.Index(fields=["user", "-at", "-id"], name="sign_in_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise RecordIsNeverEdited(f"{self} has happened")
        super().save(**{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise RecordIsNeverEdited(f"{self} has happened")


class RateCount(models.Model):
    """How often something was done in one span of time. Written by `limits.take` alone, in one atomic statement.

    On PostgreSQL the table is unlogged: a count is worth no wait for the disk, and is forgotten after a crash.
    """

    key = models.CharField(max_length=160, primary_key=True)
    hits = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class CacheEntry(models.Model):
    """The table of Django's database cache, made by a migration so that no set-up can forget it.

    Read and written by django.core.cache alone.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
