"""Who may ask the API: the holder of a token that is in force, or a signed-in person who shows the CSRF token."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from foundation.identifiers import random_id
from parties.models import ApiToken
from tests.api import DEMAND, Program, said
from tests.factories import NOW, Town, case_in, later, member
from workflow.authentication import actor_of_api

pytestmark = pytest.mark.usefixtures("clock")

ME, CASES = "/api/v1/me/", "/api/v1/cases/"
BAD_TOKEN = {"code": "not_signed_in", "detail": "访问令牌无效或已过期"}


def refused(response: HttpResponse) -> None:
    """Refused as one who is nobody, and told how to sign in."""
    assert said(response) == (401, "not_signed_in")
    assert response["WWW-Authenticate"] == "Bearer"
    assert re.search(r"[一-鿿]", response.json()["detail"])


# --- nobody ---


def api_patterns(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the API by its name, and its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inside = (*prefix, pattern.namespace) if pattern.namespace else prefix
            yield from api_patterns(pattern.url_patterns, inside)
        elif prefix and prefix[0] == "api":
            yield ":".join((*prefix, str(pattern.name))), pattern


def address_of(name: str, pattern: URLPattern, public_id: UUID) -> str:
    """The address of this name, about the object of this id; other parts of it are any word."""
    parts = pattern.pattern.regex.groupindex
    return reverse(name, kwargs={part: public_id if part.endswith("_id") else "resolve-2" for part in parts})


def test_no_address_of_the_api_answers_somebody_unknown(db: None) -> None:
    asked = 0
    for name, pattern in api_patterns():
        path = address_of(name, pattern, random_id())
        for client in (Client(), Client(headers={"Authorization": "Bearer nonsense"})):
            refused(client.get(path))
            refused(client.post(path, "{}", content_type="application/json"))
            refused(client.post(path, b"\xff", content_type="text/plain"))
            asked += 3
    assert asked > 100


@pytest.mark.parametrize(
    "header", ["", "Bearer", "bearer ", "Bearer  ", "Basic dTpw", "Token x", "Bearer a b", "Bearer \xff", "Bearer \x00"]
)
def test_a_header_that_holds_no_token_is_refused(db: None, header: str) -> None:
    refused(Client(headers={"Authorization": header}).get(ME))


# --- tokens ---


def test_a_token_acts_in_its_post(town: Town) -> None:
    program = Program(town.staff)
    assert program.get("me/").json()["post"]["organisation"] == "甲公司"
    lower = Client(headers={"Authorization": f"bearer {program.secret}"})
    assert lower.get(ME).status_code == 200


def test_only_the_hash_of_a_token_is_kept(town: Town) -> None:
    program = Program(town.staff)
    assert len(program.secret) == 43  # 256 bits
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM parties_apitoken")
        assert program.secret not in str(cursor.fetchall())
    refused(Client(headers={"Authorization": f"Bearer {program.token.token_sha256}"}).get(ME))


def test_a_wrong_token_is_refused(town: Town) -> None:
    secret = Program(town.staff).secret
    for wrong in (secret[:-1], secret + "x", secret.swapcase(), secret[::-1], "x" * 10_000):
        response = Client(headers={"Authorization": f"Bearer {wrong}"}).get(ME)
        refused(response)
        assert response.json() == BAD_TOKEN


def test_a_token_ends_at_its_expiry(town: Town, clock: Any) -> None:
    program = Program(town.staff)
    clock.move_to(NOW + timedelta(days=90) - timedelta(seconds=1))
    assert program.get("me/").status_code == 200
    clock.move_to(NOW + timedelta(days=90))
    refused(program.get("me/"))
    refused(program.post("cases/", DEMAND))


def test_a_token_ends_with_the_last_day_of_its_post(town: Town, clock: Any) -> None:
    program = Program(town.staff)
    town.staff.valid_to = date(2026, 11, 24)
    town.staff.save()
    clock.move_to(NOW.replace(day=24, hour=23, minute=59))
    assert program.get("me/").status_code == 200
    clock.move_to(NOW.replace(day=25, hour=0, minute=0))
    refused(program.get("me/"))


def test_a_token_does_not_begin_before_its_post(town: Town) -> None:
    program = Program(member(town.firm, "ENTERPRISE_STAFF", valid_from=date(2026, 11, 24)))
    refused(program.get("me/"))


@pytest.mark.parametrize("ended", ["user", "organisation"])
def test_a_token_ends_when_its_user_or_organisation_is_disabled(town: Town, ended: str) -> None:
    program = Program(town.staff)
    if ended == "user":
        town.staff.user.is_active = False
        town.staff.user.save()
    else:
        town.firm.active = False
        town.firm.save()
    refused(program.get("me/"))


def test_a_token_whose_post_ended_does_not_go_on_in_another_of_the_same_person(town: Town) -> None:
    member(town.neighbour, "ENTERPRISE_STAFF", person=town.staff.user)
    program = Program(town.staff)
    town.staff.valid_to = date(2026, 11, 22)
    town.staff.save()
    refused(program.get("me/"))


def test_nor_when_its_post_ends_between_two_statements_of_one_request(town: Town) -> None:
    member(town.neighbour, "ENTERPRISE_STAFF", person=town.staff.user)
    town.staff.valid_to = date(2026, 11, 23)
    town.staff.save()
    token, _secret = ApiToken.issue(town.staff, name="对接", now=NOW, valid=timedelta(days=9))
    http = APIRequestFactory().get(ME)
    http.request_id = "test"
    request = Request(http)
    request.user, request.auth = town.staff.user, token
    assert actor_of_api(request, now=later(hours=13)).organisation_id == town.firm.pk
    with pytest.raises(AuthenticationFailed, match="访问令牌无效或已过期"):
        actor_of_api(request, now=later(hours=14))


def test_what_a_token_does_is_on_record_as_done_over_the_api(town: Town) -> None:
    response = Program(town.staff).post("cases/", DEMAND)
    line = Program(town.intake).get(f"cases/{response.json()['id']}/").json()["timeline"][0]
    assert line["who"] == "企业经办人 · 甲公司"
    assert len(response["X-Request-Id"]) == 16


def test_a_program_reads_the_language_of_its_person(town: Town) -> None:
    program = Program(town.staff)
    empty = {**DEMAND, "title": ""}
    assert program.post("cases/", empty).json()["fields"] == {"title": ["请回答：一句话说明诉求"]}
    town.staff.user.language = "en"
    town.staff.user.save()
    assert program.post("cases/", empty).json()["fields"] == {"title": ["Please answer: Your demand in one sentence"]}
    assert Program(town.intake).post("cases/", empty).json()["detail"] == "只有企业可以提交诉求"


# --- sessions ---


def csrf(browser: Client) -> dict[str, str]:
    """The header that a script of our pages sends, read from the cookie that a page sets."""
    assert browser.get(reverse("demands:submit")).status_code == 200
    return {"X-CSRFToken": browser.cookies["csrftoken"].value}


def test_a_signed_in_person_reads_in_the_post_they_picked(town: Town, sign_in: Callable[..., Client]) -> None:
    second = member(town.neighbour, "ENTERPRISE_STAFF", person=town.staff.user)
    assert sign_in(town.staff).get(ME).json()["post"]["organisation"] == "甲公司"
    assert sign_in(second).get(ME).json()["post"]["organisation"] == "乙公司"


def test_a_signed_in_person_changes_something_only_with_the_csrf_token(
    town: Town, sign_in: Callable[..., Client]
) -> None:
    browser = sign_in(town.staff, enforce_csrf_checks=True)
    header = csrf(browser)
    for wrong in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": header["X-CSRFToken"][::-1]}):
        response = browser.post(CASES, DEMAND, content_type="application/json", headers=wrong)
        assert said(response) == (403, "csrf_failed")
    assert Program(town.staff).get("cases/").json()["results"] == []
    response = browser.post(CASES, DEMAND, content_type="application/json", headers=header)
    assert response.status_code == 201


def test_every_address_that_changes_something_asks_a_session_for_the_csrf_token(
    town: Town, sign_in: Callable[..., Client]
) -> None:
    browser, case = sign_in(town.intake, enforce_csrf_checks=True), case_in("SUBMITTED", town=town)
    for name, pattern in api_patterns():
        path = address_of(name, pattern, case.public_id)
        response = browser.post(path, {}, content_type="application/json")
        assert said(response) == (403, "csrf_failed"), path


def test_a_token_needs_no_csrf_token_and_counts_before_a_session(town: Town, sign_in: Callable[..., Client]) -> None:
    browser = sign_in(town.intake, enforce_csrf_checks=True)
    header = {"Authorization": f"Bearer {Program(town.staff).secret}"}
    assert browser.get(ME, headers=header).json()["post"]["role"] == "ENTERPRISE_STAFF"
    assert browser.post(CASES, DEMAND, content_type="application/json", headers=header).status_code == 201
    refused(browser.get(ME, headers={"Authorization": "Bearer wrong"}))


def test_a_session_that_ended_is_refused(town: Town, clock: Any, sign_in: Callable[..., Client]) -> None:
    idle, disabled = sign_in(town.staff), sign_in(town.intake)
    assert idle.get(ME).status_code == disabled.get(ME).status_code == 200
    town.intake.user.is_active = False
    town.intake.user.save()
    refused(disabled.get(ME))
    clock.shift(31 * 60)
    refused(idle.get(ME))


def test_a_person_without_any_post_sees_nothing(town: Town, sign_in: Callable[..., Client]) -> None:
    case = case_in("SUBMITTED", town=town)
    browser = sign_in(town.staff)
    town.staff.valid_to = date(2026, 11, 22)
    town.staff.save()
    assert browser.get(ME).json()["post"] is None
    assert browser.get(CASES).json() == {"next": None, "results": []}
    assert said(browser.get(f"{CASES}{case.public_id}/")) == (404, "not_found")
    assert said(browser.post(CASES, DEMAND, content_type="application/json")) == (403, "not_yours")
