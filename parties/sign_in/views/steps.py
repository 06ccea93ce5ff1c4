"""The second step of signing in, and proving oneself again before something important."""

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from parties.sign_in import limits, records
from parties.sign_in.addresses import address_of
from parties.sign_in.factors import open_before
from parties.sign_in.forms import CodeForm, ProveByCodeForm, ProveByPasswordForm
from parties.sign_in.tables import SignInKind


def wait_for(request: HttpRequest, action: str, username: str) -> int:
    """Counts one try of this account from this address; seconds to wait, 0 when it may be made.

    The account is as somebody typed it: PostgreSQL knows no text with NUL.
    """
    username = username.replace("\0", "")[:40]
    firm = limits.firm_of(username, now=request.now)
    account = username.lower() or None
    return limits.take(action, now=request.now, account=account, firm=firm, address=address_of(request))


class _Tries:
    """A form whose tries are counted: 422 with what is wrong, 429 with how long to wait."""

    action: str
    wrong: SignInKind

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = self.person()
        if wait := wait_for(request, self.action, person.username):
            form = self.get_form_class()(user=person)
            return self.told(form, status=429, too_often=limits.sentence(wait), wait=wait)
        form = self.get_form_class()(user=person, data=request.POST)
        if form.is_valid():
            return self.form_valid(form)
        records.add(request, self.wrong, user=person)
        return self.told(form, status=422)

    def told(self, form: Any, *, status: int, too_often: str = "", wait: int = 0) -> HttpResponse:
        self.auth_form = form
        context = self.get_context_data() | {"form": form, "too_often": too_often}
        response = self.render_to_response(context, status=status)
        if wait:
            response["Retry-After"] = str(wait)
        return response

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return {"too_often": "", **super().get_context_data(**more)}


class CodeView(_Tries, AuthenticateView):
    """After the password: the code of the phone or a recovery code. Without the first step it leads back there."""

    template_name = "registration/code.html"
    form_class = CodeForm
    action, wrong = limits.CODE, SignInKind.WRONG_CODE

    def _build_forms(self) -> None:
        """Of allauth, which takes a POST without a code for one of a security key; there are none here."""
        self.auth_form, self.webauthn_form = CodeForm(user=self.person()), None

    def person(self) -> Any:
        return self.stage.login.user


@login_not_required
@require_POST
def begin_again(request: HttpRequest) -> HttpResponse:
    """The first step is forgotten: somebody else sits here, or the wrong account was typed."""
    clear_login(request)
    return redirect("login")


@method_decorator(open_before, name="dispatch")
class ProveByPasswordView(_Tries, ReauthenticateView):
    template_name = "registration/prove.html"
    form_class = ProveByPasswordForm
    action, wrong = limits.PASSWORD, SignInKind.WRONG

    def person(self) -> Any:
        return self.request.user


@method_decorator(open_before, name="dispatch")
class ProveByCodeView(_Tries, ReauthenticateByCodeView):
    template_name = "registration/prove.html"
    form_class = ProveByCodeForm
    action, wrong = limits.CODE, SignInKind.WRONG_CODE

    def person(self) -> Any:
        return self.request.user
