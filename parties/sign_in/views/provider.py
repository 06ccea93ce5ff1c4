"""To the other provider and back: signing in, and binding one's identity there to the account here."""

import logging

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from parties import recovery
from parties.sign_in import limits
from parties.sign_in.adapters import refused
from parties.sign_in.addresses import address_of
from parties.sign_in.oidc import PROVIDER, HouseOIDCAdapter

log = logging.getLogger(__name__)


def _to_provider(request: HttpRequest, *, process: str, next_url: str | None) -> HttpResponse:
    """Off to the provider; 503 with a sentence when it cannot be reached or does not describe itself."""
    try:
        provider = get_adapter().get_provider(request, provider=PROVIDER)
        return provider.redirect(request, process=process, next_url=next_url)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, KeyError) as error:
        log.warning("the provider could not be asked", extra={"error": type(error).__name__})
        return refused(request, _("统一认证现在没有应答，请稍后再试，或者用账号和密码登录。"), status=503)


@login_not_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider, from the sign-in page; what that carries comes along."""
    if wait := limits.take(limits.SIGN_IN, now=request.now, address=address_of(request)):
        response = refused(request, limits.sentence(wait), status=429)
        response["Retry-After"] = str(wait)
        return response
    recovery.carry(request)
    return _to_provider(request, process="login", next_url=get_next_redirect_url(request))


@require_POST
@reauthentication_required(app="allauth.socialaccount")
def link(request: HttpRequest) -> HttpResponse:
    """To the provider and back, and the identity there is bound to the account that is signed in here."""
    return _to_provider(request, process="connect", next_url=None)


@login_not_required
@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider. Whatever cannot be believed leads to the sign-in page with a sentence."""
    try:
        return OAuth2CallbackView.adapter_view(HouseOIDCAdapter(request, PROVIDER))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except KeyError:
        log.warning("the provider does not describe itself")
        return refused(request, _("统一认证现在没有应答，请稍后再试，或者用账号和密码登录。"), status=503)
