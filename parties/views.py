"""Signing in and out, and how a person wants the pages: the size of the text, the language."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from foundation.errors import Refused
from parties import recovery
from parties.forms import SignInForm
from parties.models import User
from parties.sign_in import limits, records
from parties.sign_in.factors import open_before
from parties.sign_in.tables import SignInKind
from parties.sign_in.views.steps import wait_for


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """A session of its own begins at every sign-in; open to everybody."""

    template_name = "registration/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Somebody who signed in elsewhere meanwhile gets what this page carried for them."""
        if request.method == "POST" and request.user.is_authenticated:
            recovery.carry(request)
            if page := recovery.carried_on(request):
                return page
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tries are counted before the password is looked at; axes, which counts the wrong ones, answers for itself."""
        if wait := wait_for(request, limits.SIGN_IN, request.POST.get("username", "")):
            form = SignInForm(request, initial={"username": request.POST.get("username", "")[:40]})
            context = self.get_context_data(form=form, refused=limits.sentence(wait))
            response = self.render_to_response(context, status=429)
            response["Retry-After"] = str(wait)
            return response
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password was right. allauth asks for the second factor or lets the person in (AccountAdapter)."""
        recovery.carry(self.request)
        user = form.get_user()
        login = Login(user=user, redirect_url=self.get_redirect_url() or None)
        return perform_password_login(self.request, {"username": user.username}, login)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        locked = getattr(self.request, "axes_locked_out", False)
        user = User.objects.filter(username=form.cleaned_data.get("username", "")).first()
        records.add(self.request, SignInKind.LOCKED if locked else SignInKind.WRONG, user=user)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A wrong password loses nothing of what the page carries."""
        carried = self.request.POST.get(recovery.FIELD, "")
        return super().get_context_data(**kwargs) | ({recovery.FIELD: carried} if recovery.opened(carried) else {})

    def get_initial(self) -> dict[str, str]:
        return {"username": self.request.GET.get("account", "")[:40]}


def recovered(request: HttpRequest) -> HttpResponse:
    """What this person sent when their session was lost: nothing of it was done, and they may send it once more."""
    carried = recovery.opened(request.session.get(recovery.FIELD, ""), user_id=request.user.pk)
    if carried is None:
        return redirect("home")
    return render(request, "registration/recovered.html", {"carried": carried})


@method_decorator(open_before, name="dispatch")
class SignOutView(LogoutView):
    """The session ends, and the browser forgets who sat at it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            records.add(request, SignInKind.SIGNED_OUT, user=request.user)
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(recovery.SEAT, samesite="Lax")
        return response


@open_before
@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """The person's text is large from now on, or no longer; on every machine they use."""
    User.objects.filter(pk=request.user.pk).update(large_text=request.POST.get("large") == "1")
    return redirect(_back(request))


@open_before
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
    if not wanted.startswith("/"):  # anything else would be taken for the name of a page
        return "home"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "home"
