"""A person's second factor: setting it up, its recovery codes, and putting it away."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.internal.flows import activate_totp, deactivate_totp
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parties import recovery
from parties.sign_in import limits, records
from parties.sign_in.factors import PRESENT, factors_of, open_before
from parties.sign_in.forms import EnrolForm
from parties.sign_in.tables import SignInKind
from parties.sign_in.views.steps import wait_for

SHOWING = "recovery_codes_shown_until"  # in the session that made them
SHOWN_FOR = 15 * 60  # seconds
TOTP, CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
proven = reauthentication_required(app="allauth.mfa")


@open_before
@never_cache
@proven
def enrol(request: HttpRequest) -> HttpResponse:
    """A phone becomes the person's second factor once its first code is right; the recovery codes come next."""
    if TOTP in factors_of(request.user):
        return redirect("security")
    # An unbound form makes another key, which the phone of a person who mistyped would not have.
    form, status, wait = EnrolForm(user=request.user, data=request.POST or None), 200, 0
    if request.method == "POST":
        status, wait = 422, wait_for(request, limits.CODE, request.user.username)
        if wait:
            status, form = 429, _same_key(request)
        elif form.is_valid():
            activate_totp(request, form)
            request.session[PRESENT] = True
            records.add(request, SignInKind.FACTOR_ADDED, user=request.user)
            return _show_codes(request)
    context = {"form": form, "too_often": limits.sentence(wait) if wait else "", "key": in_groups(form.secret)}
    response = render(request, "registration/enrol.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _same_key(request: HttpRequest) -> EnrolForm:
    """An empty form for the key that the phone may have taken over already; the code is not looked at."""
    form = EnrolForm(user=request.user, data={})
    form.errors.clear()
    return form


def in_groups(key: str) -> str:
    """A key as people type it: four characters and a blank."""
    return " ".join(key[n : n + 4] for n in range(0, len(key), 4))


@open_before
@never_cache
@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """The key of the page that is open, as a picture for the phone: an address of ours, for pages hold no data: URLs.

    404 when no key waits to be taken over; it is never shown again.
    """
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    drawn = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(drawn, content_type="image/svg+xml")


def _show_codes(request: HttpRequest) -> HttpResponse:
    request.session[SHOWING] = int(request.now.timestamp()) + SHOWN_FOR
    return redirect("recovery_codes")


def _codes(request: HttpRequest) -> list[str]:
    """The unused codes, in the session that made them and for a quarter of an hour; else 404."""
    if request.session.get(SHOWING, 0) < request.now.timestamp():
        raise Http404
    kept = factors_of(request.user).get(CODES)
    if kept is None:
        raise Http404
    return list(kept.wrap().get_unused_codes())


@open_before
@never_cache
@require_safe
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, shown after they were made: to be written down, printed or kept as a file."""
    return render(request, "registration/recovery_codes.html", {"codes": _codes(request)})


@open_before
@never_cache
@require_safe
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    lines = [
        _("政企直通恢复码，账号 %(account)s。每个只能用一次。") % {"account": request.user.username},
        "",
        *_codes(request),
        "",
    ]
    response = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


@open_before
@require_POST
def codes_are_kept(request: HttpRequest) -> HttpResponse:
    """The person has the codes: from now on nobody sees them again."""
    request.session.pop(SHOWING, None)
    return recovery.onward(request)


@require_POST
@proven
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes; the old ones no longer work."""
    if TOTP not in factors_of(request.user):
        return redirect("security")
    generate_recovery_codes(request)
    records.add(request, SignInKind.CODES_RENEWED, user=request.user)
    return _show_codes(request)


@require_POST
@proven
def remove(request: HttpRequest) -> HttpResponse:
    """The phone and its codes are no longer the second factor; who must have one is led to setting up another."""
    factor: Any = factors_of(request.user).get(TOTP)
    if factor is not None:
        deactivate_totp(request, factor)
        request.session.pop(PRESENT, None)
        records.add(request, SignInKind.FACTOR_REMOVED, user=request.user)
        messages.success(request, _("已停用二次验证"))
    return redirect("security")
