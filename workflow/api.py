"""What every API answer has in common: one error body `{code, detail}` and cursor pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from foundation.errors import DomainError, Refused

CODES = {400: "bad_input", 401: "not_signed_in", 403: "not_yours", 404: "not_found", 405: "no_such_method"}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as `{"code", "detail"}`, with `field` for one input and `fields` for several."""
    if isinstance(error, DomainError):
        body: dict[str, Any] = {"code": error.code, "detail": str(error.sentence)}
        if isinstance(error, Refused) and error.field:
            body["field"] = error.field
        return Response(body, status=error.status)
    if isinstance(error, Http404 | PermissionDenied):
        error = exceptions.NotFound()  # not visible and not existing are one answer
    response = drf_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {"code": "bad_input", "detail": str(_("填写的内容有误")), "fields": response.data}
    else:
        code = CODES.get(response.status_code, getattr(error, "default_code", "refused"))
        response.data = {"code": code, "detail": str(response.data.get("detail", ""))}
    return response
