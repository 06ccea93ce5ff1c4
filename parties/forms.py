"""What a person types to come in."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parties.passwords import initial_password_is_over


class SignInForm(AuthenticationForm):
    """Account and password. A wrong account and a wrong password get one sentence, so that neither is betrayed."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": _("账号或密码不正确，请重新填写。连续多次不正确会暂停登录。"),
        "inactive": _("账号或密码不正确，请重新填写。连续多次不正确会暂停登录。"),
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password"].widget.attrs["data-reveal"] = ""

    def clean(self) -> dict[str, Any]:
        """No account is so long, and axes could not note a try at one: Django's form tells the limit, unchecked."""
        if len(self.cleaned_data.get("username", "")) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        """Asked only after the password was right, so that it betrays nothing."""
        super().confirm_login_allowed(user)
        if initial_password_is_over(user, now=self.request.now):
            raise ValidationError(_("初始密码已过期，请联系系统管理员重新设置。"), code="initial_over")
