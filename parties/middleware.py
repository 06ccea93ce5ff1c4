"""A session ends 12 hours after sign-in, 30 minutes after the last request, at once for a disabled user."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from parties import recovery
from parties.sign_in import sessions


class SessionLimitMiddleware:
    """The last request is noted at most every five minutes, so an idle session ends 25 to 30 minutes after its last.

    A disabled user needs no check here: the authentication backend no longer returns them, from the next request on.
    """

    SIGNED_IN = "signed_in"
    SEEN = "seen"

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # of everything about signing in, which happens before there is an actor
        if request.user.is_authenticated:
            self.limit(request)
        return self.get_response(request)

    def limit(self, request: HttpRequest) -> None:
        now, session = int(request.now.timestamp()), request.session
        signed_in, seen = session.get(self.SIGNED_IN), session.get(self.SEEN)
        if signed_in is None or seen is None:
            session[self.SIGNED_IN] = session[self.SEEN] = now
        elif now - signed_in > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_AGE:
            recovery.note_loss(request)
            logout(request)
        elif now - seen > settings.SESSION_SEEN_EVERY:
            session[self.SEEN] = now
            sessions.seen(session.session_key, now=request.now)


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Whoever is not signed in is led to the sign-in page; what they sent after a lost session goes along."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponse:  # type: ignore[override]
        """Raises nothing; the supertype promises a redirect, and its caller takes any answer."""
        return recovery.page(request) or super().handle_no_permission(request, view_func)
