"""Signing in and out, and how large a person wants the text."""

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

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


def _back(request: HttpRequest) -> str:
    """The page the person came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "home"
