"""What a person types about signing in, after the sign-in page."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parties.models import SignInKind, User

LONGEST = 256  # characters of a password; hashing more would only cost time
CODE_LIVES = 90  # seconds: its own 30 and those before and after it, which are taken too


def _password(label: object, *, autocomplete: str, hint: object = "") -> forms.CharField:
    """A masked box that takes every character as it is, blanks at its ends too, and lets password managers help."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "data-reveal": ""}),
    )


def _code() -> forms.CharField:
    return forms.CharField(
        label=_("验证码"),
        max_length=32,
        help_text=_("手机验证器上的 6 位数字，或者一个没用过的恢复码"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class _EachCodeOnce:
    """A code of the phone is taken once. allauth remembers it for 30 seconds, but takes it for 90."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            plain = "".join(code.split())
            if not cache.add(f"totp:{self.user.pk}:{plain}", 1, timeout=CODE_LIVES):
                raise ValidationError(_("这个验证码已经用过，请等手机显示下一个"), code="used")
        return code


class CodeForm(_EachCodeOnce, AuthenticateForm):
    """The second step of signing in."""

    use_required_attribute = False
    code = _code()


class ProveByCodeForm(_EachCodeOnce, ReauthenticateByCodeForm):
    """Before something important, by the second factor."""

    use_required_attribute = False
    code = _code()


class ProveByPasswordForm(ReauthenticateForm):
    """Before something important, by the password."""

    use_required_attribute = False
    password = _password(_("密码"), autocomplete="current-password")


class EnrolForm(ActivateTOTPForm):
    """The first code of a new phone shows that it has the key."""

    use_required_attribute = False
    code = forms.CharField(
        label=_("验证码"),
        max_length=32,
        help_text=_("手机上显示的 6 位数字"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(forms.Form):
    """The current password and another one, which is typed once: it can be looked at."""

    use_required_attribute = False
    password_now = _password(_("现在的密码"), autocomplete="current-password")
    password_new = _password(_("新密码"), autocomplete="new-password")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields["password_new"].help_text = _(
            "至少 %(least)s 个字符，建议 15 个以上；用什么字符都可以，可以粘贴。"
            "不能是常见密码，也不能由账号、姓名、电话、单位或系统名称拼成。"
        ) % {"least": settings.PASSWORD_LENGTH}

    def clean_password_new(self) -> str:
        new: str = self.cleaned_data["password_new"]
        password_validation.validate_password(new, self.user)
        return new


class ResetForm(forms.Form):
    """Whose second factor goes, and why."""

    use_required_attribute = False
    account = forms.CharField(label=_("账号"), max_length=40)
    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        help_text=_("怎样核对了本人身份；写进登录记录，不能修改"),
        widget=forms.Textarea({"rows": 3}),
    )


class RecordFilter(forms.Form):
    """Whose record, and what of it."""

    account = forms.CharField(label=_("账号"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("事项"), required=False, choices=[("", _("全部事项")), *SignInKind.choices])
