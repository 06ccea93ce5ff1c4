"""How long a session lasts, who is locked out, and what the browser is told to forbid."""

import os
import re
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import identify_hasher, make_password
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse

import config.settings as of_the_product
from tests.factories import PASSWORD, Town, case_in, later


def is_in(browser: Client) -> bool:
    """Whether the home page opens, or leads back to signing in."""
    answer = browser.get(reverse("home"))
    assert answer.status_code in (200, 302)
    return bool(answer.status_code == 200)


def sign_in_by_password(browser: Client, username: str, password: str = PASSWORD) -> HttpResponse:
    return browser.post(reverse("login"), {"username": username, "password": password})


# --- how long ---


def test_a_session_ends_after_30_minutes_without_a_request(town: Town, sign_in: Any, clock: Any) -> None:
    browser = sign_in(town.staff)
    assert is_in(browser)
    clock.move_to(later(minutes=30))
    assert is_in(browser)
    clock.move_to(later(minutes=60, hours=0.01))
    assert not is_in(browser)
    clock.move_to(later(minutes=61))
    assert not is_in(browser)


def test_the_last_request_is_noted_at_most_every_five_minutes(
    town: Town, sign_in: Any, clock: Any, django_assert_num_queries: Any
) -> None:
    """So a session ends 25 to 30 minutes after its last request."""
    browser = sign_in(town.staff)
    assert is_in(browser)
    seen = browser.session["seen"]
    clock.move_to(later(minutes=5))
    assert is_in(browser)
    assert browser.session["seen"] == seen
    clock.move_to(later(minutes=5.1))
    assert is_in(browser)
    assert browser.session["seen"] == int(later(minutes=5.1).timestamp())
    clock.move_to(later(minutes=35.2))
    assert not is_in(browser)


def test_a_session_ends_12_hours_after_signing_in_however_busy(town: Town, sign_in: Any, clock: Any) -> None:
    browser = sign_in(town.staff)
    for minutes in range(0, 12 * 60 + 1, 20):
        clock.move_to(later(minutes=minutes))
        assert is_in(browser)
    clock.move_to(later(hours=12, minutes=1))
    assert not is_in(browser)


def test_a_disabled_user_is_out_with_the_next_request(town: Town, sign_in: Any) -> None:
    browser = sign_in(town.staff)
    assert is_in(browser)
    town.staff.user.is_active = False
    town.staff.user.save()
    assert not is_in(browser)
    assert browser.post(reverse("large_text"), {"large": "1"}).status_code == 302
    town.staff.user.refresh_from_db()
    assert not town.staff.user.large_text


def test_a_disabled_user_cannot_sign_in(town: Town, client: Client) -> None:
    town.staff.user.is_active = False
    town.staff.user.save()
    assert sign_in_by_password(client, town.staff.user.username).status_code == 200
    assert not is_in(client)


# --- locked out ---


def test_after_five_wrong_passwords_the_right_one_is_refused_for_15_minutes(
    town: Town, client: Client, clock: Any
) -> None:
    name = town.staff.user.username
    codes = [sign_in_by_password(client, name, "wrong").status_code for _n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert sign_in_by_password(client, name).status_code == 429
    assert not is_in(client)
    clock.move_to(later(minutes=14))
    assert sign_in_by_password(client, name).status_code == 429
    clock.move_to(later(minutes=30))
    assert sign_in_by_password(client, name).status_code == 302
    assert is_in(client)


def test_others_are_not_locked_out_with_them(town: Town, client: Client) -> None:
    for _n in range(5):
        sign_in_by_password(client, town.staff.user.username, "wrong")
    assert sign_in_by_password(client, town.firm_secretary.user.username).status_code == 302


def test_four_wrong_passwords_are_forgotten_by_a_right_one(town: Town, client: Client) -> None:
    name = town.staff.user.username
    for _round in range(2):
        for _n in range(4):
            assert sign_in_by_password(client, name, "wrong").status_code == 200
        assert sign_in_by_password(client, name).status_code == 302
        client.post(reverse("logout"))


# --- passwords ---


def test_passwords_are_kept_by_argon2() -> None:
    assert of_the_product.PASSWORD_HASHERS == ["parties.hashers.BoundedArgon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=of_the_product.PASSWORD_HASHERS):
        kept = make_password(PASSWORD)
        assert kept.startswith("argon2$argon2id$")
        assert identify_hasher(kept).verify(PASSWORD, kept)
        assert not identify_hasher(kept).verify("wrong", kept)


# --- what the browser is told ---

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
}


def pages(town: Town, sign_in: Any) -> dict[str, HttpResponse]:
    """A page before signing in, one after it, one with a form, an error page and the API."""
    case = case_in("IN_PROGRESS", town=town)
    browser = sign_in(town.handler)
    return {
        "login": Client().get(reverse("login")),
        "home": browser.get(reverse("home")),
        "case": browser.get(reverse("demands:case", args=[case.public_id])),
        "form": browser.get(reverse("demands:act", args=[case.public_id, "record_contact"])),
        "missing": browser.get("/nowhere/"),
        "api": browser.get("/api/v1/me/"),
    }


def test_every_answer_forbids_what_we_do_not_use(town: Town, sign_in: Any) -> None:
    for name, answer in pages(town, sign_in).items():
        assert answer.status_code == (404 if name == "missing" else 200)
        assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert re.fullmatch("[0-9a-f]{16}", answer["X-Request-Id"])


def test_no_page_needs_what_the_policy_forbids(town: Town, sign_in: Any) -> None:
    for name, answer in pages(town, sign_in).items():
        html = answer.content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), name
        assert not re.search(r"<script(?![^>]*\ssrc=)", html), name
        assert not re.findall(r"""(?:src|href|action)=["']?(?:https?:)?//""", html), name


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town: Town, client: Client) -> None:
    client.get(reverse("login"))
    sign_in_by_password(client, town.staff.user.username)
    assert set(client.cookies) == {"sessionid", "csrftoken", "seat"}
    for cookie in client.cookies.values():
        assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


def test_behind_https_nothing_is_left_to_ask_for() -> None:
    """`check --deploy` as an operator runs it, with HTTPS on."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DIALOGUE_", "DJANGO_"))},
        "DIALOGUE_HTTPS": "1",
        "DIALOGUE_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "DIALOGUE_ALLOWED_HOSTS": "dialogue.example",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
