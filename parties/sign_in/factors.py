"""The second factor: who must have one, and taking it away from somebody whose phone is lost."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotYours, Refused
from parties.models import User
from parties.roles import ENTERPRISE_ROLES, Role
from parties.sign_in import records, sessions
from parties.sign_in.tables import SignInKind

OFFICIALS = "officials"  # the setting under which they must have one; “optional” is the other
# Whoever acts for a firm may have a second factor; everybody else is an official and must.
FREE = ENTERPRISE_ROLES | {Role.AGENT}
PRESENT = "second_factor"  # in the session: it was used at this sign-in, or set up since
SHORTEST_REASON = 4  # characters
View = TypeVar("View", bound=Callable[..., Any])


def must_have(roles: Iterable[Role]) -> bool:
    """Whether somebody with these roles must use a second factor in this installation."""
    return settings.SECOND_FACTOR == OFFICIALS and any(role not in FREE for role in roles)


def open_before(view: View) -> View:
    """The view answers people who have yet to change their password or set up their second factor."""
    view.open_before_first_things = True  # type: ignore[attr-defined]
    return view


def factors_of(user: User) -> dict[str, Authenticator]:
    """What the person has set up, by its type; one statement."""
    return {factor.type: factor for factor in Authenticator.objects.filter(user_id=user.pk)}


def for_security(role: Role | None) -> None:
    """Whoever may not reset the factor of others is told so. Raises NotYours."""
    if role != Role.SECURITY_ADMIN:
        raise NotYours(_("只有安全管理员可以重置二次验证"))


def reset(request: HttpRequest, username: str, *, by: User, role: Role | None, reason: str) -> User:
    """The account has no second factor and no session left: at the next sign-in the password leads to setting one up.

    The password stays and is still asked for. Raises NotYours, or Refused with the field `account` or `reason`.
    """
    for_security(role)
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Refused("account", _("没有这个账号，或者账号已停用"))
    if user.pk == by.pk:
        raise Refused("account", _("不能重置自己的二次验证，请由另一位安全管理员办理"))
    if len(reason) < SHORTEST_REASON:
        raise Refused("reason", _("请写明理由，例如“手机丢失，已当面核对身份”"))
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise Refused("account", _("这个账号没有启用二次验证"))
    sessions.end_all(user)
    records.add(request, SignInKind.FACTOR_RESET, user=user, by=by, reason=reason)
    return user
