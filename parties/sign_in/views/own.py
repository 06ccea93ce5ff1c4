"""What a person sees and does about their own way in: password, second factor, sessions, another provider."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from foundation.errors import Refused
from foundation.keyset import keyset_page
from parties import passwords, recovery
from parties.sign_in import factors, limits, records, sessions
from parties.sign_in.factors import open_before
from parties.sign_in.forms import PasswordForm
from parties.sign_in.oidc import PROVIDER
from parties.sign_in.tables import SignInKind
from parties.sign_in.views.steps import wait_for

RECENT = 10


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, where the person is signed in, and what happened to their account lately.

    Three statements, and one more where another provider is set up.
    """
    user = request.user
    page = keyset_page(sessions.living(user, now=request.now), after=request.GET.get("after", ""), size=sessions.SHOWN)
    mine = factors.factors_of(user)
    codes = mine.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "factor": mine.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "must": factors.must_have(post.role for post in request.actor.posts),
        "sessions": [
            {"session": one, "handle": sessions.handle(one), "here": one.session_key == request.session.session_key}
            for one in page.rows
        ],
        "records": list(records.newest(user=user)[:RECENT]),
        "provider": settings.OIDC["name"] if settings.OIDC["issuer"] else "",
        "linked": bool(settings.OIDC["issuer"]) and SocialAccount.objects.filter(user=user, provider=PROVIDER).exists(),
        "has_password": user.has_usable_password(),
        "next": page.next,
        "first": page.first,
    }
    return render(request, "registration/security.html", context)


@open_before
@sensitive_post_parameters("password_now", "password_new")
def password(request: HttpRequest) -> HttpResponse:
    """The person has another password and is signed in nowhere else."""
    form, status, wait = PasswordForm(request.POST or None, user=request.user), 200, 0
    if request.method == "POST":
        status, wait = 422, wait_for(request, limits.PASSWORD, request.user.username)
        if wait:
            status, form = 429, PasswordForm(user=request.user)
        elif form.is_valid() and _changed(request, form):
            messages.success(request, _("密码已修改，其他地方的登录已结束"))
            return recovery.onward(request)
    context = {"form": form, "too_often": limits.sentence(wait) if wait else ""}
    response = render(request, "registration/password.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _changed(request: HttpRequest, form: PasswordForm) -> bool:
    given = form.cleaned_data
    try:
        passwords.change_password(request, current=given["password_now"], new=given["password_new"])
    except Refused as error:
        form.add_error(error.field, str(error.sentence))
        return False
    return True


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """One other session of the person has ended."""
    if sessions.end(request.user, request.POST.get("session", ""), now=request.now):
        records.add(request, SignInKind.SESSIONS_ENDED, user=request.user)
        messages.success(request, _("已结束这处登录"))
    else:
        messages.success(request, _("这处登录已经结束了"))
    return redirect("security")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """The person is signed in here and nowhere else."""
    number = sessions.end_all(request.user, but=request.session.session_key)
    if number:
        records.add(request, SignInKind.SESSIONS_ENDED, user=request.user)
    messages.success(request, _("其他地方的登录都已结束"))
    return redirect("security")


@require_POST
@reauthentication_required(app="allauth.socialaccount")
def unlink(request: HttpRequest) -> HttpResponse:
    """The identity at the other provider no longer signs in here; refused when nothing else would."""
    if not request.user.has_usable_password():
        raise Refused("", _("没有密码的账号只能用统一认证登录，不能取消关联"))
    rows, _kinds = SocialAccount.objects.filter(user=request.user, provider=PROVIDER).delete()
    if rows:
        records.add(request, SignInKind.UNLINKED, user=request.user)
        messages.success(request, _("已取消关联，不能再用统一认证登录"))
    return redirect("security")
