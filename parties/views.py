"""Signing in and out, and how a person wants the pages: the size of the text, the language."""

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from foundation.errors import Refused
from parties.forms import SignInForm
from parties.models import User


class SignInView(LoginView):
    """A session of its own begins at every sign-in; open to everybody, as Django's view marks itself."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_initial(self) -> dict[str, str]:
        return {"username": self.request.GET.get("account", "")[:40]}


@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """The person's text is large from now on, or no longer; on every machine they use."""
    User.objects.filter(pk=request.user.pk).update(large_text=request.POST.get("large") == "1")
    return redirect(_back(request))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The pages speak this language to the person from now on; the ledger stays Chinese."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Refused("language", _("没有这种语言"))
    User.objects.filter(pk=request.user.pk).update(language=wanted)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page the person came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "home"
