"""What every API answer has in common: one body for every refusal."""

from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from foundation.errors import DomainError, NotVisible, Refused
from parties.sign_in import limits

RETRY_AFTER = "2"  # seconds

# What the framework refuses before our code is asked: status, code and sentence. The first kind that fits counts.
FRAMEWORK: dict[type[Exception], tuple[int, str, Any]] = {
    exceptions.NotAuthenticated: (401, "not_signed_in", _("请先登录，或带上访问令牌")),
    exceptions.MethodNotAllowed: (405, "no_such_method", _("这个地址不接受这种请求方法")),
    exceptions.NotAcceptable: (406, "not_acceptable", _("只提供 JSON，请求头 Accept 应包含 application/json")),
    RequestDataTooBig: (413, "too_large", _("请求内容太大")),
    exceptions.UnsupportedMediaType: (415, "not_json", _("请求头 Content-Type 应为 application/json")),
    exceptions.ParseError: (400, "bad_input", _("请求内容不是有效的 JSON")),
    TooManyFilesSent: (400, "bad_input", _("一次送来的文件太多")),
    SuspiciousOperation: (400, "bad_input", _("请求无法识别")),
    BadRequest: (400, "bad_input", _("请求无法识别")),
    Http404: (404, NotVisible.code, _("没有这个地址；API 的地址都以 / 结尾")),
}


class CsrfFailed(exceptions.APIException):
    """A signed-in browser sent a change without the token that shows it came from a page of ours."""

    status_code = 403
    default_detail = _("缺少或不符的 CSRF 令牌：程序请改用访问令牌，浏览器请刷新页面")
    default_code = "csrf_failed"


class InvalidInputs(exceptions.APIException):
    """Several inputs are not acceptable; `fields` has the sentences of each."""

    status_code = 400

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__(_("填写的内容有误"), "bad_input")
        self.fields = fields


class JSONBody(JSONParser):
    """JSON that is nested too deep to be read is no better than any other that cannot be read."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise exceptions.ParseError from error


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as `{"code", "detail"}`, and `fields` with the sentences of each input that is to blame.

    None leaves a fault of ours to Django, which logs it.
    """
    if isinstance(error, DomainError):
        return _refusal(error.status, error.code, error.sentence, _fields_of(error))
    if isinstance(error, OperationalError) and "locked" in str(error):
        response = _refusal(503, "busy", _("系统正忙，请稍后再试"))
        response["Retry-After"] = RETRY_AFTER
        return response
    if isinstance(error, exceptions.Throttled):
        response = _refusal(429, "too_many", limits.sentence(int(error.wait or 1)))
        response["Retry-After"] = str(int(error.wait or 1))
        return response
    for kind, (status, code, sentence) in FRAMEWORK.items():
        if isinstance(error, kind):
            return _with_headers(_refusal(status, code, sentence), error)
    if isinstance(error, InvalidInputs):
        return _refusal(400, "bad_input", error.detail, error.fields)
    if isinstance(error, exceptions.AuthenticationFailed):
        return _with_headers(_refusal(401, "not_signed_in", error.detail), error)
    if isinstance(error, exceptions.APIException):
        return _refusal(error.status_code, str(error.default_code), error.detail)
    return None


def _fields_of(error: DomainError) -> dict[str, list[str]] | None:
    return {error.field: [str(error.sentence)]} if isinstance(error, Refused) and error.field else None


def _refusal(status: int, code: str, sentence: object, fields: dict[str, list[str]] | None = None) -> Response:
    body = {"code": code, "detail": str(sentence)}
    return Response(body if fields is None else {**body, "fields": fields}, status=status)


def _with_headers(response: Response, error: Exception) -> Response:
    """The header a client of HTTP expects with 401."""
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response
