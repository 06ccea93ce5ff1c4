"""How often an account, an organisation and an address may do something, whichever process counts."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from config.rates import rates
from parties.models import CacheEntry, RateCount
from parties.roles import Role
from parties.sign_in import limits
from parties.sign_in.addresses import address_of, line_of
from parties.sign_in.sweeping import sweep
from tests.api import Program
from tests.factories import NOW, PASSWORD, Town, later, member, user
from tests.pages import fields
from tests.settings import RATE_LIMITS_OF_THE_PRODUCT

EVEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # where a span begins


@pytest.fixture
def of_the_product(settings: Any) -> None:
    settings.RATE_LIMITS = RATE_LIMITS_OF_THE_PRODUCT


def sign_in_by_password(browser: Client, name: str, password: str = PASSWORD) -> Any:
    return browser.post(reverse("login"), {"username": name, "password": password})


# --- counting ---


@pytest.mark.django_db
def test_each_of_account_organisation_and_address_has_its_own_limit(settings: Any) -> None:
    settings.RATE_LIMITS = {"write": {"account": (2, 60), "firm": (3, 60), "address": (4, 900)}}

    def take(account: int, firm: int | None, address: str, seconds: float = 0) -> int:
        now = EVEN + timedelta(seconds=seconds)
        return limits.take("write", now=now, account=account, firm=firm, address=address)

    assert [take(1, 7, "10.0.0.1") for _n in range(3)] == [0, 0, 60]
    assert take(2, 7, "10.0.0.2", 20.5) == 40  # the fourth of the organisation; the seconds are rounded up
    assert take(3, None, "10.0.0.1", 30) == 0  # of no organisation, and the fourth of the address
    assert take(4, 8, "10.0.0.1", 30) == 870
    assert take(1, 7, "10.0.0.9", 60) == 0  # another span
    assert limits.take("other", now=EVEN, account=1) == 0


@pytest.mark.django_db
def test_counting_takes_one_statement_and_none_when_nothing_is_limited(
    settings: Any, django_assert_num_queries: Any
) -> None:
    settings.RATE_LIMITS = {"write": {"account": (2, 60), "firm": (3, 60), "address": (4, 900)}}
    with django_assert_num_queries(1):
        limits.take("write", now=EVEN, account=1, firm=2, address="::1")
    with django_assert_num_queries(0):
        limits.take("sign_in", now=EVEN, account=1, firm=2, address="::1")


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_between_processes(settings: Any) -> None:
    settings.RATE_LIMITS = {"write": {"account": (1000, 3600), "address": (1000, 3600)}}

    def count() -> None:
        for _n in range(15):
            limits.take("write", now=EVEN, account=1, address="10.0.0.1")
        connection.close()

    threads = [threading.Thread(target=count) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(RateCount.objects.values_list("hits", flat=True)) == [60, 60]


@pytest.mark.django_db
def test_what_is_over_is_forgotten(settings: Any) -> None:
    settings.RATE_LIMITS = {"write": {"account": (2, 60)}}
    limits.take("write", now=EVEN, account=1)
    limits.take("write", now=EVEN + timedelta(minutes=5), account=1)
    CacheEntry.objects.create(cache_key="old", value="", expires=EVEN)
    session = Session.objects.create(session_key="old", session_data="", expire_date=EVEN)
    UserSession.objects.create(session_key="old", user=user(), ip="::1", user_agent="", created_at=later(hours=-13))
    assert sweep(EVEN + timedelta(minutes=2)) == "counts 1, cached 1, sessions 1"
    assert RateCount.objects.count() == 1
    assert not Session.objects.filter(pk=session.pk).exists()
    assert not UserSession.objects.exists()


def test_limits_are_written_as_number_and_seconds() -> None:
    assert rates("X", "account=30/900 address=6/1") == {"account": (30, 900), "address": (6, 1)}
    assert rates("X", "off") == {}
    for wrong in ("account=30", "account=0/60", "person=3/60", "account=3/60,address=3/60"):
        with pytest.raises(ImproperlyConfigured, match="X"):
            rates("X", wrong)


# --- where a request comes from ---


def test_a_socket_has_no_address() -> None:
    assert address_of(RequestFactory(REMOTE_ADDR="").get("/")) == "0.0.0.0"


def test_a_subscriber_of_ipv6_is_counted_as_one() -> None:
    assert line_of("2001:db8:1:2:aaaa::1") == line_of("2001:db8:1:2:bbbb::2") != line_of("2001:db8:1:3::1")
    assert line_of("192.0.2.7") == "192.0.2.7"


# --- what people meet ---


@pytest.mark.usefixtures("of_the_product")
def test_an_office_of_fifty_behind_one_address_meets_no_limit(town: Town, clock: Any) -> None:
    """Everybody signs in within a quarter of an hour, one in five with a wrong password first, and works."""
    clock.move_to(EVEN)
    people = [member(town.energy, Role.HANDLER, person=user(f"科员{n}")) for n in range(50)]
    for n, person in enumerate(people):
        browser = Client()
        if n % 5 == 0:
            assert sign_in_by_password(browser, person.user.username, "mistyped").status_code == 200
        assert sign_in_by_password(browser, person.user.username).status_code == 302
        assert browser.post(reverse("large_text"), {"large": "0"}).status_code == 302
    counted = dict(RateCount.objects.filter(key__contains=":address:").values_list("key", "hits"))
    assert sorted(counted.values()) == [50, 60]


def test_signing_in_too_often_answers_429_with_the_account_kept(town: Town, settings: Any, clock: Any) -> None:
    name, other = town.staff.user.username, town.firm_secretary.user.username
    settings.RATE_LIMITS = {"sign_in": {"account": (1, 900), "firm": (3, 900), "address": (4, 900)}}
    clock.move_to(EVEN)
    assert sign_in_by_password(Client(), name).status_code == 302
    answer = sign_in_by_password(Client(), name)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    page = answer.content.decode()
    assert "请约 15 分钟后再试" in page
    assert (fields(page)["username"], PASSWORD in page) == (name, False)
    assert sign_in_by_password(Client(), other).status_code == 302  # the third of the firm
    assert sign_in_by_password(Client(), town.at(town.firm, Role.ENTERPRISE_STAFF, -1).user.username).status_code == 429
    assert sign_in_by_password(Client(), town.handler.user.username).status_code == 429  # the fifth of the address
    elsewhere = sign_in_by_password(Client(REMOTE_ADDR="10.9.9.9"), town.liaison.user.username)
    assert elsewhere.status_code == 302


def test_writing_too_often_answers_429_with_everything_kept(
    town: Town, sign_in: Any, settings: Any, clock: Any
) -> None:
    browser = sign_in(town.staff)
    settings.RATE_LIMITS = {"write": {"account": (1, 60)}}
    clock.move_to(EVEN)
    assert browser.post(reverse("large_text"), {"large": "0"}).status_code == 302
    answer = browser.post("/demands/new/ENERGY/", {"title": "变压器增容", "password": "secret"})
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "操作过于频繁" in page
    assert fields(page)["title"] == "变压器增容"
    assert "secret" not in page
    said = browser.post("/demands/new/ENERGY/", {"title": "x"}, headers={"Accept": "application/json"})
    assert (said.status_code, said.json()["code"]) == (429, "too_many")
    assert browser.get(reverse("home")).status_code == 200  # reading is not limited
    clock.move_to(EVEN + timedelta(minutes=1))
    assert browser.post(reverse("large_text"), {"large": "0"}).status_code == 302


def test_the_api_counts_with_the_pages(town: Town, sign_in: Any, settings: Any, clock: Any) -> None:
    settings.RATE_LIMITS = {"write": {"account": (2, 60)}}
    browser, program = sign_in(town.handler), Program(town.handler).client
    clock.move_to(EVEN)
    assert browser.post(reverse("large_text"), {"large": "0"}).status_code == 302
    post = {"content_type": "application/json"}
    assert program.post("/api/v1/cases/batch/", "{}", **post).status_code == 400
    answer = program.post("/api/v1/cases/batch/", "{}", **post)
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (429, "60", "too_many")
    assert browser.post("/api/v1/cases/batch/", "{}", **post).status_code == 429
    assert program.get("/api/v1/me/").status_code == 200


@pytest.mark.usefixtures("of_the_product")
def test_reading_costs_no_statement_and_writing_one(
    town: Town, sign_in: Any, settings: Any, django_assert_num_queries: Any
) -> None:
    browser = sign_in(town.staff)
    browser.get(reverse("demands:keys"))
    with django_assert_num_queries(4):  # session, user, actor, unread notices
        browser.get(reverse("demands:keys"))
    with django_assert_num_queries(5):  # session, user, actor, the count, the write itself
        browser.post(reverse("large_text"), {"large": "0"})


def test_the_clock_of_the_limits_is_the_requests(town: Town, settings: Any, clock: Any) -> None:
    settings.RATE_LIMITS = {"sign_in": {"account": (1, 900)}}
    assert NOW == EVEN
    sign_in_by_password(Client(), town.staff.user.username)
    clock.move_to(later(minutes=15))
    assert sign_in_by_password(Client(), town.staff.user.username).status_code == 302
