"""What a password may be, who must change it, and what changing it ends."""

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from parties.models import Organisation, SignInRecord
from parties.password_rules import common_passwords
from parties.passwords import set_initial_password
from parties.sign_in import sessions
from tests.factories import NOW, PASSWORD, Town, later
from tests.pages import fields

pytestmark = pytest.mark.every_page
ANOTHER = "蓝色的河流绕过三座山"


def signed_in(who: Any, password: str = PASSWORD) -> Client:
    browser = Client()
    answer = browser.post(reverse("login"), {"username": who.user.username, "password": password})
    assert answer.status_code == 302
    return browser


def changed(browser: Client, new: str = ANOTHER, now: str = PASSWORD) -> Any:
    return browser.post(reverse("password"), {"password_now": now, "password_new": new})


# --- the rules ---


def test_the_list_of_common_ones_has_the_3000_that_asvs_asks_for() -> None:
    assert sum(len(password) >= 9 for password in common_passwords()) == 3852


@pytest.mark.parametrize(
    "password",
    [
        "三只山羊过了独木桥",  # nine characters of any language
        "correct horse battery staple",
        "  两端的空格也算数  ",
        "Ordos 的秋天有九种颜色",  # a word of the place, and enough besides
        "水" + "落石出的山谷里有风声，" * 20,
        "🙂🙃" + "x7Kp-Qm2wR",
    ],
)
def test_any_characters_may_be_used(town: Town, password: str) -> None:
    validate_password(password, town.staff.user)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("qX7-pW2k", "9 个字符"),
        ("Password1", "太常见"),
        ("1q2w3e4r5t", "太常见"),
        ("password2026!", "太常见"),
        ("2026Dragon!!", "太常见"),
        ("qwertyqwerty", "太常见"),
        ("abcabcabcabc", "太常见"),
        ("政企直通2026", "除去账号"),
        ("ordos-Ordos-1234", "除去账号"),
        ("{account}99", "除去账号"),
        ("{firm}2026", "除去账号"),
        ("{name}{account}!", "除去账号"),
    ],
)
def test_what_others_would_try_first_is_refused(town: Town, password: str, said: str) -> None:
    user, firm = town.staff.user, Organisation.objects.get(pk=town.firm.pk).name
    user.username, user.name = "zhangsan77", "张三"
    with pytest.raises(ValidationError) as refused:
        validate_password(password.format(account=user.username, name=user.name, firm=firm), user)
    assert said in " ".join(refused.value.messages)


# --- changing it ---


def test_changing_it_takes_the_present_one_and_ends_every_other_session(town: Town, clock: Any) -> None:
    here, elsewhere = signed_in(town.staff), signed_in(town.staff)
    for new, now, said in (
        (ANOTHER, "wrong", "现在的密码不正确"),
        (PASSWORD, PASSWORD, "不能与现在的相同"),
        ("Password1", PASSWORD, "太常见"),
    ):
        answer = changed(here, new, now)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert new not in answer.content.decode()
    assert elsewhere.get(reverse("home")).status_code == 200
    assert changed(here).url == reverse("home")
    assert here.get(reverse("home")).status_code == 200
    assert elsewhere.get(reverse("home")).status_code == 302
    assert sessions.living(town.staff.user, now=NOW).count() == 1
    signed_in(town.staff, ANOTHER)
    kinds = SignInRecord.objects.filter(user=town.staff.user).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["SIGNED_IN", "SIGNED_IN", "PASSWORD_CHANGED", "SIGNED_IN"]


def test_the_boxes_let_people_paste_and_password_managers_help(town: Town, sign_in: Any) -> None:
    page = sign_in(town.staff).get(reverse("password")).content.decode()
    assert page.count('type="password"') == 2
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="new-password"' in page
    assert "onpaste" not in page


# --- a password somebody else set ---


def test_a_password_somebody_else_set_must_be_changed_before_anything_else(
    town: Town, clock: Any, sign_in: Any
) -> None:
    old = signed_in(town.staff)
    initial = set_initial_password(town.staff.user, now=NOW)
    assert old.get(reverse("home")).status_code == 302
    assert len(initial.replace("-", "")) == 16
    browser = signed_in(town.staff, initial)
    assert browser.get(reverse("home")).url == reverse("password")
    assert browser.post(reverse("demands:columns")).url == reverse("password")
    assert browser.get("/api/v1/me/").json()["code"] == "first_things"
    assert "别人为您设置的" in browser.get(reverse("password")).content.decode()
    assert changed(browser, ANOTHER, initial).url == reverse("home")
    assert browser.get(reverse("home")).status_code == 200
    signed_in(town.staff, ANOTHER)


def test_an_initial_password_ends_after_seven_days(town: Town, client: Client, clock: Any) -> None:
    initial = set_initial_password(town.staff.user, now=NOW)
    clock.move_to(later(days=7, minutes=1))
    answer = client.post(reverse("login"), {"username": town.staff.user.username, "password": initial})
    assert answer.status_code == 200
    assert "初始密码已过期" in answer.content.decode()


def test_what_a_lost_session_carried_is_there_after_the_change(town: Town, clock: Any) -> None:
    browser = signed_in(town.staff)
    browser.get(reverse("home"))
    initial = set_initial_password(town.staff.user, now=NOW)
    page = browser.post(reverse("demands:filters"), {"name": "本周到期的诉求"}).content.decode()
    form = fields(page) | {"username": town.staff.user.username, "password": initial}
    browser.post(reverse("login"), form)
    assert changed(browser, ANOTHER, initial).url == reverse("recovered")
    assert "本周到期的诉求" in browser.get(reverse("recovered")).content.decode()
