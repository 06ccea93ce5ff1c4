"""What allauth asks of us: how a person is signed in, what they read, and what never happens here.

Nobody signs up, no mail is sent, no address of mail is verified: accounts are made by the system administrator.
"""

import base64
import hashlib
from functools import lru_cache
from typing import Any

import allauth.mfa.adapter
import allauth.socialaccount.adapter
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parties import recovery
from parties.forms import SignInForm
from parties.models import User
from parties.sign_in import factors, records
from parties.sign_in.addresses import address_of
from parties.sign_in.tables import SignInKind, SignInMethod

BACKEND = "django.contrib.auth.backends.ModelBackend"
PROVEN_FOR = 300  # seconds that a password or code counts as just given (ACCOUNT_REAUTHENTICATION_TIMEOUT)
# The few messages of allauth that our pages show, by the template it would read them from.
SAID = {
    "socialaccount/messages/account_connected.txt": _("已关联统一认证，以后可以用它登录"),
    "socialaccount/messages/account_connected_updated.txt": _("已关联统一认证，以后可以用它登录"),
    "socialaccount/messages/account_connected_other.txt": _("这个统一认证身份已经关联了另一个账号，没有改动"),
}


def refused(request: HttpRequest, sentence: object, *, status: int = 403) -> HttpResponse:
    """The sign-in page with the reason why another way in did not work."""
    return render(
        request,
        "registration/login.html",
        {"form": SignInForm(request), "next": "", "refused": sentence},
        status=status,
    )


def method_of(request: HttpRequest, user: User) -> SignInMethod:
    """How this sign-in was proven, from what allauth noted of its steps."""
    steps = get_authentication_records(request, user)
    first = "PROVIDER" if any(step["method"] == "socialaccount" for step in steps) else "PASSWORD"
    types = [step.get("type") for step in steps if step["method"] == "mfa"]
    second = {None: "", "totp": "_CODE", "recovery_codes": "_RECOVERY"}[types[-1] if types else None]
    return SignInMethod(first + second)


class AccountAdapter(DefaultAccountAdapter):
    """Signing in by account and password, and everything that follows once a person is in."""

    error_messages = {**DefaultAccountAdapter.error_messages, "incorrect_password": _("密码不正确")}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The record says it; mail goes through the outbox and never says what happened to an account."""

    def add_message(self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kw: Any) -> None:
        if message_template in SAID:
            messages.add_message(request, level, str(SAID[message_template]))

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def login(self, request: HttpRequest, user: User) -> None:
        user.backend = BACKEND
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """On to the page that was asked for, or to what was sent when the session was lost; and the record has it."""
        response = super().post_login(request, user, **details)
        method = method_of(request, user)
        request.session[factors.PRESENT] = method not in (SignInMethod.PASSWORD, SignInMethod.PROVIDER)
        records.add(request, SignInKind.SIGNED_IN, user=user, method=method)
        response = recovery.carried_on(request) or response
        recovery.remember_seat(response, user.pk)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        records.add(request, SignInKind.REFUSED, user=user)
        return refused(request, _("这个账号不能登录，请联系本单位的系统管理员。"))

    def is_safe_url(self, url: str) -> bool:
        """Whether a page may lead on to this: an address of ours, from its root, not below the page itself."""
        return url.startswith("/") and bool(super().is_safe_url(url))

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is their password; a wrong one counts towards the lock-out."""
        found = authenticate(context.request, username=user.username, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Not within five minutes of any proof: who just typed the password to come in is not asked for it again."""
        request = context.request
        steps = get_authentication_records(request, request.user)
        now = request.now.timestamp()
        return not any(now - step["at"] < PROVEN_FOR for step in steps)


@lru_cache(maxsize=1)
def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()))


class FactorAdapter(allauth.mfa.adapter.DefaultMFAAdapter):
    """The keys of second factors lie sealed in the database: its dump alone computes no code."""

    error_messages = {
        **allauth.mfa.adapter.DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确。请看手机上现在的 6 位数字，或者使用一个没用过的恢复码。"),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return "政企直通"

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Another provider's identity signs in the account it is bound to, and never makes or finds one by mail."""

    def list_apps(self, request: HttpRequest, provider: str = "", client_id: str = "") -> list[SocialApp]:
        """By the settings alone: no row of a table makes another provider trusted."""
        found = allauth.socialaccount.adapter._build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("security")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An identity that is bound to no account is bound by the claim of the settings, or refused."""
        if sociallogin.is_existing or sociallogin.state.get("process") != "login":
            return
        user = self.named_by_claim(sociallogin)
        if user is None:
            records.add(request, SignInKind.REFUSED, user=None)
            raise ImmediateHttpResponse(
                refused(
                    request,
                    _("您的统一认证身份还没有关联本系统的账号。请先用账号和密码登录，在“登录与安全”里关联一次。"),
                )
            )
        sociallogin.connect(request, user)

    def named_by_claim(self, sociallogin: SocialLogin) -> User | None:
        """The account that the claim names, unless it is bound to another identity already."""
        claim = settings.OIDC["account_claim"]
        named = sociallogin.account.extra_data.get(claim, "") if claim else ""
        if not named:
            return None
        bound = SocialAccount.objects.filter(provider=sociallogin.account.provider).values("user_id")
        return User.objects.filter(username=named, is_active=True).exclude(pk__in=bound).first()

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """Cancelled, or not to be believed: one sentence, and the reason only in the log."""
        records.add(request, SignInKind.REFUSED, user=None)
        raise ImmediateHttpResponse(
            refused(request, _("统一认证没有成功，没有登录。请再试一次，或者用账号和密码登录。"))
        )
