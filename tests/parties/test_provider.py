"""Signing in at another provider, end to end against one on this machine: who is let in, and what is not believed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from config.oidc import oidc_provider, origin
from parties.models import SignInRecord, User
from tests.factories import PASSWORD, Town, later
from tests.pages import fields
from tests.parties.test_second_factor import enrolled
from tests.phone import code_of
from tests.provider import CLIENT, SECRET, StandIn, stand_in

pytestmark = pytest.mark.every_page


@pytest.fixture(scope="module")
def one_provider() -> Iterator[StandIn]:
    with stand_in() as provider:
        yield provider


@pytest.fixture
def provider(one_provider: StandIn, settings: Any) -> StandIn:
    one_provider.forget()
    settings.OIDC = {
        "issuer": one_provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "name": "政务统一认证",
        "account_claim": "",
    }
    settings.SOCIALACCOUNT_PROVIDERS = oidc_provider(settings.OIDC)
    return one_provider


def there_and_back(browser: Client, begin: str = "oidc", **sent: str) -> Any:
    """The answer to coming back from the provider."""
    away = browser.post(reverse(begin), sent)
    assert away.status_code == 302, away.content.decode()
    back = requests.get(away.url, allow_redirects=False, timeout=5).headers["Location"]
    return browser.get(back.removeprefix("http://testserver"))


def by_password(who: Any) -> Client:
    browser = Client()
    browser.post(reverse("login"), {"username": who.user.username, "password": PASSWORD})
    return browser


def linked(who: Any) -> None:
    answer = there_and_back(by_password(who), "link_provider")
    assert answer.url == reverse("security")


def is_in(browser: Client) -> bool:
    return browser.get(reverse("home")).status_code == 200


def test_the_button_is_there_where_a_provider_is_set_up(town: Town, provider: StandIn, settings: Any) -> None:
    assert "用政务统一认证登录" in Client().get(reverse("login")).content.decode()
    settings.OIDC = {**settings.OIDC, "issuer": ""}
    assert "统一认证" not in Client().get(reverse("login")).content.decode()


def test_the_request_has_state_nonce_and_challenge_and_nothing_from_the_address(
    town: Town, provider: StandIn, client: Client
) -> None:
    away = client.post(f"{reverse('oidc')}?scope=admin&auth_params=prompt%3Dnone&process=connect")
    asked = parse_qs(urlsplit(away.url).query)
    assert away.url.startswith(f"{provider.issuer}/authorize?")
    assert set(asked) == {
        "client_id", "redirect_uri", "scope", "response_type", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert asked["redirect_uri"] == [f"http://testserver{reverse('oidc_callback')}"]
    assert set(asked["scope"][0].split()) == {"openid", "profile"}
    assert asked["code_challenge_method"] == ["S256"]
    assert client.get(reverse("oidc")).status_code == 405


def test_an_identity_linked_once_signs_in_its_account_and_no_other(
    town: Town, provider: StandIn, client: Client
) -> None:
    linked(town.staff)
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.extra_data) == (town.staff.user, {"sub": "person-1", "preferred_username": ""})
    assert "person-1" not in kept.uid
    answer = there_and_back(client, next="/demands/")
    assert answer.url == "/demands/"
    assert is_in(client)
    record = SignInRecord.objects.filter(kind="SIGNED_IN").latest("id")
    assert (record.user, record.method) == (town.staff.user, "PROVIDER")

    other = by_password(town.firm_secretary)
    assert there_and_back(other, "link_provider").url == reverse("security")
    assert "已经关联了另一个账号" in other.get(reverse("security")).content.decode()
    assert SocialAccount.objects.get().user == town.staff.user


def test_an_unknown_identity_gets_a_sentence_and_no_account(town: Town, provider: StandIn, client: Client) -> None:
    people = User.objects.count()
    provider.person = {"sub": "stranger", "preferred_username": town.staff.user.username, "email": "a@example.org"}
    User.objects.filter(pk=town.staff.user_id).update(email="a@example.org")
    answer = there_and_back(client)
    assert answer.status_code == 403
    assert "还没有关联本系统的账号" in answer.content.decode()
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)
    assert SignInRecord.objects.get().kind == "REFUSED"


def test_where_the_settings_trust_a_claim_it_links_the_account_it_names_once(
    town: Town, provider: StandIn, client: Client, settings: Any
) -> None:
    settings.OIDC = {**settings.OIDC, "account_claim": "preferred_username"}
    provider.person = {"sub": "person-1", "preferred_username": town.staff.user.username}
    assert there_and_back(client).url == reverse("home")
    assert SocialAccount.objects.get().user == town.staff.user
    provider.person |= {"sub": "somebody who took over the name"}
    assert there_and_back(Client()).status_code == 403
    provider.person = {"sub": "person-1", "preferred_username": "renamed there"}
    assert there_and_back(Client()).url == reverse("home")


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("lie", {"nonce": "of another request"}),
        ("lie", {"iss": "https://elsewhere.example"}),
        ("lie", {"aud": "another client"}),
        ("lie", {"aud": [CLIENT, "another"], "azp": "another"}),
        ("lie", {"exp": 1_600_000_000}),
        ("key", "other"),
        ("algorithm", "none"),
        ("algorithm", "HS256"),
    ],
)
def test_a_token_that_cannot_be_believed_signs_nobody_in(
    town: Town, provider: StandIn, client: Client, change: str, value: Any
) -> None:
    linked(town.staff)
    setattr(provider, change, value)
    if change == "algorithm":
        provider.key = {"none": "none", "HS256": "shared"}[value]
    answer = there_and_back(client)
    assert answer.status_code == 403
    assert "统一认证没有成功" in answer.content.decode()
    assert not is_in(client)
    assert len(provider.tokens) == 2  # it was asked, and what it said refused


def test_an_answer_nobody_asked_for_and_a_cancelled_one_sign_nobody_in(
    town: Town, provider: StandIn, client: Client
) -> None:
    linked(town.staff)
    away = client.post(reverse("oidc"))
    back = (
        requests.get(away.url, allow_redirects=False, timeout=5).headers["Location"].removeprefix("http://testserver")
    )
    victim = Client()
    for answer in (
        victim.get(back),  # with the state of another browser
        client.get(f"{reverse('oidc_callback')}?error=access_denied&{urlsplit(back).query.split('&')[1]}"),
        client.get(back),  # its state is used up
    ):
        assert answer.status_code == 403
        assert "统一认证没有成功" in answer.content.decode()
    assert not is_in(victim)
    assert not is_in(client)


def test_the_second_factor_and_the_lock_of_a_disabled_account_hold_here_too(
    town: Town, provider: StandIn, client: Client, clock: Any
) -> None:
    linked(town.staff)
    _browser, key, _codes = enrolled(town.staff)
    clock.move_to(later(minutes=5))
    assert there_and_back(client).url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(key)}).url == reverse("home")
    User.objects.filter(pk=town.staff.user_id).update(is_active=False)
    answer = there_and_back(Client())
    assert answer.status_code == 403
    assert "不能登录" in answer.content.decode()


def test_what_a_lost_session_carried_comes_along(town: Town, provider: StandIn, clock: Any) -> None:
    linked(town.staff)
    browser = by_password(town.staff)
    browser.get(reverse("home"))
    clock.move_to(later(hours=3))
    page = browser.post(reverse("demands:filters"), {"name": "本周到期的诉求"}).content.decode()
    assert there_and_back(browser, carried=fields(page)["carried"]).url == reverse("recovered")


def test_linking_asks_for_the_password_again_and_can_be_undone(town: Town, provider: StandIn, clock: Any) -> None:
    browser = by_password(town.staff)
    clock.move_to(later(minutes=6))
    assert browser.post(reverse("link_provider")).url.startswith(reverse("account_reauthenticate"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    there_and_back(browser, "link_provider")
    assert "已关联" in browser.get(reverse("security")).content.decode()
    assert browser.post(reverse("unlink_provider")).url == reverse("security")
    assert not SocialAccount.objects.exists()
    kinds = SignInRecord.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["SIGNED_IN", "LINKED", "UNLINKED"]


def test_a_provider_that_does_not_answer_is_said_to_be_silent(
    town: Town, provider: StandIn, client: Client, settings: Any
) -> None:
    settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
    settings.SOCIALACCOUNT_PROVIDERS = oidc_provider(settings.OIDC)
    answer = client.post(reverse("oidc"))
    assert answer.status_code == 503
    assert "没有应答" in answer.content.decode()


def test_settings_of_a_provider_are_whole_and_encrypted() -> None:
    whole = {"issuer": "https://id.example", "client_id": "a", "client_secret": "b", "name": "c", "account_claim": ""}
    assert oidc_provider(whole)["openid_connect"]["APPS"][0]["settings"] == {"server_url": "https://id.example"}
    for wrong in ({"client_secret": ""}, {"issuer": "http://id.example"}):
        with pytest.raises(ImproperlyConfigured):
            oidc_provider(whole | wrong)
    assert origin("https://id.example:8443/realms/city") == ["https://id.example:8443"]
    assert origin("") == []
