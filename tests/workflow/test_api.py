"""Refusals of every kind become one body; a fault of ours does not."""

import sqlite3
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.http import Http404
from rest_framework import exceptions

from cases.demands.models import Case
from foundation.errors import Changed, KeyReused, NotVisible, NotYours, Refused, WrongMoment
from tests.api import DEMAND, Program, said
from tests.factories import Town
from workflow.api import CsrfFailed, InvalidInputs, exception_handler

ANSWERS: list[tuple[Exception, int, dict[str, Any]]] = [
    (Refused("", "不行"), 400, {"code": "bad_input", "detail": "不行"}),
    (Refused("text", "太长"), 400, {"code": "bad_input", "detail": "太长", "fields": {"text": ["太长"]}}),
    (
        InvalidInputs({"a": ["甲", "乙"]}),
        400,
        {"code": "bad_input", "detail": "填写的内容有误", "fields": {"a": ["甲", "乙"]}},
    ),
    (exceptions.ParseError("x"), 400, {"code": "bad_input", "detail": "请求内容不是有效的 JSON"}),
    (exceptions.NotAuthenticated(), 401, {"code": "not_signed_in", "detail": "请先登录，或带上访问令牌"}),
    (exceptions.AuthenticationFailed("无效"), 401, {"code": "not_signed_in", "detail": "无效"}),
    (NotYours("不是您的"), 403, {"code": "not_yours", "detail": "不是您的"}),
    (
        CsrfFailed(),
        403,
        {"code": "csrf_failed", "detail": "缺少或不符的 CSRF 令牌：程序请改用访问令牌，浏览器请刷新页面"},
    ),
    (NotVisible("没有"), 404, {"code": "not_found", "detail": "没有"}),
    (Http404(), 404, {"code": "not_found", "detail": "没有这个地址；API 的地址都以 / 结尾"}),
    (exceptions.MethodNotAllowed("PUT"), 405, {"code": "no_such_method", "detail": "这个地址不接受这种请求方法"}),
    (
        exceptions.NotAcceptable(),
        406,
        {"code": "not_acceptable", "detail": "只提供 JSON，请求头 Accept 应包含 application/json"},
    ),
    (WrongMoment("还不行"), 409, {"code": "wrong_moment", "detail": "还不行"}),
    (Changed("变了"), 409, {"code": "changed", "detail": "变了"}),
    (KeyReused("用过"), 409, {"code": "key_reused", "detail": "用过"}),
    (RequestDataTooBig(), 413, {"code": "too_large", "detail": "请求内容太大"}),
    (
        exceptions.UnsupportedMediaType("text/plain"),
        415,
        {"code": "not_json", "detail": "请求头 Content-Type 应为 application/json"},
    ),
    (OperationalError("database is locked"), 503, {"code": "busy", "detail": "系统正忙，请稍后再试"}),
]


@pytest.mark.parametrize(("error", "status", "body"), ANSWERS, ids=lambda it: type(it).__name__)
def test_a_refusal_has_its_status_its_code_and_a_sentence(error: Exception, status: int, body: dict[str, Any]) -> None:
    response = exception_handler(error, {})
    assert response is not None
    assert (response.status_code, response.data) == (status, body)
    assert response.headers.get("Retry-After") == ("2" if status == 503 else None)


@pytest.mark.parametrize("fault", [ValueError("x"), OperationalError("no such table"), KeyError("x"), RecursionError()])
def test_a_fault_of_ours_is_left_to_django_which_logs_it(fault: Exception) -> None:
    assert exception_handler(fault, {}) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("clock")
def test_a_database_that_stays_locked_is_told_as_busy(town: Town) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer")
    program = Program(town.staff)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")  # milliseconds
    writer = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        assert program.get("cases/").status_code == 200  # reading goes on
        refused = program.post("cases/", DEMAND, key="a")
        assert said(refused) == (503, "busy")
        assert refused["Retry-After"] == "2"
    finally:
        writer.close()
        connection.close()
    assert not Case.objects.exists()
    assert program.post("cases/", DEMAND, key="a").status_code == 201
