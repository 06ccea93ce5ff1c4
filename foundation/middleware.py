"""What wraps every request: an id to find it by, and one place where refusals become pages."""

import secrets
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from foundation.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Every request and its answer carry a random id, which events and logs repeat."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = secrets.token_hex(8)
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        return response


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
