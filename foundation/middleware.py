"""What wraps every request: an id to find it by, its line in the log, and one place where refusals become pages."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.functional import SimpleLazyObject

from foundation.content_types import is_utf8
from foundation.errors import DomainError
from foundation.logs import METHODS, carrying
from foundation.texts import storable

GetResponse = Callable[[HttpRequest], HttpResponse]

access = logging.getLogger("foundation.access")
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
FOR_MACHINES = frozenset({"/healthz", "/readyz"})


class RequestIdMiddleware:
    """Every request and its answer carry a random id, which events and logs repeat, and leave one line in the log.

    Where the settings trust the proxy in front, an id that it sends along is taken over.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = _sent_along(request) or secrets.token_hex(8)
        began = time.perf_counter()
        with carrying(request.request_id):
            response = self.get_response(request)
            _log(request, response.status_code, time.perf_counter() - began)
        response["X-Request-Id"] = request.request_id
        return response


def _sent_along(request: HttpRequest) -> str:
    sent = request.headers.get("X-Request-Id", "") if settings.TRUST_REQUEST_ID else ""
    return sent if ACCEPTABLE_ID.fullmatch(sent) else ""


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    """The access line. Static files, and good answers to a load balancer, are too many for more than DEBUG."""
    route = _route(request)
    quiet = status < 400 and (request.path_info in FOR_MACHINES or route == settings.STATIC_URL)
    access.log(
        logging.DEBUG if quiet else logging.INFO,
        "request",
        extra={
            "method": request.method if request.method in METHODS else "OTHER",
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
            "user": _user_id(request),
        },
    )


def _route(request: HttpRequest) -> str | None:
    """The pattern of the address, which counts how often a page is asked for and names nobody; None for no page."""
    if request.resolver_match is not None:
        return f"/{request.resolver_match.route}"
    return settings.STATIC_URL if request.path_info.startswith(settings.STATIC_URL) else None


def _user_id(request: HttpRequest) -> int | None:
    """The number of the signed-in person, if anybody has asked for them already: a log line costs no statement."""
    user: Any = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):  # of the session; a token or a sign-in puts the person themselves there
        user = request.__dict__.get("_cached_user")
    return None if user is None else user.pk


class ProbesMiddleware:
    """The two addresses for machines are answered before host names, HTTPS, sessions and sign-in are looked at.

    A load balancer asks by plain HTTP and by number, has no session, and must be told that the database is down.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in FOR_MACHINES:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        return match.func(request)


class ReadableMiddleware:
    """What a request names its texts to be written in is UTF-8, and every cookie is a text that can be looked up.

    A form in another character set would be kept as other words than were typed: it is refused (400). Elsewhere the
    name is passed over: some that Python knows give texts nobody keeps. A cookie that no database can be asked for
    was not set by us; it is as good as none.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (named := request.encoding) is not None:
            request.encoding = "utf-8"
            if not is_utf8(named) and request.method == "POST" and request.content_type in FORMS:
                raise BadRequest("a form is sent in UTF-8")
        for name in [name for name, value in request.COOKIES.items() if not storable(value)]:
            del request.COOKIES[name]
        return self.get_response(request)


class ErrorPagesMiddleware:
    """A refusal that no view answered becomes a page with its sentence; a busy SQLite becomes 503 with Retry-After."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return render(request, "errors/refused.html", {"error": exception}, status=exception.status)
        if isinstance(exception, OperationalError) and "locked" in str(exception):
            response = render(request, "errors/busy.html", {"posted": request.POST}, status=503)
            response["Retry-After"] = "2"
            return response
        return None
