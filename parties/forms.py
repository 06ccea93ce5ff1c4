"""What a person types to come in."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Account and password. A wrong account and a wrong password get one sentence, so that neither is betrayed."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": _("账号或密码不正确，请重新填写。连续多次不正确会暂停登录。"),
        "inactive": _("账号或密码不正确，请重新填写。连续多次不正确会暂停登录。"),
    }
