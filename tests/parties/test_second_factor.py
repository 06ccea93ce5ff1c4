"""The second factor: who must have one, setting it up, coming in with it, and what happens when the phone is lost."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from config.settings import SECOND_FACTOR as OF_THE_PRODUCT
from parties.models import SignInRecord
from parties.roles import Role
from parties.sign_in.factors import must_have
from tests.api import Program
from tests.factories import PASSWORD, Town, later
from tests.phone import code_of


@pytest.fixture
def officials(settings: Any) -> None:
    settings.SECOND_FACTOR = "officials"


def by_password(who: Any, browser: Client | None = None) -> tuple[Client, Any]:
    """A browser after the first step, and the answer."""
    browser = browser or Client()
    return browser, browser.post(reverse("login"), {"username": who.user.username, "password": PASSWORD})


def key_on(page: str) -> str:
    return re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)[1]


def enrolled(who: Any) -> tuple[Client, str, list[str]]:
    """The browser in which this person set up a phone, the phone's key and the recovery codes."""
    browser, _answer = by_password(who)
    key = key_on(browser.get(reverse("enrol")).content.decode())
    answer = browser.post(reverse("enrol"), {"code": code_of(key)}, follow=True)
    return browser, key, re.findall(r"<li><code>(\d{8})</code></li>", answer.content.decode())


def kinds(who: Any) -> list[str]:
    return list(SignInRecord.objects.filter(user=who.user).order_by("id").values_list("kind", flat=True))


def test_officials_must_have_one_unless_the_settings_say_otherwise() -> None:
    assert OF_THE_PRODUCT == "officials"


def test_an_official_without_one_gets_nothing_but_its_page(town: Town, officials: None, clock: Any) -> None:
    browser, answer = by_password(town.handler)
    assert answer.url == reverse("home")
    assert browser.get(reverse("home")).url == reverse("enrol")
    assert browser.post(reverse("demands:columns"), {}).url == reverse("enrol")
    api = browser.get("/api/v1/me/")
    assert (api.status_code, api.json()) == (403, {"code": "first_things", "detail": "请先在网页上启用二次验证"})
    assert browser.get(reverse("enrol")).status_code == 200
    assert browser.post(reverse("large_text"), {"large": "1"}).url == reverse("home")
    assert Program(town.handler).client.get("/api/v1/me/").status_code == 200


def test_those_who_act_for_a_firm_may_do_without(town: Town, officials: None, sign_in: Any) -> None:
    free = {Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY, Role.AGENT}
    assert {role for role in Role if not must_have([role])} == free
    assert must_have([Role.ENTERPRISE_STAFF, Role.HANDLER])  # in whichever post they act now
    assert sign_in(town.staff).get(reverse("home")).status_code == 200


def test_asking_for_it_costs_no_statement(
    town: Town, sign_in: Any, settings: Any, django_assert_num_queries: Any
) -> None:
    browser = sign_in(town.handler)
    browser.get(reverse("demands:keys"))
    with django_assert_num_queries(4):  # session, user, actor, unread notices
        browser.get(reverse("demands:keys"))
    settings.SECOND_FACTOR = "officials"
    session = browser.session
    session["second_factor"] = True
    session.save()
    with django_assert_num_queries(4):
        assert browser.get(reverse("demands:keys")).status_code == 200


def test_a_phone_is_set_up_and_asked_for_from_then_on(town: Town, officials: None, clock: Any) -> None:
    browser, _answer = by_password(town.handler)
    page = browser.get(reverse("enrol")).content.decode()
    assert f'<img src="{reverse("factor_picture")}"' in page
    drawn = browser.get(reverse("factor_picture"))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<?xml")
    assert "no-store" in drawn["Cache-Control"]

    wrong = browser.post(reverse("enrol"), {"code": "000000"})
    assert wrong.status_code == 422
    assert "验证码不正确" in wrong.content.decode()
    assert key_on(wrong.content.decode()) == key_on(page)
    shown = browser.post(reverse("enrol"), {"code": code_of(key_on(page))}, follow=True)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", shown.content.decode())
    assert len(set(codes)) == 10
    assert browser.get(reverse("recovery_codes_file")).content.decode().split("\r\n")[2:-1] == codes
    assert browser.get(reverse("factor_picture")).status_code == 404

    assert browser.post(reverse("codes_are_kept")).url == reverse("home")
    assert browser.get(reverse("recovery_codes")).status_code == 404
    assert browser.get(reverse("recovery_codes_file")).status_code == 404
    assert browser.get(reverse("home")).status_code == 200
    assert kinds(town.handler) == ["SIGNED_IN", "FACTOR_ADDED"]


def test_the_codes_are_not_shown_after_a_quarter_of_an_hour_or_in_another_browser(town: Town, clock: Any) -> None:
    browser, key, _codes = enrolled(town.staff)
    clock.move_to(later(minutes=14))
    assert browser.get(reverse("recovery_codes")).status_code == 200
    other, _answer = by_password(town.staff)
    other.post(reverse("mfa_authenticate"), {"code": code_of(key)})
    assert other.get(reverse("home")).status_code == 200
    assert other.get(reverse("recovery_codes")).status_code == 404
    clock.move_to(later(minutes=16))
    assert browser.get(reverse("recovery_codes")).status_code == 404


def test_a_password_alone_no_longer_signs_in_and_a_code_does_so_once(town: Town, officials: None, clock: Any) -> None:
    _browser, key, _codes = enrolled(town.handler)
    clock.move_to(later(minutes=5))
    browser, answer = by_password(town.handler)
    assert answer.url == reverse("mfa_authenticate")
    assert browser.get(reverse("home")).status_code == 302
    assert browser.get(reverse("mfa_authenticate")).status_code == 200
    code = code_of(key)
    assert browser.post(reverse("mfa_authenticate"), {"code": code}).url == reverse("home")
    assert browser.get(reverse("home")).status_code == 200

    clock.move_to(later(minutes=5.75))  # the window of the code before is still open
    other, _answer = by_password(town.handler)
    again = other.post(reverse("mfa_authenticate"), {"code": code})
    assert again.status_code == 422
    assert "已经用过" in again.content.decode()
    assert other.get(reverse("home")).status_code == 302
    assert kinds(town.handler)[2:] == ["SIGNED_IN", "WRONG_CODE"]
    assert SignInRecord.objects.get(kind="SIGNED_IN", method="PASSWORD_CODE").user == town.handler.user


def test_a_recovery_code_signs_in_once(town: Town, clock: Any) -> None:
    _browser, _key, codes = enrolled(town.staff)
    browser, _answer = by_password(town.staff)
    assert browser.post(reverse("mfa_authenticate"), {"code": codes[0]}).url == reverse("home")
    assert "还有 9 个恢复码没有用过" in browser.get(reverse("security")).content.decode()
    other, _answer = by_password(town.staff)
    assert other.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 422


def test_codes_cannot_be_tried_without_end(town: Town, settings: Any, clock: Any) -> None:
    _browser, key, _codes = enrolled(town.staff)
    settings.RATE_LIMITS = {"code": {"account": (3, 900)}}
    browser, _answer = by_password(town.staff)
    for wrong in ({"code": "000000"}, {"code": ""}, {}):
        assert browser.post(reverse("mfa_authenticate"), wrong).status_code == 422
    answer = browser.post(reverse("mfa_authenticate"), {"code": code_of(key)})
    assert answer.status_code == 429
    assert "操作过于频繁" in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 900


def test_it_is_put_away_only_after_proving_oneself_again(town: Town, officials: None, clock: Any) -> None:
    browser, _key, _codes = enrolled(town.handler)
    clock.move_to(later(minutes=6))
    asked = browser.post(reverse("remove_factor"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert browser.post(asked.url, {"password": "wrong"}).status_code == 422
    assert browser.get(reverse("mfa_reauthenticate")).status_code == 200
    done = browser.post(asked.url, {"password": PASSWORD, "next": reverse("remove_factor")})
    assert done.url == reverse("security")
    assert not Authenticator.objects.exists()
    assert browser.get(reverse("home")).url == reverse("enrol")
    assert kinds(town.handler) == ["SIGNED_IN", "FACTOR_ADDED", "WRONG", "FACTOR_REMOVED"]


def test_whoever_proved_themselves_is_led_to_an_address_from_our_root_alone(town: Town, clock: Any) -> None:
    browser, _answer = by_password(town.staff)
    for wanted, found in (("/security/", "/security/"), ("x", "/"), ("甲\x00乙", "/"), ("//elsewhere.example/", "/")):
        answer = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": wanted})
        assert (answer.status_code, answer.url) == (302, found)


def test_new_recovery_codes_replace_the_old_ones(town: Town, clock: Any) -> None:
    browser, _key, old = enrolled(town.staff)
    shown = browser.post(reverse("renew_codes"), follow=True).content.decode()
    assert set(re.findall(r"<li><code>(\d{8})</code></li>", shown)).isdisjoint(old)


def test_what_lies_in_the_database_computes_no_code(town: Town, clock: Any) -> None:
    _browser, key, codes = enrolled(town.staff)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert key.replace(" ", "") not in kept
    assert codes[0] not in kept
    assert kept.count("gAAAA") == 2


def test_the_security_administrator_resets_it_with_a_reason(town: Town, officials: None, sign_in: Any) -> None:
    lost, _key, _codes = enrolled(town.handler)
    lost.post(reverse("codes_are_kept"))
    assert lost.get(reverse("home")).status_code == 200
    security = town.at(town.city_office, Role.SECURITY_ADMIN)
    admin, _key, _codes = enrolled(security)
    page, name = reverse("reset_factor"), town.handler.user.username

    def refused(**given: str) -> str:
        answer = admin.post(page, {"account": name, "reason": "手机丢失，已当面核对", **given})
        assert answer.status_code == 422
        return answer.content.decode()

    assert "没有这个账号" in refused(account="nobody")
    assert "请写明理由" in refused(reason="丢了")
    assert "不能重置自己" in refused(account=security.user.username)
    assert "没有启用二次验证" in refused(account=town.staff.user.username)
    assert Authenticator.objects.filter(user=town.handler.user).count() == 2
    assert admin.post(page, {"account": name, "reason": "手机丢失，已当面核对"}).url == page
    record = SignInRecord.objects.get(kind="FACTOR_RESET")
    assert (record.user, record.by, record.reason) == (town.handler.user, security.user, "手机丢失，已当面核对")
    assert lost.get(reverse("home")).status_code == 302
    browser, answer = by_password(town.handler)
    assert answer.url == reverse("home")
    assert browser.get(reverse("home")).url == reverse("enrol")
